"""What may be told of a report follows from what its reporter allows now, not from what was."""

import pytest

from bot.errors import NotAllowed
from bot.reports.away import acts
from bot.reports.casework import quoting
from bot.reports.fates import CODES, NO_MORE, NONE_TAKEN, NOT_COPIED, NOT_RAISED, not_allowed
from bot.reports.messages import RESTORED, MessageKind
from bot.reports.model import OpenedMessage
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office
from tests.reports.moderating import ANN, BOB, notice_time, shown
from tests.reports.test_away import Away, away
from tests.reports.test_consent import (
    AGREED,
    ASKED,
    NO,
    PROPOSED,
    TEXT,
    WORDS,
    YES,
    consents,
    report,
    said,
)

__all__ = ["away"]

TAKEN = said(MessageKind.USED, "They were taken.", quote="1a", how="pub")
SET_BACK = said(MessageKind.CONSENT, use="count", why=RESTORED)
OTHERS = said(MessageKind.PROPOSED, "supervision since autumn", quote="2b", by="1")
OUTSIDE = ("conf", "pub", "raise")


@pytest.mark.parametrize(
    ("use", "history", "open_to"),
    [
        ("count", [], ""),
        ("conf", [], "conf"),
        ("pub", [], "conf raise"),
        ("pub", [PROPOSED, AGREED], "conf raise"),
        ("pub", [PROPOSED, AGREED, TAKEN], "conf pub raise"),
        ("pub", [PROPOSED, AGREED, TAKEN, OTHERS], "conf pub raise"),
        # Nobody was asked then, so nothing was approved.
        ("pub", [PROPOSED, AGREED, TAKEN, consents("ask")], ""),
        ("pub", [PROPOSED, AGREED, TAKEN, consents("ask"), ASKED], ""),
        ("pub", [PROPOSED, AGREED, TAKEN, consents("ask"), ASKED, YES], "conf pub raise"),
        ("ask", [], ""),
        ("ask", [PROPOSED, AGREED, ASKED], ""),
        ("ask", [PROPOSED, AGREED, ASKED, YES], "conf raise"),
        ("ask", [PROPOSED, AGREED, ASKED, YES, TAKEN], "conf pub raise"),
        ("ask", [PROPOSED, AGREED, ASKED, YES, TAKEN, NO], ""),
        ("ask", [PROPOSED, AGREED, ASKED, YES, TAKEN, consents("count"), consents("ask")], ""),
        ("ask", [PROPOSED, AGREED, ASKED, YES, TAKEN, consents("conf")], "conf"),
        ("pub", [PROPOSED, AGREED, TAKEN, SET_BACK], ""),
        ("pub", [PROPOSED, AGREED, TAKEN, SET_BACK, consents("ask")], ""),
        ("pub", [PROPOSED, AGREED, TAKEN, SET_BACK, consents("pub")], "conf raise"),
        ("pub", [PROPOSED, AGREED, TAKEN, ASKED, NO], "conf raise"),
        ("pub", [said(MessageKind.ADDITION, None)], ""),
    ],
)
def test_what_is_open_follows_from_what_is_approved_now(
    use: str, history: list[OpenedMessage], open_to: str
) -> None:
    whole = report(use, *history)
    assert [fate for fate in OUTSIDE if not not_allowed(whole, fate)] == open_to.split()
    assert not any(not_allowed(whole, fate) for fate in CODES - {*OUTSIDE})


@pytest.mark.parametrize(
    ("history", "told"),
    [
        ([], NONE_TAKEN),
        ([PROPOSED, AGREED], NONE_TAKEN),
        ([PROPOSED, AGREED, ASKED, YES], NOT_COPIED),
        ([PROPOSED, AGREED, ASKED, YES, TAKEN, NO], NO_MORE),
    ],
)
def test_why_words_were_not_quoted_publicly_says_what_is_missing(
    history: list[OpenedMessage], told: str
) -> None:
    assert not_allowed(report("ask", *history), "pub") == told


async def test_words_that_were_taken_open_nothing_once_their_reporter_wants_to_be_asked(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, TEXT, use="pub")
    where = (office.desk.inbox, GUILD, report_id)
    quote = await quoting.propose(*where, ANN, WORDS)
    await quoting.agree(*where, BOB, quote)
    await quoting.take(*where, quote)
    await office.desk.change_use(GUILD, 1, (await office.check(receipt)).visit, "ask")
    await notice_time(office, clock)
    for fate in OUTSIDE:
        with pytest.raises(NotAllowed, match="Nothing was sent"):
            await office.desk.inbox.used(GUILD, report_id, fate, "The whole report, to our MP.")
    # Once approved, they may be shown to anybody, also before they are copied again.
    await quoting.ask(*where, quote)
    await office.desk.answer(GUILD, 1, (await office.check(receipt)).visit, quote, yes=True)
    await notice_time(office, clock)
    for fate in OUTSIDE:
        await office.desk.inbox.used(GUILD, report_id, fate, f"They went out: {fate}.")


async def test_where_the_key_is_the_same_is_open(away: Away, clock: HandClock) -> None:
    receipt = away.receipt
    await away.office.desk.change_use(GUILD, 1, (await away.office.check(receipt)).visit, "ask")
    await notice_time(away.office, clock)
    with pytest.raises(NotAllowed, match=NOT_RAISED[:40]):
        acts.used(await away.answers(), await away.report(), "raise", "Told the employer.")
