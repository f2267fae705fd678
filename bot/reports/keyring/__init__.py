"""Which keys a server's reports are sealed to, and which of them can be used on this machine."""

import asyncio
import binascii
from collections.abc import Collection
from contextlib import suppress
from typing import Literal

from bot.errors import InvalidInput, Unavailable
from bot.reports.keyring.store import KeyStore
from bot.reports.keys import KeyFiles
from bot.reports.sealing import KEY_BYTES, public_of

NOT_OPEN = (
    "Reports cannot be taken here yet: the moderators have not given me the key to seal them with. "
    "Nothing was sent. Please use another route for now."
)

MISSING = (
    "Nothing can be sealed here just now: the key file that reports are sealed with is missing, "
    "damaged or not the one that I know. Nothing was sent or changed. Please use another route for "
    "now. Moderators: `/inbox settings` says what to do."
)

LOST_HERE = (
    "**A lost key cannot be replaced.** It is a file in `keys/` beside the bot's database, and in "
    "no backup. If it goes and nobody has a copy, nobody can ever read the reports from before, "
    "not even with a backup. So whoever runs the bot copies `keys/` to a safe place, apart from "
    "the backups, now and after each change of key, each time beside the earlier copy: backups "
    "from before open only with that."
)
LOST_AWAY = (
    "**A lost key cannot be replaced.** If the private key's file goes and nobody has a copy, "
    "nobody can ever read what was sealed to it. So keep two copies in two safe places, and open a "
    "report with the second one before you need it."
)


class Keyring:
    """A server's keys.

    In ``discord`` reading there is one in a file on this machine, made where there has never been
    one, and beside it the one before while reports are being sealed to the new one. One that is
    missing is not replaced in silence: what it opens would be lost, and nobody would know. Nor is
    another accepted in its place: it may be an older one, of which somebody has a copy who reads
    reports no more. In
    ``sealed`` reading the private key is elsewhere and only its public key is known here; a key on
    this machine is then never sealed to.
    """

    def __init__(
        self, store: KeyStore, files: KeyFiles, reading: Literal["discord", "sealed"]
    ) -> None:
        self._store = store
        self._files = files
        self._reading = reading

    @property
    def opens_here(self) -> bool:
        """Whether reports can be opened on this machine."""
        return self._reading == "discord"

    async def sealing(self, guild_id: int) -> list[bytes]:
        """The public keys to seal to, at least one.

        Raises:
            Unavailable: there is none yet, or the key file is missing, is not known, or cannot be
                used.
        """
        known = await self._store.keys(guild_id)
        readers = [public for public, place in known.items() if place == "away"]
        if self._reading == "discord":
            if await self.missing(guild_id):
                raise Unavailable(MISSING)
            private = await asyncio.to_thread(self._files.make, guild_id)
            public = public_of(private)
            if known.get(public) != "host":
                await self._store.add_key(guild_id, public, "host")
            readers = [public, *(reader for reader in readers if reader != public)]
        if not readers:
            raise Unavailable(NOT_OPEN)
        return readers

    async def missing(self, guild_id: int) -> bool:
        """Whether there was a key on this machine whose file is not there, or not whole, now; or
        whether the key that is there is not known."""
        if self._reading != "discord":
            return False
        # Twice: a change of key may have come between looking at the keys and at the files.
        return await self._missing_now(guild_id) and await self._missing_now(guild_id)

    async def _missing_now(self, guild_id: int) -> bool:
        here = await self._known_here(guild_id)
        if not here:
            return False
        try:
            private, beside = await asyncio.to_thread(self._files.here, guild_id)
        except Unavailable:
            return True
        # Of several known ones the newest cannot be told, so each has to be there. Where one is
        # given as an old key alone, all that was sealed to it will be resealed to a new one.
        found = {public_of(each) for each in beside}
        if private is not None:
            if public_of(private) not in here:
                return True
            found.add(public_of(private))
        return not here <= found

    async def _known_here(self, guild_id: int) -> set[bytes]:
        known = await self._store.keys(guild_id)
        return {public for public, place in known.items() if place == "host"}

    async def start_anew(self, guild_id: int) -> None:
        """Give a missing key up, and seal to a new one from now on.

        A known key that is there becomes the old one, and what it opens is resealed; one that is
        not known is put aside, and never sealed to.

        Raises:
            InvalidInput: it is there.
            Unavailable: the new one could not be stored.
        """
        if not await self.missing(guild_id):
            raise InvalidInput("The key is there again. Nothing was changed.")
        await asyncio.to_thread(self._clear, guild_id, await self._known_here(guild_id))
        private = await asyncio.to_thread(self._files.make, guild_id)
        _, beside = await asyncio.to_thread(self._files.here, guild_id)
        await self._store.only_keys_here(guild_id, public_of(private), map(public_of, beside))

    def _clear(self, guild_id: int, known: Collection[bytes]) -> None:
        """Make the key's place free; not where the key is known and another old one is kept."""
        try:
            private, _ = self._files.here(guild_id)
        except Unavailable:
            private = None
        if private is not None and public_of(private) in known:
            self._files.keep_as_old(guild_id)
        else:
            self._files.set_aside(guild_id)

    async def opening(self, guild_id: int) -> list[bytes]:
        """The private keys on this machine; none in ``sealed`` reading."""
        if self._reading == "sealed":
            return []
        private = await asyncio.to_thread(self._files.private, guild_id)
        old = None
        with suppress(Unavailable):  # whatever it is, the present key opens what it opens
            old = await asyncio.to_thread(self._files.old, guild_id)
        return [key for key in (private, old) if key is not None]

    async def use_away_key(self, guild_id: int, typed: str) -> str:
        """Seal to this public key from now on; how to recognise it.

        Raises:
            InvalidInput: not 64 hexadecimal digits.
        """
        digits = "".join(typed.split()).lower()
        try:
            public = binascii.unhexlify(digits)
        except (binascii.Error, ValueError):
            public = b""
        if len(public) != KEY_BYTES:
            raise InvalidInput(
                "A public key is 64 digits and letters from a to f, as `python -m bot keys new` "
                "prints it. Nothing was changed."
            )
        await self._store.only_away_key(guild_id, public)
        return " ".join(digits[start : start + 4] for start in range(0, 16, 4))

    async def away_key(self, guild_id: int) -> str | None:
        """How to recognise the key that is kept elsewhere, where there is one."""
        for public, place in (await self._store.keys(guild_id)).items():
            if place == "away":
                digits = public.hex()
                return " ".join(digits[start : start + 4] for start in range(0, 16, 4))
        return None
