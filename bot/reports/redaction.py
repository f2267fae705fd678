"""Identifiers that a reporter typed, found by their shape and taken out.

Shapes only: a mistyped number still identifies somebody, so no check digit is ever asked for.
Between the parts of an identifier people put spaces, hyphens and line breaks. Where a shape is
also ordinary English ("of 250000 a year", "2013/14 a manager") the spaced form must look
deliberate. Names, places and job titles have no shape; the reporter is told so.

The shapes: probation and prison numbers as in HMPPS Digital's open code, NI numbers as in HMRC's
manual (NIM39110), NHS numbers as in the NHS Data Dictionary.
"""

import re
from dataclasses import dataclass

from bot.text import plain

LABELS = {
    "email": "email",
    "ni": "NI number",
    "phone": "phone",
    "nhs": "NHS number",
    "cro": "CRO number",
    "pnc": "PNC number",
    "crn": "CRN",
    "prison": "prison number",
    "postcode": "postcode",
}

# One gap: what people put between two parts, a wrapped line included.
_GAP = r"[\s.\-\u2010-\u2015]{0,2}"
_SPACE = r"\s{0,2}"
_SLASH = r"\s?[/\\]\s?"
_START = r"(?<![\w'’])"
_END = r"(?!\w)"

# Two letters before or after digits that are words rather than part of an identifier.
_WORDS = frozenset(
    (
        *("ad", "ah", "am", "an", "as", "at", "be", "by", "do", "eg", "go", "he", "hi", "id", "if"),
        *("in", "is", "it", "me", "my", "no", "of", "oh", "ok", "on", "or", "pm", "so", "to", "up"),
        *("us", "we", "st", "nd", "rd", "th"),
    )
)

