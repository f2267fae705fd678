"""What a restore does to reports under which something was written after the backup."""

from pathlib import Path

import pytest

from bot.reports.casework import quoting
from bot.reports.consent import permitted
from bot.reports.quotations import Standing
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice
from tests.reports.moderating import ANN, BOB, notice_time, shown
from tests.reports.test_restoring import PUBLIC, Copies, standing


@pytest.fixture
def copies(office: Office, tmp_path: Path) -> Copies:
    return Copies(office, tmp_path / "elsewhere")


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
