"""Reports as probation staff might type them, made up, with every identifier's place known.

Each is a few sentences of ours with identifiers in the ways people type them, and beside them the
numbers, dates and words that such reports are full of. No identifier is anybody's: they are drawn
at random.
"""

import random
import re
from dataclasses import dataclass
from typing import Self

from bot.text import plain
from tests.reports.generated_identifiers import IDENTIFIERS
from tests.reports.generated_ordinary import ORDINARY


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
