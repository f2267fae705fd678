"""What could not be erased from the file, or put in order there, is made up for."""

import pytest

from bot.errors import StorageTrouble, Unavailable
from bot.storage import Database
from tests.clock import HandClock
from tests.reports.conftest import Office
from tests.reports.moderating import AFTERNOON


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """While there is a statement in it, the disk is too full for a file to be written anew."""
    alone, full = Database.alone, ["VACUUM"]

    async def refusing(database: Database, sql: str) -> None:
        if sql in full:
            raise StorageTrouble("the disk is full")
        await alone(database, sql)

    monkeypatch.setattr(Database, "alone", refusing)
    return full


async def sealed(office: Office) -> dict[bytes, bytes]:
    rows = await office.database.fetch_all("SELECT id, sealed FROM report")
    return {bytes(row["id"]): bytes(row["sealed"]) for row in rows}


def places(office: Office, envelopes: dict[bytes, bytes]) -> list[bytes]:
    """The ids in the order in which their envelopes lie in the file."""
    content = office.config.reports_database.read_bytes()
    # The last bytes of an envelope are on an overflow page of its own row.
    return sorted(envelopes, key=lambda report_id: content.index(envelopes[report_id][-600:]))


async def test_a_file_that_could_not_be_rewritten_at_the_notice_time_is_rewritten_a_minute_later(
    office: Office, clock: HandClock, refused: list[str]
) -> None:
    for number in range(25):
        await office.send(f"Report number {number} of many.")
    envelopes = await sealed(office)
    clock.advance(AFTERNOON)
    with pytest.raises(Unavailable, match="could not be rewritten"):
        await office.serve()
    # Moderators are told all the same; the order in which reports came stands in the file still.
    assert len(office.board.posted) == 1
    assert places(office, envelopes) != sorted(envelopes)
    clock.advance(60)
    with pytest.raises(Unavailable, match="could not be rewritten"):
        await office.serve()
    refused.clear()
    clock.advance(60)
    await office.serve()
    assert places(office, envelopes) == sorted(envelopes)


async def test_what_is_in_order_is_not_rewritten_between_notice_times(
    office: Office, clock: HandClock
) -> None:
    """Else its times of change and birth would tell of more than notice times."""
    clock.advance(AFTERNOON)
    await office.serve()
    before = office.config.reports_database.stat().st_ctime_ns
    clock.advance(60)
    await office.serve()
    assert office.config.reports_database.stat().st_ctime_ns == before
