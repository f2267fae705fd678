"""Writing to reports.db, and what is said when the disk or the file does not let us."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from bot.errors import StorageTrouble, Unavailable
from bot.storage import Database, Transaction

NOT_STORED = (
    "It could not be stored just now: the disk is full or the file is in use. Nothing "
    "of it was kept. Please try again in a few minutes; if it stays so, use another "
    "route."
)
NOT_WRITTEN = "reports.db could not be written: disk full, or in use."


class Writes:
    """What the stores of reports.db have in common.

    Attributes:
        TROUBLE: what a person is told when nothing could be written.
    """

    TROUBLE: ClassVar[str]

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Transaction]:
        """A transaction.

        Raises:
            Unavailable: it was not written.
        """
        try:
            async with self._database.transaction() as tx:
                yield tx
        except StorageTrouble:
            raise Unavailable(self.TROUBLE) from None
