"""Discord refuses or loses the answer, at each thing that a reporter or a moderator does.

Each is done three times: with the first answer gone, with the later one gone, and well. In between
and in the end the receipt tells the truth, nothing is there twice, nothing is logged, and the bot
lives. Bound: ten seconds.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from bot.reports import receipts
from bot.sandbox import Person, Reply, Sandbox
from tests.cogs.conftest import send_notices
from tests.cogs.reporting import WORDS, checked, confirmed, preview, receipt_in, sent
from tests.cogs.test_inbox import listed
from tests.cogs.test_inbox_acting import second_moderator
from tests.harness import RunningSteward
from tests.reports.faults.refusing import REFUSALS, WEBHOOK, Refusing, Start, without_waiting

MORE = "One vexatious thing more."
UNTRUE = "Something broke on my side. Please try again"


@pytest.fixture
def refusing(
    sandbox: Sandbox, steward: RunningSteward, monkeypatch: pytest.MonkeyPatch
) -> Refusing:
    monkeypatch.setattr(receipts, "MEMORY_BYTES", 8192)
    monkeypatch.setattr(receipts, "PASSES", 1)
    without_waiting(monkeypatch)
    return Refusing(sandbox, steward)


def on_screen(person: Person) -> str:
    """Everything that a person has before them."""
    return "\n".join(message.text for message in person.messages("general"))


async def told(person: Person, receipt: str) -> str:
    """What `/report check` says."""
    return (await checked(person, receipt)).text


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_whatever_answer_a_reporter_does_not_get_the_receipt_tells_the_truth(
    refusing: Refusing,
    sandbox: Sandbox,
    log_text: Callable[[], str],
    refusal: str,
) -> None:
    member, all_ways = sandbox.person("member"), refusing.all_ways
    desk = refusing.steward.bot.services.reports

    async def number() -> int:
        return int(await desk._database.fetch_value("SELECT count(*) FROM report"))

    # Writing
    screen = await all_ways(member, refusing.run(member, "report new"), refusal)
    form = await all_ways(member, refusing.press(member, screen, "Write a report"), refusal)
    filled = refusing.submit(member, form.form, what=WORDS, category=["load"], use=["ask"])
    shown = await all_ways(member, filled, refusal)
    receipt = receipt_in(shown)
    saved = refusing.press(member, shown, "I have saved the receipt")
    asked = await all_ways(member, saved, refusal)
    ready = await all_ways(member, refusing.submit(member, asked.form, receipt=receipt), refusal)

    # Sending
    async def sent_or_not() -> None:
        kept = bool(await number())
        said = await told(member, receipt)
        assert ("was kept" in said) == kept
        assert kept or "send it again" in said
        if "**Sent.**" in ready.text:
            assert kept

    await all_ways(member, refusing.press(member, ready, "Send"), refusal, sent_or_not)
    assert await number() == 1
    assert "was kept" in await told(member, receipt)

    # Coming back
    form = await all_ways(member, refusing.run(member, "report check"), refusal)
    given = refusing.submit(member, form.form, receipt=receipt)
    status = await all_ways(member, given, refusal)
    form = await all_ways(member, refusing.press(member, status, "Add more"), refusal)
    written = await all_ways(member, refusing.submit(member, form.form, what=MORE), refusal)

    async def added_or_not() -> None:
        there = await desk._database.fetch_value("SELECT count(*) FROM message")
        assert there in (0, 1)
        assert ("1 addition" in await told(member, receipt)) == bool(there)

    add = refusing.press(member, written, "Add this")
    await all_ways(member, add, refusal, added_or_not)
    assert "1 addition" in await told(member, receipt)
    uses = await all_ways(
        member, refusing.press(member, status, "Change how it may be used"), refusal
    )
    choose = refusing.choose(member, uses, "From now on it may be used …", "count")
    await all_ways(member, choose, refusal)
    assert "You changed how it may be used" in await told(member, receipt)

    # Withdrawing
    asked = await all_ways(member, refusing.press(member, status, "Withdraw"), refusal)

    async def gone_or_not() -> None:
        assert ("was kept" in await told(member, receipt)) == bool(await number())

    withdraw = refusing.press(member, asked, "Withdraw")
    await all_ways(member, withdraw, refusal, gone_or_not)
    assert "No report here matches" in await told(member, receipt)
    assert UNTRUE not in on_screen(member)
    written_down = log_text()
    for trace in (WORDS, MORE, "vexatious", receipt, member.name, str(member.id), "Traceback"):
        assert trace not in written_down


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_whatever_answer_a_moderator_does_not_get_nothing_is_done_twice(
    refusing: Refusing,
    sandbox: Sandbox,
    log_text: Callable[[], str],
    refusal: str,
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    second, all_ways = second_moderator(sandbox), refusing.all_ways
    receipt = await sent(sandbox, member, use="ask")
    other = await sent(sandbox, member, "Another one of the same.")
    names = await listed(sandbox, refusing.steward, 2)
    desk, guild = refusing.steward.bot.services.reports, sandbox.guild.id
    for name in names:
        if WORDS in (await moderator.run("inbox read", report=name)).text:
            ours = name
    (theirs,) = set(names) - {ours}
    report_id = await desk.inbox.find(guild, ours)

    async def kinds() -> list[str]:
        report = await desk.inbox.open(guild, report_id)
        return [str(each.kind) for each in report.messages]

    async def form_of(button: str) -> Reply:
        return await all_ways(moderator, refusing.press(moderator, read, button), refusal)

    await all_ways(moderator, refusing.run(moderator, "inbox list"), refusal)
    reading = refusing.run(moderator, "inbox read", report=ours)
    read = await all_ways(moderator, reading, refusal)
    for button, values in (
        ("Reply", {"reply": "Thank you."}),
        ("Note", {"note": "Seen before?"}),
        ("Label", {"label": "nights"}),
        ("What became of it", {"fate": ["count"], "words": "Counted."}),
        ("Same matter", {"other": theirs}),
    ):
        blank = (await form_of(button)).form
        await all_ways(moderator, refusing.submit(moderator, blank, **values), refusal)
    assert await kinds() == ["reply", "note", "label", "used"]
    assert len({line.matter for line in await desk.inbox.list(guild)}) == 1
    asked = await form_of("Hand on")
    menu = "Somebody who reads reports"
    await all_ways(moderator, refusing.choose(moderator, asked, menu, second), refusal)
    await form_of("Close")
    assert (await kinds())[4:] == ["handed"]

    # Quoting
    quoting = await form_of("Quote")
    form = await all_ways(moderator, refusing.press(moderator, quoting, "Propose words"), refusal)
    words = refusing.submit(moderator, form.form, words="the rota is impossible")
    proposed = await all_ways(moderator, words, refusal)
    await all_ways(moderator, refusing.press(moderator, proposed, "Propose these"), refusal)
    theirs_read = await second.run("inbox read", report=ours)
    quoting = await refusing.rightly(second, refusing.press(second, theirs_read, "Quote"))
    (agree,) = [each for each in quoting.buttons if each.startswith("Agree")]
    await all_ways(second, refusing.press(second, quoting, agree), refusal)
    assert (await kinds())[5:] == ["proposed", "agreed", "quote"]

    # Taking out
    form = await form_of("Redact more")
    left = WORDS.replace("the rota", "[…]")
    shown = await all_ways(moderator, refusing.submit(moderator, form.form, text=left), refusal)
    await all_ways(moderator, refusing.press(moderator, shown, "Delete for good"), refusal)
    assert (await kinds())[5:] == ["note", "reply"]
    back = await told(member, receipt)
    for text in ("Thank you.", "Counted.", "Closed", "took more details out"):
        assert back.count(text) == 1
    assert "was kept" in await told(member, other)
    written_down = log_text()
    for trace in (WORDS, "Thank you.", "Seen before?", receipt, member.name, str(member.id)):
        assert trace not in written_down
    assert "Traceback" not in written_down


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_notice_that_discord_refuses_or_loses_is_there_once(
    refusing: Refusing, sandbox: Sandbox, steward: RunningSteward, refusal: str
) -> None:
    kind, times = REFUSALS[refusal]
    await send_notices(sandbox, steward, "moderators")
    channel = sandbox.channel("moderators").id
    fault = sandbox.faults.order("POST", f"/channels/{channel}/messages", kind, times=times)
    await sent(sandbox, sandbox.person("member"))
    await sandbox.until(lambda: fault.left == 0)
    steward.bot.services.reports._stirred.set()
    await sandbox.until(lambda: sandbox.messages("moderators"))
    await sent(sandbox, sandbox.person("member"), "A second one.")
    await sandbox.until(lambda: len(sandbox.messages("moderators")) == 2)
    texts = [message.text for message in sandbox.messages("moderators")]
    assert all("1 new report" in text for text in texts)


async def test_every_button_pressed_twice_with_a_restart_in_between_does_it_once(
    refusing: Refusing, sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    ready = await confirmed(member, shown := await preview(member, use="ask"))
    receipt = receipt_in(shown)

    async def twice(person: Person, start: Start) -> tuple[str, str]:
        said = (await refusing.rightly(person, start)).text
        await steward.restart()
        return said, (await refusing.rightly(person, start)).text

    sandbox.faults.order("PATCH", WEBHOOK, "404:10015")  # that it was sent is not said
    await refusing.rightly(member, refusing.press(member, ready, "Send"))
    await steward.restart()
    resent = await refusing.rightly(
        member, refusing.press(member, ready, "Being sealed. Stuck? Send again")
    )
    assert "sent already" in resent.text
    assert "Being sealed. Stuck? Send again" not in ready.buttons
    status = await checked(member, receipt)
    form = await member.press(status, "Add more")
    written = await member.submit(form.modal, {"what": MORE})
    sandbox.faults.order("PATCH", WEBHOOK, "404:10015")
    _, again = await twice(member, refusing.press(member, written, "Add this"))
    assert "shows what was kept before" in again
    assert "1 addition" in await told(member, receipt)
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    form = await moderator.press(read, "Reply")
    first, again = await twice(moderator, refusing.submit(moderator, form.form, reply="Thank you."))
    assert "Kept" in first
    assert "Kept" in again
    status = await checked(member, receipt)
    assert status.text.count("Thank you.") == 1
    asked = await member.press(status, "Withdraw")
    first, again = await twice(member, refusing.press(member, asked, "Withdraw"))
    assert "**Withdrawn.**" in first
    assert "run `/report check` again" in again
    assert "No report here matches" in await told(member, receipt)


async def test_what_was_done_and_could_not_be_written_into_the_audit_trail_is_said_to_be_done(
    refusing: Refusing, sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator, receipt = sandbox.person("moderator"), await sent(sandbox, sandbox.person("member"))
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    form = (await moderator.press(read, "Reply")).form
    await steward.bot.services.meta._database.alone("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(steward.config.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await moderator.submit(form, {"reply": "Thank you."})
        assert "It was done" in answer.text
        refused = await moderator.run("inbox read", report=name)
        assert "Nothing was changed" in refused.text  # what cannot be recorded is not shown
        assert WORDS not in refused.text
    assert "Kept" in (await moderator.submit(form, {"reply": "Thank you."})).text
    assert (await told(sandbox.person("member"), receipt)).count("Thank you.") == 1
