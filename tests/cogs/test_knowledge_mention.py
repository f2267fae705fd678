"""A question to the bot by name in a channel: answered there, for everybody, and only then."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.config import Config
from bot.sandbox import Person, Sandbox
from bot.sandbox.constants import Permission
from bot.sandbox.world import Message
from cogs.knowledge import mention
from tests.cogs import knowing
from tests.cogs.knowing import public
from tests.conftest import HandClock
from tests.harness import RunningSteward

NothingElse = Callable[..., Awaitable[None]]
ANSWER = "A part of a court's order."


@pytest.fixture
async def steward(
    config: Config, clock: HandClock, tmp_path: Path
) -> AsyncIterator[RunningSteward]:
    """A bot with a clock that stands still, which knows the small content."""
    running = RunningSteward(config, clock)
    try:
        await running.start()
        await knowing.teach(running, knowing.write(tmp_path / "content"))
        yield running
    finally:
        await running.stop()


@pytest.fixture
def me(sandbox: Sandbox, steward: RunningSteward) -> str:
    return f"<@{sandbox.world.bot.id}>"


@pytest.fixture
def member(sandbox: Sandbox) -> Person:
    return sandbox.person("member")


async def answered(sandbox: Sandbox, asked: Message, where: str = "general") -> Message:
    """The bot's reply to a message, once it is there."""

    def replies() -> list[Message]:
        return [
            each
            for each in public(sandbox, where)
            if each.raw.get("message_reference", {}).get("message_id") == str(asked.id)
        ]

    await sandbox.until(replies)
    (reply,) = replies()
    return reply


@pytest.fixture
def nothing_else(sandbox: Sandbox, steward: RunningSteward, me: str) -> NothingElse:
    """Assert that all that was written so far has been looked at, and none of it was answered."""

    async def check(before: int = 0) -> None:
        last = sandbox.add_person(f"last-{sandbox._core.ids()}")
        await answered(sandbox, await last.say(f"{me} what is the RAR?"))
        cog: Any = steward.bot.get_cog("MentionCog")
        while cog._waiting:  # noqa: ASYNC110 - for an answer that takes longer than the last one
            await asyncio.sleep(0)
        assert len(public(sandbox)) == before + 1

    return check


async def test_a_question_is_answered_in_the_channel_and_pings_nobody(
    sandbox: Sandbox, member: Person, me: str
) -> None:
    asked = await member.say(f"{me} what is the RAR, anyone? @everyone <@{member.id}>")
    reply = await answered(sandbox, asked)
    assert ANSWER in reply.text
    assert "https://example.org/report" in str(reply.raw)
    assert not reply.ephemeral
    assert [b["label"] for row in reply.components for b in row["components"]] == [
        "Something wrong?"
    ]
    assert str(member.id) not in str({**reply.raw, "referenced_message": None})
    sent = [r for r in sandbox.requests if r.method == "POST" and r.path.endswith("/messages")]
    assert sent[-1].body["allowed_mentions"] == {"parse": []}
    assert reply.raw["mentions"] == []
    assert "what is the RAR" not in str(sent[-1].body)


@pytest.mark.parametrize(
    "text",
    [
        "{me} RAR",
        "{me}, what's the rar",
        "what is the RAR {me}",
        "what is the RAR {me}?",
        "**{me}** > *what* is the `RAR`?",
        "{nick} what is the RAR?",
        "I was in court all day. The train was late again. {me} What is the RAR? Thanks!",
        "what is the R\u200bAR \u202e{me}?",
        "{me} " + "and so on, " * 150 + ". What is the RAR?",
    ],
)
async def test_however_it_is_written_the_question_is_found(
    sandbox: Sandbox, member: Person, me: str, text: str
) -> None:
    asked = await member.say(text.format(me=me, nick=me.replace("@", "@!")))
    assert ANSWER in (await answered(sandbox, asked)).text


async def test_what_is_not_known_is_said_shortly_with_the_way_to_faq(
    sandbox: Sandbox, member: Person, me: str
) -> None:
    hostile = "<@&1> [x](https://evil.example) **b**"
    asked = await member.say(f"{me} who bakes the bread? {hostile}")
    reply = await answered(sandbox, asked)
    assert reply.text.startswith("I don't know")
    assert "/faq" in reply.text
    assert len(reply.text) < 200
    assert "bread" not in reply.text


async def test_the_name_alone_is_answered_with_how_to_ask(
    sandbox: Sandbox, member: Person, me: str
) -> None:
    assert "/faq" in (await answered(sandbox, await member.say(me))).text


async def test_what_asks_us_nothing_is_left_alone(
    sandbox: Sandbox, member: Person, me: str, nothing_else: NothingElse
) -> None:
    first = await member.say(f"{me} what is the RAR?")
    answer = await answered(sandbox, first)
    await member.say("what is the RAR?")
    await member.say(f"{me} thanks!")
    await member.say(f"thank you {me}")
    await member.say(f"I told {me} about the RAR yesterday and it was fine")
    await member.say(f"we all wonder, {me}, who bakes the bread")
    # A reply to a message of ours mentions us by itself.
    await member.say("the RAR, thanks", reply_to=answer)
    await member.say("really? who bakes the bread?", reply_to=answer)
    await nothing_else(before=1)
    # ... and is answered if it asks what we know.
    more = await sandbox.person("colleague").say("and what was a CRC?", reply_to=answer)
    assert "A company." in (await answered(sandbox, more)).text


