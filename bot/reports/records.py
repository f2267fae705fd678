"""The numbers under which public bodies know a person.

CRN and prison number: HMPPS's open code (NomisIdOrCrnRegex in
hmpps-accredited-programmes-manage-and-deliver-api); the older prison number as in nomis-reports.
PNC and CRO: PNCIdentifier and CROIdentifier in hmpps-person-record. National Insurance: HMRC's
manual, NIM39110. NHS: the NHS Data Dictionary.
"""

import re

from bot.reports.edges import (
    DIGIT,
    END,
    GAP,
    NUMBER_START,
    SLASH,
    START,
    UNITS,
    WORDS,
    after_a_letter,
    digits_in,
    like_a_date,
    like_a_paper,
    like_a_year,
    round_number,
    shape,
    starts_sentence,
)

# Of a serial's letter: the year's last two digits joined to seven digits, modulo 23.
_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_COUNTED = ("012345", "123456", "234567", "345678", "456789")
# What is numbered by a letter, or scored, when a case number is not what follows.
_GRADED = re.compile(
    r"\b(?:sections?|grades?|bands?|rooms?|cost (?:code|cent(?:re|er))|(?:scor|rat|grad)(?:e[ds]?|"
    r"ing)(?: it)?)(?:\sis|\sas|:)?\s{1,2}\Z",
    re.IGNORECASE,
)
_SCORES = re.compile(
    r"\b(?:scor(?:e[ds]?|ing)|votes?|voted|rat(?:ed|ings?)|marks?|points)(?: (?:were|are|of))?:?"
    r"\s{1,2}\Z",
    re.IGNORECASE,
)
_SOME = r"[\s.\-*]{1,2}"


def pnc_letter(year: str, serial: str) -> str:
    """The letter that belongs to a PNC number."""
    return _PNC_LETTERS[int(year[-2:] + serial.zfill(7)) % 23]


def nhs_valid(digits: str) -> bool:
    """Whether the last of ten digits is their check digit: weights 10 to 2, modulo 11."""
    weighed = sum(
        weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False)
    )
    return (11 - weighed % 11) % 11 == int(digits[9])


def _crn_compact(match: re.Match[str]) -> bool:
    digits = digits_in(match[0])
    if after_a_letter(match):
        return len(digits) == 6 and not round_number(digits)
    return len(digits) >= 4 and not (match[0][0] == "c" and round_number(digits))


def _crn_apart(match: re.Match[str]) -> bool:
    letter, gap, body = match.groups()
    groups = re.split(r"\D+", body)
    if (gap and (round_number(body) or like_a_date(body))) or (len(groups) > 2 and _graded(match)):
        return False  # "room L12 10-11"
    if gap.isspace() and (letter == "a" or (letter == "A" and starts_sentence(match))):
        return False  # "a 250000 cut"
    if gap.isspace() and len(groups) > 1 and groups[-1].endswith("00"):
        return False  # "team B 196 200 cases"
    if len(groups) == 2 and "\n" not in body and {len(groups[0]), len(groups[1])} == {2, 4}:
        # "M25 1000 cars", "team B 2026 12 posts"
        return not (any(map(like_a_year, groups)) or groups[1].endswith("00"))
    return len(digits_in(body)) >= 4


def _graded(match: re.Match[str]) -> bool:
    """Whether what stands before it makes a section, a grade, a score or a room of it."""
    return _GRADED.search(match.string[max(0, match.start() - 24) : match.start()]) is not None


def _crn_digit_by_digit(match: re.Match[str]) -> bool:
    letter, gap, body = match.groups()
    if not gap.isspace():
        return True
    if _graded(match):
        return False
    if letter in "aiI" or (letter == "A" and starts_sentence(match)):
        return False
    return digits_in(body) not in _COUNTED  # "team B 1 2 3 4 5 6"


def _crn_odd(match: re.Match[str]) -> bool:
    groups = re.findall(r"\d+", match[0])
    if len("".join(groups)) != 6 or _graded(match):
        return False
    return not (any(map(like_a_year, groups)) or any(group.endswith("00") for group in groups))


def _crn_slip(match: re.Match[str]) -> bool:
    return not (match[0][0] == "c" and round_number(match[0]))


