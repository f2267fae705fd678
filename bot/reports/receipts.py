"""Receipts: eight words that only the reporter has, and what is derived from them.

Eight words of the 2,048 of the BIP 39 English list are 88 bits. The first four letters tell the
words apart, so a receipt survives being copied by hand. One Argon2id derivation turns it into a
lookup hash, by which the report is found, and the seed of a key pair, to which replies are sealed.
Only the hash and the public key are ever stored.
"""

import asyncio
import difflib
import os
import re
import secrets
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

from nacl import pwhash
from nacl.public import PrivateKey

from bot.errors import InvalidInput, Unavailable

WORDS = 8
SALT_BYTES = pwhash.argon2id.SALTBYTES
MEMORY_BYTES = 64 * 1024 * 1024
PASSES = 3
AT_ONCE = 2
# Even where one derivation takes three seconds, the last of so many is done in a quarter of an hour
# less some minutes: until then Discord lets us say so in the same message.
MOST_WAITING = 500
NICENESS = 5

_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Derived:
    """What a receipt opens.

    Attributes:
        lookup: 32 bytes by which the report is found; stored.
        private_key: opens replies; never stored, gone when the answer has been given.
    """

    lookup: bytes
    private_key: PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """32 bytes of X25519, to which replies are sealed; stored."""
        return bytes(self.private_key.public_key)


def new_receipt() -> str:
    """Eight random words, separated by spaces."""
    words = _words()
    return " ".join(secrets.choice(words) for _ in range(WORDS))


def read_receipt(typed: str) -> str:
    """The receipt in its one form, from what a person typed.

    Case, commas, hyphens, line breaks and numbering do not matter, nor does what follows the
    fourth letter of a word.

    Raises:
        InvalidInput: not eight words, or a word that no receipt has. The sentence is made from what
            was typed and the public word list alone, so it says nothing about what is stored.
    """
    folded = unicodedata.normalize("NFKD", typed).casefold()
    folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    typed_words = re.findall(r"[^\W\d_]+", folded)
    if len(typed_words) != WORDS:
        raise InvalidInput(
            f"A receipt has {WORDS} words, and I read {len(typed_words)}. "
            "Please type all of them, with spaces between."
        )
    return " ".join(_known(word, place) for place, word in enumerate(typed_words, 1))


def _known(typed: str, place: int) -> str:
    by_stem = _by_stem()
    word = by_stem.get(typed[:4])
    # A word of three letters is its own stem: "acts" is not "act".
    if word is not None and (len(word) > 3 or typed == word):
        return word
    close = difflib.get_close_matches(typed, _words(), n=1, cutoff=0.6)
    hint = f" Did you mean “{close[0]}”?" if close else ""
    raise InvalidInput(
        f"Word {place}, “{typed[:20]}”, is not a word that receipts use.{hint} "
        "Please check it and try again."
    )


@cache
def _words() -> list[str]:
    from mnemonic import Mnemonic

    return list(Mnemonic("english").wordlist)


@cache
def _by_stem() -> dict[str, str]:
    return {word[:4]: word for word in _words()}


def derive(receipt: str, salt: bytes) -> Derived:
    """Argon2id over a receipt in its one form; blocks for about 0.15 s and takes 64 MiB."""
    output = pwhash.argon2id.kdf(
        _HASH_BYTES + PrivateKey.SEED_SIZE,
        receipt.encode(),
        salt,
        opslimit=PASSES,
        memlimit=MEMORY_BYTES,
    )
    return Derived(output[:_HASH_BYTES], PrivateKey.from_seed(output[_HASH_BYTES:]))


def _give_way() -> None:
    # Whoever waits for a derivation has been told so; whoever gives a command waits for the loop.
    if sys.platform == "linux":  # where it is for this thread alone
        with suppress(OSError):
            os.nice(NICENESS)


class Deriver:
    """Derivations in threads of their own, at most two at a time: memory for two, and no more."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._threads = ThreadPoolExecutor(
            AT_ONCE, thread_name_prefix="receipts", initializer=_give_way
        )
        self._waiting = 0

    async def derive(self, receipt: str) -> Derived:
        """What the receipt opens; waits for its turn.

        Raises:
            Unavailable: too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise Unavailable(
                "So many people are sending and looking up reports just now that I cannot keep up. "
                "Nothing was done. Please try again in some minutes."
            )
        loop = asyncio.get_running_loop()
        self._waiting += 1
        try:
            return await loop.run_in_executor(self._threads, derive, receipt, self._salt)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let running derivations end and start no more."""
        self._threads.shutdown(wait=True, cancel_futures=True)