async def test_everybody_roles_bots_and_webhooks_are_not_answered(
    sandbox: Sandbox, me: str, nothing_else: NothingElse
) -> None:
    owner = sandbox.person("administrator")
    own_role = next(r for r in sandbox.guild.roles.values() if r.managed)
    await owner.say(f"@everyone ask {me} what is the RAR?")
    await owner.say(f"@here {me} what is the RAR?")
    await owner.say(f"<@&{own_role.id}> what is the RAR?")
    await sandbox.add_person("robot", bot=True).say(f"{me} what is the RAR?")
    sandbox.say_by_webhook(f"{me} what is the RAR?")
    await nothing_else()


async def test_a_message_that_is_gone_and_one_that_is_edited_are_no_trouble(
    sandbox: Sandbox,
    member: Person,
    me: str,
    nothing_else: NothingElse,
    log_text: Callable[[], str],
) -> None:
    gone = await member.say(f"{me} what is the RAR?")
    await member.delete(gone)
    edited = await member.say("what is the RAR?")
    await member.edit(edited, f"{me} what is the RAR?")
    await nothing_else()
    # It may also go just when the answer is under way.
    sandbox.faults.order("POST", r"/channels/\d+/messages$", "400:50035")
    await member.say(f"{me} what is the RAR?")
    await sandbox.until(lambda: any(each.status == 400 for each in sandbox.requests))
    await nothing_else(before=1)
    assert "ERROR" not in log_text()
    assert "WARNING" not in log_text()


@pytest.mark.parametrize(
    "lacking",
    [
        Permission.SEND_MESSAGES,
        Permission.EMBED_LINKS,
        Permission.READ_MESSAGE_HISTORY,
    ],
)
async def test_it_answers_only_where_it_may(
    sandbox: Sandbox, member: Person, me: str, nothing_else: NothingElse, lacking: Permission
) -> None:
    sandbox.deny_bot("news", lacking)
    before = len([r for r in sandbox.requests if r.method == "POST"])
    await member.say(f"{me} what is the RAR?", where="news")
    await nothing_else()
    assert len([r for r in sandbox.requests if r.method == "POST"]) == before + 1


async def test_in_threads_it_answers_and_leaves_private_ones_alone(
    sandbox: Sandbox, steward: RunningSteward, member: Person, me: str, nothing_else: NothingElse
) -> None:
    channel = steward.bot.get_channel(sandbox.channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="open", type=discord.ChannelType.public_thread)
    asked = await member.say(f"{me} what is the RAR?", where="open")
    assert ANSWER in (await answered(sandbox, asked, "open")).text
    before = len(public(sandbox))
    role = next(r for r in sandbox.guild.roles.values() if r.managed)
    sandbox.set_role_permissions(role.name, role.permissions | Permission.CREATE_PRIVATE_THREADS)
    await sandbox.until(lambda: channel.permissions_for(channel.guild.me).create_private_threads)
    await channel.create_thread(name="closed", type=discord.ChannelType.private_thread)
    await sandbox.person("moderator").say(f"{me} what is the RAR?", where="closed")
    await nothing_else(before=before)
    assert public(sandbox, "closed") == []


async def test_a_person_and_a_channel_get_so_many_answers_a_minute(
    sandbox: Sandbox, member: Person, me: str, clock: HandClock
) -> None:
    question = f"{me} what is the RAR?"
    for number in range(mention.PERSON_LIMIT + 2):
        asked = await member.say(question)
        if number < mention.PERSON_LIMIT:
            await answered(sandbox, asked)
    elsewhere = await sandbox.person("colleague").say(question, where="news")
    await answered(sandbox, elsewhere, "news")
    assert len(public(sandbox)) == mention.PERSON_LIMIT
    for number in range(mention.PERSON_LIMIT, mention.CHANNEL_LIMIT):
        await answered(sandbox, await sandbox.add_person(f"other-{number}").say(question))
    await sandbox.add_person("late").say(question)
    other = await sandbox.add_person("elsewhere").say(question, where="news")
    await answered(sandbox, other, "news")
    assert len(public(sandbox)) == mention.CHANNEL_LIMIT
    clock.advance(61)
    await answered(sandbox, await member.say(question))
    assert len(public(sandbox)) == mention.CHANNEL_LIMIT + 1


async def test_a_message_that_discord_gives_twice_is_answered_once(
    sandbox: Sandbox, steward: RunningSteward, member: Person, me: str, nothing_else: NothingElse
) -> None:
    asked = await member.say(f"{me} what is the RAR?")
    await answered(sandbox, asked)
    channel = steward.bot.get_channel(sandbox.channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    steward.bot.dispatch("message", await channel.fetch_message(asked.id))
    await nothing_else(before=1)