def _prison_compact(match: re.Match[str]) -> bool:
    digits = digits_in(match[0])
    if after_a_letter(match):
        new_word = match[0][0].isupper() and match.string[match.start() - 1].islower()
        return len(digits) == 4 and (new_word or not like_a_year(digits))
    return len(digits) >= 3


def _prison_apart(match: re.Match[str]) -> bool:
    first, gap, digits, second_gap, last = match.groups()
    if last.lower() in ("am", "pm") or len(digits_in(digits)) < 3:
        return False
    if first.isupper() and last.isupper():
        return True
    if last.lower() in UNITS or (second_gap.isspace() and last.lower() in WORDS):
        return False
    if gap.isspace() and first == "a" and second_gap:
        return second_gap.isspace() and not (like_a_year(digits) or digits.endswith("00"))
    return not (like_a_year(digits) and (gap.isspace() or second_gap.isspace()))


def _prison_split(match: re.Match[str]) -> bool:
    first, some, rest, gap, last = match.groups()
    if len(some + rest) != 4 or last.lower() in UNITS | WORDS or rest.endswith("00"):
        return False
    return not gap or (first.isupper() and last.isupper())


def _prison_digit_by_digit(match: re.Match[str]) -> bool:
    first, gap, last = match.groups()
    letters = "".join(last.split())
    if first.isupper() and letters.isupper():
        return True
    return not gap and len(last) == 2 and last.lower() not in WORDS | UNITS


def _prison_slip(match: re.Match[str]) -> bool:
    digits, last = match.groups()
    if last.isupper():
        return last not in ("AM", "PM")
    return not (last in UNITS | WORDS or last == "s" or like_a_year(digits))


def _prison_old(match: re.Match[str]) -> bool:
    return not like_a_paper(match[0])


def _ni_compact(match: re.Match[str]) -> bool:
    letters, body, suffix = match.groups()
    if len(digits_in(body)) < 4 or (after_a_letter(match) and not suffix):
        return False
    if suffix:
        return True
    return not like_a_paper(letters) and not (letters.lower() in WORDS and round_number(body))


def _ni_apart(match: re.Match[str]) -> bool:
    first, between, second, gap, body, suffix = match.groups()
    letters = first + second
    if len(digits_in(body)) < 4:
        return False
    if like_a_paper(letters) and like_a_year(body[-4:]):
        return False  # "PI 05/2014 I"
    if letters.isupper():
        if suffix:
            return True
        ordinary = round_number(body) or like_a_date(body) or like_a_paper(letters)
        return not between and not ordinary and letters.lower() not in WORDS
    if between or not suffix:
        ordinary = round_number(body) or like_a_paper(letters) or like_a_year(body[-4:])
        return not between and not gap and not ordinary
    if letters.lower() not in WORDS:
        return True
    # "to 12 34 56 b" in pairs, all alike, is meant; "to 123456 b" is not.
    pairs = rf"{re.escape(gap)}".join([r"\d\d"] * 3)
    return re.search(rf"{pairs}{re.escape(gap)}[a-z]\Z", match[0]) is not None


def _nhs_vague(match: re.Match[str]) -> bool:
    groups = re.findall(r"\d+", match[0])
    ordinary = any(like_a_year(group) or group.endswith("00") for group in groups)
    if len(groups) == 10:  # one by one, as scores are too
        before = match.string[max(0, match.start() - 24) : match.start()]
        ordinary = ordinary or max(groups) <= "5" or _SCORES.search(before) is not None
    elif len(groups) > 3:
        return False
    return not ordinary and nhs_valid("".join(groups))


def _pnc_attached(match: re.Match[str]) -> bool:
    return len(match[2]) > 2 or match[0][-1] != "s"  # "24/7s"


def _pnc_capital(match: re.Match[str]) -> bool:
    return not like_a_year(f"{match[1]}/{match[2]}") and not like_a_year(match[2])


def _pnc_spaced(match: re.Match[str]) -> bool:
    year, serial, gap, letter = match.groups()
    if round_number(serial) and letter.lower() in "akmpis":
        return False
    right = letter.upper() == pnc_letter(year, serial)
    if gap and not (len(year) == 2 and len(serial) == 7):
        return letter not in "aAiI" and (right or letter.isupper())
    return len(serial) > 5 or right or (letter.isupper() and letter not in "KMB")


