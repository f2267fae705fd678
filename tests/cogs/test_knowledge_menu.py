""" "Answer from the FAQ" in the menu of a message."""

from pathlib import Path

import discord
import pytest

from bot.sandbox import Person, Sandbox
from bot.sandbox.constants import Permission
from cogs.knowledge.menu import NAME
from tests.cogs import knowing
from tests.cogs.knowing import public
from tests.cogs.test_knowledge_lookup import shown
from tests.harness import RunningSteward

REPLY = "Reply in channel"


@pytest.fixture
async def moderator(sandbox: Sandbox, steward: RunningSteward, tmp_path: Path) -> Person:
    await knowing.teach(steward, knowing.write(tmp_path / "content"))
    return sandbox.person("moderator")


async def test_a_message_is_answered_to_whoever_chose_it_and_posted_as_a_reply(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, tmp_path: Path
) -> None:
    asker = sandbox.person("member")
    asked = await asker.say("Hi all. I am new here. What is the RAR? @everyone")
    answer = await moderator.run(NAME, target=asked)
    assert answer.ephemeral
    assert shown(answer)["title"] == "RAR: Rehabilitation Activity Requirement"
    assert public(sandbox) == []
    assert {REPLY, "Post in channel"} <= set(answer.buttons)
    await steward.restart()
    await knowing.teach(steward, tmp_path / "content")
    done = await moderator.press(answer, REPLY)
    assert "Replied" in done.buttons
    (posted,) = public(sandbox)
    assert posted.raw["message_reference"]["message_id"] == str(asked.id)
    assert posted.raw["mentions"] == []
    alone = str({**posted.raw, "referenced_message": None})
    assert str(moderator.id) not in alone
    assert str(asker.id) not in alone
    assert "interaction_metadata" not in posted.raw
    await moderator.press(done, "Post in channel")
    assert "message_reference" not in public(sandbox)[-1].raw


async def test_pressed_twice_it_replies_once(sandbox: Sandbox, moderator: Person) -> None:
    asked = await sandbox.person("member").say("What is the RAR?")
    answer = await moderator.run(NAME, target=asked)
    message, button = next(
        (answer.message, b)
        for row in (answer.message.components if answer.message else [])
        for b in row["components"]
        if b["label"] == REPLY
    )
    assert message is not None
    presses = [moderator.start_press(message, button) for _ in range(2)]
    for press in presses:
        await moderator.settle(press)
    assert len(public(sandbox)) == 1


async def test_without_an_answer_the_question_can_be_passed_on(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    asked = await sandbox.person("member").say("<@1> who bakes the **bread** at 07700 900123?")
    answer = await moderator.run(NAME, target=asked)
    assert answer.ephemeral
    assert answer.text.startswith("I don't know")
    assert REPLY not in answer.buttons
    await moderator.press(answer, "Pass the question on")
    unanswered = await steward.bot.services.knowledge.unanswered(sandbox.guild.id)
    assert unanswered == [("who bakes the bread at …", 1)]


@pytest.mark.parametrize("text", ["", "<@1> https://example.org/?q=rar", "@everyone \u200b", "> "])
async def test_a_message_without_words_is_refused_plainly(
    sandbox: Sandbox, moderator: Person, text: str
) -> None:
    asked = await sandbox.person("member").say("here is a file", where="general")
    asked.raw["content"] = text
    answer = await moderator.run(NAME, target=asked)
    assert answer.ephemeral
    assert "no words" in answer.text


async def test_a_long_message_is_answered_by_the_question_in_it(
    sandbox: Sandbox, moderator: Person
) -> None:
    asked = await sandbox.person("member").say("It was a long day. " * 90 + "What is the RAR?")
    answer = await moderator.run(NAME, target=asked)
    assert shown(answer)["title"] == "RAR: Rehabilitation Activity Requirement"


async def test_what_was_deleted_meanwhile_is_not_replied_to(
    sandbox: Sandbox, moderator: Person
) -> None:
    asker = sandbox.person("member")
    asked = await asker.say("What is the RAR?")
    answer = await moderator.run(NAME, target=asked)
    await asker.delete(asked)
    refused = await moderator.press(answer, REPLY)
    assert "has been deleted" in refused.text
    assert public(sandbox) == []
    assert [each.where for each in sandbox.violations] == ["400 50035"]
    sandbox.violations.clear()


async def test_it_replies_only_where_the_person_and_the_bot_may(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    asked = await sandbox.person("member").say("What is the RAR?", where="news")
    answer = await moderator.run(NAME, target=asked, where="news")
    sandbox.overwrite("news", moderator, deny=Permission.SEND_MESSAGES)
    assert "may not write" in (await moderator.press(answer, REPLY)).text
    sandbox.overwrite("news", moderator, allow=Permission.SEND_MESSAGES)
    sandbox.deny_bot("news", Permission.READ_MESSAGE_HISTORY)
    assert "Read Message History" in (await moderator.press(answer, REPLY)).text
    assert public(sandbox, "news") == []


async def test_it_is_a_command_of_the_tree_that_help_explains(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    help_text = (await sandbox.person("member").run("help")).text
    assert f"`{NAME}` Look up what a message asks: in its menu, under Apps." in help_text
    assert await steward.bot.remove_cog("MenuCog")
    assert steward.bot.tree.get_commands(type=discord.AppCommandType.message) == []
    await steward.bot.unload_extension("cogs.knowledge")
    menus = steward.bot.tree.get_commands(type=discord.AppCommandType.message)
    assert menus == []
    assert steward.bot.tree.get_command("actions") is None
    await steward.bot.load_extension("cogs.knowledge")
    assert len(steward.bot.tree.get_commands(type=discord.AppCommandType.message)) == 1
