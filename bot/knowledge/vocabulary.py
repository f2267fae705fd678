"""The words that a server knows: how much each tells, and which one somebody meant to type."""

import itertools
import math
from bisect import bisect_left
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, MutableMapping, Sequence
from copy import copy
from zlib import crc32

from bot.knowledge.dates import is_date_token
from bot.knowledge.english import everyday, is_english, is_english_stem
from bot.knowledge.words import LIGHT_STEMS, STOP, raw_tokens, stem

# The rarest words are mostly rare by chance; above all those that are said on any subject.
RARITY_CAP = 0.65
EVERYDAY_CAP = 0.5
# A word that occurs nowhere speaks against every candidate, though less than a rare known one.
UNKNOWN_FACTOR = 0.65
UNKNOWN_EVERYDAY = 0.85
LEAST_WEIGHT = 0.2

WHOLE = "xx"  # begins the token of a whole question

PREFIX_TERMS = 8
COMMON_LEAST, COMMON_SHARE = 200, 0.05
SHORTEST_NAME, SHORTEST_NUMBER = 2, 3
SHORTEST_MENDED = 4
TWO_SLIPS_FROM = 7  # letters
MENDED_KEPT = 2_000  # words whose mending is remembered


class _Weights(dict[str, float]):
    """Weights by token, each computed when it is first asked for."""

    def __init__(self, weigh: Callable[[str], float]) -> None:
        super().__init__()
        self._weigh = weigh

    def __missing__(self, token: str) -> float:
        weight = self[token] = self._weigh(token)
        return weight


class Vocabulary:
    """The tokens of the index, with the number of entries in which each occurs.

    ``weights`` says how much a token tells: much for a rare one, ``greatest`` for the rarest.

    Args:
        counts: by token.
        documents: how many entries and events there are.
        spellings: whole words as they are spelt, which may be meant as well.
    """

    def __init__(
        self, counts: Mapping[str, int], documents: int, spellings: Iterable[str] = ()
    ) -> None:
        spelt = set(spellings)
        self._stems = frozenset(stem(word) for word in spelt)
        self._counts: MutableMapping[str, int] = {}  # as ChainMap will have it; never changed
        self._sorted: Sequence[list[str]] = ()
        self._choices: Sequence[Mapping[int, list[str]]] = ()
        self._add(counts, documents, spelt | STOP)

    def with_own(self, counts: Mapping[str, int], documents: int) -> "Vocabulary":
        """This and some entries more, which take only the room that they add.

        Args:
            counts: in how many of those each token occurs.
            documents: how many they are.
        """
        more = copy(self)
        more._add(counts, self._documents + documents, ())
        return more

    def _add(self, counts: Mapping[str, int], documents: int, spelt: Collection[str]) -> None:
        known = self._counts
        new = counts.keys() - known.keys()
        # A stem ("prais") is no word that somebody means to type, where the word itself is there.
        choices: dict[int, list[str]] = defaultdict(list)
        for word in sorted({*(new - self._stems), *spelt}):
            if word.isalpha() and len(word) >= SHORTEST_MENDED and not is_mark(word):
                choices[len(word)].append(word)
        together = {token: count + known.get(token, 0) for token, count in counts.items()}
        self._counts = together if not known else ChainMap(together, known)
        self._documents = documents
        self._sorted = (*self._sorted, sorted(new))
        self._choices = (*self._choices, choices)
        self.greatest = RARITY_CAP * math.log(documents + 1)
        self.weights: Mapping[str, float] = _Weights(self._weigh)
        self._mended: dict[str, str | None] = {}

    def __contains__(self, token: str) -> bool:
        return token in self._counts

    def _weigh(self, token: str) -> float:
        if token in LIGHT_STEMS:
            return LEAST_WEIGHT
        count = self._counts.get(token, 0)
        most = math.log(self._documents + 1)
        rarity = math.log((self._documents + 1) / (count + 0.5))
        small_talk = token in everyday()
        rarity = min(rarity, (EVERYDAY_CAP if small_talk else RARITY_CAP) * most)
        unknown = UNKNOWN_EVERYDAY if small_talk else UNKNOWN_FACTOR
        return max(rarity, LEAST_WEIGHT) * (1 if count else unknown)

    def is_name(self, token: str) -> bool:
        """Whether it is a name, an acronym, a number or a date of ours."""
        if token not in self._counts or len(token) < SHORTEST_NAME:
            return False
        if is_mark(token):
            return is_date_token(token)
        return not is_english_stem(token) if token.isalpha() else len(token) >= SHORTEST_NUMBER

    def count(self, token: str) -> int:
        """In how many entries and events a token occurs."""
        return self._counts.get(token, 0)

    def is_common(self, token: str) -> bool:
        """Whether a token occurs in so many entries that it hardly narrows a search."""
        return self._counts.get(token, 0) > max(COMMON_LEAST, self._documents * COMMON_SHARE)

    def beginning(self, prefix: str) -> list[str]:
        """The most frequent words that begin so."""
        found = []
        for tokens in self._sorted:
            for token in itertools.islice(tokens, bisect_left(tokens, prefix), None):
                if not token.startswith(prefix):
                    break
                if not is_mark(token):
                    found.append(token)
        return sorted(found, key=lambda token: -self._counts[token])[:PREFIX_TERMS]

    def correction(self, word: str) -> str | None:
        """The known word that this unknown one is most likely a slip of, if any is near enough."""
        if len(word) < SHORTEST_MENDED or not word.isalpha():
            return None
        if word not in self._mended:
            if len(self._mended) >= MENDED_KEPT:
                self._mended.clear()
            self._mended[word] = self._mend(word)
        return self._mended[word]

    def _mend(self, word: str) -> str | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        allowed = 1 if len(word) < TWO_SLIPS_FROM else 2
        choices = [
            known
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for some in self._choices
            for known in some.get(length, ())
        ]
        # An English word is itself, unless two letters have changed places.
        proper = is_english(word)
        close = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=20)
        near = []
        for known, distance, _ in close:
            swapped, begins = sorted(known) == sorted(word), known[0] == word[0]
            if proper and not (swapped and distance == 1 and begins and known not in STOP):
                continue
            if begins or distance == 1:
                # Letters change places or are left out more often than others take their place.
                slip = distance - 0.5 * swapped + 0.25 * (len(known) <= len(word) and not swapped)
                near.append((slip, not begins, -self._counts.get(stem(known), 0), known))
        return min(near)[-1] if near else None


def is_mark(token: str) -> bool:
    """Whether a token is no word: a group, a kind of answer, a date, a whole question."""
    return token.startswith(("iq", "qq", WHOLE)) or is_date_token(token)


def whole_token(text: str) -> str:
    """One token for a whole question, capitals, signs and spelling aside; empty for one in which
    there is no word to read: signs, another script."""
    tokens = raw_tokens(text)
    return f"{WHOLE}{crc32(' '.join(tokens).encode()):08x}" if tokens else ""
