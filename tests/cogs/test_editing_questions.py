"""/knowledge unanswered and export through the sandbox."""

from pathlib import Path

import pytest

from bot.knowledge import library
from bot.sandbox import Person, Sandbox
from tests.cogs.editing import QUESTION, SAVE, UNDO, add, edit, plainly, words
from tests.harness import RunningSteward

ASKED = "how do i book the tandem bicycle"
LEAST, CHOOSE = "Answers that did not help", "Choose an answer to edit"
OTHER = "pancake recipe with maple syrup"


async def ask(steward: RunningSteward, sandbox: Sandbox, question: str, times: int) -> None:
    for _ in range(times):
        await steward.bot.services.knowledge.pass_on(sandbox.guild.id, question)


@pytest.fixture
async def asked(sandbox: Sandbox, steward: RunningSteward) -> None:
    await ask(steward, sandbox, OTHER, 2)
    await ask(steward, sandbox, ASKED, 5)


async def test_answers_that_did_not_help_are_listed_worst_first_and_opened_to_be_edited(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    empty = await moderator.press(await moderator.run("knowledge unanswered"), LEAST)
    assert "no member said" in empty.text
    helpful = steward.bot.services.helpful
    for entry, yes, no in (("rar", 4, 1), ("grayling", 0, 3), ("what-is-edm", 2, 0)):
        for helped in [True] * yes + [False] * no:
            await helpful.count(sandbox.guild.id, entry, helped=helped)
    database = steward.bot.services.knowledge._store._database
    event = await database.fetch_value("SELECT id FROM knowledge_event LIMIT 1")
    await helpful.count(sandbox.guild.id, f"event.{event}", helped=False)
    page = await moderator.run("knowledge unanswered")
    await steward.restart()
    listed = await moderator.press(page, LEAST)
    assert listed.ephemeral
    assert listed.text.index("did not help 3 members") < listed.text.index(
        "did not help 1 member, helped 4 members"
    )
    assert "EDM" not in listed.text
    assert "3. " in listed.text  # the event, whose words no moderator can edit
    preview = await moderator.choose(listed, CHOOSE, "grayling")
    assert "Before you save" in preview.text
    assert "Grayling" in preview.text
    sandbox.set_roles(moderator, ["Members"])
    for refused in (
        await moderator.press(page, LEAST),
        await moderator.choose(listed, CHOOSE, "grayling"),
    ):
        assert "Only moderators can do that" in refused.text


async def test_they_are_ranked_by_how_often_they_were_asked_with_the_weeks(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, asked: None
) -> None:
    database = steward.bot.services.knowledge._store._database
    async with database.transaction() as tx:
        for week in ("2026-W45", "2026-W47"):
            await tx.execute(
                "INSERT INTO knowledge_unanswered VALUES (?, 'donkey rides in skegness', ?, 9)",
                (sandbox.guild.id, week),
            )
        await tx.execute("INSERT INTO knowledge_unanswered VALUES (1, 'elsewhere', '2026-W01', 99)")
    page = await moderator.run("knowledge unanswered")
    assert page.ephemeral
    text = plainly(page)
    places = [text.index(each) for each in ("skegness", ASKED, OTHER)]
    assert places == sorted(places)
    assert "asked 18 times, in weeks 45 to 47 of 2026" in text
    assert "asked 5 times, in week" in text
    assert "elsewhere" not in text


async def test_the_answer_is_written_with_the_question_filled_in_and_it_leaves_the_list(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, asked: None
) -> None:
    page = await moderator.run("knowledge unanswered")
    form = (await moderator.press(page, "Write the answer")).form
    assert form.fields["question"]["value"] == "How do i book the tandem bicycle?"
    assert form.fields["also"]["value"] == ASKED
    preview = await moderator.submit(
        form,
        {k: v for k, v in words(question="How does one book the tandem?").items() if k != "also"},
    )
    preview = await moderator.submit(
        (await moderator.press(preview, "Topics")).form, {"topics0": ["branch"]}
    )
    saved = await moderator.press(preview, SAVE)
    assert "would still not find it" not in saved.text
    page = await moderator.run("knowledge unanswered")
    assert ASKED not in page.text
    assert OTHER in page.text
    await moderator.press(saved, UNDO)
    assert ASKED in (await moderator.run("knowledge unanswered")).text


async def test_what_is_asked_in_vain_again_after_its_answer_was_rewritten_is_on_the_list_again(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    question = "How do I book the tandem bicycle?"
    await ask(steward, sandbox, ASKED, 1)
    await add(moderator, question=question, also="tandem booking")
    assert ASKED not in (await moderator.run("knowledge unanswered")).text
    words_now = {"question": "Where is the harbour lantern?", "also": "harbour lantern where"}
    await edit(moderator, question, **words_now, answer="In the harbour.")
    assert ASKED not in (await moderator.run("knowledge unanswered")).text
    await ask(steward, sandbox, ASKED, 1)
    assert ASKED in (await moderator.run("knowledge unanswered")).text


async def test_who_writes_past_the_question_is_told_that_it_still_finds_nothing(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, asked: None
) -> None:
    page = await moderator.run("knowledge unanswered")
    form = (await moderator.press(page, "Write the answer")).form
    preview = await moderator.submit(form, words(question="What is for lunch?", also="lunch menu"))
    preview = await moderator.submit(
        (await moderator.press(preview, "Topics")).form, {"topics0": ["branch"]}
    )
    saved = await moderator.press(preview, SAVE)
    assert f"who asks “{ASKED}” would still not find it" in saved.text


async def test_another_is_chosen_dismissed_and_put_back(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, asked: None
) -> None:
    page = await moderator.run("knowledge unanswered")
    page = await moderator.choose(page, "Choose another question", OTHER)
    assert f"▸ {OTHER}" in plainly(page)
    await steward.restart()
    page = await moderator.press(page, "Dismiss")
    assert f"“{OTHER}” is off the list" in plainly(page)
    assert OTHER not in (await moderator.run("knowledge unanswered")).text
    await ask(steward, sandbox, OTHER, 1)
    assert OTHER not in (await moderator.run("knowledge unanswered")).text
    page = await moderator.press(page, UNDO)
    assert OTHER in plainly(page)
    assert "asked 3 times" in plainly(page)


async def test_a_question_can_be_added_to_the_entry_that_answers_it(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    await add(moderator)
    await ask(steward, sandbox, "padlock wobbly thingummy", 1)
    page = await moderator.run("knowledge unanswered")
    preview = await moderator.press(page, "Add to: Who has the key to the bicycle shed?")
    assert "padlock wobbly thingummy" in plainly(preview)
    await moderator.press(preview, SAVE)
    answer = await sandbox.person("member").run("faq", question="padlock wobbly thingummy")
    assert "caretaker" in answer.text
    assert "No question waits" in (await moderator.run("knowledge unanswered")).text


async def test_long_lists_have_pages(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person
) -> None:
    for number in range(19):
        await ask(steward, sandbox, f"quokka zebra {'xyzzy' * 5} no {number}", 20 - number)
    page = await moderator.run("knowledge unanswered")
    assert "19 questions · page 1 of 3" in page.text
    page = await moderator.press(page, "Next")
    page = await moderator.press(page, "Next")
    assert "page 3 of 3" in page.text
    assert "19. " in page.text
    page = await moderator.press(page, "Previous")
    assert "page 2 of 3" in page.text


async def test_members_can_press_none_of_it(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, asked: None
) -> None:
    page = await moderator.run("knowledge unanswered")
    sandbox.set_roles(moderator, ["Members"])
    for button in ("Write the answer", "Dismiss"):
        assert "Only moderators can do that" in (await moderator.press(page, button)).text


async def test_the_export_is_a_folder_that_the_check_accepts(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, tmp_path: Path
) -> None:
    assert "nothing of its own yet" in (await moderator.run("knowledge export")).text
    await add(moderator, answer='The caretaker says "\\"ask me""".\n\nOr not.')
    await edit(moderator, answer="They went in June.")
    hidden = (await steward.bot.services.knowledge.suggest(0, "who was harry fletcher"))[0]
    await moderator.run("knowledge remove", entry=hidden)
    reply = await moderator.run("knowledge export")
    assert "1 new entry, 1 changed, 1 hidden" in reply.text
    assert "to mend by hand" not in reply.text
    folder = tmp_path / "content"
    folder.mkdir()
    for path in library.CONTENT.glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    files = {
        each["filename"]: sandbox._core.files[int(each["id"])].data
        for message in reply.messages
        for each in message.raw["attachments"]
    }
    assert "local.toml" in files
    assert hidden in files["local.toml"].decode()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    assert library.check_content(folder) == []
    loaded = {entry.question: entry for entry in library.load(folder).entries}
    assert loaded[QUESTION].answer == "They went in June."
    own = loaded["Who has the key to the bicycle shed?"]
    assert own.answer == 'The caretaker says "\\"ask me""".\n\nOr not.'
    assert own.sources[0].title == "Branch minutes"
    assert hidden in loaded
