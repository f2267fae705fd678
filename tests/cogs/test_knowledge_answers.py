"""Under an answer: whether it helped, what is wrong; and what /faq offers when it has none."""

import re
from pathlib import Path

import pytest

from bot.sandbox import CannotUse, Person, Sandbox
from bot.sandbox.constants import Permission
from tests.cogs import knowing
from tests.cogs.test_articles import Newsroom, article
from tests.cogs.test_knowledge import choose_notice_channel
from tests.cogs.test_knowledge_lookup import shown
from tests.feeds.site import Site
from tests.harness import RunningSteward

QUESTION = "What is the RAR?"
HELPED, NOT_HELPED, PASS_ON = "Helpful", "Not helpful", "Pass the question on"


@pytest.fixture
async def member(sandbox: Sandbox, steward: RunningSteward, tmp_path: Path) -> Person:
    await knowing.teach(steward, knowing.write(tmp_path / "content"))
    return sandbox.person("member")


@pytest.fixture
def newsroom(sandbox: Sandbox, steward: RunningSteward, site: Site) -> Newsroom:
    return Newsroom(sandbox, steward, site)


async def counts(steward: RunningSteward) -> list[tuple[object, ...]]:
    rows = await knowing.database(steward).fetch_all("SELECT * FROM knowledge_helpful")
    return [tuple(row) for row in rows]


async def test_whether_an_answer_helped_is_counted_by_week_and_without_who_also_after_a_restart(
    sandbox: Sandbox, steward: RunningSteward, member: Person, tmp_path: Path
) -> None:
    answer = await member.run("faq", question=QUESTION)
    assert {HELPED, NOT_HELPED} <= set(answer.buttons)
    await steward.restart()
    await knowing.teach(steward, tmp_path / "content")
    thanked = await member.press(answer, HELPED)
    assert "Thank you. It is counted, without your name." in thanked.text
    assert NOT_HELPED not in thanked.buttons
    with pytest.raises(CannotUse, match="disabled"):
        await member.press(thanked, HELPED)
    assert shown(thanked)["title"] == "RAR: Rehabilitation Activity Requirement"
    assert "Something wrong?" in thanked.buttons
    other = sandbox.person("colleague")
    await other.press(await other.run("faq", question=QUESTION), NOT_HELPED)
    ((guild, entry, week, yes, no),) = await counts(steward)
    assert (guild, entry, yes, no) == (sandbox.guild.id, "rar", 1, 1)
    assert re.fullmatch(r"\d{4}-W\d{2}", str(week))
    columns = await knowing.database(steward).fetch_all(
        "SELECT name FROM pragma_table_info('knowledge_helpful')"
    )
    assert {row["name"] for row in columns} == {"guild_id", "entry", "week", "yes", "no"}
    (judged,), _ = await steward.bot.services.helpful.unhelpful(sandbox.guild.id, 10)
    assert (judged.id, judged.yes, judged.no) == ("rar", 1, 1)


async def test_nobody_can_stuff_the_count_of_an_answer(
    steward: RunningSteward, member: Person
) -> None:
    for button in (HELPED, HELPED, NOT_HELPED):
        pressed = await member.press(await member.run("faq", question=QUESTION), button)
        assert pressed.text.startswith("Thank you")
    assert "not counted again" in pressed.text
    assert [row[3:] for row in await counts(steward)] == [(1, 0)]


async def test_a_person_judges_at_most_twenty_answers_a_day(
    steward: RunningSteward, member: Person
) -> None:
    database = knowing.database(steward)
    async with database.transaction() as tx:
        for number in range(21):
            await tx.execute(
                "INSERT INTO knowledge_entry (guild_id, id, kind, name, position, question, "
                "details) SELECT NULL, ?, kind, ?, 0, ?, details FROM knowledge_entry "
                "WHERE id = 'crc'",
                (f"term-{number}", f"Term {number}", f"Term {number}?"),
            )
    for number in range(21):
        answer = await member.run("glossary", term=f"Term {number}")
        pressed = await member.press(answer, HELPED)
    assert "twenty answers today" in pressed.text
    assert len(await counts(steward)) == 20