def _pnc_compact(match: re.Match[str]) -> bool:
    digits, gap, letter = match.groups()
    if round_number(digits):
        return False
    if gap:
        return len(digits) in (9, 11) or (
            len(digits) == 8 and letter.isupper() and letter not in "AI"
        )
    if len(digits) > 7:
        return True
    years = [2] if len(digits) < 8 else [2, 4]
    right = any(letter.upper() == pnc_letter(digits[:at], digits[at:]) for at in years)
    return right if len(digits) < 7 else right or (letter.isupper() and letter not in "KMB")


def _cro(match: re.Match[str]) -> bool:
    serial, year, letter = match.groups()
    # "50/50s", "2013/14s"; S is no check letter.
    return letter != "s" or not (len(serial) <= 2 or like_a_year(f"{serial}/{year}"))


def _cro_capital(match: re.Match[str]) -> bool:
    return not like_a_year(f"{match[1]}/{match[2]}")


def _not_round(match: re.Match[str]) -> bool:
    return not round_number(match[1])


def _long(match: re.Match[str]) -> bool:
    stamp = re.match(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?\Z", match[0])
    return stamp is None and not match[0].endswith("000000")


# A suffix run together with the next word: "AB123456Cand".
_UNTIL = rf"(?:{END}|(?-i:(?<=[A-Z])(?=[a-z])))"

# Between digits that belong together, but not the end of a sentence.
_APART = r"(?:\s{1,2}|\s?[\-_*]\s?)"
# A number that counts what comes next.
_NO_COUNT = (
    r"(?!\s(?:times?|hours?|days?|weeks?|months?|years?|of|people|cases|posts|staff|officers|more"
    r"|per|am|pm)\b|[.,]\d|\s?[%/:])"
)

RECORDS = [
    shape("ni", "letter", rf"([A-Z]{{2}})({DIGIT}{{6}})([A-Z]?){_UNTIL}", _ni_compact),
    # A lone "a" is the last letter after small letters; after capitals it is the article.
    *(
        shape(
            "ni",
            "letter",
            rf"{START}({first})({GAP})({first})({GAP})({DIGIT}(?:[\s.\-_*/]{{0,2}}{DIGIT}){{5}})"
            rf"(?:{GAP}({last}))?{END}",
            _ni_apart,
        )
        for first, last in (("(?-i:[a-z])", "[A-Z]"), ("[A-Z]", r"(?-i:(?<=\d)[a-z]|[b-zA-Z])"))
    ),
    shape("nhs", "number", rf"(?<![\d£$€])\d{{3}}{GAP}\d{{3}}{GAP}\d{{4}}(?!\d)"),
    shape("nhs", "number", rf"{NUMBER_START}[1-9](?:[\s.\-_*]{{0,2}}\d){{9}}(?!\d)", _nhs_vague),
    shape("cro", "number", rf"{NUMBER_START}(\d{{1,6}}){SLASH}(\d\d)([A-Z]){END}", _cro),
    shape("cro", "number", rf"{NUMBER_START}\d{{5,6}}{SLASH}\d\d\s{{1,2}}[A-Z]{END}"),
    shape(
        "cro",
        "number",
        rf"{NUMBER_START}(\d{{3,4}}){SLASH}(\d\d)(?-i:\s[B-HJ-Z]){END}",
        _cro_capital,
    ),
    shape("cro", "number", rf"{NUMBER_START}(\d{{6}}){SLASH}\d\d(?!\d)", _not_round),
    shape("cro", "number", rf"{NUMBER_START}\d{{5,6}}-\d\d[A-Z]{END}"),
    shape("cro", "letter", rf"SF{GAP}\d\d(?:{SLASH}|{GAP})\d{{1,6}}\s{{0,2}}[A-Z]{END}"),
    shape("cro", "letter", rf"SF{GAP}\d\d{SLASH}\d{{4,6}}(?!\d)"),
    shape(
        "pnc", "number", rf"{NUMBER_START}(\d{{4}}|\d\d){SLASH}(\d{{1,7}})[A-Z]{END}", _pnc_attached
    ),
    shape("pnc", "number", rf"{NUMBER_START}(?:\d{{4}}|\d\d){SLASH}\d{{5,7}}\s{{1,2}}[A-Z]{END}"),
    shape(
        "pnc",
        "number",
        rf"{NUMBER_START}(\d{{4}}|\d\d){SLASH}(\d{{3,4}})(?-i:\s[B-HJ-Z]){END}",
        _pnc_capital,
    ),
    shape("pnc", "number", rf"{NUMBER_START}(?:\d{{4}}|\d\d){SLASH}(\d{{6,7}})(?!\d)", _not_round),
    shape(
        "pnc",
        "number",
        rf"{NUMBER_START}(\d{{4}}|\d\d)[\s.\-]{{1,2}}(\d{{5,7}})(\s{{0,2}})([A-Z]){END}",
        _pnc_spaced,
    ),
    shape("pnc", "number", rf"{NUMBER_START}(\d{{5,11}})(\s?)([A-Z]){END}", _pnc_compact),
    # "l" and "I" are typed for 1, in fonts where they look it.
    shape("crn", "letter", r"[A-Z](?:[0-9O]|(?-i:[lI])){6}(?!\d)", _crn_compact),
    shape(
        "crn",
        "letter",
        rf"{START}([A-Z])({GAP})({DIGIT}{{6}}|{DIGIT}{{3}}{_SOME}{DIGIT}{{3}}"
        rf"|{DIGIT}{{2}}{_SOME}{DIGIT}{{2}}{_SOME}{DIGIT}{{2}}|\d{{2}}{_SOME}\d{{4}}"
        rf"|\d{{4}}{_SOME}\d{{2}}|(?=(?:\d\n?){{6}})\d{{1,5}}\n\d{{1,5}})(?!\d)",
        _crn_apart,
    ),
    shape("crn", "letter", rf"{START}[A-Z](?:\d{{5}}|\d{{7}}){END}", _crn_slip),
    # The letter set off with a sign, and a digit to a line.
    shape("crn", "letter", rf"{START}[A-Z][)\]}}'\"|~=](\d{{6}})(?!\d)", _not_round),
    shape("crn", "letter", rf"{START}[A-Z]\s?\d(?:\s?\n\s?\d){{5}}(?!\d)"),
    # Apart at every digit: "x1 2 3 4 5 6".
    shape(
        "crn",
        "letter",
        rf"{START}([A-Z])({_APART}?)({DIGIT}(?:{_APART}{DIGIT}){{5}})(?!\d)",
        _crn_digit_by_digit,
    ),
    # Its last digit apart, and in other odd places behind a letter that is no road, grade or year.
    shape("crn", "letter", rf"{START}[A-Z]{_APART}?\d{{5}}{_APART}\d(?!\d){_NO_COUNT}", _crn_odd),
    shape(
        "crn",
        "letter",
        rf"{START}[HJ-LNOR-UW-Z]\d{{1,4}}(?:{_APART}\d{{1,5}}){{1,2}}(?!\d){_NO_COUNT}",
        _crn_odd,
    ),
    shape(
        "prison",
        "letter",
        rf"(?<!\d)[A-Z](?:{DIGIT}|(?-i:[lI])){{4}}[A-Z]{{2}}(?:{_UNTIL}|(?=s{END}))",
        _prison_compact,
    ),
    shape(
        "prison",
        "letter",
        rf"{START}([A-Z])({GAP})({DIGIT}{{4}})({GAP})([A-Z]{{2}}){END}",
        _prison_apart,
    ),
    shape(
        "prison",
        "letter",
        rf"{START}([A-Z])({_APART}?){DIGIT}(?:{_APART}{DIGIT}){{3}}{_APART}?([A-Z]\s?[A-Z]){END}",
        _prison_digit_by_digit,
    ),
    # Apart in the middle of its digits: "A12 34BC".
    shape(
        "prison",
        "letter",
        rf"{START}([A-Z])(\d{{1,3}})[\s.\-](\d{{1,3}})(\s?)([A-Z]{{2}}){END}",
        _prison_split,
    ),
    shape("prison", "letter", rf"{START}[A-Z](\d{{3}}|\d{{5}})([A-Z]{{2}}){END}", _prison_slip),
    shape("prison", "letter", rf"{START}[A-Z](\d{{4}})([A-Z]){END}", _prison_slip),
    shape("prison", "letter", rf"{START}[A-Z]{{2}}\d{{4}}{END}", _prison_old),
    # Nine digits and more in a row identify something, whatever it is.
    shape("number", "number", r"(?<![\d£$€.,])\d{9,}(?!\d)", _long),
]
