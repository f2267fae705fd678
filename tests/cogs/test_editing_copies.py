"""Answers that were posted in a channel follow their entry."""

import asyncio

import pytest

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
