"""The part of /setup without which `REPORTS=after-setup` takes no reports."""

from collections.abc import AsyncIterator
from dataclasses import replace

from bot.config import Config
from bot.reports.sealing import new_keypair
from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.constants import Permission
from tests.cogs.conftest import send_notices
from tests.cogs.reporting import WORDS, checked, preview, receipt_in, sent
from tests.harness import RunningSteward

ROUTE = "the branch office, 1 Example Street"


async def page_of(person: Person) -> Message:
    """The page, which the presses that follow change in place."""
    shown = await person.run("setup", where="moderators")
    await person.press(shown, "Reports")
    message = shown.message
    assert message is not None
    return message


def is_open(page: Message) -> bool:
    """Whether Open can be pressed."""
    (button,) = [
        each
        for row in page.components
        for each in row["components"]
        if each.get("label") == "Open reports"
    ]
    return not button.get("disabled")


async def fill(person: Person, page: Message, button: str, **values: str) -> str:
    """Press a button, submit its form; what the answer says."""
    form = await person.press(page, button)
    return (await person.submit(form.modal, dict(values))).text


async def save_key(person: Person, page: Message) -> None:
    asked = await person.press(page, "The key is saved")
    assert "without it nobody can ever read" in asked.text
    await person.press(asked, "It is saved, I have made sure")
    await person.press(page, "Check again")


async def decisions(admin: Person, page: Message) -> AsyncIterator[int]:
    """Everything but opening, step by step; how many are left after each."""
    yield 5
    await fill(admin, page, "Who answers for it", name="The branch", contact="office@example.org")
    yield 4
    await admin.press(page, "Every moderator may read")
    yield 3
    await save_key(admin, page)
    yield 2
    await fill(admin, page, "How long", days="90")
    yield 1
    await fill(admin, page, "Other routes", route=ROUTE, helpline="")
    yield 0


async def decided(admin: Person) -> Message:
    """The page when everything on it has been decided, so that reports can be opened."""
    page = await page_of(admin)
    async for _ in decisions(admin, page):
        pass
    assert is_open(page)
    return page


async def test_reports_open_when_all_is_decided_and_not_before(
    sandbox: Sandbox, unready: RunningSteward
) -> None:
    admin, member = sandbox.person("administrator"), sandbox.person("member")
    assert "not open here yet" in (await member.run("report new")).text
    page = await page_of(admin)
    assert page.text.count("○") == 5
    async for left in decisions(admin, page):
        assert page.text.count("○") == left
        assert is_open(page) == (left == 0)
    for words in ("The branch, office\\@example.org", "every moderator", "90 days", ROUTE):
        assert words in page.text
    assert is_open(page)
    assert "not open here yet" in (await member.run("report new")).text
    await admin.press(page, "Open reports")
    await sandbox.until(lambda: "**Open.**" in page.text)
    told_there = [each.text for each in sandbox.messages("moderators")]
    assert sum("has opened anonymous reports" in text for text in told_there) == 1
    screen = await member.run("report new")
    assert ROUTE in screen.text
    assert "Samaritans" in screen.text  # what was emptied is as it comes
    receipt = await sent(sandbox, member)
    told = await member.run("report privacy")
    assert "The branch. Contact: office\\@example.org." in told.text
    actions = [each.action for each in await unready.bot.services.servers.audit(sandbox.guild.id)]
    assert "setup.reports_opened" in actions
    # Those who read reports decide from now on how long they live, before everybody's eyes.
    assert "`/inbox settings` changes" in (await admin.press(page, "How long")).text
    await unready.restart()
    await admin.press(page, "Close reports")
    await sandbox.until(lambda: "Not open yet" in page.text)
    told_there = [each.text for each in sandbox.messages("moderators")]
    assert any("has closed anonymous reports" in text for text in told_there)
    # Who comes back is led to no more than is so: a way out of danger, not that moderators hear.
    back = (await checked(member, receipt)).text
    assert "`/report new` says where to turn in danger" in back
    assert "While reports are taken here, a new report can have moderators told now" in back
    assert "not open here yet" in (closed := await member.run("report new")).text
    assert "In danger now: 999" in closed.text


