"""Ways to reach a person: email, telephone, postcode; and what only looks like it.

Telephone numbers: Ofcom's National Telephone Numbering Plan, nine or ten digits after the zero.
Postcodes: Royal Mail's areas, and C I K M O V never in the second half.
"""

import re
from itertools import pairwise

from bot.reports.edges import (
    END,
    START,
    UNITS,
    WORDS,
    digits_in,
    like_a_date,
    shape,
    words,
)

_BETWEEN = r"(?:\s{0,2}|\s?[\-_*()]{1,3}\s{0,2}|[./]|\)\s?[.\-/]\s?)"

# Numbers that belong to the public, printed so that people ring them; taking one out of "I was told
# to ring 0800 ..." protects nobody. Freephone (080) is for services only. 03 is also given to desks
# of offices, so there only helplines by name; likewise 01 and 02.
_PUBLISHED = {
    "03001231100": "Acas",
    "02031172520": "Protect",
    "03031231113": "Information Commissioner",
    "03001233393": "Mind",
    "03000031647": "Health and Safety Executive",
    "08457909090": "Samaritans, before 116 123",
}
_PUBLIC = "|".join(_BETWEEN.join(number) for number in _PUBLISHED)
# What is known to be ordinary, whatever stands beside it.
ORDINARY = re.compile(
    rf"(?<![\d+])(?:{_PUBLIC})(?!\d)"
    rf"|(?<![\d+])0800[\s\-]?1111(?!{_BETWEEN}\d)"
    rf"|(?<![\d+])\(?0\s?80[08]\)?(?:[\s\-]{{0,2}}\d){{6,7}}(?!\d|[\s.\-]{{0,2}}(?!(?:19|20)\d\d(?!\d))\d{{3}})"
    r"|(?<![\d+])080[08]\d{6,7}(?!\d)"
    r"|(?<![^\W_])(?<!\d[ \-])116[ \-]?(?:000|006|111|117|123)(?![ \-]?\d)"
    r"|(?<![^\W_])85258(?!\d)"  # Shout, by text
    # Dates with the whole year, and times from and to.
    r"|(?<!\d)(?:19|20)\d\d([\-./])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)(?:0?[1-9]|[12]\d|3[01])([\-./ ])(?:0?[1-9]|1[0-2])\2(?:19|20)\d\d(?![\da-z])"
    r"|(?<![\d.])(?:[01]?\d|2[0-3])[.:][0-5]\d\s?(?:[ap]m)?\s?(?:-|to)\s?"
    r"(?:[01]?\d|2[0-3])[.:][0-5]\d(?!\d|\.\d)"
    r"|(?<!\d)(?:[01]\d|2[0-3])(?:00|15|30|45)\s?-\s?(?:[01]\d|2[0-3])(?:00|15|30|45)(?![\d\-])",
    re.IGNORECASE,
)

# Bounded, as addresses are: without bounds a long run without spaces would take its square.
_LOCAL = r"[^\s@,;:<>()\[\]\"\u01c0]{1,64}"
_HOST = r"[^\s@,;:<>()\[\]\"\u01c0]"
_AT = r"(?:\s{0,2}@\s{0,2}|\s{0,2}[(\[{<]\s?at\s?[)\]}>]\s{0,2})"
_DOT = r"(?:\s?\.\s?|\s?[(\[{]\s?(?:dot|\.)\s?[)\]}]\s?|\sdot\s)"
# "One of us. Jo (at) ...": a full stop ends a sentence.
_NAME_DOT = r"(?:\.|\s\.\s|\s?[(\[{]\s?(?:dot|\.)\s?[)\]}]\s?|\sdot\s)"
_ENDING = r"(?:uk|com|org|net|gov|info|me|co|io|eu|scot|wales|cymru)"
_PROVIDERS = (
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|btinternet|live|aol|protonmail|justice)"
)
_EMAILS = [
    rf"{_LOCAL}{_AT}{_HOST}{{0,252}}[^\s@,;:<>()\[\]\".\u01c0]\.[^\s@,;:<>()\[\]\".'*\u01c0]{{1,63}}",
    (
        rf"\b[\w+\-']{{1,63}}(?:{_NAME_DOT}[\w+\-']{{1,63}}){{0,4}}{_AT}"
        rf"[\w\-]{{1,63}}(?:{_DOT}[\w\-]{{1,63}}){{0,4}}{_DOT}{_ENDING}\b"
    ),
    # "reached at jo dot bloggs at example dot org": the word before the first "at" goes too.
    (
        r"\b[\w.+\-']{1,64}(?:\sdot\s[\w\-']{1,63}){0,4}"
        r"(?:\sat\s[\w\-]{1,63}(?:\sdot\s[\w\-]{1,63}){1,4}){1,2}\b"
    ),
    # "at" is a word: the name must look like an address's, with a dot or a digit in it.
    (
        rf"\b(?=[\w+\-']{{1,40}}[._+\d]|[\w+\-']{{1,40}}\sdot\s)[\w.+\-']{{1,64}}(?:\sdot\s[\w\-']{{1,63}}){{0,4}}"
        rf"\sat\s(?:(?:[\w\-]{{1,63}}\.){{1,4}}{_ENDING}|{_PROVIDERS})\b"
    ),
    rf"(?<=mail )[\w.+\-']{{1,64}}\sat\s(?:(?:[\w\-]{{1,63}}\.){{1,4}}{_ENDING}|{_PROVIDERS})\b",
    r"\b[\w.+\-']{2,64}@[a-z][\w\-]{2,63}\b",
]

