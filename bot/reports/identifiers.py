"""All the shapes of identifiers, and what an identifier's name before it makes of a looser one.

A mistyped number still identifies somebody, so no check digit is ever asked of a clear shape; a
right one settles what a vague shape leaves open. Where a shape is also ordinary English ("of
250000 a year", "2013/14 a manager") the spaced form must look deliberate, or follow its name.
"""

import re

from bot.reports.contacts import CONTACTS, LOCAL_PHONE, mail_starts, spelt_starts
from bot.reports.edges import (
    ORDINALS,
    UNITS,
    WORDS,
    digits_in,
    like_a_date,
    like_a_paper,
    like_a_year,
    round_number,
)
from bot.reports.records import RECORDS

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
    "number": "long number",
}

# Rank, then the kind: where shapes overlap, the first names it.
_SHAPES = sorted([*CONTACTS, *RECORDS], key=lambda shape: list(LABELS).index(shape.kind))

_SAID = (
    r"(?P<said>(?:['\s]{0,2}(?:numbers?|num|nos?|refs?|reference|id|code|is|was|of)\b\.?){0,3})"
    r"(?P<sign>[\s.:;=#\-_(\[\"'*/]{0,4})"
)
_SLIP = r"(?=[a-z/\-]{0,4}\d)[a-z0-9/\-]{4,14}(?![a-z0-9])"
_LOOSE = (
    r"(?:[a-z][\s.\-_*/]{0,2}){0,2}\d(?:[\s.\-_*/\\]{0,2}[0-9O]){3,11}"
    r"(?:[\s.\-_*/]{0,2}[a-z](?:[.\-]?[a-z])?(?![a-z0-9])|(?![a-z0-9]))"
)
_AND = r"\s{0,2}(?:[,;&+/]|and\b|or\b)\s{0,2}"
_NAMES = {
    "crn": r"crns?|case(?= (?:ref|id|no|num))|n?delius",
    "prison": r"noms|nomis|prisoner|prison",
    "pnc": r"pnc(?:id)?s?",
    "cro": r"cros?",
    "ni": r"nino|ni|national insurance",
    "nhs": r"nhs",
}
# The name, how it is said to be one, and the first of what follows.
_NAMED = re.compile(
    rf"\b(?:{'|'.join(f'(?P<{kind}>{names})' for kind, names in _NAMES.items())}){_SAID}"
    r"(?=[a-z]{0,2}[\s.\-_*/]{0,3}[0-9O])",
    re.IGNORECASE,
)
_OF_ITS_KIND = re.compile(rf"{_LOOSE}|{_SLIP}", re.IGNORECASE)
_GOES_ON = re.compile(_AND, re.IGNORECASE)
_CALLED = re.compile(
    r"\b(?:tel(?:ephone)?|phone|mob(?:ile)?|cell|fax|landline|whats ?app|ring|rang|call(?:ed)?|dial"
    r"|text(?:ed)?)(?:[\s:.\-=]{1,3}(?:nos?|number|num|me|us|him|her|them|is|on|at)\b){0,3}"
    rf"[\s:.\-=(#]{{0,4}}({LOCAL_PHONE})",
    re.IGNORECASE,
)
_ALWAYS = ("crn", "pnc", "cro")  # names of nothing but an identifier


_NUMBER_STARTS = re.compile(
    r"(?<!\d)\d|[+(](?=[\s(]?[0-9O])|(?<![^\W_])O(?=[\s0-9])", re.IGNORECASE
)
_LETTER_STARTS = re.compile(
    r"[A-Z](?=[\s.\-_*/)\]}'\"|~=]{0,3}(?:[A-Z][\s.\-_*/]{0,3})?[OIL]{0,2}\d)", re.IGNORECASE
)


def candidates(text: str) -> list[tuple[int, int, int, str]]:
    """Start, end, rank and kind of all that is meant as an identifier; overlaps included."""
    begins = {
        "number": [match.start() for match in _NUMBER_STARTS.finditer(text)],
        "letter": [match.start() for match in _LETTER_STARTS.finditer(text)],
        "mail": mail_starts(text),
        "spelt": spelt_starts(text),
    }
    found = []
    for rank, shape in enumerate(_SHAPES):
        end = 0
        for start in begins[shape.begins]:
            if start >= end and (match := shape.pattern.match(text, start)) and shape.meant(match):
                end = match.end()
                found.append((start, end, rank, shape.kind))
    for match in _NAMED.finditer(text):
        kind = next(kind for kind in _NAMES if match[kind])
        said = (
            kind in _ALWAYS or bool(match["said"].strip()) or any(map(match["sign"].count, ":=#"))
        )
        found += [
            (start, end, len(_SHAPES), kind) for start, end in _listed(text, match.end(), said)
        ]
    for match in _CALLED.finditer(text):
        number = match[1]
        if not (round_number(number) or like_a_date(number) or like_a_year(number)):
            found.append((*match.span(1), len(_SHAPES), "phone"))
    return found


def _listed(text: str, place: int, said: bool) -> list[tuple[int, int]]:
    """The identifiers after a name: one, or several with commas and "and" between them."""
    found: list[tuple[int, int]] = []
    while match := _OF_ITS_KIND.match(text, place):
        end = _meant_end(match, said, first=not found)
        if end is None:
            break
        found.append((match.start(), end))
        following = _GOES_ON.match(text, end)
        if following is None:
            break
        place = following.end()
    return found


def _meant_end(match: re.Match[str], said: bool, first: bool) -> int | None:
    """Where the identifier ends, without a word that follows it; None where it is none."""
    token = match[0]
    word = re.search(r"\s{1,2}([A-Za-z]{1,2})\Z", token)
    if word and (word[1].lower() in WORDS | UNITS or word[1] in ("a", "i", "I")):
        token = token[: word.start()]
    first_word = re.match(r"([a-z]{1,2})\s", token)
    if (
        first_word
        and first_word[1] in WORDS - {"ah"} | {"a", "i"}
        and like_a_date(token[3:] + "/26")
    ):
        return None  # "the PNC by 27/06"
    digits = digits_in(token)
    short = len(digits) < (4 if first else 5)
    ordinary = (
        like_a_year(token)
        or like_a_date(token)
        or like_a_paper(token)
        or (digits == token.replace(" ", "") and round_number(token))
        or token[-2:].lower() in ORDINALS
    )
    if ordinary or (short and not (first and "/" in token)):
        return None
    plain_number = digits == token
    if not said and (plain_number and len(digits) < 7):
        return None  # "prison 1200", "NHS 1948"
    loose = re.search(r"\s", token) is not None
    if loose and not said and len(digits) < (6 if token[0].isalpha() else 9):
        return None
    return match.start() + len(token)
