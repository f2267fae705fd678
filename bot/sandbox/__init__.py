"""A local stand-in for Discord: REST, gateway, people to act as, and a page to use it from."""

from bot.sandbox.asking import CannotUse
from bot.sandbox.people import Person
from bot.sandbox.replies import Modal, NoAnswer, Reply
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Channel, Message, Role

__all__ = [
    "CannotUse",
    "Channel",
    "Message",
    "Modal",
    "NoAnswer",
    "Person",
    "Reply",
    "Role",
    "Sandbox",
]
