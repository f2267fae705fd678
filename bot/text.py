"""Text for Discord: measured as Discord measures it, cut at words, and harmless.

Discord counts most lengths in UTF-16 code units, in which an emoji is two.
"""

import re
import unicodedata

ELLIPSIS = "…"

# Formatting characters that change how text reads without being seen: zero-width, bidirectional
# overrides and isolates, soft hyphen, tags. Zero-width joiner stays: emoji are built with it.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MARKDOWN = re.compile(r"([\\*_~|`>#\[\]()<@:])")


def utf16_len(text: str) -> int:
    """Length in UTF-16 code units, the way Discord counts."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """The text within ``limit`` UTF-16 units, cut at a word boundary and marked with an ellipsis.

    A word longer than half the limit is cut inside, so that something always remains.
    """
    if utf16_len(text) <= limit:
        return text
    if limit < 1:
        return ""
    kept = limit - 1
    # Each character beyond the first 65,536 takes the room of another one.
    while (over := utf16_len(text[:kept]) - (limit - 1)) > 0:
        kept -= -(-over // 2)
    head = text[:kept]
    if not text[kept].isspace():
        boundary = max(head.rfind(" "), head.rfind("\n"))
        if boundary > kept // 2:
            head = head[:boundary]
    return head.rstrip(" \n\t,;:-–—") + ELLIPSIS


def plain(text: str) -> str:
    """The text without control, zero-width and direction-changing characters; newlines stay."""
    if text.isascii() and text.isprintable():
        return text
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def one_line(text: str) -> str:
    """The plain text with every run of white space made one space."""
    return " ".join(plain(text).split())


def escape(text: str) -> str:
    """The text with Discord's Markdown and mentions made harmless, reading the same."""
    return _MARKDOWN.sub(r"\\\1", text)


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 report``, ``3 reports``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
