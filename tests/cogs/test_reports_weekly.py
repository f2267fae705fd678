"""The front desk's weekly line about replies: at a notice time, once, and whatever there is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.config import Config
from bot.errors import StorageTrouble
from bot.sandbox import Message, Sandbox
from cogs.reports.weekly import line, nonce
from tests.cogs.reporting import sent
from tests.conftest import HandClock
from tests.harness import RunningSteward

DAY = timedelta(days=1)


@pytest.fixture
async def evening(sandbox: Sandbox, config: Config) -> AsyncIterator[RunningSteward]:
    """A bot with notice times at 18:00 and a front desk; it is Monday noon of week 10."""
    steward = RunningSteward(replace(config, report_notice_times=(time(18, 0),)), HandClock())
    await steward.start()
    await steward.bot.services.servers.change(
        sandbox.guild.id, front_desk_channel_id=sandbox.channel("front-desk").id
    )
    yield steward
    await steward.stop()


async def look(steward: RunningSteward, later: timedelta = timedelta()) -> None:
    assert isinstance(steward.clock, HandClock)
    steward.clock.advance(later)
    cog: Any = steward.bot.get_cog("WeeklyCog")  # its module was loaded anew with the bot
    await cog.look()


def lines(sandbox: Sandbox, channel: str = "front-desk") -> list[str]:
    return [message.text for message in sandbox.messages(channel)]


async def test_it_is_said_at_a_notice_time_once_a_week_and_the_last_is_taken_away(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    await look(evening)
    await look(evening, timedelta(hours=5, minutes=59))
    assert lines(sandbox) == []
    await look(evening, timedelta(minutes=1))
    (said,) = lines(sandbox)
    assert "may be waiting" in said
    assert "Week 10 of 2026" in said
    for _ in range(6):
        await look(evening, DAY)
    assert lines(sandbox) == [said]
    await look(evening, DAY)
    (next_week,) = lines(sandbox)
    assert "Week 11 of 2026" in next_week


async def test_it_says_the_same_with_and_without_replies_and_reports(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    await look(evening, timedelta(hours=7))
    (before,) = lines(sandbox)
    await sent(sandbox, sandbox.person("member"))
    await look(evening, 7 * DAY)
    (after,) = lines(sandbox)
    assert after.replace("Week 11", "Week 10") == before
    (message,) = sandbox.messages("front-desk")
    assert "interaction_metadata" not in message.raw
    assert str(sandbox.person("member").id) not in str(message.raw)


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_restart_leaves_one_line_also_when_it_was_said_and_not_remembered(
    sandbox: Sandbox, evening: RunningSteward, *, forgotten: bool
) -> None:
    await look(evening, timedelta(hours=7))
    if forgotten:  # stopped between the two
        await evening.bot.services.meta.forget(f"replies:{sandbox.guild.id}")
        sandbox._core.nonces._seen.clear()  # as Discord's, after some minutes
    await evening.restart()
    await look(evening)
    await look(evening, DAY)
    assert len(lines(sandbox)) == 1
    await evening.restart()
    await look(evening, 7 * DAY)
    (said,) = lines(sandbox)
    assert "Week 11 of 2026" in said


async def test_an_answer_lost_on_the_way_leaves_one_line(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    channel = sandbox.channel("front-desk").id
    sandbox.faults.order("POST", f"/channels/{channel}/messages$", "lost")
    await look(evening, timedelta(hours=7))
    await look(evening, DAY)
    assert len(lines(sandbox)) == 1


@pytest.mark.parametrize("trouble", ["refused", "file"])
async def test_what_failed_is_said_at_the_next_notice_time(
    sandbox: Sandbox, evening: RunningSteward, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    async def locked(_: str) -> str:
        raise StorageTrouble

    with monkeypatch.context() as patched:
        if trouble == "file":
            patched.setattr(evening.bot.services.meta, "recall", locked)
        else:
            sandbox.faults.order("POST", "/channels/[0-9]+/messages$", "403:50013")
        await look(evening, timedelta(hours=7))
    assert lines(sandbox) == []
    await look(evening, DAY)
    assert len(lines(sandbox)) == 1


async def test_a_front_desk_that_has_moved_is_followed(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    await look(evening, timedelta(hours=7))
    general = sandbox.channel("general").id
    servers = evening.bot.services.servers
    await servers.change(sandbox.guild.id, front_desk_channel_id=general)
    await look(evening, 7 * DAY)
    assert lines(sandbox) == []
    assert len(lines(sandbox, "general")) == 1


@pytest.mark.parametrize("reports", ["off", "after-setup"])
async def test_nothing_is_said_where_reports_are_not_taken(
    sandbox: Sandbox, evening: RunningSteward, reports: str
) -> None:
    evening.bot.config = replace(evening.bot.config, reports=reports)  # type: ignore[arg-type]
    await look(evening, timedelta(hours=7))
    assert lines(sandbox) == []
    await evening.bot.services.servers.change(sandbox.guild.id, reports_ready=True)
    await look(evening, DAY)
    assert len(lines(sandbox)) == (reports == "after-setup")


async def test_what_somebody_else_wrote_is_never_taken_away(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("administrator")
    written: Message = await member.say(line("2026-W10"), "front-desk")
    await look(evening, timedelta(hours=7))
    await look(evening, 7 * DAY)
    assert written.id in [message.id for message in sandbox.messages("front-desk")]
    assert len(lines(sandbox)) == 2


def test_each_server_and_week_has_a_nonce_of_its_own_that_discord_takes() -> None:
    nonces = {nonce(guild, week) for guild in (1, 2) for week in ("2026-W10", "2026-W11")}
    assert len(nonces) == 4
    assert all(len(each) <= 25 for each in nonces)
