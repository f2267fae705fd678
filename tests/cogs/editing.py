"""What the tests of /knowledge share: a moderator's usual steps."""

from typing import Any

from bot.sandbox import Person, Sandbox
from bot.sandbox.replies import Reply
from bot.sandbox.world import Message

QUESTION = "When did the probation trusts go?"
EDIT, SAVE, UNDO = "Edit the words", "Save", "Undo"
SOURCE = "Branch minutes | The branch | 2026-02 | https://example.org/minutes"


def words(**given: str) -> dict[str, Any]:
    """What is filled into the first form."""
    return {
        "question": "Who has the key to the bicycle shed?",
        "also": "bike shed key\nwhere do cyclists get the padlock opened",
        "answer": "The caretaker in the east wing has it.",
        "sources": SOURCE,
        "confidence": "corroborated",
        **given,
    }


async def draft_new(moderator: Person, **given: str) -> Reply:
    """A preview of a new question with everything that it needs."""
    form = (await moderator.run("knowledge add")).form
    preview = await moderator.submit(form, words(**given))
    topics = (await moderator.press(preview, "Topics")).form
    return await moderator.submit(topics, {"topics0": ["branch"]})


async def add(moderator: Person, **given: str) -> Reply:
    """A new question, saved."""
    return await moderator.press(await draft_new(moderator, **given), SAVE)


async def draft_edit(moderator: Person, entry: str = QUESTION, **given: str) -> Reply:
    """A preview of an entry with some words changed."""
    preview = await moderator.run("knowledge edit", entry=entry)
    form = (await moderator.press(preview, EDIT)).form
    return await moderator.submit(form, given)


async def edit(moderator: Person, entry: str = QUESTION, **given: str) -> Reply:
    """An entry with some words changed, saved."""
    return await moderator.press(await draft_edit(moderator, entry, **given), SAVE)


async def post(sandbox: Sandbox, person: Person, question: str = QUESTION) -> Message:
    """An answer that stands in a channel for everybody."""
    answer = await person.run("faq", question=question)
    await person.press(answer, "Post in channel")
    (*_, posted) = (
        each for each in sandbox.messages("general") if each.author_id == sandbox.world.bot.id
    )
    return posted


def plainly(reply: Reply) -> str:
    """What is read, without the marks of Markdown."""
    return reply.text.replace("\\", "").replace("**", "").replace("~~", "")
