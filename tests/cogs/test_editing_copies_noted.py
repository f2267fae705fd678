"""What is posted in a channel is noted, whatever comes between."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from bot.knowledge.editing import Posting
from bot.sandbox import Person, Sandbox
from bot.sandbox.constants import Permission
from bot.sandbox.world import Message
from tests.cogs.editing import QUESTION, edit, post
from tests.cogs.test_editing_copies import rows
from tests.harness import RunningSteward


@pytest.fixture
async def posted(sandbox: Sandbox, steward: RunningSteward) -> Message:
    return await post(sandbox, sandbox.person("member"))


@pytest.mark.parametrize(
    ("method", "first", "posts", "noted"),
    [
        ("intend", False, 0, 0),
        ("intend", True, 0, 0),
        ("posted", False, 1, 1),
        ("posted", True, 1, 1),
        ("follow", False, 1, 1),
    ],
)
async def test_whatever_the_bot_ends_between_what_was_posted_is_corrected(
    sandbox: Sandbox,
    steward: RunningSteward,
    moderator: Person,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    first: bool,
    posts: int,
    noted: int,
) -> None:
    """Args: method: before which, or ``first`` after which, nothing more happens."""
    copies = steward.bot.services.editing.copies
    await copies.until_idle()
    act, reached = getattr(copies, method), asyncio.Event()

    async def ended(*args: Any) -> None:
        if first:
            await act(*args)
        reached.set()
        await asyncio.Event().wait()

    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    # Others' answers, and another of ours, stand beside it.
    await member.say("So what was it?")
    monkeypatch.setattr(copies, method, ended)
    pressed = asyncio.create_task(member.press(answer, "Post in channel"))
    await reached.wait()
    pressed.cancel()
    await steward.stop()
    await member.say("Thanks!")
    await steward.restart()
    await steward.bot.services.editing.copies.until_idle()
    ours = [each for each in sandbox.messages("general") if each.author_id == sandbox.world.bot.id]
    assert len(ours) == posts
    assert len(await rows(steward)) == noted
    assert await steward.bot.services.editing.copies._store.postings() == []
    await edit(moderator, answer="They went in June.")
    for each in ours:
        await sandbox.until(lambda each=each: "They went in June." in each.text)  # type: ignore[misc]


async def test_a_posting_that_discord_refused_is_not_looked_for(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    sandbox.faults.order("POST", r"/channels/\d+/messages$", "403:50013")
    await member.press(answer, "Post in channel")
    assert await steward.bot.services.editing.copies._store.postings() == []
    assert await rows(steward) == []


async def test_without_the_channels_history_what_was_posted_is_looked_for_at_the_next_start(
    sandbox: Sandbox, steward: RunningSteward, posted: Message
) -> None:
    database = steward.bot.services.knowledge._store._database
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO knowledge_posting"
            " SELECT 'n', guild_id, channel_id, 0, id, question, posted FROM knowledge_posted"
        )
        await tx.execute("DELETE FROM knowledge_posted")
    sandbox.deny_bot("general", Permission.READ_MESSAGE_HISTORY)
    await steward.restart()
    await steward.bot.services.editing.copies.until_idle()
    assert await rows(steward) == []
    sandbox.overwrite("general", sandbox.bot.name)
    await steward.restart()
    await steward.bot.services.editing.copies.until_idle()
    assert len(await rows(steward)) == 1


async def test_what_is_noted_before_an_answer_is_posted_does_not_lead_to_who_asked(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    """While the answer is on its way: in the mention, and in a press, each with a message."""
    member, copies = sandbox.person("member"), steward.bot.services.editing.copies
    answer = await member.run("faq", question=QUESTION)
    noted: list[Posting] = []
    intend = copies._store.intend

    async def keep(posting: Posting) -> None:
        noted.append(posting)
        await intend(posting)

    copies._store.intend = keep  # type: ignore[method-assign]
    before = len(sandbox.messages("general"))
    asked = await member.say(f"<@{sandbox.bot.id}> {QUESTION}")
    await sandbox.until(lambda: len(sandbox.messages("general")) == before + 2)
    await member.press(answer, "Post in channel")
    assert len(noted) == 2
    ids = {each.id for each in sandbox.messages("general")} | {member.id}
    for posting in noted:
        assert not any(str(each) in posting.attempt for each in ids)
        assert posting.after not in ids
        assert asked.id - (120_000 << 22) < posting.after < asked.id
    assert noted[0].attempt != noted[1].attempt


@pytest.mark.parametrize("fault", ["503", "lost", "cut"])
async def test_of_what_may_have_been_posted_nothing_is_left_once_it_was_looked_for(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, fault: str
) -> None:
    copies = steward.bot.services.editing.copies
    copies._lost_waits._first_s = 0.01
    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    await copies.until_idle()
    settled = asyncio.Event()
    settle = copies._store.settle

    async def tell(*args: Any) -> None:
        await settle(*args)
        settled.set()

    copies._store.settle = tell  # type: ignore[method-assign,assignment]
    accept = fault != "cut"
    sandbox.faults.order("POST", r"/channels/\d+/messages$", fault, times=5, after_accept=accept)
    await member.press(answer, "Post in channel")
    sandbox.faults.clear()
    async with asyncio.timeout(20):
        await settled.wait()
    assert await copies._store.postings() == []
    ours = [each for each in sandbox.messages("general") if each.author_id == sandbox.world.bot.id]
    assert len(ours) == len(await rows(steward)) == accept
    await edit(moderator, answer="They went in June.")
    await sandbox.until(lambda: all("They went in June." in each.text for each in ours))


async def test_of_a_server_that_was_left_nothing_is_looked_for(
    sandbox: Sandbox, steward: RunningSteward, posted: Message
) -> None:
    copies = steward.bot.services.editing.copies
    await copies._store.intend(Posting("n", 5, 6, 0, "trusts", QUESTION, "a digest"))
    await steward.restart()
    await steward.bot.services.editing.copies.until_idle()
    assert await steward.bot.services.editing.copies._store.postings() == []
    assert len(await rows(steward)) == 1


async def test_while_nothing_can_be_stored_answers_are_posted_and_noted_later(
    sandbox: Sandbox,
    steward: RunningSteward,
    moderator: Person,
    log_text: Callable[[], str],
) -> None:
    copies = steward.bot.services.editing.copies
    copies._trouble._first_s = 0.01
    member = sandbox.person("member")
    answers = [await member.run("faq", question=QUESTION) for _ in range(2)]
    await copies.until_idle()
    database = steward.bot.services.knowledge._store._database
    await database.alone("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await member.say(f"<@{sandbox.bot.id}> {QUESTION}")
        await sandbox.until(lambda: sandbox.messages("general")[-1].author_id == sandbox.bot.id)
        pressed = await member.press(answers[0], "Post in channel")
        assert "cannot store" not in pressed.text
        sandbox.faults.order("POST", r"/channels/\d+/messages$", "403:50013")
        await member.press(answers[1], "Post in channel")
        other.execute("ROLLBACK")
    ours = [each for each in sandbox.messages("general") if each.author_id == sandbox.world.bot.id]
    assert len(ours) == 2
    await sandbox.until(lambda: not (copies._unnoted or copies._lost))
    assert len(await rows(steward)) == 2
    assert await copies._store.postings() == []
    await edit(moderator, answer="They went in June.")
    await sandbox.until(lambda: all("They went in June." in each.text for each in ours))
    assert "Traceback" not in log_text()


async def test_a_refusal_that_cannot_be_noted_leaves_nothing_in_the_end(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    services, server = steward.bot.services, sandbox.guild.id
    copies, channel = services.editing.copies, sandbox.channel("general").id
    entry = (await services.knowledge.answer(server, QUESTION)).entry
    assert entry is not None
    copies._lost_waits._first_s = 0.01
    await copies.until_idle()
    attempt = await copies.intend(server, channel, 0, entry)
    database = services.knowledge._store._database
    await database.alone("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await copies.not_posted(attempt)
        other.execute("ROLLBACK")
    await sandbox.until(lambda: not (copies._lost or copies._on_their_way))
    assert await copies._store.postings() == []
    assert await rows(steward) == []
