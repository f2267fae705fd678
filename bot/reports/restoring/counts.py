"""Sealed counts of what is being replaced, made readable with the keys that belong to a backup."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.reports.figures.tally import resealed_tally
from bot.reports.sealing import public_of


@dataclass(frozen=True, slots=True)
class Count:
    """A sealed count as it is to stand after a restore.

    Attributes:
        lost: no key that belongs to the backup opens it, as far as can be told here.
    """

    value: str
    lost: bool


def readable(
    value: str, sealed_to: Collection[bytes], ours: Sequence[bytes], privates: Sequence[bytes]
) -> Count:
    """A count for the keys of a backup from before a change of key; blocking.

    Args:
        sealed_to: the public keys of this machine that it may be sealed to.
        ours: those that the backup's reports are sealed to.
        privates: the private keys that are on this machine now.
    """
    foreign = set(sealed_to) - set(ours)
    if not (foreign and ours):
        return Count(value, lost=False)
    here = {public_of(private): private for private in privates}
    for public in foreign & here.keys():
        if (new := resealed_tally(value, here[public], ours[0])) is not None:
            return Count(new, lost=False)
    # Where each of the other keys was tried, it is sealed to one of ours still.
    return Count(value, lost=not foreign <= here.keys())