async def test_what_is_undone_while_the_page_stands_is_found_when_open_is_pressed(
    sandbox: Sandbox, unready: RunningSteward
) -> None:
    admin = sandbox.person("administrator")
    page = await decided(admin)
    await unready.bot.services.servers.change(sandbox.guild.id, notice_channel_id=None)
    answer = await admin.press(page, "Open reports")
    assert "Nothing was opened" in answer.text
    settings = await unready.bot.services.servers.settings(sandbox.guild.id)
    assert not settings.reports_ready


async def test_reports_do_not_open_while_others_can_see_the_channel_for_notices(
    sandbox: Sandbox, unready: RunningSteward
) -> None:
    admin = sandbox.person("administrator")
    page = await decided(admin)
    await send_notices(sandbox, unready, "general")
    answer = await admin.press(page, "Open reports")
    assert "Nothing was opened" in answer.text
    await admin.press(page, "Check again")
    assert "○ **Moderators are told**: everybody" in page.text
    assert not is_open(page)


async def test_another_key_must_be_confirmed_anew(
    sandbox: Sandbox, config: Config, unready: RunningSteward
) -> None:
    admin = sandbox.person("administrator")
    desk = unready.bot.services.reports
    page = await page_of(admin)
    asked = await admin.press(page, "The key is saved")
    (key,) = config.keys.glob("*.key")
    key.unlink()
    await desk.rotation.begin(sandbox.guild.id)  # the missing one is given up for a new one
    stale = await admin.press(asked, "It is saved, I have made sure")
    assert "has changed meanwhile" in stale.text
    await admin.press(page, "Check again")
    assert "not confirmed as saved elsewhere" in page.text
    await save_key(admin, page)
    assert "not confirmed" not in page.text


async def test_sealed_reading_needs_a_key_before_it_can_be_saved(
    sandbox: Sandbox, config: Config
) -> None:
    steward = RunningSteward(replace(config, reports="after-setup", report_reading="sealed"))
    await steward.start()
    try:
        admin = sandbox.person("administrator")
        page = await page_of(admin)
        assert "none yet" in page.text
        assert "There is no key yet" in (await admin.press(page, "The key is saved")).text
        _, public = new_keypair()
        keyring = steward.bot.services.reports.keyring
        await keyring.use_away_key(sandbox.guild.id, public.hex())
        await save_key(admin, page)
        assert "● **Key**" in page.text
    finally:
        await steward.stop()


async def test_without_manage_server_nothing_of_it_can_be_decided(
    sandbox: Sandbox, unready: RunningSteward
) -> None:
    role_id = sandbox.add_role("Stewards").id
    helper = sandbox.add_person("helper", roles=["Stewards", "Members"])
    await unready.bot.services.servers.change(sandbox.guild.id, moderator_role_id=role_id)
    sandbox.allow_command("setup", "Stewards")
    shown = await helper.run("setup")
    await helper.press(shown, "Reports")
    for button in ("Who answers for it", "How long", "Other routes", "The key is saved"):
        answer = await helper.press(shown.messages[0], button)
        assert answer.modal is None
        assert "only somebody with Manage Server" in answer.text


async def test_moderators_are_told_of_words_that_reporters_read(
    sandbox: Sandbox, unready: RunningSteward
) -> None:
    """Somebody who sends reporters elsewhere, or to a wrong number, is seen doing it."""
    admin = sandbox.person("administrator")
    page = await page_of(admin)
    await fill(admin, page, "Who answers for it", name="The *branch*", contact="a number")
    await fill(admin, page, "Other routes", route=ROUTE, helpline="a **new** number")
    await fill(admin, page, "Other routes", route=ROUTE, helpline="a **new** number")
    await sandbox.until(lambda: len(sandbox.messages("moderators")) == 2)
    controller, routes = (each.text for each in sandbox.messages("moderators"))
    assert f"<@{admin.id}> has changed who answers for the reports" in controller
    assert "The \\*branch\\*, a number" in controller
    assert f"<@{admin.id}> has changed where reporters are told to turn" in routes
    assert f"**Other ways to report**: {ROUTE}" in routes
    assert "**Struggling**: a \\*\\*new\\*\\* number" in routes
    assert "In danger" not in routes  # it is as it was
    sandbox.deny_bot("moderators", Permission.SEND_MESSAGES)
    await fill(admin, page, "Other routes", route=ROUTE, helpline="another")
    wanted = "I could not tell the moderators"
    await sandbox.until(lambda: any(wanted in each.text for each in admin.messages("moderators")))


