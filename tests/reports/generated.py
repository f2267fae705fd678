"""Reports as probation staff might type them, made up, with every identifier's place known.

Each is a few sentences of ours with identifiers in the ways people type them, and beside them the
numbers, dates and words that such reports are full of. No identifier is anybody's: they are drawn
at random.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from bot.text import plain

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a report: an identifier or something ordinary, by kind.

    Attributes:
        start, end: in the report's text.
        kind: what it is; for an identifier the label that ``redact`` gives it.
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Report:
    """A made-up report.

    Attributes:
        typed: as it was sent.
        text: without invisible signs; the places below are in it.
        identifiers: all of which must go.
        ordinary: numbers, dates and names of things, all of which must stay.
        words: all other words.
    """

    typed: str
    text: str
    identifiers: list[Part]
    ordinary: list[Part]
    words: list[Part]

    @classmethod
    def of(cls, seed: int) -> Self:
        """The report of a seed, always the same."""
        chance = random.Random(seed)
        typed, text = "", ""
        parts: dict[str, list[Part]] = {"identifier": [], "ordinary": [], "word": []}
        for sort, kind, piece in _pieces(chance):
            seen = plain(piece)
            start = len(text)
            typed += piece
            text += seen
            if sort == "word":
                parts[sort] += [
                    Part(start + found.start(), start + found.end(), "word")
                    for found in re.finditer(r"\w+", seen)
                ]
            else:
                parts[sort].append(Part(start, start + len(seen), kind))
        assert text == plain(typed)
        return cls(typed, text, parts["identifier"], parts["ordinary"], parts["word"])


def _pieces(chance: random.Random) -> list[tuple[str, str, str]]:
    """Sort, kind and text of each piece of a report."""
    pieces: list[tuple[str, str, str]] = []
    for _ in range(chance.randint(4, 9)):
        frame = chance.choice(WITH_IDENTIFIER if chance.random() < 0.4 else WITH_ORDINARY)
        for piece in re.split(r"(\{\w*\})", frame):
            if piece == "{}":
                pieces += _ordinary(chance, chance.choice(list(ORDINARY)))
            elif piece == "{id}":
                pieces += _identifier(chance)
            elif piece.startswith("{"):
                pieces += _ordinary(chance, piece.strip("{}"))
            else:
                pieces.append(("word", "word", piece))
        pieces.append(("word", "word", chance.choice([" ", " ", "  ", "\n", "\n\n"])))
    return pieces


def _ordinary(chance: random.Random, kind: str) -> list[tuple[str, str, str]]:
    return [("ordinary", kind, ORDINARY[kind](chance))]


def _identifier(chance: random.Random) -> list[tuple[str, str, str]]:
    label = chance.choice(list(IDENTIFIERS))
    typed, names = IDENTIFIERS[label]
    before = chance.choice(names) if chance.random() < 0.5 else ""
    found = typed(chance)
    if before.isalpha() and not found[0].isalnum():
        before += " "
    if not before and chance.random() < 0.03 and label in ("CRN", "prison number", "NHS number"):
        # Run together with the word before it, as happens on a phone.
        compact = re.sub(r"[^\w]", "", found)
        if re.fullmatch(r"[A-Z]?\d+([A-Z]{2})?", compact):
            before, found = chance.choice(["client", "pop", "man"]), compact
    around = chance.choice(
        [("", "")] * 8 + [("(", ")"), ('"', '"'), ("“", "”"), ("**", "**"), ("- ", "")]
    )
    return [
        ("word", "word", around[0] + before),
        ("identifier", label, _disguised(chance, found)),
        ("word", "word", around[1]),
    ]


def _disguised(chance: random.Random, found: str) -> str:
    """What keyboards and pastes do to text without anybody seeing it."""
    roll = chance.random()
    if roll < 0.02:
        place = chance.randrange(1, len(found))
        return found[:place] + chance.choice("\u200b\u00ad\u2060\ufeff") + found[place:]
    if roll < 0.04:
        return found.translate({ord("0") + n: ord("\uff10") + n for n in range(10)})
    if roll < 0.06:
        return found.replace("-", chance.choice("–—‑")).replace(" ", "\u00a0")
    return found


# --- identifiers


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _letters(chance: random.Random, count: int, among: str = UPPER) -> str:
    return "".join(chance.choice(among) for _ in range(count))


def _cased(chance: random.Random, found: str) -> str:
    return found.lower() if chance.random() < 0.4 else found


def _gap(chance: random.Random) -> str:
    return chance.choice([""] * 8 + [" "] * 6 + ["-", "-", ".", "  ", "\n", "/"])


def _oh(chance: random.Random, found: str) -> str:
    """Sometimes the letter for a zero."""
    return found.replace("0", "O", 1) if chance.random() < 0.04 else found


def crn(chance: random.Random) -> str:
    letter, body = chance.choice(UPPER), _oh(chance, _digits(chance, 6))
    body = chance.choice(
        [body] * 12
        + [
            f"{body[:3]} {body[3:]}",
            f"{body[:2]} {body[2:4]} {body[4:]}",
            f"{body[:3]}\n{body[3:]}",
        ]
    )
    gap = _gap(chance)
    if letter in "AI" and gap.strip(" ") == "":
        gap = ""  # "a 123456" reads as a word and a sum, even to a person
    if chance.random() < 0.03:
        body = body[:-1] if chance.random() < 0.5 else body + _digits(chance, 1)  # a slip
        gap = ""
        body = re.sub(r"\D", "7", body)
    return _cased(chance, letter + gap + body)


def prison_number(chance: random.Random) -> str:
    if chance.random() < 0.05:
        return _letters(chance, 2, "BCDFGJKLNRTVWX") + _digits(chance, 4)
    gap = chance.choice(["", "", "", _gap(chance)])
    second = gap if chance.random() < 0.7 else ""
    last = _letters(chance, 2)
    if second and last in ("AM", "PM"):
        last = "AN"
    found = chance.choice(UPPER[1:]) + gap + _oh(chance, _digits(chance, 4)) + second + last
    lower = chance.random() < 0.4 and not (gap and last.lower() in ("to", "of", "in", "at", "is"))
    return found.lower() if lower else found


def pnc(chance: random.Random) -> str:
    year = chance.randint(1970, 2026)
    serial = _digits(chance, 7) if chance.random() < 0.6 else str(chance.randint(1000, 999_999))
    checked = "ZABCDEFGHJKLMNPQRTUVWXY"[int(f"{year % 100:02}{serial.zfill(7)}") % 23]
    letter = checked if chance.random() < 0.9 else _letters(chance, 1)
    start = chance.choice([str(year), f"{year % 100:02}"])
    between = chance.choice(["/"] * 10 + [" / ", "/ ", "/\n", "\\"])
    if len(serial) == 7:
        between = chance.choice([between] * 4 + ["", "-", " "])
    last = chance.choice(["", "", "", " "]) if len(serial) > 5 else ""
    return _cased(chance, start + between + serial + last + letter)


def cro(chance: random.Random) -> str:
    year = f"{chance.randint(60, 126) % 100:02}"
    letter = _letters(chance, 1, "ZABCDEFGHJKLMNPQRTUVWXY")
    slash = chance.choice(["/"] * 8 + [" / ", "/\n"])
    if chance.random() < 0.35:
        gap = chance.choice(["", "", " "])
        serial = _digits(chance, chance.randint(4, 6))
        return _cased(chance, f"SF{gap}{year}{slash}{serial}{letter}")
    serial = str(chance.randint(100, 999_999))
    last = chance.choice(["", "", " "]) if len(serial) > 4 else ""
    return _cased(chance, f"{serial}{slash}{year}{last}{letter}")


def ni(chance: random.Random) -> str:
    first = _letters(chance, 1, "ABCEGHJKLMNOPRSTWXYZ")
    second = _letters(chance, 1, "ABCEGHJKLMNPRSTWXYZ")
    pairs = [_digits(chance, 2) for _ in range(3)]
    gap = _gap(chance)
    suffix = gap + chance.choice("ABCD")
    body = gap.join(pairs)
    if chance.random() < 0.15:
        body, gap = "".join(pairs), chance.choice(["", " "])
        suffix = chance.choice(["", " "]) + suffix.strip(" .-/\n")
    if chance.random() < 0.06:
        return first + second + gap + body  # the last letter forgotten
    found = first + second + gap + _oh(chance, body) + suffix
    word = (first + second).lower() in (
        "am",
        "as",
        "at",
        "be",
        "by",
        "go",
        "he",
        "me",
        "my",
        "so",
        "to",
        "we",
    )
    return found if word and gap else _cased(chance, found)


def nhs(chance: random.Random) -> str:
    while True:
        nine = chance.choice("4679") + _digits(chance, 8)
        check = (
            11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), nine, strict=True)) % 11
        ) % 11
        if check != 10:
            break
    if chance.random() < 0.05:
        check = (check + 1) % 10  # mistyped
        return f"{nine[:3]} {nine[3:6]} {nine[6:]}{check}"
    ten = f"{nine}{check}"
    gap = _gap(chance)
    return chance.choice(
        [gap.join([ten[:3], ten[3:6], ten[6:]])] * 8
        + [f"{ten[:3]} {ten[3:]}", f"{ten[:6]} {ten[6:]}"]
    )


def phone(chance: random.Random) -> str:
    roll = chance.random()
    if roll < 0.5:
        area, rest = "07" + chance.choice("345789") + _digits(chance, 2), _digits(chance, 6)
        groups = chance.choice(
            [[rest], [rest], [rest[:3], rest[3:]], [rest[:2], rest[2:4], rest[4:]]]
        )
    elif roll < 0.65:
        area, eight = "02" + chance.choice("03489"), chance.choice("23578") + _digits(chance, 7)
        groups = [eight[:4], eight[4:]]
    elif roll < 0.8:
        area, seven = (
            chance.choice(["0113", "0114", "0121", "0131", "0161", "0191"]),
            "4" + _digits(chance, 6),
        )
        groups = [seven[:3], seven[3:]]
    elif roll < 0.93:
        area, six = "01" + chance.choice("2345679") + _digits(chance, 2), _digits(chance, 6)
        groups = chance.choice([[six], [six[:3], six[3:]]])
    elif roll < 0.97:
        area, six = "0300", "047" + _digits(chance, 4)
        groups = [six[:3], six[3:]]
    else:
        area, six = "01" + _digits(chance, 3), _digits(chance, 5)
        groups = [six]
    gap = chance.choice([" "] * 6 + ["", "", "-", ".", "\n", "  ", " - "])
    start = chance.choice(
        [area] * 6
        + [
            f"({area})",
            f"+44 {area[1:]}",
            f"+44{area[1:]}",
            f"+44 (0){area[1:]}",
            f"0044 {area[1:]}",
            f"44 {area[1:]}",
        ]
    )
    found = gap.join([start, *groups])
    odd = chance.random()
    bare = area + "".join(groups)
    if odd < 0.05:
        found = " ".join([bare[:3], bare[3:7], bare[7:]])
    elif odd < 0.09:
        found = " ".join(bare[place : place + 2] for place in range(0, len(bare), 2))
    elif odd < 0.12:
        found = "O" + bare[1:]
    return found


def email(chance: random.Random) -> str:
    first = chance.choice(["jo", "sam", "a", "kim", "pat", "o'neil", "chris", "lee"])
    last = chance.choice(["bloggs", "smith7", "patel", "jones-green", "d", "mcx", "1984"])
    name = chance.choice(
        [f"{first}.{last}", f"{first}_{last}", f"{first}{last}", f"{first}+{last}"]
    )
    host = chance.choice(
        [
            "example.org",
            "justice.gov.uk",
            "mail.example.co.uk",
            "gmail.com",
            "hotmail.co.uk",
            "example.nhs.uk",
        ]
    )
    dotted = re.sub(r"\.", " dot ", host)
    name_dotted = re.sub(r"\.", " dot ", f"{first}.{last.replace('-', '')}")
    found = chance.choice(
        [f"{name}@{host}"] * 7
        + [
            f"{name} @ {host}",
            f"{name}(at){host}",
            f"{name}[at]{host}",
            f"{name} (at) {host}",
            f"{name}@\n{host}",
        ]
        + [
            f"{first}.{last} at {host}",
            f"{name_dotted} at {dotted}",
            f"{name} [at] {host.replace('.', ' [dot] ')}",
        ]
        + [f"{first}.{last}@justice", f"{first}.{last} at {dotted}"]
    )
    return chance.choice([found, found, found, found.upper(), found.title()])


def postcode(chance: random.Random) -> str:
    area = chance.choice(
        [
            "SW",
            "EC",
            "B",
            "M",
            "LS",
            "L",
            "NE",
            "CF",
            "PO",
            "E",
            "S",
            "BS",
            "TS",
            "W",
            "AB",
            "DN",
            "IP",
        ]
    )
    district = (
        str(chance.randint(1, 29))
        if chance.random() < 0.85 or (len(area) > 1 and area not in ("SW", "EC"))
        else "1" + _letters(chance, 1, "ABEHPVW")
    )
    if area in ("SW", "EC", "E", "W") and chance.random() < 0.3:
        district = "1" + chance.choice("AVWXY")
    inward = _digits(chance, 1) + _letters(chance, 2, "ABDEFGHJLNPQRSTUWXYZ")
    gap = chance.choice([" "] * 8 + [""] * 4 + ["  ", "-", "\n", "."])
    found = area + district + gap + inward
    ordinal = inward[1:].lower() in ("st", "nd", "rd", "th")
    return found if ordinal else _cased(chance, found)


IDENTIFIERS: dict[str, tuple[Callable[[random.Random], str], list[str]]] = {
    "CRN": (crn, ["CRN ", "crn:", "crn", "CRN: ", "crn no. ", "case ref ", "CRN=", "Delius "]),
    "prison number": (
        prison_number,
        ["NOMS ", "prison no. ", "prison number: ", "noms:", "Prisoner "],
    ),
    "PNC number": (pnc, ["PNC ", "pnc:", "PNCID ", "PNC no "]),
    "CRO number": (cro, ["CRO ", "cro:", "CRO no. "]),
    "NI number": (ni, ["NI ", "NINO: ", "ni number ", "National Insurance no. "]),
    "NHS number": (nhs, ["NHS ", "nhs no ", "NHS no. ", "nhs:", "NHS number is "]),
    "phone": (phone, ["tel ", "mob: ", "on ", "ring ", "tel:", "phone no. ", "Mobile "]),
    "email": (email, ["email ", "Email: ", "address "]),
    "postcode": (postcode, ["postcode ", "at ", "Postcode: "]),
}


# --- what must stay

MONTHS = [
    "January",
    "Feb",
    "March",
    "April",
    "May",
    "june",
    "July",
    "Aug",
    "Sept",
    "October",
    "Nov.",
    "December",
]


def date(chance: random.Random) -> str:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(2012, 2026)
    name = chance.choice(MONTHS)
    suffix = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(day, "th")
    return chance.choice(
        [
            f"{day} {name} {year}",
            f"{day}{suffix} {name}",
            f"{name} {day}, {year}",
            f"{name} {year}",
            f"{day:02}/{month:02}/{year}",
            f"{day}/{month}/{year % 100:02}",
            f"{day:02}.{month:02}.{year}",
            f"{day:02}-{month:02}-{year % 100:02}",
            f"{day:02}.{month:02}.{year % 100:02}",
            f"{year}-{month:02}-{day:02}",
            f"{day:02} {month:02} {year}",
            f"{day:02}/{month:02}",
            f"{day} {name} to {day + 3} {name}",
            f"{day:02}/{month:02}/{year} - {day + 2:02}/{month:02}/{year}",
        ]
    )


def clock(chance: random.Random) -> str:
    hour, minute = chance.randint(6, 20), chance.choice(["00", "15", "30", "45", "05"])
    return chance.choice(
        [
            f"{hour:02}:{minute}",
            f"{hour}.{minute}",
            f"{hour % 12 + 1}{chance.choice(['am', 'pm'])}",
            f"{hour % 12 + 1}.{minute} pm",
            f"{hour:02}{minute} hrs",
            f"{hour:02}:{minute} - 17:30",
            f"{hour:02}.{minute}-19.30",
            f"09.00-17.30 {chance.choice(['37.5', '12', '7.5'])} hours",
            f"0{chance.randint(7, 9)}00 - 1700",
            f"2026-02-1{chance.randint(0, 9)} {hour:02}:{minute}",
        ]
    )


def count(chance: random.Random) -> str:
    return chance.choice(
        [
            f"{chance.randint(21, 98)} cases",
            f"{chance.randint(30, 70)}",
            f"from {chance.randint(30, 40)} to {chance.randint(60, 80)}",
            f"{chance.randint(100, 190)} per cent",
            f"{chance.randint(1, 160)}%",
            f"{chance.randint(1, 9)}.{chance.randint(1, 9)} %",
            f"{chance.randint(1, 4)} of {chance.randint(5, 14)} posts",
            f"{chance.randint(1, 99)},{chance.randint(100, 999)} people",
            f"{chance.randint(100, 999)} {_digits(chance, 1)}00 cases",
            f"{chance.randint(1, 9)}:{chance.randint(10, 60)}",
            f"{chance.randint(1, 9)} out of {chance.randint(10, 12)}",
            f"{chance.randint(1, 5)} reports",
            "24/7",
            "50/50",
            "10/10s",
            f"{chance.randint(2, 9)} x {chance.randint(2, 9)}",
            f"40, 45, 52 and {chance.randint(53, 70)}",
            f"a {chance.randint(100, 400)}000 shortfall",
            f"of {chance.randint(100, 400)}000 a year",
            f"{chance.randint(1, 9)}th",
        ]
    )


def money(chance: random.Random) -> str:
    big = chance.randint(1, 999)
    return chance.choice(
        [
            f"£{big}m",
            f"£{big},{_digits(chance, 3)}",
            f"£1,{_digits(chance, 3)},000 a year",
            f"£{chance.randint(9, 40)}.{_digits(chance, 2)} an hour",
            f"{chance.randint(20, 45)}k",
            f"£{chance.randint(20000, 45000)}",
            f"{chance.randint(20, 45)}000-{chance.randint(46, 60)}000",
            f"£ {chance.randint(20000, 45000)} p.a.",
            f"{chance.randint(2, 9)}00000 pounds",
            f"£{big} billion",
            f"{chance.randint(10, 99)}p a mile",
        ]
    )


def year(chance: random.Random) -> str:
    start = chance.randint(2007, 2025)
    return chance.choice(
        [
            f"{start}",
            f"{start}/{(start + 1) % 100:02}",
            f"{start}-{start + 1}",
            f"{start}–{(start + 1) % 100:02}",
            f"FY{start}",
            f"Q{chance.randint(1, 4)} {start}",
            f"the {start // 10 * 10}s",
            f"in {start} to {start + 2}",
            f"{start}/{(start + 1) % 100:02} a manager",
        ]
    )


def law(chance: random.Random) -> str:
    section = chance.randint(1, 330)
    return chance.choice(
        [
            f"s.{section}",
            f"s{section}",
            f"section {section}A",
            f"ss. {section} and {section + 1}",
            f"section {section}(2)(b)",
            "Criminal Justice Act 2003",
            "the 1974 Act",
            "HASAWA 1974",
            "Article 9(2)(d)",
            f"Sch 1 para {section}",
            "SI 2014/596",
            "SI 1999/3242",
            f"PI {section % 20 + 1:02}/2014",
            f"PSI {section % 50 + 1}/2011",
            f"HC {section + 700}",
            f"Cm {section + 8000}",
            f"Cm{section + 8000}",
            f"EDM {section + 100}",
            f"clause {section % 30}.{section % 9}",
            f"reg 4({section % 9})",
        ]
    )


def place(chance: random.Random) -> str:
    number = chance.randint(1, 30)
    return chance.choice(
        [
            f"room {number}",
            f"Room B{number}",
            f"room {chance.choice('ABCD')}{number}.{chance.randint(1, 9)}",
            f"{chance.choice(['1st', '2nd', '3rd', '4th'])} floor",
            f"floor {number % 9}",
            f"b1 {chance.choice(['2nd', '3rd', '5th'])} floor",
            f"court {number % 9 + 1}",
            f"the M{chance.choice([1, 6, 25, 62])}",
            f"the A{chance.randint(1, 70)}",
            f"desk {number}",
            f"unit {number}",
            f"{chance.choice('ABCD')} wing",
            f"extension {_digits(chance, 4)}",
            f"ext. {_digits(chance, 4)}",
            f"LS{number}",
            f"PDU {number}",
        ]
    )


def grade(chance: random.Random) -> str:
    number = chance.randint(2, 6)
    return chance.choice(
        [
            f"Band {number}",
            f"band {number} point {chance.randint(1, 9)}",
            f"B{number}",
            f"NPS {chance.choice('ABCDE')}",
            "Grade 7",
            f"SCP {chance.randint(10, 49)}",
            f"pay point {chance.randint(1, 9)}",
            f"{chance.choice(['37', '37.5', '45', '11.5'])} hours a week",
            f"0.{chance.randint(2, 9)} FTE",
            f"{chance.randint(101, 180)}% on the WMT",
            f"{number} SPOs",
            f"{number} POs and {number + 1} PSOs",
        ]
    )


def thing(chance: random.Random) -> str:
    return chance.choice(
        [
            "OASys",
            "RAR days",
            "SFO",
            "PSR",
            "PSRs",
            "nDelius",
            "NOMIS",
            "MAPPA level 2",
            "MAPPA 3",
            "E3",
            "TR2",
            "ViSOR",
            "CRCs",
            "21 CRCs",
            "HMPPS",
            "NHS",
            "NHS 111",
            "the PNC",
            "CRO checks",
            "IT",
            "EPF2",
            "RSR 6.99",
            "OGRS3",
            "PD1",
            "ARMS",
            "SARA v3",
            "IOM",
            "P45",
            "DRAGON 2",
            "URGENT",
            "NOBODY LISTENS",
            "Covid-19",
            "v2.7.1",
            "ISO 27001",
            "A4 paper",
            "Windows 11",
            "HDC",
            "ROTL",
            "UNISON",
            f"ticket {_digits(chance, 5)}",
            f"incident {_digits(chance, 6)}",
            "n=1000",
            "page 112",
            "table 3b",
            "phase 2",
            "7.5 tonnes",
            "1 in 3",
            "MPs",
            "look at gov.uk",
            "at justice dot com" if chance.random() < 0 else "at work",
            "www.gov.uk/acas",
        ]
    )


def helpline(chance: random.Random) -> str:
    return chance.choice(
        [
            "999",
            "101",
            "111",
            "112",
            "116 123",
            "116123",
            "0800 1111",
            "0800 555 111",
            "0800555111",
            f"0808 {_digits(chance, 3)} {_digits(chance, 4)}",
            f"0800 {_digits(chance, 3)} {_digits(chance, 4)}",
            "0808 2000 247",
            "0300 123 1100",
            "020 3117 2520",
            "text 85258",
        ]
    )


ORDINARY: dict[str, Callable[[random.Random], str]] = {
    "date": date,
    "time": clock,
    "count": count,
    "money": money,
    "year": year,
    "law": law,
    "place": place,
    "grade": grade,
    "thing": thing,
    "helpline": helpline,
}

WITH_IDENTIFIER = [
    "I was told to write up {id} again before {time}.",
    "This is about {id}, who missed {count} in {year}.",
    "They moved {id} to me on {date} with no handover, I already had {count}.",
    "{id} was allocated to a {grade} with no training!",
    "Re {id}\nNobody has replied since {date}.",
    "My manager sent it to {id} and copied in the whole office.",
    "the risk assessment for {id} was copied from the last one, it is all in {thing}",
    "After {id}, {id} and {id} were added nobody asked how many I had.",
    "I can be reached at {id} after {time}.",
    "see {id}. It has been like this since {date}.",
    "we both know {id}; {thing} was done by someone off sick",
    "Details: {id} / {id}",
    "He rang me ({id}) at home, at {time} on {date}.",
    "Then I had to chase {id}\nand nobody from {place} would help",
    "{id}'s file was left in {place} for {count}.",
    "Please do not share {id}? It was in the email about {law}.",
    "so {id} - breached twice - still has no officer",
    "I logged it under {id} and got nothing but an out of office from {place}",
    "Look up {id} and you will see {count} entries by one person.",
    "we were told {id}, not {id}, was ours",
]
WITH_ORDINARY = [
    "I have {count} and the tool says {grade}.",
    "On {date} we were told that {place} would close by {date}.",
    "It was {money} in {year} and now it is {money}.",
    "We work {time} and then again {time} with no break.",
    "They quoted {law} and {law} at me, I am only on {grade}.",
    "I rang {helpline} and they said to try {helpline}.",
    "{thing} was down from {time} until {time} on {date}.",
    "Since {year} I have had {count} managers in {place}.",
    "Nobody in {place} has done {thing} training since {date}, not one of us.",
    "They say {count} but I counted {count}.",
    "I am paid {money}, {grade}, and my hours went up by {count}",
    "A {count} target for {thing} is a joke.",
    "I feel sick every Sunday night and I am not the only one.",
    "{thing} and {thing} by {date}, then {thing} again",
    "See {law}, page {count}.",
    "the union said {money} over {year}, {count} in all",
    "{} {}, {} and {}.",
    "({}) {} - {}",
    "Sickness is at {count} in {place}; it was {count} in {year}.",
    "Struggling? {helpline}. Danger: {helpline}.",
]
