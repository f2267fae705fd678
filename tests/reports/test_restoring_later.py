"""What a restore does to reports under which something was written after the backup."""

import shutil

import pytest

from bot.reports.casework import quoting
from bot.reports.consent import permitted
from bot.reports.keeping.rotation import GRACE_S
from bot.reports.quotations import Standing
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice, answers
from tests.reports.moderating import ANN, BOB, notice_time, shown
from tests.reports.test_figures import close_all, kept, months, tallies, to_next_quarter
from tests.reports.test_restoring import PUBLIC, Copies, copies
from tests.reports.test_restoring_choices import standing

__all__ = ["copies"]


async def test_a_question_lost_with_a_restore_frees_no_words_without_a_yes(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    """Whoever read the question was told that no answer means no, and may not have answered."""
    receipt, report_id = await shown(office, clock, PUBLIC, use="ask")
    await shown(office, clock, "Nobody has written under this one.", use="pub")
    await copies.make()
    quote = await quoting.propose(office.desk.inbox, GUILD, report_id, ANN, PUBLIC)
    await quoting.agree(office.desk.inbox, GUILD, report_id, BOB, quote)
    assert (await office.check(receipt)).conversation.quotations == {quote}
    await copies.close()
    assert (await copies.restore()).set_back == 1
    again = await open_office()
    assert permitted(await again.desk.inbox.open(GUILD, report_id)).use == "count"
    await again.desk.change_use(GUILD, 1, (await again.check(receipt)).visit, "pub")
    await notice_time(again, clock)
    quote = await quoting.propose(again.desk.inbox, GUILD, report_id, ANN, PUBLIC)
    await quoting.agree(again.desk.inbox, GUILD, report_id, BOB, quote)
    assert await standing(again, report_id) == (Standing.REPORTER, "pub")


async def test_whoever_chooses_before_the_notice_time_after_a_restore_is_asked_all_the_same(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    """A report that waited in the backup waits again; the choice that waits with it takes the place
    of none that the restore wrote."""
    draft = office.desk.draft(GUILD, office.desk.drafts.new_id(), answers(PUBLIC, use="ask"))
    assert await office.desk.send(draft, 1) == "sent"
    receipt = draft.receipt
    await copies.make()
    await notice_time(office, clock)
    (line,) = await office.desk.inbox.list(GUILD)
    quote = await quoting.propose(office.desk.inbox, GUILD, line.id, ANN, PUBLIC)
    await quoting.agree(office.desk.inbox, GUILD, line.id, BOB, quote)
    await copies.close()
    assert (await copies.restore()).set_back == 1
    again = await open_office()
    visit = (await again.check(receipt)).visit
    for use in ("conf", "pub"):
        await again.desk.change_use(GUILD, 1, visit, use)
        chosen = again.desk.use_chosen(GUILD, visit)
        assert chosen is not None
        assert (chosen.restored, chosen.set_back) == (True, False)
    await notice_time(again, clock)
    quote = await quoting.propose(again.desk.inbox, GUILD, line.id, ANN, PUBLIC)
    await quoting.agree(again.desk.inbox, GUILD, line.id, BOB, quote)
    assert await standing(again, line.id) == (Standing.REPORTER, "pub")
    seen = (await again.check(receipt)).conversation.use
    assert seen is not None
    assert (seen.value, seen.restored) == ("pub", True)


async def test_what_a_restore_writes_is_not_the_last_word_of_a_reporter(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    receipt, report_id = await shown(office, clock, PUBLIC, use="pub")
    await shown(office, clock, "Nobody has written under this one.")
    await office.desk.inbox.reply(GUILD, report_id, "Thank you. We look into it.", "once")
    await copies.make()
    await copies.lose_the_machine()
    assert (await copies.restore(without=True)).set_back == 2
    again = await open_office()

    async def waits() -> dict[bool, bool]:
        return {line.id == report_id: line.yours for line in await again.desk.inbox.list(GUILD)}

    for _ in range(2):
        assert await waits() == {True: False, False: True}
        await notice_time(again, clock)
    await again.desk.change_use(GUILD, 1, (await again.check(receipt)).visit, "pub")
    await notice_time(again, clock)
    assert await waits() == {True: True, False: True}


@pytest.mark.parametrize(
    ("counted_before", "key_lost", "total"),
    [(False, False, 21), (True, False, 21), (False, True, 12), (True, True, 17)],
)
async def test_counts_from_after_a_change_of_key_are_counted_with_the_backups_key(
    office: Office,
    open_office: OpenOffice,
    clock: HandClock,
    copies: Copies,
    *,
    counted_before: bool,
    key_lost: bool,
    total: int,
) -> None:
    """Without the newer key a count that the backup has is better than one that nobody opens."""
    await office.desk.choices.keep_for(GUILD, "30")
    await kept(office, 5)
    await months(office, clock, 0.1)
    await close_all(office)
    if counted_before:
        await months(office, clock, 2)
    assert len(await tallies(office)) == counted_before
    await copies.make()
    await kept(office, 4, "pay")
    await months(office, clock, 0.1)
    await close_all(office)
    await months(office, clock, 2)
    assert len(await tallies(office)) == 1 + counted_before
    await office.desk.rotation.begin(GUILD)
    clock.advance(GRACE_S)
    await office.serve()
    await copies.close()
    key = office.config.keys / f"{GUILD}.key"
    if key_lost:
        key.unlink()
    await copies.restore()
    key.unlink(missing_ok=True)
    shutil.copy(copies.folder / "keys" / f"{GUILD}.key", key)
    again = await open_office()
    await kept(again, 12, "pay")
    await to_next_quarter(again, clock)
    assert [table.total for table in await again.desk.figures.periods(GUILD)] == [total]