_PHONES = [
    rf"(?:\+|(?<!\d)(?<!\d[.:])00)\s?\(?[1-9](?:{_BETWEEN}\d){{8,13}}(?!\d)",
    rf"(?<!\d)44{_BETWEEN}(?:0{_BETWEEN})?[1-37](?:{_BETWEEN}\d){{8,9}}(?!\d)",
    r"(?<!\d)7\d{3}[\s.\-]?\d{3}[\s.\-]?\d{3}(?!\d)",
    # Ten digits after the zero are the rule; nine or eleven are older areas, or a slip.
    *(
        rf"(?:(?<![\d£$€])\(?0|{START}O)(?:{_BETWEEN}[0-9O]){{{count}}}(?!\d)"
        for count in (10, 11, 9)
    ),
    r"(?<![\d£$€.,])0\d{8}(?!\d)",
]
# A number as it follows "tel" or "ring": the area may be left out.
LOCAL_PHONE = r"\+?\d(?:[\s.\-]?\d){5,12}(?!\d)"

_SPELT = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple|treble)"

# https://www.royalmail.com: the letters before a postcode's first digit.
AREAS = words(
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL "
    "DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW "
    "KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH "
    "RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF "
    "WN WR WS WV YO ZE"
)


# Areas with an O in which the letter was typed as the digit that it looks like: "P016 7GZ".
_AREAS_WITH_O = "|".join(sorted(area.replace("O", "0") for area in AREAS if "O" in area))
# Measures that are also how a postcode ends, and seldom stand behind something like "n1 8".
_ENDINGS = words("bn gb pa pw")
O_WORDS = words(
    "oaf oar oat obe obs odd ode ods off ofs oft old ols one ons ops opt orb ord ore org "
    "ors our out owe own "
    "oap opd ora osp ots"  # of the field: personality disorder, oral report, therapists
)
# A line of a rota: the day or the shift, from and to, and what is done: "M 9 5 AL".
ROTA = re.compile(
    r"(?:[MTWFSDELN]|hr)\s{1,2}(?:[1-9]|1[0-2])\s{1,2}(?:[1-9]|1[0-2])\s{1,2}"
    r"(?:al|bh|pl|sl|td|tl|tr|tu|wl)",
    re.IGNORECASE,
)


def _postcode(match: re.Match[str]) -> bool:
    area, inner_gap, gap, inward = match.groups()
    known = area.upper() in AREAS
    word = area.lower() in WORDS or (area in ("a", "I", "i") or (area == "A" and inner_gap))
    if inner_gap and word and not (known and area.isupper() and inward.isupper()):
        return False
    letters = inward[1:]
    unused = re.search(r"[CIKMOV]", letters, re.IGNORECASE) is not None
    if inward[0] in "oO":  # the letter for the digit: "SW1A OAA", but not "B1 out"
        return known and not unused and inward.lower() not in O_WORDS
    if letters.lower() in ("am", "pm"):
        return not gap
    if letters in UNITS:
        if inward[0] == "0":
            return True  # nobody counts none of it
        # "b1 5th floor"
        return known and not inner_gap and (len(area) == 2 or letters in _ENDINGS)
    return not (unused and gap and letters.islower()) or known


