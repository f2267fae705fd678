"""A restore and what a reporter has chosen since the backup was made."""

import pytest

from bot.reports.casework import quoting
from bot.reports.consent import permitted
from bot.reports.quotations import Standing
from cogs.reports import conversation
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice
from tests.reports.moderating import ANN, BOB, notice_time, shown
from tests.reports.test_restoring import KEPT, PUBLIC, Copies, copies

__all__ = ["copies"]


async def free_quotation(office: Office, clock: HandClock, use: str) -> tuple[str, bytes, str]:
    """A report with words that two moderators agreed to: receipt, report and quotation."""
    receipt, report_id = await shown(office, clock, PUBLIC, use=use)
    quote = await quoting.propose(office.desk.inbox, GUILD, report_id, ANN, PUBLIC)
    await quoting.agree(office.desk.inbox, GUILD, report_id, BOB, quote)
    return receipt, report_id, quote


async def standing(office: Office, report_id: bytes) -> tuple[Standing, str]:
    (known,) = await quoting.known_quotations(office.desk.inbox, GUILD, report_id)
    return known.standing, permitted(await office.desk.inbox.open(GUILD, report_id)).use


@pytest.mark.parametrize("new_machine", [False, True])
async def test_a_use_that_was_narrowed_since_the_backup_is_not_revived(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies, *, new_machine: bool
) -> None:
    receipt, report_id, _ = await free_quotation(office, clock, "pub")
    other, other_id = await shown(office, clock, KEPT, use="pub")
    waiting = await office.check(other)
    await office.desk.change_use(GUILD, 1, waiting.visit, "conf")  # waits in the backup
    await copies.make()
    await office.desk.change_use(GUILD, 1, (await office.check(receipt)).visit, "count")
    if new_machine:
        await copies.lose_the_machine()
        restored = await copies.restore(deletions=copies.list)
    else:
        await copies.close()
        restored = await copies.restore()
    assert restored.set_back == (2 if new_machine else 1)
    again = await open_office()
    board = again.board
    assert await standing(again, report_id) == (Standing.STOPPED, "count")
    use = permitted(await again.desk.inbox.open(GUILD, other_id)).use
    assert use == ("count" if new_machine else "pub")
    await notice_time(again, clock)
    assert await standing(again, report_id) == (Standing.STOPPED, "count")
    # On the same machine nothing of the other one is lost, and it goes on as its reporter chose.
    use = permitted(await again.desk.inbox.open(GUILD, other_id)).use
    assert use == ("count" if new_machine else "conf")
    assert sum(additions for _, _, additions in board.posted) == 1  # what waited, and no more
    seen = await again.check(receipt)
    assert seen.conversation.use is not None
    assert seen.conversation.use.set_back
    told = conversation.status_text(seen, "at 18:00", again.desk.fate, at_once=False)
    assert conversation.SET_BACK in told
    assert await again.desk.change_use(GUILD, 1, seen.visit, "pub") == "kept"
    await notice_time(again, clock)
    assert (await standing(again, report_id))[1] == "pub"


async def test_a_quotation_that_was_refused_since_the_backup_is_not_asked_about_as_before(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    receipt, report_id, quote = await free_quotation(office, clock, "ask")
    seen = await office.check(receipt)
    await office.desk.answer(GUILD, 1, seen.visit, quote, yes=True)
    await copies.make()  # the approval waits in it
    seen = await office.check(receipt)
    await office.desk.answer(GUILD, 1, seen.visit, quote, yes=False)  # takes its place
    await copies.close()
    assert (await copies.restore()).set_back == 1
    again = await open_office()
    for _ in range(2):
        assert await standing(again, report_id) == (Standing.STOPPED, "count")
        await notice_time(again, clock)


async def test_a_refusal_lost_with_a_restore_frees_no_words_under_a_wider_use(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    receipt, report_id = await shown(office, clock, PUBLIC, use="ask")
    await copies.make()
    quote = await quoting.propose(office.desk.inbox, GUILD, report_id, ANN, PUBLIC)
    await quoting.agree(office.desk.inbox, GUILD, report_id, BOB, quote)
    visit = (await office.check(receipt)).visit
    await office.desk.answer(GUILD, 1, visit, quote, yes=False)
    await notice_time(office, clock)
    await copies.close()
    assert (await copies.restore()).set_back == 1
    again = await open_office()
    await again.desk.change_use(GUILD, 1, (await again.check(receipt)).visit, "pub")
    await notice_time(again, clock)
    quote = await quoting.propose(again.desk.inbox, GUILD, report_id, ANN, PUBLIC)
    await quoting.agree(again.desk.inbox, GUILD, report_id, BOB, quote)
    assert await standing(again, report_id) == (Standing.REPORTER, "pub")
