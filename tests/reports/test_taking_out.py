"""Moderators take more out of a report: for good, and without changing what is left."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.casework import quoting, redacting
from bot.reports.casework.redacting import MARK, taken_out
from bot.reports.messages import MessageKind
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, Office
from tests.reports.moderating import ANN, BOB, envelopes_in, notice_time, shown

NAMED = "Mrs Penhaligon cancelled every supervision.\n\nShe did so since [CRN removed] came."


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        (NAMED.replace("Mrs Penhaligon ", ""), NAMED.replace("Mrs Penhaligon", MARK)),
        (NAMED.replace("Mrs Penhaligon", "[the manager]"), NAMED.replace("Mrs Penhaligon", MARK)),
        (NAMED.replace("Penhaligon", "…"), NAMED.replace("Penhaligon", MARK)),
        (NAMED.replace("\n\n", " ").replace(" came", ""), NAMED.replace(" came", f" {MARK}")),
        ("", MARK),
    ],
)
def test_words_are_taken_out_and_marked(typed: str, left: str) -> None:
    assert taken_out(NAMED, typed) == left


@pytest.mark.parametrize(
    "typed",
    [
        NAMED,
        NAMED.replace("cancelled", "moved"),
        NAMED.replace("every", "not every"),
        NAMED + " Sack her.",
        NAMED.replace("Mrs Penhaligon cancelled", "cancelled Mrs Penhaligon"),
        NAMED.replace("supervision", "Supervision"),
    ],
)
def test_nothing_can_be_added_or_changed(typed: str) -> None:
    with pytest.raises(InvalidInput):
        taken_out(NAMED, typed)


words = st.lists(st.sampled_from(["a", "b", "c", "it's", "[x removed]", ",", "Dee"]), min_size=1)


@given(words, st.data())
def test_what_is_left_is_what_was_kept_and_doing_it_again_changes_nothing(
    old: list[str], data: st.DataObject
) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old)))
    new = [word for word, stays in zip(old, keep, strict=True) if stays]
    if len(new) == len(old):
        return
    left = taken_out(" ".join(old), " ".join(new))
    assert " ".join(left.replace(MARK, " ").split()) == " ".join(new)
    assert re.search(rf"{re.escape(MARK)}\s*{re.escape(MARK)}", left) is None
    with pytest.raises(InvalidInput, match="Nothing was taken out"):
        taken_out(left, left)


async def test_the_words_that_were_taken_out_leave_no_byte_on_the_disk(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, NAMED)
    inbox = office.desk.inbox
    old = bytes(await office.database.fetch_value("SELECT sealed FROM report"))
    assert envelopes_in(office, [old]) == 1
    done = await redacting.redact(
        inbox, GUILD, report_id, ANN, "report", NAMED.replace("Penhaligon", "")
    )
    assert done == redacting.Redacted(0, ())
    assert envelopes_in(office, [old]) == 0
    assert (office.folder / "reports.db-wal").stat().st_size == 0
    opened = await inbox.open(GUILD, report_id)
    assert opened.text == NAMED.replace("Penhaligon", MARK)
    assert (opened.redacted, opened.category, opened.use) == (True, "load", "conf")
    assert [each.text for each in opened.messages] == [redacting.NOTED, redacting.TOLD]
    # The receipt works as before, and its owner is told.
    assert (await office.check(receipt)).replies == (redacting.TOLD,)


async def test_an_addition_is_taken_from_and_where_words_still_stand_is_told(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, NAMED)
    inbox = office.desk.inbox
    visit = (await office.check(receipt)).visit
    await office.desk.add(GUILD, PERSON, visit, "Penhaligon said so herself.")
    await inbox.note(GUILD, report_id, ANN, "Who is penhaligon?")
    await notice_time(office, clock)
    opened = await inbox.open(GUILD, report_id)
    report, addition = redacting.targets(opened)
    (old,) = [each.envelope for each in opened.messages if each.author == "reporter"]
    done = await redacting.redact(inbox, GUILD, report_id, ANN, addition.key, "said so herself.")
    assert done.still == ("What happened", "a note, 2026-W10")
    assert envelopes_in(office, [old]) == 0
    assert [each.text for each in redacting.targets(await inbox.open(GUILD, report_id))] == [
        report.text,
        f"{MARK} said so herself.",
    ]
    with pytest.raises(NotFound):
        await redacting.redact(inbox, GUILD, report_id, ANN, "99", "said")


async def test_quotations_with_the_words_go_with_them(office: Office, clock: HandClock) -> None:
    _, report_id = await shown(office, clock, NAMED, use="ask")
    inbox = office.desk.inbox
    gone = await quoting.propose(inbox, GUILD, report_id, ANN, "Mrs Penhaligon cancelled")
    stays = await quoting.propose(inbox, GUILD, report_id, ANN, "cancelled every supervision")
    await quoting.agree(inbox, GUILD, report_id, BOB, gone)
    opened = await inbox.open(GUILD, report_id)
    old = [each.envelope for each in opened.messages if each.more.get("quote") == gone]
    assert [each.kind for each in opened.messages if each.more.get("quote") == gone] == [
        MessageKind.PROPOSED,
        MessageKind.AGREED,
        MessageKind.QUOTE,
    ]
    done = await redacting.redact(
        inbox, GUILD, report_id, ANN, "report", NAMED.replace("Penhaligon", "")
    )
    assert done.quotations == 1
    assert [each.id for each in await quoting.known_quotations(inbox, GUILD, report_id)] == [stays]
    assert envelopes_in(office, old) == 0


async def test_a_withdrawn_report_is_taken_from_in_memory_and_not_written_again(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, NAMED)
    inbox = office.desk.inbox
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    await redacting.redact(inbox, GUILD, report_id, ANN, "report", "cancelled")
    # To moderators it looks as if nothing had happened meanwhile.
    assert MARK in ((await inbox.open(GUILD, report_id)).text or "")
    assert await office.database.fetch_value("SELECT sealed FROM report") is None
    await notice_time(office, clock)
    assert await inbox.list(GUILD) == []


async def test_under_a_legal_hold_no_words_are_destroyed(office: Office, clock: HandClock) -> None:
    _, report_id = await shown(office, clock, NAMED)
    inbox, left = office.desk.inbox, NAMED.replace("Mrs Penhaligon", "")
    await office.desk.choices.set_hold(GUILD, on=True)
    with pytest.raises(NotAllowed, match="solicitor"):
        await redacting.redact(inbox, GUILD, report_id, ANN, "report", left)
    assert (await inbox.open(GUILD, report_id)).text == NAMED
    await office.desk.choices.set_hold(GUILD, on=False)
    await redacting.redact(inbox, GUILD, report_id, ANN, "report", left)
    assert "Penhaligon" not in ((await inbox.open(GUILD, report_id)).text or "")