async def test_without_the_role_that_reads_them_no_reports_are_taken_and_moderators_are_told(
    sandbox: Sandbox, unready: RunningSteward
) -> None:
    admin, member = sandbox.person("administrator"), sandbox.person("member")
    page = await page_of(admin)
    async for _ in decisions(admin, page):
        pass
    await admin.press(page, "Open reports")
    await sandbox.until(lambda: "**Open.**" in page.text)
    role_id = sandbox.add_role("Readers").id
    await unready.bot.services.servers.change(sandbox.guild.id, inbox_role_id=role_id)
    shown = await preview(member)
    sandbox.remove_role("Readers")
    wanted = "role that reads reports was deleted"
    await sandbox.until(lambda: wanted in sandbox.messages("moderators")[-1].text)
    refused = await member.run("report new")
    assert "nobody could read yours" in refused.text
    assert ROUTE in refused.text
    asked = await member.press(shown, "I have saved the receipt")
    kept = await member.submit(asked.modal, {"receipt": receipt_in(shown)})
    sent_now = await member.press(kept, "Send")
    await sandbox.until(lambda: "nobody could read yours" in sent_now.text)
    assert "**Not sent.**" in sent_now.text
    await admin.press(page, "Check again")
    assert "○ **Who may read**: **nobody: that role was deleted**" in page.text
    await unready.bot.services.servers.change(sandbox.guild.id, inbox_role_id=None)
    await sent(sandbox, member)


async def test_a_role_that_cannot_be_pinged_is_named(
    sandbox: Sandbox, unready: RunningSteward
) -> None:
    admin = sandbox.person("administrator")
    role_id = sandbox.add_role("Readers").id
    await unready.bot.services.servers.change(sandbox.guild.id, inbox_role_id=role_id)
    page = await page_of(admin)
    assert f"I cannot ping <@&{role_id}>" in page.text
    assert "● **Who may read**" in page.text


async def test_a_server_chooses_which_groups_it_offers_and_their_words(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    admin, member = sandbox.person("administrator"), sandbox.person("member")
    page = await page_of(admin)
    await admin.press(page, "Groups of reports")
    await admin.choose(page, "Which are offered", "load", "pay")
    form = await admin.choose(page, "Give one other words …", "load")
    await admin.submit(form.modal, {"label": "Too much **work**", "hint": "hours"})
    assert "● **Too much \\*\\*work\\*\\***: hours" in page.text
    assert page.text.count("○ **") == 5  # "Something else" is always offered
    screen = await member.run("report new")
    form = await member.press(screen, "Write a report")
    options = form.form.fields["category"]["options"]
    assert [each["value"] for each in options] == ["load", "pay", "else"]
    assert options[0]["label"] == "Too much **work**"
    shown = await member.submit(form.modal, {"category": ["load"], "what": WORDS})
    assert "Too much **work**" in shown.text
    await steward.restart()
    await admin.choose(page, "Which are offered", "safe")
    edited = await member.press(shown, "Edit")
    assert [each["value"] for each in edited.form.fields["category"]["options"]] == ["safe", "else"]
    form = await admin.choose(page, "Give one other words …", "load")
    await admin.submit(form.modal, {"label": "", "hint": ""})
    assert "Workload and hours" in page.text


async def test_too_long_words_change_nothing(sandbox: Sandbox, unready: RunningSteward) -> None:
    desk = unready.bot.services.reports
    admin = sandbox.person("administrator")
    page = await page_of(admin)
    said = await fill(admin, page, "How long", days="soon")
    assert "number of days" in said
    said = await fill(admin, page, "Other routes", route="*" * 100)
    assert "150 characters" in said
    said = await fill(admin, page, "Who answers for it", name="\u200b", contact="x")
    assert "Both are needed" in said
    assert await desk.openings.controller(sandbox.guild.id) is None
    assert await desk.choices.get(sandbox.guild.id, "route") is None
