"""What the shapes of identifiers share: where one may begin and end, and what is ordinary.

All patterns are read without regard to case, on a text as ``lookalikes`` folds it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# Stands for what is taken out already, or is known to be ordinary: a letter to its neighbours.
WALL = "\u01c0"

# No letter or digit next to it; an underscore is a way to write italics.
START = r"(?<![^\W_])(?<![^\W_]')"
END = r"(?![^\W_])"
# A number on its own: not the rest of a longer one, a sum of money, a date or a decimal.
NUMBER_START = r"(?<![\d£$€])(?<![\d\u01c0][/.,])(?<![£$€]\s)"
# What people put between two parts of an identifier, a wrapped line and Markdown included,
# but not the end of a sentence.
GAP = r"(?:\s{0,3}|\s?[\-_*/]{1,3}\s?|\.)"
SLASH = r"\s{0,2}[/\\]\s{0,2}"
# A digit, or the letter typed for zero.
DIGIT = "[0-9O]"


def words(listed: str) -> frozenset[str]:
    """The words of a list with spaces between."""
    return frozenset(listed.split())


# One or two letters beside digits that are words rather than part of an identifier.
WORDS = words(
    "ad ah am an as at be by do eg er go he hi ie id if in is it me my no of oh ok on or pm pp re "
    "so to up us vs we st nd rd th"
)
UNITS = words("am pm st nd rd th hr ft mm km kg mb gb pa pw bn")
_SERIES = words("hc hl cm cp pi pf ai si eu fy ye")
ORDINALS = frozenset(("st", "nd", "rd", "th"))


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write one kind of identifier.

    Attributes:
        kind: a key of LABELS.
        begins: where it may begin, to look for it only there: at a "number", at a "letter" before
            a number, in the words before the sign of a "mail" address, at a number "spelt" out.
        pattern: finds it.
        meant: whether a match is more than words and numbers that happen to stand together.
    """

    kind: str
    begins: str
    pattern: re.Pattern[str]
    meant: Callable[[re.Match[str]], bool] = lambda match: True


def shape(
    kind: str,
    begins: str,
    pattern: str,
    meant: Callable[[re.Match[str]], bool] = lambda match: True,
) -> Shape:
    """A shape from the text of its pattern."""
    return Shape(kind, begins, re.compile(pattern, re.IGNORECASE), meant)


def digits_in(text: str) -> str:
    """The digits alone."""
    return "".join(sign for sign in text if sign.isdecimal())


def round_number(text: str) -> bool:
    """Whether it counts thousands, as sums and totals do and identifiers hardly ever."""
    return digits_in(text).endswith("000")


def like_a_year(text: str) -> bool:
    """2014, 2013/14, 2013-2014."""
    return re.fullmatch(r"(?:19|20)\d\d(?:\s?[/\-]\s?(?:\d\d|(?:19|20)\d\d))?", text) is not None


def like_a_paper(text: str) -> bool:
    """Numbered papers and years that look like an older prison number: HC1986, Cm9613, FY2024."""
    letters, digits = text[:2].lower(), text[2:].strip()
    return letters in _SERIES or (letters in WORDS and like_a_year(digits))


def like_a_date(text: str) -> bool:
    """03-04-26, 3/4/2026, 03.04.26, with anything after it."""
    return (
        re.match(
            r"(?:0?[1-9]|[12]\d|3[01])([./\-])(?:0?[1-9]|1[0-2])\1(?:\d\d){1,2}(?!\d|\1)", text
        )
        is not None
    )


def after_a_letter(match: re.Match[str]) -> bool:
    """Whether it is the end of a word run together with it."""
    return match.start() > 0 and match.string[match.start() - 1].isalpha()


def starts_sentence(match: re.Match[str]) -> bool:
    """Whether a capital says no more than that a sentence begins."""
    return (
        re.search(
            r"(?:\A|[.!?:\n])\s{0,3}\Z", match.string[max(0, match.start() - 4) : match.start()]
        )
        is not None
    )
