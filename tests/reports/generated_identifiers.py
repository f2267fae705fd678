"""Identifiers in the ways in which people type them; all must go. None is anybody's."""

import random
import re
from collections.abc import Callable

from tests.reports.generated_draws import UPPER, digits, letters


def _cased(chance: random.Random, found: str) -> str:
    return found.lower() if chance.random() < 0.4 else found


def _gap(chance: random.Random) -> str:
    return chance.choice([""] * 8 + [" "] * 6 + ["-", "-", ".", "  ", "\n", "/"])


def _oh(chance: random.Random, found: str) -> str:
    """Sometimes the letter for a zero."""
    return found.replace("0", "O", 1) if chance.random() < 0.04 else found


def crn(chance: random.Random) -> str:
    letter, body = chance.choice(UPPER), _oh(chance, digits(chance, 6))
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
        body = body[:-1] if chance.random() < 0.5 else body + digits(chance, 1)  # a slip
        gap = ""
        body = re.sub(r"\D", "7", body)
    return _cased(chance, letter + gap + body)


def prison_number(chance: random.Random) -> str:
    if chance.random() < 0.05:
        return letters(chance, 2, "BCDFGJKLNRTVWX") + digits(chance, 4)
    gap = chance.choice(["", "", "", _gap(chance)])
    second = gap if chance.random() < 0.7 else ""
    last = letters(chance, 2)
    if second and last in ("AM", "PM"):
        last = "AN"
    found = chance.choice(UPPER[1:]) + gap + _oh(chance, digits(chance, 4)) + second + last
    lower = chance.random() < 0.4 and not (gap and last.lower() in ("to", "of", "in", "at", "is"))
    return found.lower() if lower else found


def pnc(chance: random.Random) -> str:
    year = chance.randint(1970, 2026)
    serial = digits(chance, 7) if chance.random() < 0.6 else str(chance.randint(1000, 999_999))
    checked = "ZABCDEFGHJKLMNPQRTUVWXY"[int(f"{year % 100:02}{serial.zfill(7)}") % 23]
    letter = checked if chance.random() < 0.9 else letters(chance, 1)
    start = chance.choice([str(year), f"{year % 100:02}"])
    between = chance.choice(["/"] * 10 + [" / ", "/ ", "/\n", "\\"])
    if len(serial) == 7:
        between = chance.choice([between] * 4 + ["", "-", " "])
    last = chance.choice(["", "", "", " "]) if len(serial) > 5 else ""
    return _cased(chance, start + between + serial + last + letter)


def cro(chance: random.Random) -> str:
    year = f"{chance.randint(60, 126) % 100:02}"
    letter = letters(chance, 1, "ZABCDEFGHJKLMNPQRTUVWXY")
    slash = chance.choice(["/"] * 8 + [" / ", "/\n"])
    if chance.random() < 0.35:
        gap = chance.choice(["", "", " "])
        serial = digits(chance, chance.randint(4, 6))
        return _cased(chance, f"SF{gap}{year}{slash}{serial}{letter}")
    serial = str(chance.randint(100, 999_999))
    last = chance.choice(["", "", " "]) if len(serial) > 4 else ""
    return _cased(chance, f"{serial}{slash}{year}{last}{letter}")


def ni(chance: random.Random) -> str:
    first = letters(chance, 1, "ABCEGHJKLMNOPRSTWXYZ")
    second = letters(chance, 1, "ABCEGHJKLMNPRSTWXYZ")
    pairs = [digits(chance, 2) for _ in range(3)]
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
        nine = chance.choice("4679") + digits(chance, 8)
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
        area, rest = "07" + chance.choice("345789") + digits(chance, 2), digits(chance, 6)
        groups = chance.choice(
            [[rest], [rest], [rest[:3], rest[3:]], [rest[:2], rest[2:4], rest[4:]]]
        )
    elif roll < 0.65:
        area, eight = "02" + chance.choice("03489"), chance.choice("23578") + digits(chance, 7)
        groups = [eight[:4], eight[4:]]
    elif roll < 0.8:
        area, seven = (
            chance.choice(["0113", "0114", "0121", "0131", "0161", "0191"]),
            "4" + digits(chance, 6),
        )
        groups = [seven[:3], seven[3:]]
    elif roll < 0.93:
        area, six = "01" + chance.choice("2345679") + digits(chance, 2), digits(chance, 6)
        groups = chance.choice([[six], [six[:3], six[3:]]])
    elif roll < 0.97:
        area, six = "0300", "047" + digits(chance, 4)
        groups = [six[:3], six[3:]]
    else:
        area, six = "01" + digits(chance, 3), digits(chance, 5)
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
        else "1" + letters(chance, 1, "ABEHPVW")
    )
    if area in ("SW", "EC", "E", "W") and chance.random() < 0.3:
        district = "1" + chance.choice("AVWXY")
    inward = digits(chance, 1) + letters(chance, 2, "ABDEFGHJLNPQRSTUWXYZ")
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
