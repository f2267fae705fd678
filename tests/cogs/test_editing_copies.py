"""Answers that were posted in a channel follow their entry."""

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
from tests.cogs.editing import QUESTION, SAVE, UNDO, add, draft_edit, edit, post
from tests.harness import RunningSteward

MESSAGE = r"/channels/\d+/messages/\d+$"


def edits(sandbox: Sandbox) -> int:
    return sum(each.method == "PATCH" and "/channels/" in each.path for each in sandbox.requests)


async def rows(steward: RunningSteward) -> list[tuple[int, int]]:
    database = steward.bot.services.knowledge._store._database
    found = await database.fetch_all("SELECT wanted, done FROM knowledge_posted")
    return [(row["wanted"], row["done"]) for row in found]


@pytest.fixture
async def posted(sandbox: Sandbox, steward: RunningSteward) -> Message:
    return await post(sandbox, sandbox.person("member"))


async def test_a_correction_reaches_what_was_posted_with_its_date_and_an_undo_takes_it_back(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    before = posted.text
    saved = await edit(moderator, answer="They went in June.")
    assert "1 posted answer is being changed too." in saved.text
    await sandbox.until(lambda: "They went in June." in posted.text)
    today = steward.bot.clock.now().astimezone(steward.bot.config.timezone)
    assert f"Corrected on {today.day} {today:%B %Y}." in posted.text
    assert "Something wrong?" in posted.text
    await moderator.press(saved, UNDO)
    await sandbox.until(lambda: posted.text == before)


async def test_a_small_mend_is_not_dated(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    preview = await draft_edit(moderator, answer="They wnet in June.")
    await moderator.press(preview, SAVE)
    await sandbox.until(lambda: "They wnet in June." in posted.text and "Corrected" in posted.text)
    other = await post(sandbox, sandbox.person("member"))
    preview = await draft_edit(moderator, answer="They went in June.")
    await moderator.press(preview, "Save as small mend")
    await sandbox.until(lambda: "They went in June." in posted.text)
    await sandbox.until(lambda: "They went in June." in other.text)
    assert "Corrected" in posted.text  # it has been, before
    assert "Corrected" not in other.text


async def test_a_hidden_answer_is_withdrawn_and_comes_back(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    before = posted.text
    reply = await moderator.run("knowledge remove", entry=QUESTION)
    await sandbox.until(lambda: "This answer was withdrawn on" in posted.text)
    assert "31 May 2014" not in posted.text
    assert posted.components == []
    await moderator.press(reply, UNDO)
    await sandbox.until(lambda: posted.text == before)


async def test_a_correction_waits_for_a_restart_that_comes_between(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    sandbox.faults.order("PATCH", MESSAGE, "cut", times=1_000)
    await edit(moderator, answer="They went in June.")
    await sandbox.until(lambda: edits(sandbox))
    assert "They went in June." not in posted.text
    await steward.stop()
    sandbox.faults.clear()
    await steward.restart()
    await sandbox.until(lambda: "They went in June." in posted.text)
    await steward.bot.services.editing.copies.until_idle()
    assert await rows(steward) == [(1, 1)]


@pytest.mark.parametrize("fault", ["500", "429", "lost", "cut"])
async def test_trouble_on_the_way_is_tried_again(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message, fault: str
) -> None:
    steward.bot.services.editing.copies._waits._first_s = 0.01
    sandbox.faults.order("PATCH", MESSAGE, fault, times=2)
    await edit(moderator, answer="They went in June.")
    await sandbox.until(lambda: "They went in June." in posted.text)


async def test_a_message_that_was_deleted_is_forgotten(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    await sandbox.person("administrator").delete(posted)
    await edit(moderator, answer="They went in June.")
    await sandbox.until(lambda: edits(sandbox))
    await steward.bot.services.editing.copies.until_idle()
    assert await rows(steward) == []


async def test_a_lost_permission_is_given_up_until_the_next_change_or_start(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    sandbox.deny_bot("general", Permission.VIEW_CHANNEL)
    await edit(moderator, answer="They went in June.")
    copies = steward.bot.services.editing.copies
    await copies.until_idle()
    assert edits(sandbox) == 0
    assert await rows(steward) == [(1, 0)]
    sandbox.overwrite("general", sandbox.bot.name)
    await steward.restart()
    await sandbox.until(lambda: "They went in June." in posted.text)


async def test_a_refusal_by_discord_is_given_up_without_a_stop_for_others(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    other = await post(sandbox, sandbox.person("colleague"))
    sandbox.faults.order("PATCH", rf"/messages/{other.id}$", "403:50013", times=5)
    await edit(moderator, answer="They went in June.")
    await sandbox.until(lambda: "They went in June." in posted.text)
    await steward.bot.services.editing.copies.until_idle()
    assert sorted(await rows(steward)) == [(1, 0), (1, 1)]


async def test_a_sleeping_thread_is_woken_for_the_edit_and_sent_back_to_sleep(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    member = sandbox.person("member")
    starter = await member.say("Let us talk about the trusts.")
    thread = await start_thread(sandbox, steward, starter)
    answer = await member.run("faq", question=QUESTION, where=thread)
    await member.press(answer, "Post in channel")
    (copy,) = [m for m in sandbox.messages(thread) if m.author_id == sandbox.world.bot.id]
    held = sandbox.world.channels[int(thread)].thread
    assert held is not None
    await steward.bot.http.edit_channel(int(thread), archived=True)
    await edit(moderator, answer="They went in June.")
    await sandbox.until(lambda: "They went in June." in copy.text)
    await sandbox.until(lambda: held.archived)


async def start_thread(sandbox: Sandbox, steward: RunningSteward, message: Message) -> str:
    """A thread from a message; its id."""
    made = await steward.bot.http.start_thread_with_message(
        message.channel_id, message.id, name="Trusts", auto_archive_duration=1440
    )
    return str(made["id"])


async def test_new_files_correct_what_was_posted_before_the_start(
    sandbox: Sandbox, steward: RunningSteward, posted: Message
) -> None:
    """The same way holds for a moderator's change that a crash kept from being followed."""
    database = steward.bot.services.knowledge._store._database
    async with database.transaction() as tx:
        await tx.execute(
            "UPDATE knowledge_posted SET shown = 'an older text', posted = 'an older text'"
        )
    await steward.restart()
    await sandbox.until(lambda: "Corrected on" in posted.text)
    await steward.bot.services.editing.copies.until_idle()
    before = edits(sandbox)
    await steward.restart()
    await steward.bot.services.editing.copies.until_idle()
    assert edits(sandbox) == before


async def test_looking_an_answer_over_corrects_nothing(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    preview = await moderator.run("knowledge edit", entry=QUESTION)
    preview = await moderator.press(preview, "Checked today")
    form = (await moderator.press(preview, "Edit the words")).form
    also = form.fields["also"]["value"] + "\nwhen were they gone for good"
    preview = await moderator.submit(form, {"also": also})
    saved = await moderator.press(preview, SAVE)
    assert "Saved" in saved.text
    assert "posted" not in saved.text
    await steward.bot.services.editing.copies.until_idle()
    assert edits(sandbox) == 0


async def test_many_quick_changes_end_with_the_last(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, posted: Message
) -> None:
    for number in range(6):
        await edit(moderator, answer=f"Version {number}.")
    await sandbox.until(lambda: "Version 5." in posted.text)
    await steward.bot.services.editing.copies.until_idle()
    ((wanted, done),) = await rows(steward)
    assert wanted == done == 6


async def test_own_answers_are_followed_too_and_a_second_press_counts_once(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    saved = await add(moderator)
    answer = await moderator.run("faq", question="bike shed key")
    await asyncio.gather(
        moderator.press(answer, "Post in channel"), moderator.press(answer, "Post in channel")
    )
    assert len(await rows(steward)) == 1
    (*_, posted) = sandbox.messages("general")
    await moderator.press(saved, UNDO)
    await sandbox.until(lambda: "withdrawn" in posted.text)


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
