"""A new key: every report and message that the old key opens is sealed to the new one.

From the moment there is a new key, everything is sealed to it, and both open. Then what is stored
is resealed in small steps, each a transaction of its own. Killed in between, it goes on from the
start, passing over what the old key opens no more. In the end, not while a legal hold is set, the
file is rewritten, and the old private key is overwritten and removed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.clock import Clock
from bot.errors import InvalidInput, Unavailable
from bot.reports.erasing.store import Erasing
from bot.reports.figures.tally import resealed_tally
from bot.reports.keeping.store import KeepingStore
from bot.reports.keyring import Keyring
from bot.reports.keyring.store import KeyStore
from bot.reports.keys import KeyFiles
from bot.reports.sealing import public_of, reseal
from bot.reports.stored import StoredReport

REPORTS_AT_ONCE = 20
# What was sealed to the old key just before there was a new one is long stored after this.
GRACE_S = 120.0

ONLY_NEW = (
    "Reports are opened away from this machine, so I cannot reseal them. Make a new key with "
    "`python -m bot keys new` and enter its public key here: what is sent from then on is sealed "
    "to it. Reports from before stay sealed to the key before until you reseal them where both "
    "keys are (`/inbox export`, then `python -m bot inbox FILE --key OLD --key NEW --reseal`) and "
    "bring that back with `/inbox import`; once more after the next notice time."
)

HELD = (
    "A legal hold is set, and it keeps the key from before the last change. There is room for one "
    "such key, so there can be no second new key before the hold is lifted. Nothing was changed."
)


class Rotation:
    """Changes keys that are on this machine.

    Attributes:
        when_done: told the server whose old key was destroyed.

    Args:
        held: withdrawn reports in memory, which have to stay readable until the notice time.
        changing: held while reports are withdrawn or released.
        on_hold: whether a legal hold is set on a server; then its old key is kept.
    """

    def __init__(
        self,
        store: KeepingStore,
        keys: KeyStore,
        erasing: Erasing,
        files: KeyFiles,
        keyring: Keyring,
        clock: Clock,
        held: dict[bytes, StoredReport],
        changing: asyncio.Lock,
        on_hold: Callable[[int], Awaitable[bool]],
    ) -> None:
        self._store = store
        self._on_hold = on_hold
        self._keys = keys
        self._erasing = erasing
        self._files = files
        self._keyring = keyring
        self._clock = clock
        self._held = held
        self._changing = changing
        self._working = asyncio.Lock()
        self._begun: dict[int, float] = {}
        self.when_done: Callable[[int], Awaitable[None]] | None = None

    async def begin(self, guild_id: int) -> None:
        """Make a new key, to which everything is sealed from now on; also where it was missing.

        Raises:
            InvalidInput: reports are not opened on this machine, or the key is being changed.
            Unavailable: there is no key, or the new one could not be stored; nothing was changed.
        """
        if not self._keyring.opens_here:
            raise InvalidInput(ONLY_NEW)
        if await self._keyring.missing(guild_id):
            await self._keyring.start_anew(guild_id)
            return
        await self.require_changeable(guild_id)
        await self._keyring.sealing(guild_id)
        # Known before it is in place: killed in between, it must not pass for a stranger's.
        private = await asyncio.to_thread(self._files.next, guild_id)
        await self._keys.add_key(guild_id, public_of(private), "host")
        self._begun[guild_id] = self._clock.monotonic()
        await asyncio.to_thread(self._files.change, guild_id)
        await self._keyring.sealing(guild_id)

    async def require_changeable(self, guild_id: int) -> None:
        """Raises InvalidInput where a legal hold keeps an old key: there is room for one."""
        if await self.under_way(guild_id) and await self._on_hold(guild_id):
            raise InvalidInput(HELD)

    async def under_way(self, guild_id: int) -> bool:
        """Whether there is an old key still."""
        return guild_id in await asyncio.to_thread(self._files.changing)

    async def reseal(self, guild_id: int) -> int:
        """Seal to the new key what the old one opens; how many envelopes. Safe to repeat.

        Nobody is told how far it is or how long it took: among what is resealed is what moderators
        may not know of yet.

        Raises:
            Unavailable: a key cannot be read, or the file could not be written.
        """
        async with self._working:
            return await self._reseal(guild_id)

    async def _reseal(self, guild_id: int) -> int:
        old = await asyncio.to_thread(self._files.old, guild_id)
        private = await asyncio.to_thread(self._files.private, guild_id)
        if old is None or private is None or old == private:
            return 0
        reader, after, done = public_of(private), b"", 0
        while (found := await self._store.envelopes(guild_id, after, REPORTS_AT_ONCE)) is not None:
            changed = await asyncio.to_thread(_resealed, found.sealed, old, reader)
            if changed:
                await self._store.exchange(guild_id, changed)
            done, after = done + len(changed), found.last
        for name, value in (await self._store.counts(guild_id)).items():
            if (new := resealed_tally(value, old, reader)) is not None:
                await self._store.exchange_count(guild_id, name, value, new)
                done += 1
        return done

    async def round(self) -> None:
        """Go on with every server's change of key, and end those of which nothing is left to do.

        Raises:
            Unavailable, OSError: of one server a key cannot be read, or the disk did not let us;
                the others were gone on with, and the next round tries again.
        """
        if not self._keyring.opens_here:
            return
        failed: Exception | None = None
        for guild_id in await asyncio.to_thread(self._files.changing):
            try:
                with suppress(_NotAKey):
                    await self._go_on(guild_id)
            except (Unavailable, OSError) as error:
                failed = error
        if failed is not None:
            raise failed

    async def _go_on(self, guild_id: int) -> None:
        if await self._keyring.missing(guild_id):
            return  # moderators are told of it; nothing is resealed to a key that nobody knows
        await self._known(guild_id)
        await self.reseal(guild_id)
        begun = self._begun.get(guild_id)
        if begun is not None and self._clock.monotonic() - begun < GRACE_S:
            return
        if await self._on_hold(guild_id):
            return  # without the old key nobody could read the backups from before any more
        # What is withdrawn now is in memory only, and would stay sealed to the old key.
        async with self._working, self._changing:
            await self._reseal_held(guild_id)
            while await self._reseal(guild_id):
                pass
            private = await asyncio.to_thread(self._files.make, guild_id)
            await self._keys.only_keys_here(guild_id, public_of(private))
            await self._erasing.rewrite()
            await asyncio.to_thread(self._files.destroy_old, guild_id)
        self._begun.pop(guild_id, None)
        if self.when_done is not None:
            await self.when_done(guild_id)

    async def _known(self, guild_id: int) -> None:
        try:
            await asyncio.to_thread(self._files.old, guild_id)
        except Unavailable:
            # Somebody has put something else there; it is not ours to remove.
            raise _NotAKey from None
        # An old key alone, put there to open an old backup: then there has to be one to seal to.
        await self._keyring.sealing(guild_id)

    async def _reseal_held(self, guild_id: int) -> None:
        old = await asyncio.to_thread(self._files.old, guild_id)
        private = await asyncio.to_thread(self._files.make, guild_id)
        if old is None:
            return
        reader = public_of(private)

        def new(sealed: bytes) -> bytes:
            return reseal(sealed, old, reader) or sealed

        for report_id, report in [*self._held.items()]:
            if report.guild_id == guild_id and report.sealed is not None:
                messages = tuple(replace(each, sealed=new(each.sealed)) for each in report.messages)
                self._held[report_id] = replace(
                    report, sealed=new(report.sealed), messages=messages
                )


class _NotAKey(Exception):
    """What stands in an old key's place is no key."""


def _resealed(
    envelopes: Sequence[tuple[bytes, bytes]], old: bytes, reader: bytes
) -> dict[tuple[bytes, bytes], bytes]:
    changed = {}
    for report_id, sealed in envelopes:
        new = reseal(sealed, old, reader)
        if new is not None:
            changed[report_id, sealed] = new
    return changed
