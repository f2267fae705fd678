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
REST = "Pass on what I don't know"
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


@pytest.mark.parametrize(
    ("asked", "answers", "unknown"),
    [
        ("what is the RAR and who bakes the bread?", 1, ["who bakes the bread"]),
        ("Who *bakes* [the] bread; what is the RAR?", 1, ["Who *bakes* [the] bread"]),
        (f"{ASKED} who bakes the bread?", 2, ["who bakes the bread"]),
        (
            "what is the RAR and who bakes the bread and who sells the fish?",
            1,
            ["who bakes the bread", "who sells the fish"],
        ),
    ],
)
async def test_a_part_without_an_answer_is_named_and_can_be_passed_on(
    sandbox: Sandbox,
    steward: RunningSteward,
    member: Person,
    asked: str,
    answers: int,
    unknown: list[str],
) -> None:
    answer = await member.run("faq", question=asked)
    assert answer.message is not None
    *told, last = answer.message.embeds
    assert [embed["title"] for embed in told] == TITLES[:answers]
    shown = last["description"].replace("\\", "").splitlines()
    assert shown == [f"I don't know about: {part}" for part in unknown]
    done = await member.press(answer, REST)
    assert "passed the question on" in done.text
    assert REST not in done.buttons
    counted = await steward.bot.services.knowledge.unanswered(sandbox.guild.id)
    assert sorted(counted) == sorted((part.lower(), 1) for part in unknown)
    listed = (await sandbox.person("moderator").run("knowledge unanswered")).text
    assert all(part.lower() in listed.replace("\\", "") for part in unknown)


async def test_what_one_answer_tells_with_another_is_not_called_unknown(member: Person) -> None:
    answer = await member.run(
        "faq", question="what is the RAR and which court order is that part of?"
    )
    assert "I don't know" not in answer.text
    assert REST not in answer.buttons


async def test_several_questions_without_any_answer_are_counted_each_by_itself(
    sandbox: Sandbox, steward: RunningSteward, member: Person
) -> None:
    asked = "who bakes the bread? who sells the fish? and who grows leeks?"
    answer = await member.run("faq", question=asked)
    assert answer.text.startswith("I don't know")
    await member.press(answer, "Pass the question on")
    counted = await steward.bot.services.knowledge.unanswered(sandbox.guild.id)
    assert sorted(counted) == [
        ("who bakes the bread", 1),
        ("who grows leeks", 1),
        ("who sells the fish", 1),
    ]


async def test_a_direct_message_names_the_part_and_offers_no_moderators(
    sandbox: Sandbox, member: Person
) -> None:
    answer = await member.run("faq", question="what is the RAR and who bakes it all?", where="dm")
    assert "I don't know about: who bakes it all" in answer.text
    assert REST not in answer.buttons


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


async def test_said_in_a_channel_the_part_without_an_answer_is_told_without_its_words(
    sandbox: Sandbox, member: Person
) -> None:
    await member.say(f"<@{sandbox.world.bot.id}> what is the RAR and who bakes the bread?")
    await sandbox.until(lambda: len(public(sandbox)) == 2)
    first, second = public(sandbox)
    assert first.embeds[0]["title"] == TITLES[0]
    assert second.text.startswith("I don't know the rest")
    assert "bread" not in second.text


async def test_each_answer_in_a_channel_counts_as_a_question_of_its_own(
    sandbox: Sandbox, member: Person
) -> None:
    me = f"<@{sandbox.world.bot.id}>"
    await member.say(f"{me} {ASKED}")
    await sandbox.until(lambda: len(public(sandbox)) == 2)
    # One more is left in this minute: of these two, the first is answered.
    await member.say(f"{me} {ASKED}")
    await sandbox.until(lambda: len(public(sandbox)) == 3)
    other = await sandbox.person("colleague").say(f"{me} what is the RAR?")
    await sandbox.until(lambda: len(public(sandbox)) == 4)
    assert _replied_to(public(sandbox)[-1]) == str(other.id)


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
