"""What went wrong, in plain sentences: to whoever used the bot, and to whoever runs it."""

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.config import Config
from bot.errors import DataError, UserError

UNKNOWN_INTERACTION = 10062  # Discord: answered after three seconds, or twice
NOT_TAKEN = (
    "Discord did not take my answer, so I cannot say here what became of it. Please look whether "
    "it was done before you do it again."
)
CHANGED_COMMAND = (
    "This command has changed since your Discord loaded it. Please restart Discord (Ctrl+R on a "
    "computer) and try again."
)
NOT_PERMITTED = (
    "Discord does not let me do that here: I am missing a permission. A moderator can run "
    "`/setup`, which says which one."
)


def explain(error: Exception) -> str | None:
    """What a person should read about an error; None for a bug."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    match error:
        case UserError():
            return str(error)
        case app_commands.TransformerError():
            return f"{str(error.value)[:100]!r} cannot be used there. Please choose from the list."
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            return CHANGED_COMMAND
        case app_commands.NoPrivateMessage():
            return "This works on a server, not in a direct message."
        case app_commands.CheckFailure():
            return str(error) or "You are not allowed to do that here."
        case discord.Forbidden():
            return NOT_PERMITTED
        case discord.NotFound(code=code) if code == UNKNOWN_INTERACTION:
            return "That took too long, and Discord gave up waiting. Please try again."
        case discord.DiscordServerError() | discord.RateLimited() | aiohttp.ClientError():
            return NOT_TAKEN
        case _:
            return None


def why_stopped(error: Exception, config: Config) -> str | None:
    """Why the connection could not be made or kept, for the operator; None for a bug."""
    match error:
        case discord.LoginFailure():
            return (
                "Discord does not accept the token. Copy it again from the Bot page of your "
                "application into DISCORD_TOKEN."
            )
        case discord.ConnectionClosed(code=4004):  # Discord: authentication failed
            return "Discord does not accept the token any more. Was it reset? Set it anew."
        case discord.ConnectionClosed():
            return f"Discord closed the connection for good (code {error.code}). Start again later."
        case discord.HTTPException():
            return f"Discord answered with an error ({error.status}). Try again later."
        case aiohttp.ClientError() | OSError() | discord.GatewayNotFound():
            return (
                f"Discord cannot be reached at {config.discord_api_url} ({_cause(error)}). Check "
                "this machine's network and DISCORD_API_URL, then start again."
            )
        case commands.ExtensionFailed():
            return f"A part of Steward could not be loaded: {error.original!r}"
        case DataError():
            return str(error)
        case _:
            return None


def _cause(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "its name cannot be looked up"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not trusted"
        case aiohttp.ClientConnectorError():
            return (error.os_error.strerror or "no connection").lower()
        case TimeoutError():
            return "no answer in time"
        case _:
            return type(error).__name__
