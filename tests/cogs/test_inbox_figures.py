"""/inbox figures through the sandbox."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.figures import Published
from bot.reports.figures.rollup import LEAST
from bot.reports.figures.tables import Counted, Quarter, published
from bot.reports.questions import CATEGORIES, REGIONS
from bot.sandbox import CannotUse, Person, Sandbox
from cogs.inbox.figures_pages import figures_chart
from tests.cogs.knowing import public
from tests.harness import RunningSteward

PERIODS = [(Quarter(2025, 2), Quarter(2025, 4)), (Quarter(2026, 1), Quarter(2026, 1))]


def made(first: Quarter, last: Quarter, pay: int) -> Published:
    reports = [Counted("2025-W40", "load", "n")] * 30
    reports += [Counted("2025-W40", "pay", "w")] * pay
    reports += [Counted("2025-W40", "fear", "l")]
    return published(
        first,
        last,
        reports,
        [option.code for option in CATEGORIES],
        [option.code for option in REGIONS],
    )


@pytest.fixture
async def moderator(sandbox: Sandbox, steward: RunningSteward) -> Person:
    store = steward.bot.services.reports.figures._figures
    for number, (first, last) in enumerate(PERIODS):
        await store.settle(sandbox.guild.id, str(last), made(first, last, 9 + number).to_json())
    return sandbox.person("moderator")


async def test_without_a_period_that_is_over_it_says_when_there_will_be_one(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    answer = await sandbox.person("moderator").run("inbox figures")
    assert answer.ephemeral
    assert "when a quarter is over" in answer.text


async def test_the_last_period_is_shown_and_others_are_leafed_through_also_after_a_restart(
    steward: RunningSteward, moderator: Person
) -> None:
    shown = await moderator.run("inbox figures")
    assert shown.ephemeral
    assert "January to March 2026" in shown.text
    assert "**41** reports" in shown.text
    assert "count reports, not people" in shown.text
    assert "30 · Workload and hours" in shown.text
    assert "11 · " in shown.text  # one of speaking out, with the ten about pay
    await steward.restart()
    earlier = await moderator.press(shown, "Earlier")
    assert "April to December 2025" in earlier.text
    assert "**40** reports" in earlier.text
    assert "Earlier" not in earlier.buttons


async def test_a_period_is_chosen_by_its_name_or_a_quarter_of_it(moderator: Person) -> None:
    found = await moderator.autocomplete("inbox figures", "period", "december")
    assert [choice["name"] for choice in found] == ["April to December 2025"]
    for typed in (found[0]["value"], "2025-Q3", "April to December 2025"):
        assert "April to December" in (await moderator.run("inbox figures", period=typed)).text
    assert "no figures of that" in (await moderator.run("inbox figures", period="2020-Q1")).text
    assert "choose a period" in (await moderator.run("inbox figures", period="spring")).text


async def test_they_are_posted_once_without_who_did_it(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    shown = await moderator.run("inbox figures")
    done = await moderator.press(shown, "Post in channel")
    assert "Posted" in done.buttons
    (message,) = public(sandbox)
    assert "Reports from work" in message.embeds[0]["title"]
    assert "interaction_metadata" not in message.raw
    assert str(moderator.id) not in str(message.raw)
    assert not message.components
    (done_entry, *_) = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert (done_entry.action, done_entry.target) == ("inbox.figures.post", "2026-Q1")


async def test_they_are_named_in_the_servers_own_words(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    groups = steward.bot.services.reports.groups
    await groups.reword(sandbox.guild.id, "load", "Too much *work*", "")
    shown = await moderator.run("inbox figures")
    assert "30 · Too much \\*work\\*" in shown.text
    await moderator.press(shown, "Post in channel")
    (message,) = public(sandbox)
    assert "Too much" in message.text
    assert "Workload" not in message.text + shown.text


async def test_the_picture_is_for_whoever_asks_and_shows_what_the_text_shows(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    shown = await moderator.run("inbox figures")
    picture = await moderator.press(shown, "As a picture")
    assert picture.ephemeral
    assert picture.message is not None
    (attached,) = picture.message.attachments
    assert attached["filename"] == "reports-2026-q1.png"
    assert attached["width"] == 1080
    told = str(attached["description"])
    assert "Workload and hours 30" in told
    assert "Added up: " in told
    assert public(sandbox) == []
    assert await steward.bot.services.servers.audit(sandbox.guild.id) == []


async def test_the_picture_is_posted_once_with_the_text_and_without_who_did_it(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    picture = await moderator.press(await moderator.run("inbox figures"), "As a picture")
    pressed = [moderator.press(picture, "Post in channel") for _ in range(2)]
    for done in await asyncio.gather(*pressed):
        await sandbox.until(lambda: "Posted" in done.buttons, 30)  # noqa: B023
    (message,) = public(sandbox)
    assert "30 · Workload and hours" in message.text
    assert len(message.attachments) == 1
    assert message.embeds[0]["image"]["url"].endswith(message.attachments[0]["url"].split("/")[-1])
    assert str(moderator.id) not in str(message.raw)
    actions = {each.action for each in await steward.bot.services.servers.audit(sandbox.guild.id)}
    assert actions == {"inbox.figures.post"}


async def test_without_the_library_or_with_a_broken_one_the_text_is_complete(
    steward: RunningSteward, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await moderator.run("inbox figures")
    monkeypatch.setattr(steward.bot.services.painter._workers, "_timeout_s", 0.001)
    refused = await moderator.press(shown, "As a picture")
    assert "The bars of text say the same" in refused.text
    monkeypatch.setattr(steward.bot.services.painter, "available", False)
    again = await moderator.run("inbox figures")
    assert "As a picture" not in again.buttons
    assert "30 · Workload and hours" in again.text
    assert "Not installed" not in again.text
    assert "not installed" in (await moderator.press(shown, "As a picture")).text


counts = st.lists(st.integers(0, 30), min_size=8, max_size=8)


@given(counts, counts)
def test_no_count_that_is_not_shown_is_drawn(categories: list[int], regions: list[int]) -> None:
    total = min(sum(categories), sum(regions))
    by_category = [
        option.code for option, n in zip(CATEGORIES, categories, strict=True) for _ in range(n)
    ]
    by_region = [option.code for option, n in zip(REGIONS, regions, strict=True) for _ in range(n)]
    reports = [
        Counted("2026-W05", category, region)
        for category, region in zip(by_category[:total], by_region[:total], strict=True)
    ]
    quarter = Quarter(2026, 1)
    table = published(
        quarter,
        quarter,
        reports,
        [option.code for option in CATEGORIES],
        [option.code for option in REGIONS],
    )
    chart = figures_chart(table, CATEGORIES)
    drawn = [[bar.count for bar in group.bars] for group in chart.groups]
    shown = [[cell.count for cell in cells] for cells in (table.categories, table.regions)]
    assert drawn == [cells for cells in shown if cells]
    assert all(count >= LEAST for group in drawn for count in group)


async def test_who_may_not_read_the_inbox_sees_no_figures(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    shown = await moderator.run("inbox figures")
    sandbox.set_roles(moderator, ["Members"])
    for button in ("Earlier", "As a picture", "Post in channel"):
        assert "Only" in (await moderator.press(shown, button)).text
    with pytest.raises(CannotUse):
        await moderator.run("inbox figures")
    assert public(sandbox) == []
