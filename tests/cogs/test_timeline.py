"""/timeline with its pictures, years and days, through the sandbox: the real bot and worker."""

import asyncio
import os
import signal
import struct
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.charts import painter as painting
from bot.charts.painter import Painter
from bot.config import Config
from bot.sandbox import Reply, Sandbox
from bot.sandbox.constants import Permission
from bot.storage import Database
from tests.conftest import HandClock
from tests.harness import RunningSteward

PICTURE, TEXT, TODAY = "As a picture", "As a chart in text", "On this day"
POST, NEXT, PREVIOUS = "Post in channel", "Next part", "Previous part"


def database(steward: RunningSteward) -> Database:
    """The bot's own database, to give a server events of its own."""
    return steward.bot.services.knowledge._store._database


async def own_events(steward: RunningSteward, guild: int, *events: tuple[str, str, str]) -> None:
    """Rows as a moderator's editing writes them: id, date and text."""
    async with database(steward).transaction() as tx:
        for identifier, day, text in events:
            year, month, number = (int(part) for part in f"{day}-00-00".split("-")[:3])
            details = (
                f'{{"date": "{day}", "end": null, "text": "{text}", "topics": ["branch"], '
                '"sources": [], "confidence": "one-source", "checked": "2026-01-01"}'
            )
            await tx.execute(
                "INSERT INTO knowledge_event "
                "(guild_id, id, sort_date, last_year, category, terms, details) "
                "VALUES (?, ?, ?, ?, 'union', '', ?)",
                (guild, identifier, year * 10_000 + month * 100 + number, year, details),
            )


def attached(reply: Reply) -> dict[str, object]:
    """The one attachment of a reply."""
    assert reply.message is not None
    (attachment,) = reply.message.attachments
    return attachment


async def turned(sandbox: Sandbox, reply: Reply, pressing: Awaitable[Reply]) -> Reply:
    """What a reply with a picture has become once another picture is in its place."""
    before = attached(reply)["id"]
    after = await pressing
    await sandbox.until(lambda: attached(after)["id"] != before, 30)
    return after


def options(reply: Reply, placeholder: str) -> list[str]:
    assert reply.message is not None
    menus = [c for row in reply.message.components for c in row["components"]]
    (menu,) = [menu for menu in menus if menu.get("placeholder") == placeholder]
    return [option["label"] for option in menu["options"]]


@pytest.fixture
async def timed(config: Config) -> AsyncIterator[RunningSteward]:
    """A bot whose clock says 4 November 2026, half past eleven at night in UTC."""
    clock = HandClock()
    clock.advance(datetime(2026, 11, 4, 23, 30, tzinfo=UTC) - clock.now())
    running = RunningSteward(config, clock)
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


# The picture


