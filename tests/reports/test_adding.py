"""Adding and withdrawing: once, truly, and with nothing left in memory afterwards."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import NotAllowed, NotFound, Unavailable
from bot.reports.returning import ADDITIONS_A_DAY
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, Office, OpenOffice, answers
from tests.reports.test_promises import DAY, shown_report


async def refuse(office: Office, *, refusing: bool = True) -> None:
    """Let the file refuse to be written, as a failing disk does, or let it be written again."""
    await office.database.alone(f"PRAGMA query_only = {int(refusing)}")


async def test_one_button_adds_once_however_often_it_is_pressed(office: Office) -> None:
    receipt = await office.send()
    visit = (await office.check(receipt)).visit

    async def press(once: str) -> str:
        return await office.desk.add(GUILD, PERSON, visit, "One thing more.", once)

    pressed = await asyncio.gather(press("one"), press("one"))
    assert sorted(pressed) == ["added", "adding"]
    assert await press("one") == "already"
    assert (await office.check(receipt)).additions == 1
    assert await press("another") == "added"
    assert (await office.check(receipt)).additions == 2


async def test_an_addition_that_could_not_be_stored_can_be_tried_again_and_is_not_counted(
    office: Office,
) -> None:
    receipt = await office.send()
    visit = (await office.check(receipt)).visit
    await refuse(office)
    for _ in range(ADDITIONS_A_DAY + 1):
        with pytest.raises(Unavailable, match="Nothing of it was kept"):
            await office.desk.add(GUILD, PERSON, visit, "One thing more.", "one")
    await refuse(office, refusing=False)
    assert await office.desk.add(GUILD, PERSON, visit, "One thing more.", "one") == "added"
    for number in range(ADDITIONS_A_DAY - 1):
        await office.desk.add(GUILD, PERSON, visit, "more", str(number))
    with pytest.raises(NotAllowed, match="Nothing was added"):
        await office.desk.add(GUILD, PERSON, visit, "more", "last")


async def test_an_addition_that_grew_by_its_marks_is_still_taken(office: Office) -> None:
    visit = (await office.check(await office.send())).visit
    shown = "[phone removed] " * 200
    assert len(shown) > 3_000
    assert await office.desk.add(GUILD, PERSON, visit, shown) == "added"


@pytest.mark.parametrize("seen", [False, True])
async def test_after_withdrawing_no_visit_adds_to_the_report_or_withdraws_it_again(
    office: Office, clock: HandClock, *, seen: bool
) -> None:
    receipt = await (shown_report(office, clock) if seen else office.send())
    visits = [(await office.check(receipt)).visit for _ in range(2)]
    await office.desk.withdraw(GUILD, visits[0])
    for visit in visits:
        with pytest.raises(NotFound, match="withdrawn"):
            await office.desk.add(GUILD, PERSON, visit, "lost words")
        with pytest.raises(NotFound, match="withdrawn"):
            await office.desk.withdraw(GUILD, visit)
    assert await office.database.fetch_value("SELECT count(*) FROM message") == 0


async def test_words_are_not_put_under_a_withdrawn_report_whose_row_still_stands(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    report_id = await office.only_id()
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    assert not await office.desk._store.add_message(GUILD, report_id, "reporter", b"x", None)


async def test_withdrawing_twice_at_once_keeps_the_report_readable_until_the_notice_time(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    visits = [(await office.check(receipt)).visit for _ in range(2)]
    outcomes = await asyncio.gather(
        *(office.desk.withdraw(GUILD, visit) for visit in visits), return_exceptions=True
    )
    assert outcomes[0] is None
    assert isinstance(outcomes[1], NotFound)
    assert (await office.desk.inbox.open(GUILD, await office.only_id())).text


async def test_a_refused_withdrawal_says_what_will_happen_and_it_happens(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    visit = (await office.check(receipt)).visit
    await refuse(office)
    with pytest.raises(Unavailable) as caught:
        await office.desk.withdraw(GUILD, visit)
    assert "marked and is deleted at the next notice time, at 18:00" in str(caught.value)
    assert "Nothing of it was kept" not in str(caught.value)
    await refuse(office, refusing=False)
    with pytest.raises(NotFound, match="Nothing was added"):
        await office.desk.add(GUILD, PERSON, visit, "words that would be lost")
    clock.advance(DAY)
    await office.serve()
    assert await office.desk.inbox.list(GUILD) == []
    with pytest.raises(NotFound):
        await office.check(receipt)


async def test_a_refused_withdrawal_can_be_tried_again(office: Office, clock: HandClock) -> None:
    receipt = await shown_report(office, clock)
    visit = (await office.check(receipt)).visit
    await refuse(office)
    with pytest.raises(Unavailable, match="press the button again"):
        await office.desk.withdraw(GUILD, visit)
    await refuse(office, refusing=False)
    await office.desk.withdraw(GUILD, visit)
    with pytest.raises(NotFound):
        await office.check(receipt)


async def test_without_notice_times_a_refused_withdrawal_is_made_up_for_at_once(
    open_office: OpenOffice,
) -> None:
    office = await open_office(report_notice_times="now")
    receipt = await office.send()
    await office.serve()
    visit = (await office.check(receipt)).visit
    await refuse(office)
    with pytest.raises(Unavailable, match="as soon as the file can be written"):
        await office.desk.withdraw(GUILD, visit)
    await refuse(office, refusing=False)
    await office.serve()
    assert await office.desk.inbox.list(GUILD) == []


async def test_what_is_over_leaves_memory_without_anybody_calling(
    office: Office, clock: HandClock
) -> None:
    receipt = await office.send()
    await office.check(receipt)
    office.desk.draft(GUILD, "draft", answers())
    key = office.desk._limits._key
    clock.advance(timedelta(minutes=16))
    rounds = asyncio.create_task(office.desk.run(office.board))
    await asyncio.sleep(0)  # the first round begins
    assert office.desk.drafts._drafts == {}
    assert office.desk._visits._visits == {}
    rounds.cancel()
    assert office.desk._limits._counts
    clock.advance(timedelta(days=1))
    rounds = asyncio.create_task(office.desk.run(office.board))
    await asyncio.sleep(0)
    assert not office.desk._limits._counts
    assert office.desk._limits._key != key
    rounds.cancel()
    await asyncio.wait([rounds])
