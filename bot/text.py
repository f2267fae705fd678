"""Text for Discord: measured as Discord measures it, cut at words, and harmless.

Discord counts most lengths in UTF-16 code units, in which an emoji is two.
"""

import re
import unicodedata

ELLIPSIS = "…"

# Formatting characters that change how text reads without being seen: zero-width, bidirectional
# overrides and isolates, soft hyphen, tags, variation selectors beyond the first sixteen. Those
# that emoji are built with stay where they build one: the joiner between two characters, and the
# tags of the flags of England, Scotland and Wales.
_INVISIBLE = re.compile(
    "(\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]{3}\U000e007f)"
    "|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|\u200d(?=[\u200d\\s]|\\Z)|(?<!\\S)\u200d"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANK = str.maketrans({"\t": " ", "\u2800": " ", "\u2028": "\n", "\u2029": "\n"})
# Letters and punctuation of the usual kinds cannot be marks; what is left is looked at closely.
_MAYBE_MARKS = re.compile(r"[^\w\s!-~\u2010-\u2027]{5,}")
MARKS_LIMIT = 4  # accents on one letter; no language stacks more, "Zalgo" covers the lines above
# Usual Latin text: nothing in it is unseen, composed otherwise, or a mark.
_USUAL = re.compile("[ -~\n\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u20ac]*+")
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
    head = text[: _between_characters(text, kept)]
    if not text[kept].isspace():
        boundary = max(head.rfind(" "), head.rfind("\n"))
        if boundary > kept // 2:
            head = head[:boundary]
    return head.rstrip(" \n\t,;:-–—") + ELLIPSIS


def _between_characters(text: str, position: int) -> int:
    """The nearest place at or before a position where what is seen as one character ends."""
    start = position
    while start > 0 and position - start < 16 and _goes_on(text[start - 1], text[start]):
        start -= 1
    flags = start
    while flags > 0 and "\U0001f1e6" <= text[flags - 1] <= "\U0001f1ff":
        flags -= 1
    if "\U0001f1e6" <= text[start] <= "\U0001f1ff":
        start -= (start - flags) % 2  # two letters are one flag
    return start or position


def _goes_on(before: str, after: str) -> bool:
    """Whether two characters belong to one as it is seen: a letter's accent, a family of emoji."""
    if after.isascii():
        return False
    tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    tag = "\U000e0020" <= after <= "\U000e007f"
    return "\u200d" in (before, after) or tone or tag or _is_mark(after)


def plain(text: str) -> str:
    """The text without control, zero-width and direction-changing characters; newlines stay."""
    if _USUAL.fullmatch(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANK)
    text = _INVISIBLE.sub(r"\1", _CONTROL.sub("", text))
    return _MAYBE_MARKS.sub(_fewer_marks, unicodedata.normalize("NFC", text))


def _fewer_marks(found: re.Match[str]) -> str:
    """No letter with more than a few marks above, below or around it."""
    kept: list[str] = []
    marks = 0
    for character in found[0]:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= MARKS_LIMIT:
            kept.append(character)
    return "".join(kept)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


def one_line(text: str) -> str:
    """The plain text with every run of white space made one space."""
    return " ".join(plain(text).split())


def escape(text: str) -> str:
    """The text with Discord's Markdown and mentions made harmless, reading the same."""
    return _MARKDOWN.sub(r"\\\1", text)


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 report``, ``3 reports``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
