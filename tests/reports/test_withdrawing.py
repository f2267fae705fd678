"""What can still be done with a withdrawn report, and that its reporter is told so before."""

import json
from dataclasses import replace
from datetime import time

import pytest

from bot.config import Config
from bot.errors import NotFound
from bot.reports import privacy
from bot.reports.casework import quoting
from bot.sandbox import Sandbox
from tests.cogs.reporting import checked, sent
from tests.conftest import HandClock
from tests.harness import RunningSteward
from tests.reports.conftest import GUILD, Office
from tests.reports.moderating import ANN, BOB, notice_time, shown

WORDS = "They cancelled every meeting."


async def exported(office: Office) -> list[str]:
    return [each["id"] for each in json.loads(await office.desk.inbox.export(GUILD))["reports"]]


async def free(office: Office, clock: HandClock) -> tuple[str, bytes, str]:
    receipt, report_id = await shown(office, clock, WORDS, use="pub")
    quote = await quoting.propose(office.desk.inbox, GUILD, report_id, ANN, WORDS)
    await quoting.agree(office.desk.inbox, GUILD, report_id, BOB, quote)
    return receipt, report_id, quote


async def nothing_is_taken(office: Office, report_id: bytes, quote: str) -> None:
    """No words of it can be read, proposed, agreed to, taken, told as used, or exported."""
    where = (office.desk.inbox, GUILD, report_id)
    for attempt in (
        office.desk.inbox.open(GUILD, report_id),
        quoting.propose(*where, BOB, "every meeting"),
        quoting.agree(*where, BOB, quote),
        quoting.take(*where, quote),
        office.desk.inbox.used(GUILD, report_id, "pub", "In the bulletin."),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await exported(office) == []
    assert office.desk._held == {}  # nor is it in memory any more
    assert await office.desk.inbox.list(GUILD) == []


async def test_a_report_that_was_hidden_at_once_can_be_neither_quoted_nor_exported(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id, quote = await free(office, clock)
    visit = (await office.check(receipt)).visit
    await office.desk.withdraw(GUILD, visit, hide_now=True)
    await nothing_is_taken(office, report_id, quote)


async def test_one_withdrawn_quietly_shows_no_sign_of_it_in_an_export_before_the_notice_time(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id, quote = await free(office, clock)
    before = await exported(office)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    assert await exported(office) == before
    assert (await quoting.take(office.desk.inbox, GUILD, report_id, quote)).words == WORDS
    await notice_time(office, clock)
    await nothing_is_taken(office, report_id, quote)


async def test_who_withdraws_is_told_what_can_be_done_until_the_notice_time(
    sandbox: Sandbox, config: Config
) -> None:
    steward = RunningSteward(replace(config, report_notice_times=(time(18, 0),)), HandClock())
    await steward.start()
    try:
        member = sandbox.person("member")
        asked = await member.press(await checked(member, await sent(sandbox, member)), "Withdraw")
        assert "use words that were approved, and take it with them in an export" in asked.text
        assert "Withdraw and hide it now" in asked.buttons
        assert "neither read, used nor exported" in asked.text
    finally:
        await steward.stop()
    assert "in an export" in privacy.HELD
