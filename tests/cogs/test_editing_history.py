"""/knowledge history through the sandbox: who changed what, undo, and the built-in answer."""

from dataclasses import replace

import pytest

from bot.knowledge import library
from bot.sandbox import Person, Sandbox
from bot.sandbox.asking import CannotUse
from tests.cogs.editing import QUESTION, UNDO, add, edit, plainly
from tests.harness import RunningSteward


async def now(sandbox: Sandbox) -> str:
    """What a member is answered."""
    return (await sandbox.person("member").run("faq", question=QUESTION)).text


async def test_history_says_who_changed_which_words_and_when(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    before = await moderator.run("knowledge history", entry=QUESTION)
    assert "Nobody has changed it here" in before.text
    assert UNDO not in before.buttons
    entry = (await steward.bot.services.knowledge.answer(0, QUESTION)).entry
    assert entry is not None
    await edit(moderator, answer=entry.answer.replace("31 May 2014", "1 June 2014"))
    history = await moderator.run("knowledge history", entry=entry.id)
    assert history.ephemeral
    assert f"**Edited** by <@{moderator.id}>, <t:" in history.text
    assert "~~31 May~~ **1 June**" in history.text
    assert "Change 1 of 1" in history.text
    assert "own version of a built-in answer" in history.text


async def test_the_latest_change_is_undone_and_that_again_also_after_a_restart(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    saved = await edit(moderator, answer="Changed.")
    assert "Changed." in await now(sandbox)
    await steward.restart()
    undone = await moderator.press(saved, UNDO)
    assert "31 May 2014" in await now(sandbox)
    assert "Change 2 of 2" in undone.text
    assert "The built-in answer, as it comes with me." in undone.text
    await moderator.press(undone, UNDO)
    assert "Changed." in await now(sandbox)
    actions = [each.action for each in await steward.bot.services.servers.audit(sandbox.guild.id)]
    assert actions == ["knowledge.undo", "knowledge.undo", "knowledge.edit"]


async def test_a_new_entry_can_be_undone_and_brought_back(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    member = sandbox.person("member")
    saved = await add(moderator)
    undone = await moderator.press(saved, UNDO)
    assert "It is not there any more" in undone.text
    gone = await member.run("faq", question="Who has the key to the bicycle shed?")
    assert "caretaker" not in gone.text
    await moderator.press(undone, UNDO)
    there = await member.run("faq", question="bike shed key")
    assert "caretaker" in there.text


async def test_a_change_that_somebody_has_built_on_is_not_undone_behind_their_back(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    first = await edit(moderator, answer="First.")
    await edit(moderator, answer="Second.")
    refused = await moderator.press(first, UNDO)
    assert "Somebody has changed this entry since" in refused.text
    assert "Second." in await now(sandbox)


async def test_an_earlier_version_can_be_had_back(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    for answer in ("First.", "Second.", "Third."):
        await edit(moderator, answer=answer)
    page = await moderator.run("knowledge history", entry=QUESTION)
    page = await moderator.press(page, "Older")
    page = await moderator.press(page, "Older")
    with pytest.raises(CannotUse, match="disabled"):
        await moderator.press(page, "Older")
    assert "First." in plainly(page)
    page = await moderator.press(page, "Back to this version")
    assert "First." in await now(sandbox)
    assert "Change 4 of 4" in page.text


async def test_hidden_entries_are_shown_again_from_their_history(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    page = await moderator.run("knowledge history", entry=QUESTION)
    page = await moderator.press(page, "Hide")
    assert "Hidden from members." in page.text
    assert "31 May 2014" not in await now(sandbox)
    page = await moderator.press(page, "Show again")
    assert "31 May 2014" in await now(sandbox)
    assert "The built-in answer, as it comes with me." in page.text


async def new_version(steward: RunningSteward, answer: str) -> None:
    """As if the files said something else since the bot was started anew."""
    knowledge = steward.bot.services.knowledge
    loaded = library.load()
    entries = tuple(
        replace(each, answer=answer) if each.question == QUESTION else each
        for each in loaded.entries
    )
    await knowledge._store.replace_built_in(replace(loaded, entries=entries), "another")
    knowledge._scopes.replaced()


async def test_moderators_see_that_the_built_in_answer_has_changed_under_their_own(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    await edit(moderator, answer="Ours.")
    page = await moderator.run("knowledge history", entry=QUESTION)
    assert "The built-in answer has changed" not in page.text
    await new_version(steward, "The files say something new.")
    assert "Ours." in await now(sandbox)
    page = await moderator.run("knowledge history", entry=QUESTION)
    assert "The built-in answer has changed since ours was made" in page.text
    assert "The files say something new." in plainly(page)
    preview = await moderator.run("knowledge edit", entry=QUESTION)
    assert "The built-in answer has changed since" in preview.text
    kept = await moderator.press(page, "Keep ours")
    assert "The built-in answer has changed" not in kept.text
    assert "Ours." in await now(sandbox)
    await new_version(steward, "The files say yet another thing.")
    page = await moderator.run("knowledge history", entry=QUESTION)
    page = await moderator.press(page, "Take the built-in one")
    assert "The files say yet another thing." in await now(sandbox)
    await moderator.press(page, UNDO)
    assert "Ours." in await now(sandbox)


async def test_an_edit_begun_before_a_new_version_is_told_of_it(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    preview = await moderator.run("knowledge edit", entry=QUESTION)
    form = (await moderator.press(preview, "Edit the words")).form
    preview = await moderator.submit(form, {"answer": "Ours."})
    await new_version(steward, "The files say something new.")
    told = await moderator.press(preview, "Save")
    assert "a new version of me changed this" in told.text
    assert "The files say something new." in plainly(told)
    await moderator.press(told, "Save")
    assert "Ours." in await now(sandbox)


async def test_a_long_history_of_long_changes_fits_into_a_message(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    long = "\n".join(f"{n} " + "*_~`|" * 30 for n in range(12))
    source = "\n".join(
        f"{'[t](x)*' * 25} {n} | {'p_' * 40} | 2020 | https://a.example/{n}" for n in range(12)
    )
    saved = await edit(moderator, answer="*word* ~~x~~ " * 45, also=long, sources=source)
    assert "Saved" in saved.text
    page = await moderator.press(saved, "History")
    assert "Edited" in page.text
    preview = await moderator.run("knowledge edit", entry=QUESTION)
    assert "Edit the words" in preview.buttons


async def test_each_press_asks_anew_whether_it_is_a_moderator(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    await edit(moderator, answer="First.")
    await edit(moderator, answer="Second.")
    await new_version(steward, "The files say something new.")
    newest = await moderator.run("knowledge history", entry=QUESTION)
    oldest = await moderator.run("knowledge history", entry=QUESTION)
    oldest = await moderator.press(oldest, "Older")
    await add(moderator)
    hidden = await moderator.run("knowledge remove", entry="Who has the key to the bicycle shed?")
    hidden = await moderator.press(hidden, "History")
    sandbox.set_roles(moderator, ["Members"])
    presses = [(newest, button) for button in newest.buttons if button != "Newer"]
    presses += [(oldest, "Newer"), (oldest, "Back to this version"), (hidden, "Show again")]
    assert {"Undo", "Edit", "Hide", "Older", "Take the built-in one", "Keep ours"} == {
        button for _, button in presses[:6]
    }
    for page, button in presses:
        refused = await moderator.press(page, button)
        assert "Only moderators can do that" in refused.text, button
