"""The small language in which filters and searches are typed.

``pay strike* "pay rise" -job``: words, phrases in quotation marks, the beginning of a word before
a *, and what must not occur after a -. Commas, line breaks and spaces separate. Case and accents
do not matter, and only whole words count. There are no regular expressions: nobody here should
have to know them, and none can be made that takes for ever.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.errors import InvalidInput
from bot.text import plain

TYPED_LIMIT = 500  # characters
TERM_LIMIT = 40

# What phones and word processors make of quotation marks, apostrophes and hyphens.
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("“”„‟«»″＂", '"')
    | dict.fromkeys("‘’‚‛＇", "'")
    | dict.fromkeys("‐‑‒–—―−﹣－", "-")
    | dict.fromkeys("＊∗", "*")
)
# A long dash between spaces is punctuation; a hyphen there is a slip that could mean two things.
_LONE_DASH = re.compile(r"(?<!\S)[–—―]+(?!\S)")
_BREAK = r"\s,;|、，"
_TERM = re.compile(
    rf"""
    (?P<not>-*)
    (?: "(?P<phrase>[^"]*)" (?P<star>\*?)
      | '(?P<quoted>[^'",;\n]*)' (?=[{_BREAK}"]|$)
      | (?P<word>[^{_BREAK}"]+)
      | (?=[{_BREAK}"]|$)
    )
    """,
    re.VERBOSE,
)
_SEPARATORS = re.compile(rf"[{_BREAK}]+")
_WORD = re.compile(r"[^\W_]+")
_OPERATORS = {"AND", "OR", "NOT"}

NO_WORDS = 'There is no word in that. Type some words, for example: pay, strike*, "pay rise", -job'
LONE_QUOTE = (
    "There is a quotation mark without its partner. Put one at each end of the phrase, as in "
    '"pay rise", or leave it out.'
)
LONE_HYPHEN = (
    "There is a - by itself. Put it right before the word that must not occur, as in -job, or "
    "leave it out."
)
STRAY_STAR = (
    "A * stands for the rest of a word, so it goes right after the word's beginning, as in "
    "strike*. It cannot stand elsewhere."
)
OPERATOR = (
    "AND, OR and NOT are read as ordinary words here. Leave them out, and put a - before a word "
    'that must not occur. If you mean the word, put it in quotation marks: "or".'
)
ONLY_UNWANTED = (
    "Those words all have a - before them, which makes them exceptions. Write the words to leave "
    "out without it, for example: job, -strike"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: a word, or several that follow each other.

    Attributes:
        words: as they are compared, see ``fold``; at least one.
        typed: as they were typed: letters and digits with their accents alone; at least one.
        prefix: the last word need only begin so.
    """

    words: tuple[str, ...]
    typed: tuple[str, ...]
    prefix: bool = False

    def occurs(self, folded: str) -> bool:
        """Whether it occurs in what ``fold`` or ``fold_article`` gave."""
        return f" {' '.join(self.words)}{'' if self.prefix else ' '}" in folded

    def __str__(self) -> str:
        """Plain text in the language itself, with typographic quotation marks."""
        text = " ".join(self.typed)
        if len(self.typed) > 1 or text in _OPERATORS:
            text = f"“{text}{'*' if self.prefix else ''}”"
        elif self.prefix:
            text += "*"
        return text


@dataclass(frozen=True, slots=True)
class Terms:
    """What was typed, understood; without any terms where nothing was.

    Attributes:
        wanted: the terms without a -.
        unwanted: the terms with one.
    """

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    def __str__(self) -> str:
        """Plain text that ``parse`` reads as the same terms."""
        return " ".join([*map(str, self.wanted), *(f"-{term}" for term in self.unwanted)])

    def matches(self, folded: str) -> bool:
        """Whether a term occurs, or there are only unwanted ones, and no unwanted one does."""
        if any(term.occurs(folded) for term in self.unwanted):
            return False
        return not self.wanted or any(term.occurs(folded) for term in self.wanted)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles of a feed a channel wants.

    Attributes:
        include: an article is posted only if these match; without terms, any is.
        exclude: an article is not posted if these match; without terms, none is left out.
    """

    include: Terms = Terms()
    exclude: Terms = Terms()

    @classmethod
    def of(cls, include: str, exclude: str) -> "Filter":
        """The filter that a moderator typed; empty text is none.

        Raises:
            InvalidInput: one of the two cannot be understood; says which and what to do.
        """
        filters = cls(_option("include", include), _option("exclude", exclude))
        if filters.exclude and not filters.exclude.wanted:
            raise InvalidInput(f"`exclude`: {ONLY_UNWANTED}")
        return filters

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def passes(self, title: str, text: str, categories: Iterable[str]) -> bool:
        """Whether an article is wanted. Of many, fold each once and ask ``passes_folded``."""
        return not self or self.passes_folded(fold_article(title, text, categories))

    def passes_folded(self, folded: str) -> bool:
        """Whether an article is wanted, of which ``fold_article`` gave this."""
        if not self.include.matches(folded):
            return False
        return not self.exclude or not self.exclude.matches(folded)

    def words(self) -> str:
        """The filter in plain English, as "with any of: pay, strike*; without: job"; "" for none.

        Plain text: what shows it as Markdown escapes it.
        """
        parts = []
        if wanted := self.include.wanted:
            parts.append(f"with{' any of' if len(wanted) > 1 else ''}: {_listed(wanted)}")
        unless = self.exclude.unwanted
        without = self.include.unwanted + (() if unless else self.exclude.wanted)
        if without:
            parts.append(f"without: {_listed(without)}")
        if unless:
            parts.append(f"without: {_listed(self.exclude.wanted)}, unless with: {_listed(unless)}")
        return "; ".join(parts)


def parse(text: str) -> Terms:
    """What was typed, as terms.

    Raises:
        InvalidInput: it cannot be understood; a sentence or two that say what to do.
    """
    text = plain(text)
    if len(text) > TYPED_LIMIT:
        raise InvalidInput(
            f"That is longer than {TYPED_LIMIT} characters. Please leave some words out."
        )
    text = _LONE_DASH.sub(" ", text).translate(_TYPOGRAPHY)
    if text.count('"') % 2:
        raise InvalidInput(LONE_QUOTE)
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    at = 0
    while at < len(text):
        if gap := _SEPARATORS.match(text, at):
            at = gap.end()
            continue
        match = _TERM.match(text, at)
        assert match is not None, "every alternative failed"
        at = match.end()
        if term := _term(match):
            (unwanted if match["not"] else wanted)[term] = None
    if not wanted and not unwanted:
        raise InvalidInput(NO_WORDS)
    if len(wanted) + len(unwanted) > TERM_LIMIT:
        raise InvalidInput(f"Those are more than {TERM_LIMIT} words. Please leave some out.")
    return Terms(tuple(wanted), tuple(unwanted))


def _term(match: re.Match[str]) -> Term | None:
    """One term; None where it has neither letter nor digit, like an ampersand."""
    body = match["phrase"] if match["phrase"] is not None else match["quoted"] or match["word"]
    if body is None:
        if match["quoted"] is None:
            raise InvalidInput(LONE_HYPHEN)
        return None
    if match["word"] in _OPERATORS:
        raise InvalidInput(OPERATOR)
    body = body.rstrip()
    star = bool(match["star"]) or body.endswith("*")
    body = body.removesuffix("*")
    if "*" in body or (star and not _in_word(body[-1:])):
        raise InvalidInput(STRAY_STAR)
    typed = tuple("".join(run) for inside, run in groupby(body, _in_word) if inside)
    words = tuple(_words(" ".join(typed)))
    return Term(words, typed, star) if words and typed else None


def _in_word(character: str) -> bool:
    """Whether it is a letter or a digit, or an accent on one."""
    return character.isalnum() or (character != "" and unicodedata.combining(character) != 0)


def _option(name: str, typed: str) -> Terms:
    if not typed.strip():
        return Terms()
    try:
        return parse(typed)
    except InvalidInput as error:
        raise InvalidInput(f"`{name}`: {error}") from error


def _listed(terms: Sequence[Term]) -> str:
    return ", ".join(map(str, terms))


def fold(text: str) -> str:
    """The words of a text as they are compared, each between single spaces."""
    return f" {' '.join(_words(text))} "


def fold_article(title: str, text: str, categories: Iterable[str]) -> str:
    """The words of an article's parts as they are compared; no phrase reaches across two."""
    return "\n".join(map(fold, (title, text, *categories)))


def _words(text: str) -> list[str]:
    if text.isascii():
        return _WORD.findall(text.lower())
    # Unicode's compatibility caseless matching (The Unicode Standard, 3.13), then without accents.
    folded = unicodedata.normalize("NFD", text).casefold()
    folded = unicodedata.normalize("NFKD", folded).casefold()
    folded = unicodedata.normalize("NFKD", folded)
    return _WORD.findall("".join(c for c in folded if not unicodedata.combining(c)))