async def test_what_did_not_help_can_be_told_and_the_question_passed_on_as_it_was_asked(
    sandbox: Sandbox, steward: RunningSteward, member: Person
) -> None:
    answer = await member.run("faq", question="rehabilitation requirement, whats that")
    assert "You asked: rehabilitation requirement, whats that" in answer.text
    sorry = await member.press(answer, NOT_HELPED)
    assert "Something wrong?" in sorry.text
    assert "Something wrong?" in sorry.buttons
    done = await member.press(sorry, PASS_ON)
    assert "passed the question on" in done.text
    assert PASS_ON not in done.buttons
    assert shown(done)["title"] == "RAR: Rehabilitation Activity Requirement"
    unanswered = await steward.bot.services.knowledge.unanswered(sandbox.guild.id)
    assert unanswered == [("rehabilitation requirement, whats that", 1)]
    own = await member.press(await member.run("glossary", term="CRC"), NOT_HELPED)
    await member.press(own, PASS_ON)
    unanswered = await steward.bot.services.knowledge.unanswered(sandbox.guild.id)
    assert ("what was a crc", 1) in unanswered


async def test_what_was_passed_on_although_it_had_an_answer_waits_for_a_moderator(
    sandbox: Sandbox, steward: RunningSteward, member: Person, tmp_path: Path
) -> None:
    asked = "rehabilitation requirement, whats that"
    sorry = await member.press(await member.run("faq", question=asked), NOT_HELPED)
    await member.press(sorry, PASS_ON)
    await steward.restart()
    await knowing.teach(steward, tmp_path / "content")
    steward.bot.services.editing.questions._knowledge = steward.bot.services.knowledge
    moderator = sandbox.person("moderator")
    for _ in range(2):
        page = await moderator.run("knowledge unanswered")
        assert asked in page.text
        assert "What is the RAR?" in page.text
    # Another entry that answers it takes it off the list.
    entries = knowing.ENTRIES + knowing.entry(
        "entry", "days", "Rehabilitation requirement, whats that?", "Some days of work."
    )
    await knowing.teach(steward, knowing.write(tmp_path / "content", entries))
    steward.bot.services.editing.questions._knowledge = steward.bot.services.knowledge
    assert asked not in (await moderator.run("knowledge unanswered")).text


async def test_posting_keeps_what_was_said_of_an_answer(member: Person) -> None:
    answer = await member.run("faq", question=QUESTION)
    thanked = await member.press(answer, HELPED)
    posted = await member.press(thanked, "Post in channel")
    assert "It is counted" in posted.text
    assert "Posted" in posted.buttons
    assert NOT_HELPED not in posted.buttons
    with pytest.raises(CannotUse, match="disabled"):
        await member.press(posted, HELPED)


async def test_what_is_posted_for_everybody_does_not_show_what_was_asked_nor_the_buttons(
    sandbox: Sandbox, member: Person
) -> None:
    answer = await member.run("faq", question="rehabilitation requirement, whats that")
    await member.press(answer, "Post in channel")
    (posted,) = knowing.public(sandbox)
    assert "whats that" not in str(posted.raw)
    assert [b["label"] for row in posted.components for b in row["components"]] == [
        "Something wrong?"
    ]


async def test_in_a_direct_message_only_other_questions_are_offered(member: Person) -> None:
    answer = await member.run(
        "faq", question="How do I raise a concern about workload?", where="dm"
    )
    assert answer.buttons == [QUESTION]
    unknown = await member.run("glossary", term="zebra", where="dm")
    assert "I don't know" in unknown.text
    unknown = await member.run("faq", question="violins and the vote", where="dm")
    assert "I don't know" in unknown.text
    assert "You can pass" not in unknown.text
    assert PASS_ON not in unknown.buttons
    elsewhere = await member.run("faq", question="violins and the vote")
    assert PASS_ON in elsewhere.buttons


async def test_something_wrong_is_answered_at_once_while_the_moderators_channel_is_held_up(
    sandbox: Sandbox, steward: RunningSteward, member: Person
) -> None:
    await choose_notice_channel(sandbox, steward)
    form = await member.press(await member.run("faq", question=QUESTION), "Something wrong?")
    path = rf"/channels/{sandbox.channel('moderators').id}/messages"
    sandbox.faults.order("POST", path, "429", retry_after=0.1)
    before = len(sandbox.requests)
    done = await member.submit(form.modal, {"what": "The date is off"})
    made = [f"{r.method} {r.path.rsplit('/')[-1]}" for r in sandbox.requests[before:]]
    assert made[:3] == ["POST callback", "POST messages", "POST messages"]  # the second is refused
    assert done.ephemeral
    assert "without your name" in done.text
    (notice,) = knowing.public(sandbox, "moderators")
    assert "RAR: Rehabilitation Activity Requirement" in notice.text
    assert str(member.id) not in str(notice.raw)
    assert notice.raw["embeds"][0]["footer"]["text"] == "From a member; who wrote it is not kept."


