"""What is done to a backup's reports before they are put in place.

A backup knows nothing of what was withdrawn or ran out after it. That stands in a list outside the
databases. The list that belongs to a database holds an id which stands in the database too: so one
that was begun on another machine, or anew after it was lost, is not taken for it. Nor is a copy: it
lacks that id, and does not know what was deleted after it was made, wherever it is put.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.config import Config
from bot.errors import DataError, Unavailable
from bot.reports.consent import COUNT
from bot.reports.figures.store import UNCOUNTED
from bot.reports.keys import KeyFiles
from bot.reports.messages import RESTORED, MessageKind, payload
from bot.reports.restoring.counts import Count, readable
from bot.reports.restoring.store import (
    ANEW,
    INCOMPLETE,
    Decided,
    RestoredStore,
    decided_in,
    mark_in,
    said_in,
)
from bot.reports.sealing import seal
from bot.reports.store import ID_BYTES, delete_listed
from bot.reports.traces import DELETED_NAME, DeletedReports
from bot.storage import Database

_REFUSED = (
    "The list of what was withdrawn or deleted since ({name}) is not in {folder}, or is that of "
    "other data. Without it this backup would bring back reports that their writers have "
    "withdrawn. Nothing was changed. Give the newest copy of the list that you have, with "
    "`--deletions FILE`: the list is beside the database on the machine that the backup comes "
    "from, and each backup leaves a copy beside itself{here}. Where there is none at all, "
    "`--without-deletions` restores all the same; the moderators are then told that withdrawn "
    "reports are back."
)


TO_CHECK = (
    "whether a legal hold is set, the keys that reports are sealed to, which role reads reports, "
    "which channel moderators are told in, how long reports are kept, whether reports are open, "
    "who answers for reports, the numbers for danger, for somebody at risk and for somebody who "
    "struggles, the other ways to report, and which groups are offered"
)
"""What a backup takes back to what it was, where it is not known what was decided since."""


class CannotTell(DataError):
    """What was deleted since the backup is not known here."""


class Restoring:
    """Makes a backup's reports.db fit to be put in place; ``prepare`` is for ``restore``.

    Attributes:
        deleted: how many reports were deleted from it again.
        complete: whether all that was deleted since the backup was known.
        set_back: how many reports may be counted only, until their reporters choose again.
        counts_anew: quarters may be counted again that were counted after the backup.

    Args:
        source: the backup.
        deletions: a copy of the list from elsewhere.
        without: restore also where no list is known.
    """

    def __init__(
        self, config: Config, source: Path, deletions: Path | None = None, *, without: bool = False
    ) -> None:
        self._config = config
        self._source = source
        self._given = deletions
        self._without = without
        self.deleted = 0
        self.complete = True
        self.set_back = 0
        self.counts_anew = False

    def prepare(self, ready: Mapping[str, Path]) -> None:
        """Delete from the unpacked database what was deleted since; blocking.

        Raises:
            CannotTell: that is not known, and nobody has said that it need not be.
            DataError: the given list is none, or something could not be written.
        """
        if "reports" in ready:
            asyncio.run(self._prepare(ready["reports"]))

    async def _prepare(self, path: Path) -> None:
        database = await Database.open(path, "reports")
        try:
            store = RestoredStore(database)
            decided = await asyncio.to_thread(decided_in, self._config.reports_database)
            if decided is not None:
                decided = await self._readable(store, decided)
            self.counts_anew = decided is None or not await store.take_over(decided)
            servers = await store.servers()
            if servers:
                await self._delete_again(database, store)
                self.set_back = await self._only_count(store, path)
            for guild_id in {*servers, *await store.deciding()}:
                await store.note_restored(guild_id, *self._how())
            await store.rewrite()
        finally:
            await database.close()

    def _how(self) -> list[str]:
        told = ((INCOMPLETE, not self.complete), (ANEW, self.counts_anew))
        return [how for how, so in told if so]

    async def _readable(self, store: RestoredStore, decided: Decided) -> Decided:
        """What was decided, its sealed counts for the keys that belong to the backup.

        It may be from before a change of key; whoever restores then puts its key back, which opens
        nothing that was sealed since.
        """
        files, counted, lost = KeyFiles(self._config.keys), [], set()
        for guild_id, name, value in decided.counted:
            count = Count(value, lost=False)
            if name.startswith(UNCOUNTED):
                theirs = [bytes(public) for server, public in decided.here if server == guild_id]
                ours = await store.keys(guild_id, "host")
                privates = await asyncio.to_thread(_privates, files, guild_id)
                count = await asyncio.to_thread(readable, value, theirs, ours, privates)
            counted.append((guild_id, name, count.value))
            if count.lost:
                lost.add((guild_id, name))
        return replace(decided, counted=counted, lost=frozenset(lost))

    async def _delete_again(self, database: Database, store: RestoredStore) -> None:
        own = DeletedReports(self._config.deleted_reports)
        known, mark = own.read(), await store.mark()
        self.complete = mark is not None and mark in known
        if self._given is not None:
            known |= _given(self._given)
        elif not (self.complete or self._without):
            raise CannotTell(self._refused())
        if not self.complete:
            # What is known from now on is not all that was deleted since an earlier backup.
            known -= {mark}
            fresh = secrets.token_bytes(ID_BYTES)
            await store.put_mark(fresh)
            known.add(fresh)
        own.add(*known)
        self.deleted = await delete_listed(database, known)

    async def _only_count(self, store: RestoredStore, path: Path) -> int:
        """Let reports be counted only of which a later choice or question may be lost; how many.

        Of what its reporter sent since, or was asked, the backup knows nothing; what is being
        replaced may, if it can be read. Whatever is missing could be a change of mind, or a
        question to which no answer means no.
        """
        backed_up = await asyncio.to_thread(said_in, path)
        replaced = await asyncio.to_thread(said_in, self._config.reports_database)
        lost = [
            report
            for report in await store.reports()
            if not backed_up.has_all_of(replaced, report.id)
        ]
        words, sealed = payload(MessageKind.CONSENT, use=COUNT, why=RESTORED), {}
        for guild_id in {report.guild_id for report in lost}:
            # As Keyring.sealing: in sealed reading never to a key that was on this machine.
            readers = await store.keys(guild_id, "away")
            if self._config.report_reading == "discord":
                readers += await store.keys(guild_id, "host")
            for report in lost:
                if report.guild_id == guild_id:
                    to = [*readers, report.reporter_key]
                    sealed[report.id] = (seal(words, to), seal(words, to))
        await store.say_for_reporters(sealed)
        return len(lost)

    def _refused(self) -> str:
        beside = self._source.absolute().with_name(DELETED_NAME)
        here = f" (here: {beside})" if beside.exists() else ""
        folder = self._config.deleted_reports.parent
        return _REFUSED.format(name=DELETED_NAME, folder=folder, here=here)


def _privates(files: KeyFiles, guild_id: int) -> list[bytes]:
    try:
        private, beside = files.here(guild_id)
    except Unavailable:
        return []
    return [*beside, *([] if private is None else [private])]


def _given(path: Path) -> set[bytes]:
    found = DeletedReports(path).read() if path.is_file() else set()
    if not found:
        raise DataError(f"{path} is no list of deleted reports. Nothing was changed.")
    return found


def copy_list(config: Config, beside: Path) -> bool:
    """Put all that the list knows into its copy beside a backup; whether there is a list.

    A copy that is there already keeps what it knows, so with several backups in one folder the
    earlier ones find there what was deleted before the last. The id by which the list is known is
    not copied: put in place by hand, a copy must not be taken for the whole list.

    Raises:
        DataError: it could not be written.
    """
    target = beside.absolute().with_name(DELETED_NAME)
    try:
        known = DeletedReports(config.deleted_reports).read()
        if known and target != config.deleted_reports.absolute():
            mark = mark_in(config.reports_database)
            if mark in known:
                # Something stands for it: a list in which there is nothing else is a list all the
                # same.
                known.remove(mark)
                known.add(hashlib.blake2b(mark, digest_size=ID_BYTES).digest())
            DeletedReports(target).add(*known, instead_of=mark)
    except OSError as error:
        raise DataError(f"{target}: {error.strerror or error}") from error
    return bool(known)


async def keep_mark(database: Database, deleted: DeletedReports) -> None:
    """See to it that the list and the database know each other.

    Where the list was lost, a new one begins, which is not taken for that of earlier backups.

    Raises:
        OSError, Unavailable: one of them could not be written; the next start tries again.
    """
    store = RestoredStore(database)
    mark = await store.mark()
    if mark is None or mark not in await asyncio.to_thread(deleted.read):
        mark = secrets.token_bytes(ID_BYTES)
        await asyncio.to_thread(deleted.add, mark)
        await store.put_mark(mark)
