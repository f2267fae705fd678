"""/report as a member meets it, through the real client and the sandbox."""

from dataclasses import replace
from datetime import time

import discord
import pytest

from bot.config import Config
from bot.reports.receipts import new_receipt
from bot.sandbox import Person, Reply, Sandbox
from cogs.reports.pages import SEND_AGAIN
from cogs.setup import frontdesk
from tests.cogs.reporting import WORDS, checked, confirmed, pressed_twice, preview, receipt_in, sent
from tests.conftest import HandClock
from tests.harness import RunningSteward


async def test_from_new_to_check_a_reporter_sees_only_private_answers(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, colleague = sandbox.person("member"), sandbox.person("colleague")
    screen = await member.run("report new")
    assert "they see who is online just then" in screen.text  # without notice times
    for needed in ("Protect", "020 3117 2520", "HSE", "999", "116 123", "safeguarding", "Discord"):
        assert needed in screen.text
    assert len(screen.text) < 1_200  # a phone's screen or so
    shown = await preview(member, "My crn: x123456, ring 07700 900123.\n" + WORDS)
    assert "[CRN removed], ring [phone removed]." in shown.text
    assert "x123456" not in shown.text
    assert "names, places and job titles, dates of birth, car and staff numbers" in shown.text
    receipt = receipt_in(shown)
    ready = await confirmed(member, shown)
    reply = await member.press(ready, "Send")
    assert "being sealed" in reply.text or "Sent" in reply.text
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    back = await checked(member, receipt.upper())
    assert "Your report was kept" in back.text
    assert back.buttons == ["Add more", "Change how it may be used", "Withdraw"]
    assert all(part.ephemeral for part in (screen, shown, ready, reply, back))
    assert colleague.messages("general") == []


async def test_the_whole_way_reveals_nobody_in_any_channel(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    servers = steward.bot.services.servers
    await servers.change(sandbox.guild.id, notice_channel_id=sandbox.channel("moderators").id)
    await sent(sandbox, member)
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert "1 new report" in notice.text
    assert str(member.id) not in str(notice.raw)
    assert "interaction_metadata" not in notice.raw
    for channel in ("general", "news", "bulletins"):
        assert sandbox.messages(channel) == []


async def test_no_command_of_reporters_takes_text_as_an_option(steward: RunningSteward) -> None:
    group = steward.bot.tree.get_command("report")
    assert group is not None
    described = group.to_dict(steward.bot.tree)
    assert {option["name"] for option in described["options"]} == {"new", "check", "privacy"}
    assert all(not option.get("options") for option in described["options"])


async def test_a_wrong_receipt_at_the_ask_back_keeps_the_preview(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    shown = await preview(member)
    asked = await member.press(shown, "I have saved the receipt")
    wrong = await member.submit(asked.modal, {"receipt": new_receipt()})
    assert "not the words above" in wrong.text
    typo = await member.submit(asked.modal, {"receipt": "abandom abondon " + "zoo " * 6})
    assert "Did you mean" in typo.text
    assert "I have saved the receipt" in shown.buttons
    assert "Send" in (await confirmed(member, shown)).buttons


async def unchecked(member: Person) -> tuple[str, Reply]:
    """A report whose receipt was not asked back: the receipt, and the warning with Send."""
    shown = await preview(member)
    return receipt_in(shown), await member.press(shown, "Skip this check")


async def test_the_ask_back_can_be_skipped_with_a_warning(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt, warned = await unchecked(member)
    # Right above Send, after the words: on a phone that is what is in sight.
    assert "cannot read the reply" in warned.text.split(receipt)[1]
    reply = await member.press(warned, "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    assert "was kept" in (await checked(member, receipt)).text


async def test_once_send_is_pressed_nothing_is_asked_any_more(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt, warned = await unchecked(member)
    assert "Send all the same?" in warned.text
    # The last edit is lost, so what stood there while it was sealed stays.
    sandbox.faults.order("PATCH", r"/webhooks/", "404:10015")
    await member.press(warned, "Send")
    await sandbox.until(lambda: "is being sealed" in warned.text)
    assert warned.buttons == [SEND_AGAIN]
    assert "Send all the same?" not in warned.text
    assert receipt in warned.text


async def test_editing_keeps_the_receipt_and_shows_the_new_words(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    shown = await preview(member, "first words x123456")
    receipt = receipt_in(shown)
    form = await member.press(shown, "Edit")
    assert form.form.fields["what"]["value"] == "first words [CRN removed]"
    edited = await member.submit(form.modal, {"what": "second words", "region": ["w"]})
    assert receipt_in(edited) == receipt
    assert "second words" in edited.text
    assert "Wales" in edited.text
    assert "first words" not in edited.text


async def test_discarding_keeps_nothing(sandbox: Sandbox, steward: RunningSteward) -> None:
    member = sandbox.person("member")
    shown = await preview(member)
    receipt = receipt_in(shown)
    gone = await member.press(shown, "Discard")
    assert "nothing was kept" in gone.text
    assert gone.buttons == []
    assert "No report here matches" in (await checked(member, receipt)).text


async def test_the_same_form_sent_twice_is_one_draft(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    screen = await member.run("report new")
    form = await member.press(screen, "Write a report")
    values = {"category": ["load"], "what": WORDS}
    first = await member.submit(form.modal, values)
    receipt = receipt_in(first)
    assert receipt_in(await member.submit(form.modal, values)) == receipt
    reply = await member.press(await confirmed(member, first), "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    assert "sent already" in (await member.submit(form.modal, values)).text
    assert await reports_kept(steward) == 1


async def test_send_pressed_twice_sends_once_and_says_so(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    ready = await confirmed(member, await preview(member))
    replies = await pressed_twice(member, ready, "Send")
    message = ready.message
    await sandbox.until(lambda: message is not None and "**Sent.**" in message.text)
    said = " ".join(reply.text for reply in replies)
    assert "nothing is sent twice" in said or "sent already" in said
    assert await reports_kept(steward) == 1


async def test_a_form_filled_in_before_a_restart_is_still_taken(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    screen = await member.run("report new")
    form = await member.press(screen, "Write a report")
    await steward.restart()
    shown = await member.submit(form.modal, {"category": ["it"], "what": WORDS})
    assert WORDS in shown.text
    receipt = receipt_in(shown)
    reply = await member.press(await confirmed(member, shown), "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    assert "was kept" in (await checked(member, receipt)).text


@pytest.mark.parametrize("step", ["preview", "confirmed"])
async def test_a_draft_forgotten_in_a_restart_is_rebuilt_from_the_preview(
    sandbox: Sandbox, steward: RunningSteward, step: str
) -> None:
    member = sandbox.person("member")
    text = "*Two* lines, a `tick`,\nand <@123> with ring 020 7946 0000 & an émoji \U0001f600"
    shown = await preview(member, text, region="w", use="pub")
    receipt = receipt_in(shown)
    if step == "confirmed":
        shown = await confirmed(member, shown)
    await steward.restart()
    if step == "preview":
        form = await member.press(shown, "Edit")
        shown = await member.submit(form.modal, {})
        assert receipt_in(shown) == receipt
        shown = await confirmed(member, shown)
    reply = await member.press(shown, "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    assert "was kept" in (await checked(member, receipt)).text
    desk = steward.bot.services.reports
    await desk.serve(Nowhere())
    (line,) = await desk.inbox.list(sandbox.guild.id)
    report = await desk.inbox.open(sandbox.guild.id, line.id)
    assert report.text == text.replace("020 7946 0000", "[phone removed]")
    assert (report.category, report.region, report.use) == ("load", "w", "pub")


async def test_adding_shows_it_first_and_keeps_it(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    back = await checked(member, receipt)
    form = await member.press(back, "Add more")
    shown = await member.submit(form.modal, {"what": "Also, mail jo@example.org"})
    assert "[email removed]" in shown.text
    assert "Not added yet" in shown.text
    added = await member.press(shown, "Add this")
    await sandbox.until(lambda: "**Added.**" in added.text)
    assert "1 addition" in (await checked(member, receipt)).text
    assert added.ephemeral


async def test_withdrawing_asks_first_and_then_the_receipt_opens_nothing(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    back = await checked(member, receipt)
    kept = await member.press(await member.press(back, "Withdraw"), "Keep it")
    assert "stays" in kept.text
    asked = await member.press(back, "Withdraw")
    gone = await member.press(asked.messages[0], "Withdraw")
    await sandbox.until(lambda: "**Withdrawn.**" in gone.text)
    assert "No report here matches" in (await checked(member, receipt)).text
    again = await member.press(back, "Add more")
    text = (await member.submit(again.modal, {"what": "more"})).text
    assert "Not added yet" in text  # it is only found out when it is sent
    assert await reports_kept(steward) == 0


async def test_a_visit_does_not_survive_a_restart_and_says_so(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    back = await checked(member, receipt)
    form = await member.press(back, "Add more")
    shown = await member.submit(form.modal, {"what": "more words"})
    await steward.restart()
    lost = await member.press(shown, "Add this")
    await sandbox.until(lambda: "report check" in lost.text)
    assert "This press changed nothing" in lost.text
    assert lost.ephemeral


async def test_nonsense_gets_a_clear_sentence(sandbox: Sandbox, steward: RunningSteward) -> None:
    member = sandbox.person("member")
    assert "8 words" in (await checked(member, "hello")).text
    assert "not a word that receipts use" in (await checked(member, "qqqqq " * 8)).text
    assert "No report here matches" in (await checked(member, "zoo " * 8)).text
    screen = await member.run("report new")
    form = await member.press(screen, "Write a report")
    blank = await member.submit(form.modal, {"category": ["load"], "what": " \u200b "})
    assert "no words in it" in blank.text
    marked = await member.submit(form.modal, {"category": ["load"], "what": "a@b.co " * 420})
    assert "Nothing was sent" in marked.text


async def test_the_daily_limit_is_said_before_anything_is_written(
    sandbox: Sandbox, config: Config
) -> None:
    steward = RunningSteward(replace(config, report_daily_limit=1))
    await steward.start()
    try:
        member = sandbox.person("member")
        await sent(sandbox, member)
        screen = await member.run("report new")
        refused = await member.press(screen, "Write a report")
        assert "today" in refused.text
        for needed in ("999", "116 123", "safeguarding", "Protect"):
            assert needed in refused.text
        await sent(sandbox, sandbox.person("colleague"))
    finally:
        await steward.stop()


@pytest.mark.parametrize(
    ("reports", "said"), [("off", "switched off"), ("after-setup", "not open here yet")]
)
async def test_reports_that_are_not_open_say_so_and_name_other_ways(
    sandbox: Sandbox, config: Config, reports: str, said: str
) -> None:
    steward = RunningSteward(replace(config, reports=reports))  # type: ignore[arg-type]
    await steward.start()
    try:
        reply = await sandbox.person("member").run("report new")
        assert said in reply.text
        assert "Protect" in reply.text
        assert "999" in reply.text
        assert reply.ephemeral
        if reports == "after-setup":
            await steward.bot.services.servers.change(sandbox.guild.id, reports_ready=True)
            assert "Write a report" in (await sandbox.person("member").run("report new")).buttons
    finally:
        await steward.stop()


async def test_what_was_sent_is_seen_at_the_notice_time(sandbox: Sandbox, config: Config) -> None:
    steward = RunningSteward(replace(config, report_notice_times=(time(18, 0),)), HandClock())
    await steward.start()
    try:
        member, moderator = sandbox.person("member"), sandbox.person("moderator")
        receipt = await sent(sandbox, member)
        assert "at 18:00" in (await checked(member, receipt)).text
        assert "0 reports" in (await moderator.run("inbox list")).text
        assert await moderator.autocomplete("inbox read", "report", "") == []
    finally:
        await steward.stop()


async def test_privacy_and_the_front_desks_buttons_answer_privately(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, administrator = sandbox.person("member"), sandbox.person("administrator")
    told = await member.run("report privacy")
    assert "Discord sees your account" in told.text
    assert "withdraw" in told.text
    assert "complain to the Information Commissioner's Office" in told.text
    assert "notice time" not in told.text  # this server has none
    assert told.ephemeral
    pressed = await member.press(told, "Who could learn what")
    await sandbox.until(lambda: "A thief of the file and the key" in told.text)
    assert "so when it was sent" in told.text
    assert "notice time" not in told.text
    await member.press(told, "What is kept, how long")
    await sandbox.until(lambda: "a random number" in told.text)
    await member.press(told, "Back")
    await sandbox.until(lambda: "complain to" in told.text)
    assert told.ephemeral
    assert pressed.ephemeral
    channel = steward.bot.get_channel(sandbox.channel("front-desk").id)
    assert isinstance(channel, discord.TextChannel)
    await frontdesk.place(channel)
    (desk,) = sandbox.messages("front-desk")
    started = await member.press(desk, "Report")
    asked = await member.press(desk, "Who can see what")
    assert "Write a report" in started.buttons
    assert started.ephemeral
    assert asked.ephemeral
    form = await member.press(started, "Write a report")
    shown = await member.submit(form.modal, {"category": ["pay"], "what": WORDS})
    assert shown.ephemeral
    receipt_in(shown)
    assert [each.id for each in administrator.messages("front-desk")] == [desk.id]


async def test_a_disk_that_is_full_says_nothing_was_sent_and_keeps_the_words_in_sight(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    ready = await confirmed(member, await preview(member))
    database = steward.bot.services.reports._database
    pages = await database.fetch_value("PRAGMA page_count")
    await database.alone(f"PRAGMA max_page_count = {pages}")
    reply = await member.press(ready, "Send")
    await sandbox.until(lambda: "**Not sent.**" in reply.text)
    assert "disk is full" in reply.text
    assert WORDS in reply.text
    await database.alone("PRAGMA max_page_count = 1000000")
    reply = await member.press(reply, "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)


class Nowhere:
    """A moderators' channel that has not been chosen."""

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        return False


async def reports_kept(steward: RunningSteward) -> int:
    database = steward.bot.services.reports._database
    return int(await database.fetch_value("SELECT count(*) FROM report WHERE sealed NOT NULL"))
