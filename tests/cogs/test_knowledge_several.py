"""Two questions in one: an answer to each, by every door."""

from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Person, Sandbox
from bot.sandbox.replies import Reply
from bot.sandbox.world import Message
from cogs.knowledge.menu import NAME
from tests.cogs import knowing
from tests.cogs.knowing import public
from tests.harness import RunningSteward

ASKED = "what is the RAR and when was the vote on the merger?"
TITLES = ["RAR: Rehabilitation Activity Requirement", "When was the vote on the merger?"]
OPEN = ["What is the RAR?", "When was the vote on the merger?"]


@pytest.fixture
async def member(sandbox: Sandbox, steward: RunningSteward, tmp_path: Path) -> Person:
    await knowing.teach(steward, knowing.write(tmp_path / "content"))
    return sandbox.person("member")


def titles(answer: Reply) -> list[str]:
    assert answer.message is not None
    return [embed["title"] for embed in answer.message.embeds]


async def test_each_question_is_answered_and_each_answer_opens_by_itself_also_after_a_restart(
    steward: RunningSteward, member: Person, tmp_path: Path
) -> None:
    answer = await member.run("faq", question=ASKED)
    assert answer.ephemeral
    assert titles(answer) == TITLES
    assert "more than one answer" in answer.text
    assert answer.buttons[:2] == OPEN
    assert answer.text.count(ASKED) == 1
    await steward.restart()
    await knowing.teach(steward, tmp_path / "content")
    for title, button in zip(TITLES, OPEN, strict=True):
        alone = await member.press(answer, button)
        assert titles(alone) == [title]
        assert {"Post in channel", "Helpful", "Something wrong?"} <= set(alone.buttons)


async def test_one_of_them_that_did_not_help_is_passed_on_as_it_was_asked(
    sandbox: Sandbox, steward: RunningSteward, member: Person
) -> None:
    answer = await member.run("faq", question=ASKED)
    alone = await member.press(answer, OPEN[1])
    assert alone.ephemeral
    assert f"You asked: {ASKED}" in alone.text
    sorry = await member.press(alone, "Not helpful")
    await member.press(sorry, "Pass the question on")
    kept = ASKED.lower().strip("?")
    assert await steward.bot.services.knowledge.unanswered(sandbox.guild.id) == [(kept, 1)]
    assert kept in (await sandbox.person("moderator").run("knowledge unanswered")).text
    await member.press(alone, "Post in channel")
    (posted,) = public(sandbox)
    assert "You asked" not in str(posted.raw)


async def test_what_is_only_offered_beside_an_answer_was_not_asked(
    sandbox: Sandbox, steward: RunningSteward, member: Person
) -> None:
    answer = await member.run("faq", question="raising a concern about workload, how")
    assert "You asked: raising a concern" in answer.text
    other = await member.press(answer, OPEN[0])
    assert "You asked" not in other.text
    await member.press(await member.press(other, "Not helpful"), "Pass the question on")
    unanswered = await steward.bot.services.knowledge.unanswered(sandbox.guild.id)
    assert unanswered == [("what is the rar", 1)]


async def test_one_entry_that_answers_both_is_the_only_answer(member: Person) -> None:
    assert titles(await member.run("faq", question="what is the RAR and what is a RAR?")) == [
        TITLES[0]
    ]


async def test_where_one_question_has_no_answer_the_other_is_answered(member: Person) -> None:
    answer = await member.run("faq", question="what is the RAR and who bakes the bread?")
    assert titles(answer) == [TITLES[0]]


async def test_of_answers_that_one_message_cannot_hold_the_rest_open_by_their_buttons(
    steward: RunningSteward, sandbox: Sandbox, tmp_path: Path
) -> None:
    steps = [f"Step {number}: " + "and a little further " * 9 for number in range(8)]
    entries = "\n".join(
        knowing.entry(
            "entry", f"the-{word}", f"What was the {word}?", "Long. " * 95, f"steps = {steps}"
        )
        for word in ("harbour", "lantern", "orchard")
    )
    await knowing.teach(steward, knowing.write(tmp_path / "long", entries))
    asked = "what was the harbour and what was the lantern and what was the orchard"
    answer = await sandbox.person("member").run("faq", question=asked)
    assert len(titles(answer)) == 2
    assert len(answer.buttons[:3]) == 3
    third = await sandbox.person("member").press(answer, "What was the orchard?")
    assert titles(third) == ["What was the orchard?"]


async def test_said_to_the_bot_in_a_channel_each_is_a_reply(
    sandbox: Sandbox, member: Person
) -> None:
    asked = await member.say(f"<@{sandbox.world.bot.id}> {ASKED}")
    await sandbox.until(lambda: len(public(sandbox)) == 2)
    posted = public(sandbox)
    assert [each.embeds[0]["title"] for each in posted] == TITLES
    assert [_replied_to(each) for each in posted] == [str(asked.id)] * 2


async def test_from_the_menu_of_a_message_each_can_be_posted_as_a_reply(
    sandbox: Sandbox, member: Person
) -> None:
    asked = await member.say(ASKED)
    answer = await member.run(NAME, target=asked)
    assert titles(answer) == TITLES
    for button in OPEN:
        await member.press(await member.press(answer, button), "Reply in channel")
    assert [_replied_to(each) for each in public(sandbox)] == [str(asked.id)] * 2


def _replied_to(message: Message) -> Any:
    return message.raw["message_reference"]["message_id"]
