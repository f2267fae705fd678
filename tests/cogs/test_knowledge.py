"""/faq and /timeline through the sandbox: the real bot, over real HTTP and a real WebSocket."""

import asyncio
import re

import discord

from bot.sandbox import Sandbox
from bot.sandbox.constants import Permission
from bot.storage import Database
from cogs.setup import frontdesk
from tests.harness import RunningSteward

QUESTION = "When did the probation trusts go?"
POST, WRONG, PASS_ON = "Post in channel", "Something wrong?", "Pass the question on"


def database(steward: RunningSteward) -> Database:
    """The bot's own database, to see what it has kept."""
    return steward.bot.services.knowledge._store._database


async def choose_notice_channel(sandbox: Sandbox, steward: RunningSteward) -> None:
    await steward.bot.services.servers.change(
        sandbox.guild.id, notice_channel_id=sandbox.channel("moderators").id
    )


async def test_a_question_is_answered_to_the_asker_alone_with_its_sources(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    reply = await member.run("faq", question="when were the trusts abolished")
    assert reply.ephemeral
    assert "31 May 2014" in reply.text
    assert "31 October 2014" in reply.text
    assert "Dissolution of Probation Trusts Order 2014" in reply.text
    assert re.search(r"Last checked on \d+ November 2026", reply.text)
    assert not any("trusts" in message.text for message in sandbox.messages("general"))


async def test_what_is_said_around_a_question_is_not_answered(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    asked = "Hello, I am at a CRC that was Sodexo's. When did the probation trusts go? Many thanks."
    reply = await sandbox.person("member").run("faq", question=asked)
    assert "31 May 2014" in reply.text
    assert "more than one answer" not in reply.text


async def test_sources_link_where_an_address_is_known(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    reply = await sandbox.person("member").run("faq", question="Did Napo win the judicial review?")
    address = "https://caselaw.nationalarchives.gov.uk/ewhc/admin/2014/4349"
    assert f"[High Court, 26 November 2014]({address})" in reply.text


async def test_what_is_disputed_or_not_found_says_so(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    disputed = await member.run(
        "faq", question="How many people attended the September 2014 rally?"
    )
    assert "Disputed" in disputed.text
    unknown = await member.run("faq", question="Who paid the costs of the judicial review?")
    assert "Not established" in unknown.text
    plain = await member.run("faq", question=QUESTION)
    assert "How sure we are" not in plain.text


async def test_the_choices_while_typing_are_questions_that_answer_themselves(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    knowledge = steward.bot.services.knowledge
    for typed in ("", "trus", "when did the tru", "privatisat", "sfo", "working lin"):
        choices = await member.autocomplete("faq", "question", typed)
        assert 0 < len(choices) <= 25, typed
        reply = await member.run("faq", question=choices[0]["value"])
        entry = await knowledge.answer(sandbox.guild.id, choices[0]["value"])
        assert entry.entry is not None
        assert entry.entry.question == choices[0]["name"]
        assert entry.entry.title in reply.text
    assert QUESTION in {c["value"] for c in await member.autocomplete("faq", "question", "trus")}


async def test_related_questions_are_buttons_that_survive_a_restart(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    first = await member.run("faq", question=QUESTION)
    await steward.restart()
    second = await member.press(first, "How many probation trusts were there?")
    assert second.ephemeral
    assert "35" in second.text


async def test_posting_names_nobody_and_mentions_nobody(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    before = len(sandbox.messages("general"))
    answer = await member.run("faq", question=QUESTION)
    after = await member.press(answer, POST)
    posted = sandbox.messages("general")[before:]
    public = [message for message in posted if "31 May 2014" in message.text]
    assert len(public) == 1
    assert public[0].author_id == sandbox.world.bot.id
    assert str(member.id) not in str(public[0].raw)
    assert "interaction_metadata" not in public[0].raw
    assert "Posted" in after.buttons
    sent = [r for r in sandbox.requests if r.method == "POST" and r.path.endswith("/messages")]
    assert sent[-1].body["allowed_mentions"] == {"parse": []}


async def test_posting_pressed_twice_posts_once(sandbox: Sandbox, steward: RunningSteward) -> None:
    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    await asyncio.gather(member.press(answer, POST), member.press(answer, POST))
    other = await member.run("faq", question=QUESTION)
    await member.press(other, POST)
    bot = sandbox.world.bot.id
    public = [m for m in sandbox.messages("general") if m.author_id == bot and "31 May" in m.text]
    assert len(public) == 2  # one for each answer


async def test_what_to_do_with_an_answer_stands_out_from_other_questions(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")

    async def primary(question: str) -> list[str]:
        reply = await member.run("faq", question=question)
        assert reply.message is not None
        buttons = [b for row in reply.message.components for b in row["components"]]
        assert len(buttons) > 2
        return [b["label"] for b in buttons if b["style"] == discord.ButtonStyle.primary.value]

    assert await primary(QUESTION) == [POST]
    assert await primary("How do I claim expenses for a visit?") == [PASS_ON]


async def test_an_answer_is_not_posted_where_the_person_or_the_bot_may_not_write(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    for channel in ("news", "bulletins"):
        before = len(sandbox.messages(channel))
        answer = await member.run("faq", question=QUESTION, where=channel)
        if channel == "news":
            sandbox.overwrite(channel, member, deny=Permission.SEND_MESSAGES)
            wanted = "may not write in this channel yourself"
        else:
            sandbox.deny_bot(channel, Permission.EMBED_LINKS)
            wanted = "I may not post in this channel"
        refused = await member.press(answer, POST)
        assert refused.ephemeral
        assert wanted in refused.text
        assert len(sandbox.messages(channel)) == before


async def test_something_wrong_reaches_the_moderators_without_a_name(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    await choose_notice_channel(sandbox, steward)
    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    form = await member.press(answer, WRONG)
    before = len(sandbox.messages("moderators"))
    done = await member.submit(form.modal, {"what": "It was *June* @everyone", "source": "the Act"})
    assert done.ephemeral
    assert "without your name" in done.text
    (notice,) = sandbox.messages("moderators")[before:]
    assert "It was \\*June\\* \\@everyone" in notice.text
    assert QUESTION in notice.text
    assert "the Act" in notice.text
    assert str(member.id) not in str(notice.raw)
    assert f"<@{member.id}>" not in notice.text


async def test_without_a_notice_channel_the_member_is_told_what_to_do(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    form = await member.press(answer, WRONG)
    done = await member.submit(form.modal, {"what": "The date is off"})
    assert "no channel for notices" in done.text
    assert "/setup" in done.text
    assert "The date is off" in done.text


async def test_a_member_can_tell_the_moderators_of_five_mistakes_a_day(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    await choose_notice_channel(sandbox, steward)
    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    forms = [await member.press(answer, WRONG) for _ in range(6)]
    for form in forms[:5]:
        done = await member.submit(form.modal, {"what": "The date is off"})
        assert "without your name" in done.text
    refused = await member.submit(forms[5].modal, {"what": "*" * 1000})
    assert "tomorrow there can be more" in refused.text
    assert "This is what you wrote" in refused.text
    assert len(sandbox.messages("moderators")) == 5
    again = await member.press(answer, WRONG)
    assert again.modal is None
    assert "tomorrow there can be more" in again.text
    other = sandbox.person("colleague")
    form = await other.press(await other.run("faq", question=QUESTION), WRONG)
    assert "without your name" in (await other.submit(form.modal, {"what": "Off"})).text


async def test_a_notice_that_did_not_arrive_is_said_and_not_counted(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    await choose_notice_channel(sandbox, steward)
    member = sandbox.person("member")
    answer = await member.run("faq", question=QUESTION)
    path = rf"/channels/{sandbox.channel('moderators').id}/messages"
    sandbox.faults.order("POST", path, "403:50013", times=5)
    for _ in range(5):
        form = await member.press(answer, WRONG)
        done = await member.submit(form.modal, {"what": "The date is off"})
        assert "I could not pass it on" in done.text
        assert "The date is off" in done.text
    form = await member.press(answer, WRONG)
    done = await member.submit(form.modal, {"what": "The date is off"})
    assert "without your name" in done.text


async def test_a_member_can_pass_on_five_questions_a_day(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    for number in range(6):
        question = f"How do I claim expenses for a visit to place {number}?"
        done = await member.press(await member.run("faq", question=question), PASS_ON)
        assert ("passed the question on" in done.text) == (number < 5)
    assert "tomorrow there can be more" in done.text
    rows = await database(steward).fetch_value("SELECT count(*) FROM knowledge_unanswered")
    assert rows == 5


async def test_what_nobody_knows_is_said_plainly_and_can_be_passed_on_without_a_name(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    question = "How do I claim expenses for a visit, my number is 07700 900123?"
    reply = await member.run("faq", question=question)
    assert reply.ephemeral
    assert reply.message is not None
    assert reply.message.content.startswith("I don't know")
    assert len([label for label in reply.buttons if label != PASS_ON]) <= 3
    done = await member.press(reply, PASS_ON)
    assert "passed the question on" in done.text
    assert PASS_ON not in done.buttons
    rows = await database(steward).fetch_all("SELECT * FROM knowledge_unanswered")
    assert [tuple(row)[0:2] + tuple(row)[3:] for row in rows] == [
        (sandbox.guild.id, "how do i claim expenses for a visit, my number is …", 1)
    ]
    assert re.fullmatch(r"\d{4}-W\d{2}", rows[0]["week"])


async def test_the_front_desk_asks_by_a_form(sandbox: Sandbox, steward: RunningSteward) -> None:
    moderator = sandbox.person("administrator")
    channel = steward.bot.get_channel(sandbox.channel("front-desk").id)
    assert isinstance(channel, discord.TextChannel)
    await frontdesk.place(channel)
    desk = sandbox.messages("front-desk")[-1]
    form = await moderator.press(desk, "Ask")
    reply = await moderator.submit(form.modal, {"question": "who was harry fletcher"})
    assert reply.ephemeral
    assert "assistant general secretary" in reply.text


async def test_the_timeline_turns_its_pages_also_after_a_restart(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    first = await member.run("timeline")
    assert first.ephemeral
    assert "1907" in first.text
    assert "Page 1 of" in first.text
    await steward.restart()
    second = await member.press(first, "Next")
    assert "Page 2 of" in second.text
    newest = await member.press(second, "Newest first")
    assert "30 June 2021" in newest.text


async def test_the_timeline_can_be_narrowed_by_year_topic_or_any_word(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    by_year = await member.run("timeline", year=2016)
    assert "28 April 2016" in by_year.text
    assert "2014" not in by_year.text
    court = await member.run("timeline", topic="court")
    assert "8 December 2014" in court.text
    assert "Page 1 of 1" in court.text
    word = await member.run("timeline", topic="Llandudno")
    assert "84.4%" in word.text
    nothing = await member.run("timeline", year=1950, topic="court")
    assert "nothing about “Court” in 1950" in nothing.text


async def test_marks_of_markdown_and_mentions_in_a_topic_do_no_harm(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    reply = await sandbox.person("member").run("timeline", topic='@everyone **"OR" NEAR(** : ~')
    assert reply.ephemeral
    assert "nothing about" in reply.text