EVENT = f"""
[[event]]
id = "walk"
date = "2011-03-04"
category = "union"
text = "Members walk to the town hall."
{knowing.COMMON}
"""


async def test_a_notice_about_an_event_of_the_timeline_does_not_offer_to_edit_it(
    sandbox: Sandbox, steward: RunningSteward, member: Person, tmp_path: Path
) -> None:
    await choose_notice_channel(sandbox, steward)
    folder = knowing.write(tmp_path / "events", knowing.ENTRIES + EVENT)
    await knowing.teach(steward, folder)
    for question in ("What happened on 4 March 2011?", QUESTION):
        answer = await member.run("faq", question=question)
        form = await member.press(answer, "Something wrong?")
        await member.submit(form.modal, {"what": "The date is off"})
    event, entry = (
        [button["label"] for row in notice.components for button in row["components"]]
        for notice in knowing.public(sandbox, "moderators")
    )
    assert event == ["Show the answer"]
    assert entry == ["Show the answer", "Edit the answer"]


# Nothing that was checked


async def test_without_an_answer_articles_are_offered_as_unchecked(
    sandbox: Sandbox, member: Person, newsroom: Newsroom
) -> None:
    await newsroom.post(
        "news",
        *(article(number, f"Overtime rates agreed in region {number}") for number in range(5)),
        article(6, "Regions agree on something else"),
    )
    answer = await member.run("faq", question="Were the rates for overtime agreed?")
    assert answer.ephemeral
    assert answer.message is not None
    assert answer.message.content.startswith("I don't know")
    assert "nobody has checked them" in answer.text
    assert shown(answer)["title"] == "Articles, not checked"
    listed = str(shown(answer)["description"])
    assert listed.count("https://example.org/articles/") == 3
    assert "something else" not in listed
    assert "You asked: Were the rates for overtime agreed?" in answer.text
    passed = await member.press(answer, PASS_ON)
    assert passed.text.startswith("I don't know, and have passed")
    assert "Articles, not checked" in passed.text
    # One word of at least three may be missing, but not two.
    near = await member.run("faq", question="Overtime rates agreed tomorrow?")
    assert "Articles, not checked" in near.text
    far = await member.run("faq", question="Overtime for violinists and cellists?")
    assert "Articles" not in far.text


async def test_articles_are_only_those_in_channels_that_the_asker_can_read(
    sandbox: Sandbox, member: Person, newsroom: Newsroom
) -> None:
    await newsroom.post("moderators", article(1, "Overtime rates agreed"))
    question = "Were the rates for overtime agreed?"
    hidden = await member.run("faq", question=question)
    assert "Overtime rates" not in hidden.text
    assert "Articles" not in hidden.text
    seen = await sandbox.person("moderator").run("faq", question=question)
    assert "agreed" in str(shown(seen)["description"])
    everyone = sandbox.channel("moderators")
    sandbox.overwrite(everyone.name, member, allow=Permission.VIEW_CHANNEL)
    assert "Articles" in (await member.run("faq", question=question)).text
    sandbox.overwrite(
        everyone.name,
        member,
        allow=Permission.VIEW_CHANNEL,
        deny=Permission.READ_MESSAGE_HISTORY,
    )
    assert "Articles" not in (await member.run("faq", question=question)).text


@pytest.mark.parametrize(
    "question",
    [
        "84.4% of 1,000 e.g. at 5.30",
        "x" * 6000,
        "why? " * 1200,
        '" OR * NEAR(',
        "-a -b --",
        "@everyone **who** <@1> \u200b\u202e?",
    ],
)
async def test_no_question_breaks_the_search_for_articles(
    member: Person, newsroom: Newsroom, question: str
) -> None:
    await newsroom.post("news", article(1, "Overtime rates agreed"))
    answer = await member.run("faq", question=question)
    assert answer.message is not None
    assert answer.message.content.startswith("I don't know")
    assert answer.ephemeral
