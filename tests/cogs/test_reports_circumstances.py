"""The optional questions before the form: when, who knows, on whom it tells."""

import pytest

from bot.reports.circumstances import Circumstances
from bot.sandbox import Person, Reply, Sandbox
from tests.cogs.reporting import WORDS, confirmed, receipt_in
from tests.harness import RunningSteward


async def asked(member: Person) -> Reply:
    """The three questions, each with something chosen."""
    screen = await member.run("report new")
    screen = await member.press(screen, "When and who knows")
    for question, codes in (
        ("When was it?", ["old"]),
        ("Who knows of it already?", ["mgr"]),
        ("Whom does it affect?", ["u", "s"]),
    ):
        screen = await member.choose(screen, question, *codes)
    return screen


async def written(member: Person) -> Reply:
    """The preview after it."""
    form = await member.press(await asked(member), "Write a report")
    return await member.submit(form.modal, {"category": ["load"], "what": WORDS})


async def report_kept(steward: RunningSteward, sandbox: Sandbox) -> Circumstances:
    desk = steward.bot.services.reports
    (line,) = await desk.inbox.list(sandbox.guild.id)
    return (await desk.inbox.open(sandbox.guild.id, line.id)).around


async def test_what_was_chosen_before_the_form_is_previewed_kept_and_read_by_moderators(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    shown = await written(member)
    for words in (
        "Longer than a year ago",
        "My manager knows",
        "Affects staff; Affects the public",
    ):
        assert words in shown.text
    assert shown.ephemeral
    reply = await member.press(await confirmed(member, shown), "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    desk = steward.bot.services.reports
    await desk.serve(Nowhere())
    assert await report_kept(steward, sandbox) == Circumstances("old", "mgr", "su")
    (line,) = await desk.inbox.list(sandbox.guild.id)
    read = await moderator.run("inbox read", report=line.name)
    for words in (
        "Longer than a year ago",
        "My manager knows",
        "Affects staff; Affects the public",
    ):
        assert words in read.text


async def test_it_is_there_again_after_a_restart_at_any_step(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    screen = await asked(member)
    await steward.restart()
    form = await member.press(screen, "Write a report")
    await steward.restart()
    shown = await member.submit(form.modal, {"category": ["load"], "what": WORDS})
    await steward.restart()
    shown = await confirmed(member, shown)
    await steward.restart()
    reply = await member.press(shown, "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    desk = steward.bot.services.reports
    await desk.serve(Nowhere())
    assert await report_kept(steward, sandbox) == Circumstances("old", "mgr", "su")


@pytest.mark.parametrize("forgotten", [False, True])
async def test_it_can_be_changed_from_the_preview_without_losing_words_or_receipt(
    sandbox: Sandbox, steward: RunningSteward, *, forgotten: bool
) -> None:
    member = sandbox.person("member")
    shown = await written(member)
    receipt = receipt_in(shown)
    if forgotten:
        await steward.restart()
    form = await member.press(shown, "When and who knows")
    changed = await member.submit(form.modal, {"month": ["no"], "told": ["none"], "effect": ["p"]})
    assert receipt_in(changed) == receipt
    assert WORDS in changed.text
    assert "Nobody knows yet" in changed.text
    assert "Affects people supervised" in changed.text
    assert "Longer than a year ago" not in changed.text
    edited = await member.press(changed, "Edit")
    again = await member.submit(edited.modal, {"what": "Other words."})
    assert "Nobody knows yet" in again.text


async def test_nothing_said_is_the_default_and_is_not_shown(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    screen = await asked(member)
    screen = await member.choose(screen, "When was it?", "no")
    screen = await member.choose(screen, "Who knows of it already?", "no")
    screen = await member.choose(screen, "Whom does it affect?")
    form = await member.press(screen, "Write a report")
    shown = await member.submit(form.modal, {"category": ["load"], "what": WORDS})
    for name in ("When", "Who knows", "Effect"):
        assert f"\n{name}\n" not in shown.text


async def test_buttons_of_an_older_version_still_send(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    """They carry four codes and not seven."""
    member = sandbox.person("member")
    shown = await written(member)
    message = shown.message
    assert message is not None
    for row in message.components:
        for button in row["components"]:
            parts = button["custom_id"].split(":")
            button["custom_id"] = ":".join(parts[:7])
    await steward.restart()
    reply = await member.press(await confirmed(member, shown), "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)


class Nowhere:
    """A moderators' channel that has not been chosen."""

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        return False
