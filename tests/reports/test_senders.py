"""Stop this sender: for a day, from memory, and without anybody learning who or whether."""

from datetime import timedelta

import pytest

from bot.errors import NotAllowed
from bot.reports.returning import ADDITIONS_A_DAY
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, WORDS, Office, OpenOffice, answers
from tests.reports.test_promises import DAY, seen, shown_report

OTHER = PERSON + 1


async def stopped(office: Office, clock: HandClock) -> str:
    """A report whose sender a moderator has stopped; its receipt."""
    receipt = await shown_report(office, clock)
    office.desk.stop_sender(GUILD, await office.only_id())
    return receipt


async def refused(office: Office, person: int = PERSON, guild: int = GUILD) -> str:
    """The words in which a report is refused, at the button and at Send alike."""
    with pytest.raises(NotAllowed) as at_button:
        office.desk.may_send(guild, person)
    draft = office.desk.draft(guild, office.desk.drafts.new_id(), answers(WORDS))
    with pytest.raises(NotAllowed) as at_send:
        await office.desk.send(draft, person)
    assert str(at_button.value) == str(at_send.value)
    return str(at_send.value)


async def add(office: Office, receipt: str, person: int = PERSON) -> str:
    visit = (await office.check(receipt, person)).visit
    return await office.desk.add(GUILD, person, visit, "more words")


async def test_a_stopped_person_sends_and_adds_no_more_and_others_do(
    office: Office, clock: HandClock
) -> None:
    receipt = await stopped(office, clock)
    await refused(office)
    with pytest.raises(NotAllowed):
        await add(office, receipt)
    other = await office.send(person=OTHER)
    assert await add(office, other, OTHER) == "added"
    assert await office.send(guild=GUILD + 1)  # on this server only


async def test_a_stopped_person_can_still_read_and_withdraw(
    office: Office, clock: HandClock
) -> None:
    receipt = await stopped(office, clock)
    checked = await office.check(receipt)
    assert await office.desk.change_use(GUILD, PERSON, checked.visit, "count") == "kept"
    await office.desk.withdraw(GUILD, checked.visit)


async def test_being_stopped_reads_as_having_reached_the_limit(
    open_office: OpenOffice, clock: HandClock
) -> None:
    office = await open_office(report_daily_limit=1)
    await office.serve()
    receipt = await stopped(office, clock)
    other = await office.send(person=OTHER)
    assert await refused(office) == await refused(office, OTHER)
    for _ in range(ADDITIONS_A_DAY):
        await add(office, other, OTHER)
    said = set()
    for person, words in ((PERSON, receipt), (OTHER, other)):
        with pytest.raises(NotAllowed) as caught:
            await add(office, words, person)
        said.add(str(caught.value))
    assert len(said) == 1


@pytest.mark.parametrize("over", ["midnight", "restart"])
async def test_it_ends_with_the_days_key(
    office: Office, open_office: OpenOffice, clock: HandClock, over: str
) -> None:
    receipt = await stopped(office, clock)
    report_id = await office.only_id()
    if over == "restart":
        office = await open_office()
    else:
        clock.advance(timedelta(hours=5))  # from 19:00 to midnight UTC
    office.desk.stop_sender(GUILD, report_id)  # the tie is gone with it
    assert await office.send()
    assert await add(office, receipt) == "added"


async def test_whoever_added_today_to_an_older_report_is_stopped(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    clock.advance(DAY)
    office.desk.stop_sender(GUILD, await office.only_id())
    await office.send()  # nobody was tied to it any more
    await add(office, receipt, OTHER)
    office.desk.stop_sender(GUILD, await office.only_id())
    await refused(office, OTHER)
    await office.send()


async def test_a_moderator_sees_nothing_of_whether_it_took_hold(
    office: Office, open_office: OpenOffice, clock: HandClock
) -> None:
    await shown_report(office, clock)
    report_id = await office.only_id()
    before = await seen(office)
    office.desk.stop_sender(GUILD, report_id)
    assert await seen(office) == before
    restarted = await open_office()
    restarted.board.posted = list(office.board.posted)
    restarted.desk.stop_sender(GUILD, report_id)
    assert await seen(restarted) == before


async def test_a_failed_try_does_not_wear_a_stop_down(office: Office, clock: HandClock) -> None:
    await stopped(office, clock)
    for _ in range(120):
        office.desk._limits.give_back("report", GUILD, PERSON)
    await refused(office)


async def test_ties_are_codes_in_memory_and_dropped_with_the_day(
    office: Office, clock: HandClock
) -> None:
    await stopped(office, clock)
    senders = office.desk._senders
    (report_id,) = [
        bytes(row[0]) for row in await office.database.fetch_all("SELECT id FROM report")
    ]
    ((name, codes),) = senders._ties.items()
    assert report_id not in name
    assert all(len(code) == 32 for code in (name, *codes))
    content = office.bytes_on_disk()
    assert not any(code in content for code in (name, *codes))
    clock.advance(timedelta(hours=5))
    office.desk._forget_old()
    assert senders._ties == {}