def _postcode_apart(match: re.Match[str]) -> bool:
    area, letters = ("".join(part.split()) for part in match.groups())
    if area.lower() in WORDS and not area.isupper():
        return False
    if ROTA.fullmatch(match[0]):
        return False
    ordinary = letters.lower() in WORDS | UNITS or re.search(r"[CIKMOV]", letters, re.IGNORECASE)
    return area.upper() in AREAS and not ordinary


def _postcode_with_zero(match: re.Match[str]) -> bool:
    return match[1] not in UNITS


def _phone(match: re.Match[str]) -> bool:
    number = re.sub(r"^(?:\+|00)?440?(?=[1-9])", "0", digits_in(match[0].replace("O", "0")))
    groups = re.findall(r"\d+", match[0])
    if match[0].upper().count("O") > 3 or re.match(r"080[08]", number) or number in _PUBLISHED:
        return False
    if len(groups[0]) > 2 or match[0].startswith("+"):
        return True
    # "07 08 09 10 11" counts on; "01.02.26 - 05.03" is a date.
    counts_on = all(int(after) == int(before) + 1 for before, after in pairwise(groups))
    clock = re.match(r"\d\d[.:][0-5]\d(?:\s|\s?-\s?)\d{1,2}[.:]\d", match[0])
    return not (counts_on and len(groups) > 1) and not like_a_date(match[0]) and not clock


# What every address written out has in it, and where the name before it may begin.
_MAIL_SIGN = re.compile(
    rf"@|[(\[{{<]\s?at\s?[)\]}}>]|\sat\s(?=[\w\-]{{1,63}}(?:\.\w|\sdot\s)|{_PROVIDERS}\b)",
    re.IGNORECASE,
)
_MAIL_START = re.compile(rf"(?<!{_HOST}){_HOST}|(?<![\w.+\-'])[\w.+\-']")
_SPELT_START = re.compile(rf"\b{_SPELT}\b", re.IGNORECASE)


def mail_starts(text: str) -> list[int]:
    """Where an email address may begin: the words before an "@" or an "at"."""
    found: set[int] = set()
    for sign in _MAIL_SIGN.finditer(text):
        first = max(0, sign.start() - 200)
        found.update(m.start() for m in _MAIL_START.finditer(text, first, sign.start()))
        # Where more than a name's length is unbroken, the last of it.
        found.add(max(0, sign.start() - 64))
    return sorted(found)


def spelt_starts(text: str) -> list[int]:
    """Where a number in words may begin."""
    return [match.start() for match in _SPELT_START.finditer(text)]


CONTACTS = [
    *(shape("email", "mail", pattern) for pattern in _EMAILS),
    *(shape("phone", "number", pattern, _phone) for pattern in _PHONES),
    shape("phone", "spelt", rf"\b(?:{_SPELT}[\s,.\-]{{1,2}}){{5,11}}{_SPELT}\b"),
    shape(
        "postcode",
        "letter",
        rf"(?:{START}|(?<=postcode)|(?<=post code))([A-Z]{{1,2}})(\s?)\d[A-Z\d]?"
        rf"([\s.\-_*]{{0,3}})([\dO][A-Z]{{2}}){END}",
        _postcode,
    ),
    # Apart in odd places, and throughout: "ls1 4 ap", "L S1 4A P", "S W 1 A 1 A A".
    shape(
        "postcode",
        "letter",
        rf"{START}([A-Z](?:\s?[A-Z])?)\s{{0,2}}\d(?:\s?[A-Z\d])?\s{{0,2}}\d\s?([A-Z]\s?[A-Z]){END}",
        _postcode_apart,
    ),
    *(
        shape(
            "postcode",
            begins,
            rf"{START}(?:{_AREAS_WITH_O})\s?\d{{1,2}}[\s.\-_*]{{0,3}}[\dO]([A-Z]{{2}}){END}",
            _postcode_with_zero,
        )
        for begins in ("letter", "number")
    ),
]
