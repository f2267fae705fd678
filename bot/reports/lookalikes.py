"""A text as it reads, in plain signs: what a phone's keyboard or a paste made of them undone.

Full-width and other scripts' digits, letters of other alphabets that look Latin, the many dashes,
spaces and quotation marks, and signs that are not seen.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63"
_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`"
_DOTS = "\u00b7\u2022\u2024\u2027\u2219\u22c5"
_SLASHES = "\u2044\u2215\u29f8"
# Cyrillic, then Greek, each letter over the Latin one that it is taken for.
_OTHER = "АВСЕНІЈКМОРЅТХУ" + "асеіјорѕху" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"
_LATIN = "ABCEHIJKMOPSTXY" + "aceijopsxy" + "ABEZHIKMNOPTYXo"
_SIGNS = (
    dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(map(ord, _QUOTES), "'")
    | dict.fromkeys(map(ord, "“”„‟″«»"), '"')
    | dict.fromkeys(map(ord, _DOTS), ".")
    | dict.fromkeys(map(ord, _SLASHES), "/")
    | str.maketrans(_OTHER, _LATIN)
)
# Compatible forms that are typed for the plain sign; superscripts and fractions are not.
_SAME = ("<wide>", "<narrow>", "<font>", "<noBreak>", "<compat>", "<circle>")
_UNSEEN = ("Mn", "Me", "Cf")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain signs.

    Attributes:
        text: never longer than the original.
        places: of each character of it, the position in the original.
    """

    text: str
    places: Sequence[int]


def fold(text: str) -> Folded:
    """The text in plain signs, one for one, without the unseen ones. Other letters stay."""
    if text.isascii():
        return Folded(text.replace("`", "'"), range(len(text)))
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if plain := _plain(sign):
            signs.append(plain)
            places.append(place)
    return Folded("".join(signs), places)


def _plain(sign: str) -> str:
    if sign.isascii() or ord(sign) in _SIGNS:
        return sign.translate(_SIGNS)
    category = unicodedata.category(sign)
    if category in _UNSEEN:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Zs":
        return " "
    if unicodedata.decomposition(sign).startswith(_SAME):
        same = unicodedata.normalize("NFKC", sign)
        return same if len(same) == 1 else sign
    return sign
