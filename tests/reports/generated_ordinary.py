"""Numbers, dates and names of things that stand in reports; all must stay."""

import random
from collections.abc import Callable

from tests.reports.generated_draws import digits

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
            f"{chance.randint(100, 999)} {digits(chance, 1)}00 cases",
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


def distance(chance: random.Random) -> str:
    """In words that mean something else where somebody says them of themselves."""
    far = chance.randint(2, 90)
    return chance.choice(
        [
            f"{far} kms",
            f"{far}kms",
            f"{far} KMS",
            f"{far}.5 kms",
            f"about {far} or so kms",
            f"{far} to {far + 10} kms",
            "twenty kms",
            "a hundred kms there and back",
            f"{far} kms a day",
            f"{far} kms each way",
            "too many kms for one visit",
            "hundreds of kms",
            "kms and kms",
            "more kms than before",
        ]
    )


def money(chance: random.Random) -> str:
    big = chance.randint(1, 999)
    return chance.choice(
        [
            f"£{big}m",
            f"£{big},{digits(chance, 3)}",
            f"£1,{digits(chance, 3)},000 a year",
            f"£{chance.randint(9, 40)}.{digits(chance, 2)} an hour",
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
            f"extension {digits(chance, 4)}",
            f"ext. {digits(chance, 4)}",
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
            f"ticket {digits(chance, 5)}",
            f"incident {digits(chance, 6)}",
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
            f"0808 {digits(chance, 3)} {digits(chance, 4)}",
            f"0800 {digits(chance, 3)} {digits(chance, 4)}",
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
    "distance": distance,
    "money": money,
    "year": year,
    "law": law,
    "place": place,
    "grade": grade,
    "thing": thing,
    "helpline": helpline,
}
