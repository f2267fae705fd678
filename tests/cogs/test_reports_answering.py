"""`/report check` with messages of each kind: quotations, changes of use, what went out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.clock import iso_week
from bot.config import Config
from bot.reports.casework import quoting
from bot.reports.conversation import Choice
from bot.reports.messages import AUTHORS, RESTORED, MessageKind, payload
from bot.reports.questions import USES
from bot.reports.sealing import seal
from bot.sandbox import Person, Reply, Sandbox
from cogs.reports import conversation
from tests.cogs.reporting import checked, sent
from tests.cogs.test_inbox_acting import second_moderator
from tests.conftest import HandClock
from tests.harness import RunningSteward

WORDS = "Nobody *answers*, said one of us."
REFUSED = {"quote": "0a1b2c3d", "yes": "0", "after": "0"}


class Nowhere:
    """A moderators' channel that has not been chosen."""

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        return False


@pytest.fixture
async def evening(sandbox: Sandbox, config: Config) -> AsyncIterator[RunningSteward]:
    """A bot that shows moderators things at 18:00, by a clock that the test moves."""
    steward = RunningSteward(replace(config, report_notice_times=(time(18, 0),)), HandClock())
    await steward.start()
    yield steward
    await steward.stop()


async def next_day(steward: RunningSteward) -> None:
    """Serve the next notice time."""
    assert isinstance(steward.clock, HandClock)
    steward.clock.advance(timedelta(days=1))
    await steward.bot.services.reports.serve(Nowhere())


async def tell(
    sandbox: Sandbox, steward: RunningSteward, kind: MessageKind, text: str, **more: str
) -> None:
    """A message of moderators under the only report."""
    desk, guild_id = steward.bot.services.reports, sandbox.guild.id
    (line,) = await desk.inbox.list(guild_id)
    report = await desk._store.shown_one(guild_id, line.id)
    assert report is not None
    readers = [*await desk.keyring.sealing(guild_id), report.reporter_key]
    week = iso_week(steward.bot.clock.now())
    sealed = seal(payload(kind, text, **more), readers)
    assert await desk._store.add_message(guild_id, line.id, AUTHORS[kind], sealed, week)


async def answers_seen(sandbox: Sandbox, steward: RunningSteward) -> list[dict[str, str]]:
    """What moderators see of a reporter's choices."""
    desk = steward.bot.services.reports
    (line,) = await desk.inbox.list(sandbox.guild.id)
    report = await desk.inbox.open(sandbox.guild.id, line.id)
    return [dict(each.more) for each in report.messages if each.author == "reporter"]


async def looked_up(sandbox: Sandbox, member: Person, receipt: str, messages: int) -> Reply:
    """`/report check`, waiting for as many messages as it takes."""
    reply = await checked(member, receipt)
    await sandbox.until(lambda: len(reply.messages) >= messages)
    assert len(reply.messages) == messages
    return reply


def plain(reply: Reply) -> str:
    return reply.text.replace("\\", "")


