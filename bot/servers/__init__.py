"""The settings of each Discord server, and what its moderators did."""

from bot.servers.service import Servers, ServerSettings

__all__ = ["ServerSettings", "Servers"]