async def test_the_picture_is_for_whoever_asks_with_its_words_for_those_who_do_not_see_it(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    page = await member.run("timeline", topic="court")
    before = len(sandbox.messages("general"))
    reply = await member.press(page, PICTURE)
    assert reply.ephemeral
    assert reply.latency_s < 3
    picture = attached(reply)
    assert picture["filename"] == "timeline-court-1.png"
    assert picture["width"] == 1080
    told = str(picture["description"])
    assert len(told) <= 1024
    assert "6 Nov, Court and Parliament: Napo files its papers" in told
    assert "Timeline · Court" in reply.text
    assert len(sandbox.messages("general")) == before


async def test_everything_begins_with_a_glance_and_its_parts_turn_also_after_a_restart(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    glance = await member.press(await member.run("timeline"), PICTURE)
    assert "at a glance" in str(attached(glance)["description"])
    await steward.restart()
    first = await turned(sandbox, glance, member.press(glance, NEXT))
    assert str(attached(first)["description"]).splitlines()[1].startswith("1907, Policy: ")
    second = await turned(sandbox, first, member.press(first, NEXT))
    assert attached(second)["filename"] == "timeline-3.png"
    back = await turned(sandbox, second, member.press(second, PREVIOUS))
    assert attached(back)["filename"] == "timeline-2.png"


async def test_one_year_of_the_picture_can_be_chosen_and_all_again(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    glance = await member.press(await member.run("timeline"), PICTURE)
    year = await turned(sandbox, glance, member.choose(glance, "Only one year", "2016"))
    assert str(attached(year)["description"]).startswith("Timeline · 2016, ")
    assert "28 Apr, " in str(attached(year)["description"])
    everything = await turned(sandbox, year, member.choose(year, "Only one year", "All years"))
    assert "at a glance" in str(attached(everything)["description"])


async def test_a_posted_picture_names_nobody_and_is_posted_once(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    reply = await member.press(await member.run("timeline", year=2016), PICTURE)
    before = len(sandbox.messages("general"))
    pressed = await asyncio.gather(member.press(reply, POST), member.press(reply, POST))
    public = [m for m in sandbox.messages("general")[before:] if m.attachments and not m.only_for]
    assert len(public) == 1
    assert str(member.id) not in str(public[0].raw)
    assert "interaction_metadata" not in public[0].raw
    assert str(public[0].attachments[0]["description"]).startswith("Timeline · 2016")
    assert "As it stood on" in public[0].text
    assert "Posted" in pressed[0].buttons
    assert attached(pressed[0])["filename"] == "timeline-2016-1.png"


@pytest.mark.parametrize("who", ["person", "bot"])
async def test_a_picture_is_not_posted_where_files_may_not_be_attached(
    sandbox: Sandbox, steward: RunningSteward, who: str
) -> None:
    member = sandbox.person("member")
    reply = await member.press(await member.run("timeline", year=2016), PICTURE)
    if who == "person":
        sandbox.overwrite("general", member, deny=Permission.ATTACH_FILES)
        wanted = "You may not attach files in this channel yourself"
    else:
        sandbox.deny_bot("general", Permission.ATTACH_FILES)
        wanted = "I may not post a picture in this channel: I need Attach Files"
    refused = await member.press(reply, POST)
    assert refused.ephemeral
    assert wanted in refused.text
    assert not any(m.attachments and not m.only_for for m in sandbox.messages("general"))


async def test_without_the_extra_the_button_says_so_and_gives_a_chart_in_text(
    sandbox: Sandbox, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "LIBRARY", "matplotlib_is_not_here")
    steward = RunningSteward(config)
    await steward.start()
    try:
        member = sandbox.person("member")
        page = await member.run("timeline")
        assert TEXT in page.buttons
        assert PICTURE not in page.buttons
        reply = await member.press(page, TEXT)
        assert reply.ephemeral
        assert "Pictures are not installed on this bot." in reply.text
        assert "Policy  Union   Court   Market" in reply.text
        assert "2014" in reply.text
        assert reply.message is not None
        assert reply.message.attachments == []
        assert not config.charts.exists()
    finally:
        await steward.stop()


async def test_a_worker_that_fails_leaves_the_chart_in_text_and_a_sentence(
    sandbox: Sandbox, steward: RunningSteward, tmp_path: Path
) -> None:
    member = sandbox.person("member")
    page = await member.run("timeline")
    drawn = await member.press(page, PICTURE)
    await steward.bot.services.painter.close()
    steward.bot.services.painter = Painter(tmp_path, timeout_s=0.001)
    reply = await member.press(page, PICTURE)
    assert "could not be drawn just now" in reply.text
    assert "Policy  Union   Court   Market" in reply.text
    turned = await member.press(drawn, NEXT)
    assert "could not be drawn just now" in turned.text
    await steward.bot.services.painter.close()


async def test_closing_ends_the_worker(sandbox: Sandbox, steward: RunningSteward) -> None:
    member = sandbox.person("member")
    await member.press(await member.run("timeline", year=2016), PICTURE)
    (pid,) = steward.bot.services.painter.pids
    await steward.restart()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


async def test_a_servers_own_events_are_drawn_there_and_nowhere_else(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    await own_events(steward, sandbox.guild.id, ("ours", "2016-05-01", "Our branch meets."))
    await own_events(steward, 1, ("theirs", "2016-06-01", "Their branch meets."))
    reply = await member.press(await member.run("timeline", year=2016), PICTURE)
    told = str(attached(reply)["description"])
    assert "1 May, Union (one source): Our branch meets." in told
    assert "Their branch" not in told


async def test_three_hundred_events_of_a_servers_own_are_no_trouble(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    events = [(f"own-{n}", f"{1960 + n // 5}-{n % 12 + 1:02}", f"Event {n}.") for n in range(300)]
    await own_events(steward, sandbox.guild.id, *events)
    member = sandbox.person("member")
    page = await member.run("timeline")
    jumps = options(page, "Jump to a year")
    assert len(jumps) <= 25
    assert jumps[0].startswith("1907 to ")
    reply = await member.press(page, PICTURE)
    assert reply.latency_s < 3
    assert "at a glance" in str(attached(reply)["description"])
    assert len(options(reply, "Only one year")) == 25


async def test_what_has_been_hidden_meanwhile_is_said(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    await own_events(steward, sandbox.guild.id, ("ours", "1950-05-01", "Our branch meets."))
    page = await member.run("timeline", year=1950)
    async with database(steward).transaction() as tx:
        await tx.execute("UPDATE knowledge_event SET hidden = 1 WHERE id = 'ours'")
    reply = await member.press(page, PICTURE)
    assert "nothing to draw any more" in reply.text


async def test_the_picture_on_the_wire_is_a_png_of_phone_shape(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    reply = await member.press(await member.run("timeline", year=2014), PICTURE)
    address = str(attached(reply)["url"])
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        data = await response.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == (attached(reply)["width"], attached(reply)["height"])
    assert width == 1080
    assert height <= 2 * width
    assert len(data) < 400_000


# Years, topics


async def test_a_year_is_jumped_to_and_the_pages_go_on_from_there(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    page = await member.run("timeline")
    events = await steward.bot.services.knowledge.history._events(sandbox.guild.id)
    first = {event.date.year: event for event in reversed(events)}
    last = {event.date.year: event for event in events}
    for year in (2013, 2016):
        jumped = await member.choose(page, "Jump to a year", str(year))
        assert first[year].text in jumped.text
    later = await member.press(jumped, "Next")
    assert later.message is not None
    assert "2017" in later.message.embeds[0]["description"]
    newest = await member.press(later, "Newest first")
    again = await member.choose(newest, "Jump to a year", "2014")
    assert last[2014].text in again.text


async def test_a_page_of_one_year_leads_back_to_all(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    page = await member.run("timeline", year=2016)
    everything = await member.press(page, "All years")
    assert "1907" in everything.text
    assert "All years" not in everything.buttons


async def test_a_topic_that_is_not_there_is_answered_with_those_that_are_the_likeliest_first(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    nothing = await member.run("timeline", topic="strkes")
    assert "nothing about “strkes”" in nothing.text
    offered = options(nothing, "Choose a topic")
    assert offered[0] == "Strikes"
    assert "Court" in offered
    assert len(offered) <= 25
    strikes = await member.choose(nothing, "Choose a topic", "Strikes")
    assert "Timeline · Strikes" in strikes.text
    assert "5 November to 6 November 2013" in strikes.text


async def test_a_topic_without_an_event_in_that_year_offers_its_years(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    nothing = await member.run("timeline", year=1950, topic="court")
    assert "nothing about “Court” in 1950" in nothing.text
    assert options(nothing, "Choose a year") == ["All years", "2014"]
    found = await member.choose(nothing, "Choose a year", "2014")
    assert "8 December 2014" in found.text
    assert "nothing about" not in found.text


# On this day


async def test_on_this_day_goes_by_the_time_zone_and_says_how_many_years_ago(
    sandbox: Sandbox, config: Config, timed: RunningSteward
) -> None:
    member = sandbox.person("member")
    late = await member.press(await member.run("timeline"), TODAY)
    assert late.ephemeral
    assert "Coming up · 5 November" in late.text
    assert "tomorrow, 5 November" in late.text
    assert "13 years ago by then" in late.text
    timed.bot.config = replace(config, timezone=ZoneInfo("Europe/Berlin"))
    today = await member.press(await member.run("timeline"), TODAY)
    assert "On this day · 5 November" in today.text
    assert "13 years ago today" in today.text
    assert "5 November to 6 November 2013" in today.text


async def test_on_this_day_is_offered_where_the_filter_finds_nothing(
    sandbox: Sandbox, timed: RunningSteward
) -> None:
    member = sandbox.person("member")
    nothing = await member.run("timeline", topic="zzz")
    found = await member.press(nothing, TODAY)
    assert "5 November to 6 November 2013" in found.text


async def test_many_events_of_one_day_are_not_all_told(
    sandbox: Sandbox, timed: RunningSteward
) -> None:
    events = [(f"own-{n}", f"{1990 + n}-11-04", f"Event {n}. " + "x" * 250) for n in range(9)]
    await own_events(timed, sandbox.guild.id, *events)
    member = sandbox.person("member")
    reply = await member.press(await member.run("timeline"), TODAY)
    assert "36 years ago today" in reply.text
    assert "And 4 more events" in reply.text


async def test_a_button_of_an_older_version_says_what_to_do(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    page = await member.run("timeline")
    assert page.message is not None
    old = {"type": 2, "style": 2, "label": "x", "custom_id": "knowledge:picture:0:old"}
    reply = await member.settle(member.start_press(page.message, old))
    assert "Please run `/timeline` again" in reply.text
