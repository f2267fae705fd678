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
    # An interrupted connection is discord.py's daily bread; it says so with a traceback each time.
    logging.getLogger("discord.shard").addFilter(_without_traceback)
    logging.captureWarnings(capture=True)
    return handler


def _without_traceback(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[1] is not None:
        record.msg = f"{record.getMessage()} ({type(record.exc_info[1]).__name__})"
        record.args, record.exc_info, record.exc_text = (), None, None
    return True
