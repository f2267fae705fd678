"""Promises 6 and 8: deleted means gone."""

import re
from pathlib import Path

import pytest

from bot.errors import NotFound, Unavailable
from bot.reports.store import delete_listed
from bot.reports.traces import DELETED_NAME, DeletedReports
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, Office, OpenOffice
from tests.reports.test_promises import DAY, shown_report


async def test_a_withdrawn_report_leaves_no_byte_behind_and_its_receipt_opens_nothing(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    await office.desk.inbox.reply(GUILD, await office.only_id(), "a reply")
    await office.desk.add(GUILD, PERSON, (await office.check(receipt)).visit, "more")
    envelopes = [
        bytes(row[0])
        for row in await office.database.fetch_all(
            "SELECT sealed FROM report UNION ALL SELECT sealed FROM message"
        )
    ]
    assert len(envelopes) == 3
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    content = office.bytes_on_disk()
    for envelope in envelopes:
        pieces = [envelope[start : start + 16] for start in range(100, len(envelope) - 16, 250)]
        assert not any(piece in content for piece in pieces)
    with pytest.raises(NotFound):
        await office.check(receipt)


async def test_a_report_withdrawn_before_it_was_seen_is_gone_without_a_row(office: Office) -> None:
    receipt = await office.send()
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    assert await office.database.fetch_value("SELECT count(*) FROM report") == 0


async def test_a_restored_backup_does_not_bring_a_withdrawn_report_back(
    office: Office, open_office: OpenOffice, clock: HandClock, tmp_path: Path
) -> None:
    receipt, kept = await shown_report(office, clock), await office.send("This one stays.")
    backup = tmp_path / "backup.db"
    await office.database.alone(f"VACUUM INTO '{backup}'")
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    await office.desk.close()
    await office.database.close()
    backup.replace(office.config.reports_database)
    restored = await open_office()
    with pytest.raises(NotFound):
        await restored.check(receipt)
    assert (await restored.check(kept)).status == "New"
    clock.advance(DAY)
    await restored.serve()
    (line,) = await restored.desk.inbox.list(GUILD)
    assert (await restored.desk.inbox.open(GUILD, line.id)).text == "This one stays."


async def test_what_is_listed_is_deleted_once(office: Office, clock: HandClock) -> None:
    await shown_report(office, clock)
    listed = DeletedReports(office.folder / DELETED_NAME)
    assert await delete_listed(office.database, listed.read()) == 0
    (office.folder / DELETED_NAME).write_text("not an id\n" + (await office.only_id()).hex() + "\n")
    assert await delete_listed(office.database, listed.read()) == 1
    assert await delete_listed(office.database, listed.read()) == 0


async def test_the_list_of_the_deleted_is_sorted_and_nothing_but_ids(office: Office) -> None:
    for _ in range(6):
        receipt = await office.send()
        await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    path = office.folder / DELETED_NAME
    lines = path.read_text().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 7  # and the one by which the list is known
    assert all(re.fullmatch("[0-9a-f]{32}", line) for line in lines)
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_withdrawal_that_was_cut_short_is_finished_at_the_next_start(
    office: Office, open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await office.send()
    visit = (await office.check(receipt)).visit

    async def cut_short(*_: object, **__: object) -> bool:
        raise Unavailable("the power went")

    monkeypatch.setattr(office.desk._store, "withdraw", cut_short)
    with pytest.raises(Unavailable):
        await office.desk.withdraw(GUILD, visit)
    restarted = await open_office()
    with pytest.raises(NotFound):
        await restarted.check(receipt)
