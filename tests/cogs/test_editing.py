"""/knowledge add, edit and remove through the sandbox."""

import asyncio

import pytest

from bot.sandbox import Person, Sandbox
from bot.sandbox.asking import CannotUse
from tests.cogs.editing import (
    EDIT,
    QUESTION,
    SAVE,
    SOURCE,
    add,
    draft_edit,
    draft_new,
    edit,
    plainly,
    words,
)
from tests.harness import RunningSteward


async def test_a_new_answer_is_seen_first_by_its_writer_and_then_found_by_members(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    member = sandbox.person("member")
    before = await member.run("faq", question="who keeps the bicycle shed key")
    assert before.text.startswith("I don't know")
    preview = await draft_new(moderator)
    assert preview.ephemeral
    assert "Nobody sees it before you press Save" in preview.text
    assert "The caretaker in the east wing has it." in preview.text
    assert "[The branch, February 2026](https://example.org/minutes)" in preview.text
    unsaved = await member.run("faq", question="who keeps the bicycle shed key")
    assert unsaved.text.startswith("I don't know")
    saved = await moderator.press(preview, SAVE)
    assert "Saved" in saved.text
    for question in ("who keeps the bicycle shed key", "bike shed key", "padlock cyclists"):
        answer = await member.run("faq", question=question)
        assert "The caretaker in the east wing has it." in answer.text, question
    (entry, *_) = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert (entry.action, entry.actor_id) == ("knowledge.add", moderator.id)


async def test_mistakes_are_named_in_words_and_nothing_is_saved_with_one(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    form = (await moderator.run("knowledge add")).form
    preview = await moderator.submit(
        form, words(also="", sources="Minutes\nA page | Napo | soon | ftp://example.org/x")
    )
    assert "Other ways of asking: still missing, press “Edit the words”" in plainly(preview)
    assert "Topics: still missing, press “Topics”" in plainly(preview)
    assert "Source 1: write it as title" in plainly(preview)
    assert "Source 2: link must begin with https://" in plainly(preview)
    assert "Source 2: date: 'soon' is not a date" in plainly(preview)
    with pytest.raises(CannotUse, match="disabled"):
        await moderator.press(preview, SAVE)
    taken = await moderator.submit(form, words(also=QUESTION))
    assert f"'{QUESTION}' is asked by '{QUESTION}' too" in plainly(taken)


async def test_an_entry_that_answers_the_same_already_is_shown(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    preview = await draft_new(moderator, question="When were the trusts abolished?")
    assert "Is it answered already?" in preview.text
    assert QUESTION in preview.text
    other = await moderator.press(preview, f"Show: {QUESTION}")
    assert "31 May 2014" in other.text
    assert "Saved" in (await moderator.press(preview, SAVE)).text  # a warning, no more


async def test_a_built_in_answer_is_edited_for_this_server_alone(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    await edit(moderator, answer="They went on 31 May 2014, says our branch.")
    answer = await sandbox.person("member").run("faq", question="when were the trusts abolished")
    assert "says our branch" in answer.text
    knowledge = steward.bot.services.knowledge
    elsewhere = (await knowledge.answer(12345, "when were the trusts abolished")).entry
    assert elsewhere is not None
    assert "branch" not in elsewhere.answer


@pytest.mark.parametrize("kind", ["term", "person", "body", "figure", "action"])
async def test_entries_of_every_kind_can_be_added_and_edited(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, kind: str
) -> None:
    form = (await moderator.run("knowledge add", kind=kind)).form
    preview = await moderator.submit(form, words(question="What is the WXYZ scheme?", also="wxyz"))
    topics = (await moderator.press(preview, "Topics")).form
    preview = await moderator.submit(topics, {"topics0": ["branch"]})
    own = {
        "term": ("The term", {"term": "WXYZ", "stands_for": "Work, X, Y and Zeal"}),
        "person": ("The name", {"name": "Nobody at all"}),
        "body": ("The name", {"name": "The WXYZ board"}),
        "figure": ("The figure", {"claim": "WXYZ cost £3", "careful": "It was £4."}),
        "action": (
            "The action",
            {
                "name": "The WXYZ walk",
                "date": "2024-05",
                "end": "",
                "took_part": "They walked.",
                "outcome": "Nobody knows.",
            },
        ),
    }
    button, values = own[kind]
    assert f"still missing, press “{button}”" in plainly(preview)
    preview = await moderator.submit((await moderator.press(preview, button)).form, values)
    assert "To mend" not in preview.text
    assert "Saved" in (await moderator.press(preview, SAVE)).text
    editing = steward.bot.services.editing
    _, state = await editing.entries.state(sandbox.guild.id, "What is the WXYZ scheme?")
    assert state.entry is not None
    assert state.entry.kind == kind
    assert state.entry.name == next(iter(values.values()))
    texts = {section.text for section in state.entry.sections}
    assert texts == {values[key] for key in ("careful", "took_part", "outcome") if key in values}
    await edit(moderator, state.entry.question, answer="Changed.")
    _, now = await editing.entries.state(sandbox.guild.id, state.entry.id)
    assert now.entry is not None
    assert (now.entry.answer, now.entry.name) == ("Changed.", state.entry.name)
    assert now.entry.sections == state.entry.sections


async def test_dates_related_note_steps_and_topics_have_a_form(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    preview = await draft_new(moderator)
    more = (await moderator.press(preview, "More")).form
    preview = await moderator.submit(
        more,
        {
            "dates": "2026-01\n2025",
            "related": f"{QUESTION}\nno such thing as qwertz",
            "note": "The room may change.",
            "steps": "Look at the board.\nCome.",
        },
    )
    assert "Related: I know no entry" in plainly(preview)
    more = (await moderator.press(preview, "More")).form
    assert QUESTION in more.fields["related"]["value"]
    preview = await moderator.submit(more, {"related": QUESTION})
    assert "Saved" in (await moderator.press(preview, SAVE)).text
    _, state = await steward.bot.services.editing.entries.state(
        sandbox.guild.id, "Who has the key to the bicycle shed?"
    )
    assert state.entry is not None
    assert [day.iso for day in state.entry.dates] == ["2026-01", "2025"]
    assert state.entry.steps == ("Look at the board.", "Come.")
    assert state.entry.note == "The room may change."
    assert state.entry.topics == ("branch",)
    assert len(state.entry.related) == 1
    answer = await sandbox.person("member").run(
        "faq", question="Who has the key to the bicycle shed?"
    )
    assert QUESTION in answer.buttons


async def test_a_draft_is_there_after_a_restart_and_gone_after_a_day(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    preview = await draft_new(moderator)
    old = await draft_edit(moderator, answer="Otherwise.")
    await steward.restart()
    saved = await moderator.press(preview, SAVE)
    assert "Saved" in saved.text
    database = steward.bot.services.knowledge._store._database
    async with database.transaction() as tx:
        await tx.execute("UPDATE knowledge_draft SET kept_at = kept_at - 86500")
    refused = await moderator.press(old, SAVE)
    assert "more than a day old" in refused.text
    await steward.restart()
    database = steward.bot.services.knowledge._store._database
    await steward.bot.services.editing.copies.until_idle()  # it has begun, so it has tidied
    assert await database.fetch_value("SELECT count(*) FROM knowledge_draft") == 0


async def test_save_pressed_twice_saves_once(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    preview = await draft_new(moderator)
    await asyncio.gather(moderator.press(preview, SAVE), moderator.press(preview, SAVE))
    database = steward.bot.services.knowledge._store._database
    assert await database.fetch_value("SELECT count(*) FROM knowledge_change") == 1
    own = "SELECT count(*) FROM knowledge_entry WHERE guild_id IS NOT NULL"
    assert await database.fetch_value(own) == 1


async def test_a_draft_is_its_writers_alone(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    preview = await draft_new(moderator)
    other = sandbox.add_person("second", roles=["Moderators"])
    editing = steward.bot.services.editing
    assert preview.message is not None
    draft_id = str(preview.message.components[0]["components"][0]["custom_id"]).split(":")[-1]
    own = await editing.drafts.get(sandbox.guild.id, moderator.id, draft_id)
    assert own.moderator_id == moderator.id
    with pytest.raises(Exception, match="saved or discarded already"):
        await editing.drafts.get(sandbox.guild.id, other.id, draft_id)
    with pytest.raises(Exception, match="saved or discarded already"):
        await editing.drafts.get(1, moderator.id, draft_id)


async def test_who_is_no_moderator_any_more_can_neither_save_nor_undo(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    saved = await edit(moderator, answer="Changed by me.")
    preview = await draft_new(moderator)
    form = (await moderator.run("knowledge add")).form
    sandbox.set_roles(moderator, ["Members"])
    for button in (SAVE, "Discard", EDIT, "Topics", "More"):
        assert "Only moderators can do that" in (await moderator.press(preview, button)).text
    for button in ("Undo", "History", "Edit"):
        assert "Only moderators can do that" in (await moderator.press(saved, button)).text
    assert "Only moderators can do that" in (await moderator.submit(form, words())).text
    with pytest.raises(CannotUse):
        await moderator.autocomplete("knowledge edit", "entry", "trusts")


async def test_suggestions_reveal_nothing_to_members(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    await moderator.run("knowledge remove", entry=QUESTION)
    found = await moderator.autocomplete("knowledge history", "entry", "probation trusts go")
    assert f"(hidden) {QUESTION}" in [choice["name"] for choice in found]
    visible = await moderator.autocomplete("knowledge remove", "entry", "probation trusts go")
    assert QUESTION not in str(visible)
    sandbox.allow_command("knowledge", "Members")
    member = sandbox.person("member")
    assert await member.autocomplete("knowledge history", "entry", "probation trusts go") == []
    assert "Only moderators" in (await member.run("knowledge history", entry=QUESTION)).text


async def test_two_moderators_at_once_lose_nothing_and_the_second_is_told(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    second = sandbox.add_person("second", roles=["Moderators"])
    mine = await draft_edit(moderator, answer="The first moderator's answer.")
    theirs = await draft_edit(
        second, answer="The second moderator's answer.", also="as the second heard it"
    )
    assert "Saved" in (await moderator.press(mine, SAVE)).text
    told = await second.press(theirs, SAVE)
    assert "Not saved yet" in told.text
    assert f"<@{moderator.id}>" in told.text
    assert "The first moderator's" in plainly(told)
    assert "You both changed: Answer" in told.text
    assert "Saved" in (await second.press(told, SAVE)).text
    answer = await sandbox.person("member").run("faq", question=QUESTION)
    assert "The second moderator's answer." in answer.text
    history = await second.run("knowledge history", entry=QUESTION)
    assert "The first moderator's" in plainly(await second.press(history, "Older"))


async def test_what_only_the_other_changed_is_taken_over(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    second = sandbox.add_person("second", roles=["Moderators"])
    mine = await draft_edit(moderator, sources=SOURCE)
    theirs = await draft_edit(second, answer="The second moderator's answer.")
    await moderator.press(mine, SAVE)
    told = await second.press(theirs, SAVE)
    assert "You both changed" not in told.text
    await second.press(told, SAVE)
    answer = await sandbox.person("member").run("faq", question=QUESTION)
    assert "The second moderator's answer." in answer.text
    assert "Branch minutes" in answer.text


async def test_removing_hides_here_alone_and_can_be_undone(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    member = sandbox.person("member")
    reply = await moderator.run("knowledge remove", entry=QUESTION)
    assert "Nothing of it is lost" in reply.text
    assert "31 May 2014" not in (await member.run("faq", question=QUESTION)).text
    elsewhere = await steward.bot.services.knowledge.answer(12345, QUESTION)
    assert elsewhere.entry is not None
    await moderator.press(reply, "Undo")
    assert "31 May 2014" in (await member.run("faq", question=QUESTION)).text


async def test_a_notice_of_a_mistake_leads_to_the_editing(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    await steward.bot.services.servers.change(
        sandbox.guild.id, notice_channel_id=sandbox.channel("moderators").id
    )
    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    form = (await member.press(answer, "Something wrong?")).form
    await member.submit(form, {"what": "The date."})
    (notice,) = sandbox.messages("moderators")
    preview = await moderator.press(notice, "Edit the answer")
    assert preview.ephemeral
    assert "31 May 2014" in preview.text
    assert EDIT in preview.buttons


async def test_an_own_answer_is_not_seen_on_another_server(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    await add(moderator)
    knowledge = steward.bot.services.knowledge
    assert (await knowledge.answer(12345, "Who has the key to the bicycle shed?")).entry is None
    assert "Who has the key to the bicycle shed?" not in await knowledge.suggest(
        12345, "who has the key to the bic"
    )
    assert "Who has the key to the bicycle shed?" in await knowledge.suggest(
        sandbox.guild.id, "who has the key to the bic"
    )


async def test_two_that_ask_the_same_are_not_saved_beside_each_other(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    second = sandbox.add_person("second", roles=["Moderators"])
    drafts = [await draft_new(moderator), await draft_new(second)]
    saved, told = await asyncio.gather(
        moderator.press(drafts[0], SAVE), second.press(drafts[1], SAVE)
    )
    assert "Saved" in saved.text
    assert "Not saved yet." in told.text
    assert "is asked by" in told.text
    assert "caretaker" in told.text  # the draft is still there


async def test_what_was_typed_is_given_back_when_it_cannot_be_taken(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    preview = await draft_new(moderator)
    form = (await moderator.press(preview, EDIT)).form
    await moderator.press(preview, "Discard")
    gone = await moderator.submit(form, {"answer": "A long and careful text."})
    assert "saved or discarded already" in gone.text
    assert "A long and careful text." in gone.text
    form = (await moderator.run("knowledge add")).form
    sandbox.set_roles(moderator, ["Members"])
    refused = await moderator.submit(form, words())
    assert "Only moderators can do that" in refused.text
    assert "The caretaker in the east wing has it." in refused.text
    assert "Branch minutes" in plainly(refused)
