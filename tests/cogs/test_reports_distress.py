"""Where to turn is repeated to somebody whose words suggest it, and each server says it its way."""

from dataclasses import replace

import pytest

from bot.config import Config
from bot.sandbox import Reply, Sandbox
from tests.cogs.reporting import WORDS, checked, confirmed, preview, receipt_in
from tests.harness import RunningSteward

PROMINENT = "Please do not wait for us with this"
EVERYWHERE = ("In danger now: 999.", "safeguarding procedure, today.", "Samaritans, 116 123")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("I can\u2019t cope any more.", "**Struggling: Samaritans, 116 123, at any hour.**"),
        ("He threatened to stab her.", "**In danger now: 999.**"),
        (
            "There are children at risk.",
            "**A child or an adult at risk: your employer's safeguarding procedure, today.**",
        ),
    ],
)
async def test_the_matching_line_stands_above_the_buttons_and_nothing_is_held_up(
    sandbox: Sandbox, steward: RunningSteward, words: str, line: str
) -> None:
    member = sandbox.person("member")
    shown = await preview(member, words)
    assert_stands_above_the_buttons(shown, line)
    assert shown.text.count(line) == 1
    assert shown.text.count("Nobody watches this day and night") == 1
    receipt = receipt_in(shown)
    ready = await confirmed(member, shown)
    assert_stands_above_the_buttons(ready, line)
    reply = await member.press(ready, "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    assert reply.text.startswith(f"### {PROMINENT}\n{line}\n**Nobody watches")
    before, _ = reply.text.split("\n\n**Sent.**")
    assert all(every in before for every in EVERYWHERE)
    assert "was kept" in (await checked(member, receipt)).text
    # What was noticed goes nowhere: moderators read the words and that is all.
    desk = steward.bot.services.reports
    await desk.serve(Nowhere())
    (shown_to,) = await desk.inbox.list(sandbox.guild.id)
    read = await sandbox.person("moderator").run("inbox read", report=shown_to.name)
    assert "Samaritans" not in read.text
    assert "wait for us" not in read.text


async def test_words_that_suggest_nothing_leave_the_whole_line_where_it_stood(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    shown = await preview(sandbox.person("member"), WORDS)
    assert PROMINENT not in shown.text
    for line in EVERYWHERE:
        assert line in shown.text


async def test_one_word_that_matches_hides_none_of_the_other_lines(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    shown = await preview(
        sandbox.person("member"),
        "Something that no list of words knows is happening to a boy of 12. I am not coping.",
    )
    assert_stands_above_the_buttons(shown, "**Struggling: Samaritans, 116 123, at any hour.**")


@pytest.mark.parametrize("reports", ["on", "off"])
async def test_a_servers_own_routes_and_helpline_stand_everywhere(
    sandbox: Sandbox, config: Config, reports: str
) -> None:
    steward = RunningSteward(replace(config, reports=reports))  # type: ignore[arg-type]
    await steward.start()
    try:
        await steward.bot.services.reports.wording.put_signposts(
            sandbox.guild.id,
            {"route": "ring **Jo** at <@1>", "emergency": "112", "helpline": "Lifeline, 0808 1"},
        )
        member = sandbox.person("member")
        screen = await member.run("report new")
        said = ["ring \\*\\*Jo\\*\\* at \\<\\@1\\>.", "In danger now: 112.", "Lifeline, 0808 1."]
        for line in said:
            assert line in screen.text
        assert "safeguarding procedure, today" in screen.text  # was left as it comes
        assert "Samaritans" not in screen.text
        if reports == "on":
            shown = await preview(member, "I want to die.")
            assert "**Struggling: Lifeline, 0808 1.**" in shown.text
    finally:
        await steward.stop()


def assert_stands_above_the_buttons(shown: Reply, line: str) -> None:
    """The line first and bold, all the others with it."""
    embed = shown.messages[0].raw["embeds"][-1]
    assert embed["title"] == PROMINENT
    assert embed["description"].startswith(f"{line}\n")
    for every in EVERYWHERE:
        assert every in embed["description"]


class Nowhere:
    """A moderators' channel that has not been chosen."""

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        return False
