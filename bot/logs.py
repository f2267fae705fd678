"""What reaches the log, and what never does (DESIGN 6.1).

discord.py names people, interactions and addresses with tokens in them even in its warnings and
errors, so every library stays at WARNING and whatever is written, tracebacks included, passes one
formatter that takes Discord ids, addresses and tokens out.
"""

import logging
import re
import sys
from typing import TextIO

OURS = ("bot", "cogs")

_TOKEN = re.compile(r"\b[A-Za-z0-9_-]{22,40}\.[A-Za-z0-9_-]{5,10}\.[A-Za-z0-9_-]{25,50}\b")
_INTERACTION_TOKEN = re.compile(r"\baW50ZXJhY3Rpb24[A-Za-z0-9_=-]+")
# Not the decimals of a number, as of a duration.
_SNOWFLAKE = re.compile(r"(?<!\d)(?<!\d\.)\d{15,21}(?!\d)")
_URL = re.compile(r"\b(?:https?|wss?)://[^\s'\"<>)\]]+")
# discord.py names tasks after the custom_id of what was pressed.
_TASK_NAME = re.compile(r"discord-ui-[^\s'\"]+")


def scrub(text: str, *, addresses: bool = True) -> str:
    """The text without Discord ids and tokens, and without addresses unless asked to keep them."""
    text = _TOKEN.sub("<token>", text)
    text = _INTERACTION_TOKEN.sub("<token>", text)
    text = _TASK_NAME.sub("discord-ui", text)
    if addresses:
        text = _URL.sub("<address>", text)
    return _SNOWFLAKE.sub("<id>", text)


class ScrubbingFormatter(logging.Formatter):
    """Formats a record and scrubs the result; only our own lines keep addresses, as of feeds."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] in OURS and record.exc_info is None
        return scrub(super().format(record), addresses=not ours)


def set_up(level: str, stream: TextIO | None = None) -> logging.Handler:
    """Send everything to one stream (standard error); the handler, so that a test can remove it.

    Args:
        level: of our own loggers. Libraries stay at WARNING whatever it is.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(ScrubbingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in ("discord", "aiohttp", "aiosqlite", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Our suggestions catch their own errors; what is left are answers that came too late, and a
    # line about one would tell when somebody looked into the inbox.
    logging.getLogger("discord.app_commands.tree").setLevel(logging.CRITICAL)
    # It warns of nothing but answers to people that Discord had us send again, and a line about one
    # would tell to the millisecond when somebody reported.
    logging.getLogger("discord.webhook.async_").setLevel(logging.CRITICAL)
    logging.getLogger("discord.shard").addFilter(_in_plain_words)
    logging.captureWarnings(capture=True)
    return handler


def _in_plain_words(record: logging.LogRecord) -> bool:
    """An interrupted connection is daily bread; discord.py tells it with a traceback each time."""
    if record.exc_info and (error := record.exc_info[1]) is not None:
        what = (
            "Discord's gateway cannot be reached; I keep trying. Check this machine's network and "
            "DISCORD_GATEWAY_URL"
            if record.getMessage().startswith("Failed to connect")
            else "The connection to Discord was lost; I connect again"
        )
        record.msg, record.args = f"{what} ({type(error).__name__})", ()
        record.exc_info = record.exc_text = None
    return True