# Bounded, as addresses are: without bounds a long run without spaces would take its square.
_EMAIL = (
    r"[^\s@,;:<>()\[\]\"]{1,64}(?:\s?@\s?|\s?[(\[]\s?at\s?[)\]]\s?)(?:"
    r"[^\s@,;:<>()\[\]\"]{0,252}[^\s@,;:<>()\[\]\".]\.[^\s@,;:<>()\[\]\".]{1,63}|"
    r"[\w\-]{1,63}(?:\s?(?:\.|[(\[]dot[)\]])\s?[\w\-]{1,63}){0,4}\s?(?:\.|[(\[]dot[)\]])\s?"
    r"(?:uk|com|org|net|gov|info|me|co|io|eu|scot|wales|cymru)\b)"
    r"|\b[\w.+\-]{1,64}(?: dot [\w\-]{1,63}){0,4} at [\w\-]{1,63}(?: dot [\w\-]{1,63}){1,4}\b"
)
_PHONE = (
    r"(?<![\w/.£$€])(?:"
    r"(?:\+|\b00)\s?\d{1,3}(?:[\s.\-\u2010-\u2015()]{0,3}\d){7,12}"
    r"|\(?0(?:[\s.\-\u2010-\u2015()]{0,3}\d){9,10}"
    r"|7\d{3}[\s\-]?\d{3}[\s\-]?\d{3}"
    r")(?!\d)"
)
_NHS = rf"(?<![\w/.£$€,])\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}}(?![\w/]|[.,]\d)"
_NI = rf"{_START}([A-Z]{{2}})({_GAP})\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}(?:{_GAP}([A-Z]))?{_END}"
_CRN = (
    rf"{_START}([A-Z])({_GAP})"
    rf"(?:\d{{6}}|\d{{3}}{_SPACE}\d{{3}}|\d{{2}}{_SPACE}\d{{2}}{_SPACE}\d{{2}}"
    r"|(?=(?:\d\s?){6})\d{1,5}\n\d{1,5})(?!\d)"
)
_PRISON = rf"{_START}([A-Z])({_GAP})\d{{4}}({_GAP})([A-Z]{{2}}){_END}"
_PRISON_OLD = rf"{_START}[A-Z]{{2}}\d{{4}}{_END}"
# The letter of these two may stand apart only where the digits cannot be a year such as 2013/14.
_PNC = (
    rf"(?<![\w/.£$€,])(?:\d{{2}}|\d{{4}})(?:{_SLASH}\d{{1,7}}[A-Z]|{_SLASH}\d{{5,7}}\s[A-Z]"
    rf"|(?:{_SLASH})\d{{1,7}}(?-i:\s[B-HJ-Z])|[\s\-]\d{{5,7}}\s?[A-Z]|\d{{5,7}}\s?[A-Z]|\d{{3,4}}(?-i:[A-Z]))"
    rf"{_END}"
)
_CRO = (
    rf"(?<![\w/.£$€,])(?:\d{{1,6}}{_SLASH}\d{{2}}[A-Z]|\d{{5,6}}{_SLASH}\d{{2}}\s[A-Z]"
    rf"|\d{{1,6}}{_SLASH}\d{{2}}(?-i:\s[B-HJ-Z])){_END}"
    rf"|{_START}SF{_GAP}\d{{2}}(?:{_SLASH}|{_GAP})\d{{1,6}}{_SPACE}[A-Z]{_END}"
)
_POSTCODE = (
    rf"{_START}([A-Z]{{1,2}})(\s?)\d[A-Z\d]?([\s\-]{{0,2}})(\d[A-Z]{{2}}){_END}"
    rf"|{_START}GIR\s?0AA{_END}"
)
_NUMBER = r"(?:\s?(?:numbers?|num|nos?|ref|id|code|is|was|of|a/c)\b)*[\s.:;=#\-(\"']{0,4}"
_SLIP = r"(?=[a-z/\-]{0,4}\d)[a-z0-9/\-]{4,14}(?![a-z0-9])"


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without the identifiers that could be recognised.

    Attributes:
        text: with each identifier replaced by a mark such as ``[phone removed]``.
        removed: how many of each kind, by the kind's label, in the order of LABELS.
    """

    text: str
    removed: dict[str, int]


_SHAPES: list[tuple[str, re.Pattern[str]]] = [
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in [
        ("email", _EMAIL),
        ("ni", _NI),
        ("phone", _PHONE),
        ("nhs", _NHS),
        ("cro", _CRO),
        ("pnc", _PNC),
        ("crn", _CRN),
        ("prison", _PRISON),
        ("prison", _PRISON_OLD),
        ("postcode", _POSTCODE),
    ]
]
# After its own name, an identifier is one whatever shape a slip of the finger gave it.
_NAMED: list[tuple[str, re.Pattern[str]]] = [
    (kind, re.compile(rf"\b(?:{names}){_NUMBER}({_SLIP})", re.IGNORECASE))
    for kind, names in [
        ("crn", r"crns?|case ref(?:erence)?|delius"),
        ("prison", r"noms|nomis|prison|prisoner"),
        ("pnc", r"pnc(?:id)?s?"),
        ("cro", r"cros?"),
        ("ni", r"nino|ni|national insurance"),
        ("nhs", r"nhs"),
    ]
]
# "CRNX123456": the name run together with the identifier.
_GLUED = re.compile(
    rf"{_START}(?:crn|nomis|noms|pnc|cro|nino|nhs)(?=[a-z]{{0,2}}\d)", re.IGNORECASE
)
_CRN_BEFORE = re.compile(r"\bcrns?\W{0,4}$", re.IGNORECASE)
_REMOVED = re.compile(
    "|".join(re.escape(f"[{label} removed]") for label in LABELS.values()), re.IGNORECASE
)


def redact(text: str) -> Redacted:
    """Take out what looks like an identifier; the rest stays as typed, without invisible signs.

    Doing it again changes nothing.
    """
    text = plain(text)
    removed = dict.fromkeys(LABELS, 0)
    while True:
        # A mark gives its neighbours an edge that they did not have, so look once more.
        spans = _spans(text)
        if not spans:
            break
        for start, end, kind in reversed(spans):
            text = f"{text[:start]}[{LABELS[kind]} removed]{text[end:]}"
            removed[kind] += 1
    return Redacted(text, {LABELS[kind]: count for kind, count in removed.items() if count})


def _spans(text: str) -> list[tuple[int, int, str]]:
    """What to remove, in order and without overlaps: where two shapes overlap, all of both."""
    found = [
        (match.start(), match.end(), rank, kind)
        for rank, (kind, pattern) in enumerate(_SHAPES)
        for match in pattern.finditer(text)
        if _deliberate(kind, match)
    ]
    found += [
        (match.start(1), match.end(1), len(_SHAPES), kind)
        for kind, pattern in _NAMED
        for match in pattern.finditer(text)
        if not _like_a_year(match[1])
    ]
    found += _glued(text)
    marks = [match.span() for match in _REMOVED.finditer(text)]
    found = [
        span for span in found if not any(span[0] < end and start < span[1] for start, end in marks)
    ]
    merged: list[tuple[int, int, int, str]] = []
    for start, end, rank, kind in sorted(found):
        if merged and start < merged[-1][1]:
            last_start, last_end, last_rank, last_kind = merged.pop()
            rank, kind = min((last_rank, last_kind), (rank, kind))
            start, end = last_start, max(end, last_end)
        merged.append((start, end, rank, kind))
    return [(start, end, kind) for start, end, _, kind in merged]


def _glued(text: str) -> list[tuple[int, int, int, str]]:
    found = []
    for match in _GLUED.finditer(text):
        rest = text[match.end() :]
        for rank, (kind, pattern) in enumerate(_SHAPES):
            if (inner := pattern.match(rest)) and _deliberate(kind, inner):
                found.append((match.end(), match.end() + inner.end(), rank, kind))
                break
    return found


def _deliberate(kind: str, match: re.Match[str]) -> bool:
    """Whether a shape is more than ordinary words and numbers that happen to stand together."""
    if kind == "crn":
        # "a 250000 cut", "I 123456 ..."; but "crn a 123456" is meant.
        apart = match[1] in {"a", "I"} and match[2].isspace()
        return not apart or _CRN_BEFORE.search(match.string, 0, match.start()) is not None
    if kind == "ni":
        letters, gap, suffix = match[1], match[2], match[3]
        if gap and letters.lower() in _WORDS:
            return False
        # Without its last letter it is two letters and a six-figure number.
        return suffix is not None or not gap or letters.isupper()
    if kind == "prison" and match.re.groups:
        first, gap, second_gap, last = match.groups()
        if gap and first in {"a", "I"}:
            return False
        return not (second_gap and last.lower() in _WORDS)
    if kind == "postcode" and match[1]:
        area, inner_gap, gap, inward = match.groups()
        if inner_gap and area.lower() in _WORDS | {"a", "i"}:
            return False
        ordinary = re.fullmatch(r"\d(?:st|nd|rd|th|am|pm)", inward)
        return not (gap and ordinary)
    if kind == "phone":
        # "01 02 2013 14.30" has as many digits as a telephone number.
        return not re.match(r"0\d[ .\-](?:0\d|1[0-2])[ .\-](?:19|20)\d\d\b", match[0])
    return True


def _like_a_year(token: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d(?:[/\-]\d{2,4})?", token) is not None
