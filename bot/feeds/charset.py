"""The character set of a feed document: what it says, what feedparser finds, and what is so."""

import codecs
import re
from dataclasses import dataclass
from typing import Any

from bot.feeds.oddities import wrong_type

XML_TYPES = ("application/xml", "text/xml")

_DECLARATION = re.compile(r"^<\?xml[^>]*?>")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding=['\"]([\w.:-]{1,40})['\"]")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Names under which servers send what is UTF-8 in truth.
_BYTEWISE = re.compile(r"ascii|iso8859-|cp125", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """A document in UTF-8.

    Attributes:
        data: with a declaration that says UTF-8; as it came where no character set fits.
        known: whether a character set was found.
        mended: feedparser would have taken it for another, in which it is not legible.
        oddities: what is wrong with how it came, in sentences for a moderator.
    """

    data: bytes
    known: bool
    mended: bool = False
    oddities: tuple[str, ...] = ()


def as_utf8(body: bytes, content_type: str) -> Document:
    """The document in UTF-8, found out as feedparser does, but for what is plainly UTF-8."""
    from feedparser.encodings import convert_to_utf8  # heavy, and only wanted in the worker

    headers = {"content-type": content_type} if content_type else {}
    outcome: dict[str, Any] = {}
    data: bytes = convert_to_utf8(headers, body, outcome) if body else body
    found = _name(str(outcome.get("encoding") or ""))
    if not found:
        return Document(body, known=False)
    text = _as_it_should_be(body) if _BYTEWISE.match(found) and found != "ascii" else None
    if text is not None:
        data = _declared_utf8(text)
    used = found if text is None else "utf-8"
    return Document(
        data, known=True, mended=text is not None, oddities=_oddities(body, content_type, used)
    )


def _name(encoding: str) -> str:
    """One name for each character set, or "" where there is none of that name."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return ""


def _shown(name: str) -> str:
    """A character set as the web calls it."""
    return name.replace("cp125", "windows-125").replace("iso8859", "iso-8859").upper()


def _as_it_should_be(body: bytes) -> str | None:
    """The text of a document that is UTF-8, if with some damage; None when it is not.

    In a text of another character set almost no sequence of bytes is a character of UTF-8. One
    wrong byte, or an end amid a character, must not make the whole of it illegible.
    """
    body = body.removeprefix(codecs.BOM_UTF8)
    text = body.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = len(body) - len(text) - wrong  # about one or two for each character beyond ASCII
    return text if right > 4 * wrong else None


def _declared_utf8(text: str) -> bytes:
    declaration = "<?xml version='1.0' encoding='utf-8'?>"
    text = _DECLARATION.sub("", text.lstrip())
    return f"{declaration}{text}".encode("utf-8", "replace")


def _oddities(body: bytes, content_type: str, used: str) -> tuple[str, ...]:
    found: list[str] = []
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind not in XML_TYPES and not kind.endswith("+xml"):
        found.append(wrong_type(kind))
    given = _CHARSET.search(content_type) or _DECLARED.match(body[:400])
    said = given[1] if given else b""
    name = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    plain = used in ("ascii", "utf-8")
    if name and _name(name) != used and not (plain and _name(name) in ("ascii", "utf-8")):
        if not used.startswith(("utf-16", "utf-32")):
            found.append(
                f"It says that its text is {name}, but it is {_shown(used)}. I read it so."
            )
    elif not name and not plain and not used.startswith("utf-"):
        found.append(
            f"It does not say what character set its text is in. I took it for {_shown(used)}; "
            "accents may look wrong."
        )
    return tuple(found)