async def test_each_kind_is_shown_and_a_quotation_approved_refused_and_then_settled(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    await next_day(evening)
    await tell(sandbox, evening, MessageKind.REPLY, "Thank you, whoever you are.")
    await tell(sandbox, evening, MessageKind.USED, "In the bulletin of week 12.", how="count")
    await tell(sandbox, evening, MessageKind.QUOTE, WORDS, quote="0a1b2c3d")
    back = await looked_up(sandbox, member, receipt, 2)
    assert "Thank you, whoever you are." in back.text
    assert "What became of it: counted" in back.text
    assert "In the bulletin of week 12." in back.text
    assert "2 messages below" in back.text
    assert "1 quotation** can be approved" in back.text
    asked = back.messages[-1]
    assert WORDS in asked.text.replace("\\", "")
    assert "no answer means no" in asked.text
    approved = await member.press(asked, "Approve")
    await sandbox.until(lambda: "**Approved.**" in asked.text)
    assert conversation.APPROVED_TITLE in asked.text
    assert conversation.QUOTE_TITLE not in asked.text
    assert "at 18:00. You can change it at any time" in asked.text
    assert WORDS in asked.text.replace("\\", "")
    # A second use of the receipt shows it.
    again = (await looked_up(sandbox, member, receipt, 2)).messages[-1]
    assert "**Approved.**" in again.text
    refused = await member.press(again, "Refuse")
    await sandbox.until(lambda: "**Refused.**" in again.text)
    assert await answers_seen(sandbox, evening) == []
    await next_day(evening)
    assert await answers_seen(sandbox, evening) == [REFUSED]
    settled = await looked_up(sandbox, member, receipt, 2)
    assert conversation.REFUSED_TITLE in settled.messages[-1].text
    assert settled.buttons[:3] == ["Add more", "Change how it may be used", "Withdraw"]
    late = await member.press(again, "Approve")
    await sandbox.until(lambda: "forget a receipt" in late.text)
    assert await answers_seen(sandbox, evening) == [REFUSED]
    assert all(reply.ephemeral for reply in (back, approved, refused, settled, late))
    assert all(message.ephemeral for message in (asked, again))
    for channel in ("general", "news", "bulletins", "moderators"):
        assert sandbox.messages(channel) == []


async def test_an_approval_is_taken_back_and_ends_with_a_change_of_use(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member, use="ask")
    await next_day(evening)
    await tell(sandbox, evening, MessageKind.QUOTE, WORDS, quote="0a1b2c3d")
    asked = (await looked_up(sandbox, member, receipt, 2)).messages[-1]
    await member.press(asked, "Approve")
    await sandbox.until(lambda: "**Approved.**" in asked.text)
    await next_day(evening)
    back = await looked_up(sandbox, member, receipt, 2)
    known = back.messages[-1]
    assert conversation.APPROVED_TITLE in known.text
    assert "You can still refuse" in known.text
    shown = await member.press(back, "Change how it may be used")
    assert "until you approve them again" in shown.text
    await member.choose(shown, "From now on it may be used …", "count")
    await sandbox.until(lambda: "Changed to: Count it only" in shown.text)
    private = (await looked_up(sandbox, member, receipt, 2)).messages[-1]
    assert conversation.NOT_PUBLIC in private.text
    shown = await member.press(back, "Change how it may be used")
    await member.choose(shown, "From now on it may be used …", "ask")
    await sandbox.until(lambda: "Changed to: Publicly, after" in shown.text)
    ended = (await looked_up(sandbox, member, receipt, 2)).messages[-1]
    assert "the approval ended" in ended.text
    await member.press(ended, "Refuse")
    await sandbox.until(lambda: "**Refused.**" in ended.text)
    await next_day(evening)
    seen = await answers_seen(sandbox, evening)
    assert seen == [{**REFUSED, "yes": "1"}, {"use": "ask"}, {**REFUSED, "after": "1"}]


async def test_no_answer_means_no_also_once_words_may_be_published_as_in_the_preview(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    receipt = await sent(sandbox, member, "The rota of our team is impossible.", use="ask")
    await next_day(evening)
    inbox = evening.bot.services.reports.inbox
    (line,) = await inbox.list(sandbox.guild.id)
    where = (inbox, sandbox.guild.id, line.id)
    quote = await quoting.propose(*where, moderator.id, "The rota of our team is impossible.")
    await quoting.agree(*where, second_moderator(sandbox).id, quote)

    async def may_be_published() -> None:
        back = await looked_up(sandbox, member, receipt, 2)
        shown = await member.press(back, "Change how it may be used")
        assert "or were asked about before, are public only if you approve them" in shown.text
        await member.choose(shown, "From now on it may be used …", "pub")
        await sandbox.until(lambda: "Changed to: Publicly, as in" in shown.text)
        await next_day(evening)

    async def as_moderators_see_it() -> Reply:
        read = await moderator.run("inbox read", report=line.id.hex()[:8])
        await sandbox.until(lambda: "Quote" in read.buttons)
        return await moderator.press(read, "Quote")

    await may_be_published()
    asked = (await looked_up(sandbox, member, receipt, 2)).messages[-1]
    assert "no answer means no" in asked.text
    screen = await as_moderators_see_it()
    assert "waits for its reporter" in screen.text
    assert not any(each.startswith("Copy") for each in screen.buttons)
    assert "or was asked about before, the reporter is asked too" in screen.text
    # Nor in another cut, which has not been asked about.
    other = await quoting.propose(*where, moderator.id, "The rota of our team")
    await quoting.agree(*where, second_moderator(sandbox).id, other)
    assert not any(each.startswith("Copy") for each in (await as_moderators_see_it()).buttons)
    # An approval under the use before is none under this one.
    shown = await member.press(await checked(member, receipt), "Change how it may be used")
    await member.choose(shown, "From now on it may be used …", "ask")
    await sandbox.until(lambda: "Changed to: Publicly, after" in shown.text)
    asked = (await looked_up(sandbox, member, receipt, 3)).messages[-2]
    await member.press(asked, "Approve")
    await sandbox.until(lambda: "**Approved.**" in asked.text)
    await next_day(evening)
    assert any(each.startswith("Copy") for each in (await as_moderators_see_it()).buttons)
    shown = await member.press(await checked(member, receipt), "Change how it may be used")
    await member.choose(shown, "From now on it may be used …", "pub")
    await sandbox.until(lambda: "Changed to: Publicly, as in" in shown.text)
    await next_day(evening)
    ended = (await looked_up(sandbox, member, receipt, 3)).messages[-2]
    assert "the approval ended: no answer means no" in ended.text
    assert not any(each.startswith("Copy") for each in (await as_moderators_see_it()).buttons)
    await member.press(ended, "Approve")
    await sandbox.until(lambda: "**Approved.**" in ended.text)
    await next_day(evening)
    assert any(each.startswith("Copy") for each in (await as_moderators_see_it()).buttons)


async def test_the_use_is_changed_with_what_each_means_and_the_latest_wins(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member, use="pub")
    await next_day(evening)
    back = await checked(member, receipt)
    shown = await member.press(back, "Change how it may be used")
    for option in USES:
        assert option.label in shown.text
        assert conversation.MEANS[option.code] in shown.text
    assert "sealed to the moderators, not to you" in shown.text
    assert "cannot be called back" in shown.text
    assert "at 18:00" in shown.text
    first = await member.choose(shown, "From now on it may be used …", "conf")
    await sandbox.until(lambda: "Changed to: In confidence" in shown.text)
    assert "cannot be called back" in shown.text
    shown = await member.press(back, "Change how it may be used")
    assert "You last chose: **In confidence**" in shown.text
    second = await member.choose(shown, "From now on it may be used …", "count")
    await sandbox.until(lambda: "Changed to: Count it only" in shown.text)
    later = await checked(member, receipt)
    assert "You changed how it may be used to: **Count it only**. Moderators see that" in later.text
    assert await answers_seen(sandbox, evening) == []
    await next_day(evening)
    assert await answers_seen(sandbox, evening) == [{"use": "count"}]
    assert all(reply.ephemeral for reply in (shown, first, second, later))


async def test_what_a_restore_set_back_is_not_called_the_reporters_choice(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member, use="pub")
    await next_day(evening)
    await tell(sandbox, evening, MessageKind.CONSENT, "", use="count", why=RESTORED)
    back = await checked(member, receipt)
    assert conversation.SET_BACK in back.text
    assert "You changed" not in back.text
    shown = await member.press(back, "Change how it may be used")
    assert "You last chose" not in shown.text
    assert "Just now: **Count it only**, as a restore set it back" in shown.text
    assert conversation.PUB_RESTORED in shown.text
    assert "without asking you again" not in shown.text
    # It can be chosen, as any other.
    await member.choose(shown, "From now on it may be used …", "count")
    await sandbox.until(lambda: "Changed to: Count it only" in shown.text)
    shown = await member.press(await checked(member, receipt), "Change how it may be used")
    assert "You last chose: **Count it only**" in shown.text
    # Also once they have chosen again, since a question may be lost for good.
    await member.choose(shown, "From now on it may be used …", "pub")
    await sandbox.until(lambda: "Changed to: Publicly, as in the preview" in shown.text)
    assert conversation.PUB_RESTORED in shown.text
    await next_day(evening)
    shown = await member.press(await checked(member, receipt), "Change how it may be used")
    assert conversation.PUB_RESTORED in shown.text


async def test_who_comes_back_reads_how_moderators_are_told_at_once(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    back = await checked(member, receipt)
    assert conversation.HARM_SINCE in back.text
    assert "a new report" in conversation.HARM_SINCE
    written = await member.press(back, "Add more")
    added = await member.submit(written.form, {"what": "It is getting worse."})
    assert conversation.HARM_SINCE in added.text
    assert all(each.ephemeral for each in (back, added))


async def test_a_reporter_is_warned_of_addresses_and_of_being_asked_who_they_are(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    await next_day(evening)
    assert conversation.CAREFUL not in (await checked(member, receipt)).text
    await tell(sandbox, evening, MessageKind.REPLY, "Thank you. Samaritans answer at 116 123.")
    back = await checked(member, receipt)
    assert conversation.CAREFUL in back.text
    assert conversation.AN_ADDRESS not in back.text
    assert "do not use it" not in back.text
    for said in ("never write who you are", "ring a number", "meet somebody", "write to anybody"):
        assert said in back.text
    await tell(sandbox, evening, MessageKind.REPLY, "Please see evil.example/form?r=1a2b3c4d")
    warned = await checked(member, receipt)
    assert conversation.AN_ADDRESS in warned.text
    # Also at the reply itself: on a phone that is what is in sight.
    assert warned.text.count("holds an address, number or name: do not use it") == 1


async def test_before_it_is_withdrawn_a_report_says_what_already_went_out(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    await next_day(evening)
    await tell(sandbox, evening, MessageKind.QUOTE, WORDS, quote="0a1b2c3d")
    back = await looked_up(sandbox, member, receipt, 2)
    asked = await member.press(back, "Withdraw")
    assert "Nothing, as far as moderators had told" in asked.text
    approved = back.messages[-1]
    await member.press(approved, "Approve")
    await sandbox.until(lambda: "**Approved.**" in approved.text)
    await next_day(evening)
    await tell(sandbox, evening, MessageKind.USED, "An MP on the justice committee.", how="conf")
    asked = await member.press(await checked(member, receipt), "Withdraw")
    assert "What already went out" in asked.text
    assert "Passed on in confidence: An MP on the justice committee." in asked.text
    assert f"You approved, and it may be out: {WORDS}" in plain(asked)
    assert "cannot be called back" in asked.text
    assert asked.ephemeral
    gone = await member.press(asked.messages[0], "Withdraw")
    await sandbox.until(lambda: "**Withdrawn.**" in gone.text)


async def test_without_notice_times_an_answer_counts_at_once(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    await steward.bot.services.reports.serve(Nowhere())
    await tell(sandbox, steward, MessageKind.QUOTE, WORDS, quote="0a1b2c3d")
    asked = (await looked_up(sandbox, member, receipt, 2)).messages[-1]
    await member.press(asked, "Approve")
    await sandbox.until(lambda: "Moderators see your answer now" in asked.text)
    await steward.bot.services.reports.serve(Nowhere())
    assert await answers_seen(sandbox, steward) == [{**REFUSED, "yes": "1"}]


async def test_long_messages_are_all_shown(sandbox: Sandbox, evening: RunningSteward) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    await next_day(evening)
    for number in range(4):
        await tell(sandbox, evening, MessageKind.REPLY, f"{number}." + "*" * 1_790)
    back = await looked_up(sandbox, member, receipt, 4)
    assert all(f"{number}.\\*" in back.text for number in range(4))


def test_each_use_says_what_it_means() -> None:
    assert set(conversation.MEANS) == {option.code for option in USES}


def test_the_hints_do_not_say_not_asked_again_once_a_restore_set_the_report_back() -> None:
    def hints(use: Choice | None) -> str:
        (row,) = conversation.uses_select("1a", use).to_components()
        return str([option.get("description") for option in row["components"][0]["options"]])

    for use in (None, Choice("count", None), Choice("pub", None)):
        assert "not asked again" in hints(use)
    for use in (Choice("count", 1, set_back=True, restored=True), Choice("conf", 1, restored=True)):
        assert "not asked again" not in hints(use)
        assert conversation.PUB_RESTORED_HINT in hints(use)
