"""/setup: what an administrator, a moderator and nobody else can do with it."""

from dataclasses import replace

import pytest

from bot.config import Config
from bot.sandbox import CannotUse, Message, Person, Sandbox
from bot.sandbox.constants import Permission
from bot.sandbox.samples import Samples
from bot.servers import Servers
from tests.harness import RunningSteward


def last(sandbox: Sandbox, name: str = "administrator") -> Message:
    """The message that a person's buttons have just changed."""
    return sandbox.person(name).messages("general")[-1]


async def roles_page(sandbox: Sandbox, admin: Person) -> Message:
    """`/setup`, and there Roles."""
    await admin.press(await admin.run("setup"), "Roles")
    return last(sandbox)


async def with_notices(sandbox: Sandbox, steward: RunningSteward) -> tuple[Servers, int]:
    """The servers' settings, with a channel for notices; and that channel."""
    servers, notices = steward.bot.services.servers, sandbox.channel("moderators").id
    await servers.change(sandbox.guild.id, notice_channel_id=notices)
    return servers, notices


def private(sandbox: Sandbox, channel: str) -> None:
    """Leave a channel to people with Manage Server, and to the bot."""
    sandbox.overwrite(channel, "@everyone", deny=Permission.VIEW_CHANNEL)
    sandbox.overwrite(channel, "Moderators", allow=Permission.VIEW_CHANNEL)
    sandbox.overwrite(channel, sandbox.bot.name, allow=Permission.VIEW_CHANNEL)


async def test_an_administrator_chooses_channels_and_they_survive_a_restart(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    assert shown.ephemeral
    assert "News: not chosen yet" in shown.text.replace("**", "")
    await admin.press(shown, "Channels")
    for key, channel in (("news", "news"), ("notices", "moderators"), ("bulletins", "bulletins")):
        await admin.choose(last(sandbox), f"setup:channel:{key}", channel)
    await steward.restart()
    settings = await steward.bot.services.servers.settings(sandbox.guild.id)
    assert settings.news_channel_id == sandbox.channel("news").id
    assert settings.notice_channel_id == sandbox.channel("moderators").id
    assert settings.bulletin_channel_id == sandbox.channel("bulletins").id
    again = await admin.run("setup")
    assert f"<#{settings.news_channel_id}>" in again.text


async def test_while_reports_are_open_notices_never_go_where_others_can_see_them(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    await admin.press(shown, "Channels")
    answer = await admin.choose(last(sandbox), "setup:channel:notices", "general")
    assert "can see" in answer.text
    assert "Nothing was changed" in answer.text
    settings = await steward.bot.services.servers.settings(sandbox.guild.id)
    assert settings.notice_channel_id is None
    await admin.choose(shown, "setup:channel:notices", "moderators")
    settings = await steward.bot.services.servers.settings(sandbox.guild.id)
    assert settings.notice_channel_id == sandbox.channel("moderators").id
    # What Discord hands out to those who pay for it is not a moderators' role either.
    sandbox.add_role("Boosters", managed=True)
    sandbox.overwrite("moderators", "Boosters", allow=Permission.VIEW_CHANNEL)
    page = await admin.run("setup")
    assert f"everybody with <@&{sandbox.role('Boosters').id}> can see" in page.text


async def test_a_public_channel_for_notices_is_pointed_out(
    config: Config, sandbox: Sandbox
) -> None:
    steward = RunningSteward(replace(config, reports="off"))
    await steward.start()
    try:
        admin = sandbox.person("administrator")
        shown = await admin.run("setup")
        await admin.press(shown, "Channels")
        await admin.choose(last(sandbox), "setup:channel:notices", "general")
        assert "can see" in last(sandbox).text
        await admin.choose(last(sandbox), "setup:channel:notices", "moderators")
        assert "can see" not in last(sandbox).text
    finally:
        await steward.stop()


async def test_a_permission_that_the_bot_lacks_in_a_channel_is_named(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    sandbox.deny_bot("news", Permission.EMBED_LINKS)
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    await admin.press(shown, "Channels")
    await admin.choose(last(sandbox), "setup:channel:news", "news")
    assert "I lack Embed Links" in last(sandbox).text


async def test_the_moderators_role_opens_moderators_commands_and_discord_must_show_them(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    """Somebody with only a role: first refused, then told how, then let in."""
    sandbox.add_role("Stewards")
    helper = sandbox.add_person("helper", roles=["Stewards"])
    with pytest.raises(CannotUse):
        await helper.run("feeds list")
    sandbox.allow_command("feeds", "Stewards")
    assert "Only moderators can do that" in (await helper.run("feeds list")).text
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    await admin.press(shown, "Roles")
    await admin.choose(last(sandbox), "setup:role:moderators", "Stewards")
    text = last(sandbox).text
    assert "Integrations" in text
    assert "Still hidden" in text
    assert "/setup" in text.split("Still hidden")[1]
    assert "/feeds" not in text.split("Still hidden")[1]
    assert "Only moderators" not in (await helper.run("feeds list")).text


async def test_only_somebody_with_manage_server_changes_roles(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    sandbox.add_role("Stewards")
    helper = sandbox.add_person("helper", roles=["Stewards"])
    role_id = sandbox.role("Stewards").id
    await steward.bot.services.servers.change(sandbox.guild.id, moderator_role_id=role_id)
    sandbox.allow_command("setup", "Stewards")
    shown = await helper.run("setup")
    await helper.press(shown, "Roles")
    answer = await helper.choose(last(sandbox, "helper"), "setup:role:inbox", "Stewards")
    assert "only somebody with Manage Server" in answer.text
    settings = await steward.bot.services.servers.settings(sandbox.guild.id)
    assert settings.inbox_role_id is None


async def test_with_an_inbox_role_manage_server_alone_reads_no_reports_and_moderators_are_told(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    sandbox.add_role("Readers")
    notices = sandbox.channel("moderators").id
    await steward.bot.services.servers.change(sandbox.guild.id, notice_channel_id=notices)
    admin, moderator = sandbox.person("administrator"), sandbox.person("moderator")
    assert "Only the people who read" not in (await moderator.run("inbox list")).text
    shown = await admin.run("setup")
    await admin.press(shown, "Roles")
    await admin.choose(last(sandbox), "setup:role:inbox", "Readers")
    assert "Only the people who read" in (await moderator.run("inbox list")).text
    assert "changed who reads reports" in sandbox.messages("moderators")[-1].text


async def test_a_reader_without_manage_server_does_not_change_the_key(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    role_id = sandbox.add_role("Readers").id
    reader = sandbox.add_person("reader", roles=["Readers"])
    await steward.bot.services.servers.change(sandbox.guild.id, inbox_role_id=role_id)
    sandbox.allow_command("inbox", "Readers")
    shown = await reader.run("inbox settings")
    answer = await reader.press(shown, "Enter a public key")
    assert answer.modal is None
    assert "only somebody with Manage Server" in answer.text


async def test_everyone_is_no_role_and_an_emptied_select_gives_reports_back_to_moderators(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    servers = steward.bot.services.servers
    await servers.change(
        sandbox.guild.id,
        notice_channel_id=sandbox.channel("moderators").id,
        inbox_role_id=sandbox.add_role("Readers").id,
    )
    admin = sandbox.person("administrator")
    roles = await roles_page(sandbox, admin)
    answer = await admin.choose(roles, "setup:role:inbox", str(sandbox.guild.id))
    assert "@everyone cannot be that role" in answer.text
    assert (await servers.settings(sandbox.guild.id)).inbox_role_id is not None
    await admin.choose(roles, "setup:role:inbox")
    assert (await servers.settings(sandbox.guild.id)).inbox_role_id is None
    assert "now every moderator" in sandbox.messages("moderators")[-1].text


async def test_an_inbox_role_is_refused_while_nobody_can_be_told(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    """Neither without a notice channel, nor with one in which the bot may not write."""
    sandbox.add_role("Readers")
    servers = steward.bot.services.servers
    admin = sandbox.person("administrator")
    roles = await roles_page(sandbox, admin)
    answer = await admin.choose(roles, "setup:role:inbox", "Readers")
    assert "there is none that I can see, so I changed nothing" in answer.text
    assert "under Channels" in answer.text
    notices = sandbox.channel("moderators").id
    await servers.change(sandbox.guild.id, notice_channel_id=notices)
    sandbox.deny_bot("moderators", Permission.SEND_MESSAGES)
    answer = await admin.choose(roles, "setup:role:inbox", "Readers")
    assert "I lack" in answer.text
    assert f"in <#{notices}>, so I changed nothing" in answer.text
    assert (await servers.settings(sandbox.guild.id)).inbox_role_id is None


async def test_an_inbox_role_counts_only_once_its_announcement_is_there(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    sandbox.add_role("Readers")
    servers, notices = await with_notices(sandbox, steward)
    admin = sandbox.person("administrator")
    roles = await roles_page(sandbox, admin)
    sandbox.faults.order("POST", rf"/channels/{notices}/messages", "403:50013")
    await admin.choose(roles, "setup:role:inbox", "Readers")
    wanted = f"told in <#{notices}> before it is done"
    await sandbox.until(lambda: any(wanted in m.text for m in admin.messages("general")))
    assert (await servers.settings(sandbox.guild.id)).inbox_role_id is None
    assert await servers.audit(sandbox.guild.id) == []


async def test_who_is_a_moderator_is_told_first_as_well_while_moderators_read_reports(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    sandbox.add_role("Stewards")
    servers, _ = await with_notices(sandbox, steward)
    admin = sandbox.person("administrator")
    roles = await roles_page(sandbox, admin)
    sandbox.deny_bot("moderators", Permission.SEND_MESSAGES)
    answer = await admin.choose(roles, "setup:role:moderators", "Stewards")
    assert "Nothing was changed" in answer.text
    assert (await servers.settings(sandbox.guild.id)).moderator_role_id is None
    sandbox.overwrite("moderators", sandbox.bot.name, allow=Permission.VIEW_CHANNEL)
    await admin.choose(roles, "setup:role:moderators", "Stewards")
    assert "and so who reads reports" in sandbox.messages("moderators")[-1].text
    assert (await servers.settings(sandbox.guild.id)).moderator_role_id is not None


async def test_moving_the_notices_is_announced_in_the_earlier_and_in_the_new_channel(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    private(sandbox, "news")
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    await admin.press(shown, "Channels")
    await admin.choose(last(sandbox), "setup:channel:notices", "moderators")
    await sandbox.until(lambda: sandbox.messages("moderators"))
    await admin.choose(last(sandbox), "setup:channel:notices", "news")
    await sandbox.until(lambda: sandbox.messages("news"))
    await sandbox.until(lambda: len(sandbox.messages("moderators")) == 2)
    first, second = sandbox.messages("moderators")
    before, after = sandbox.channel("moderators").id, sandbox.channel("news").id
    assert f"<@{admin.id}> has changed where I tell moderators things" in first.text
    assert f"from now on in <#{after}>, no longer here" in second.text
    assert f"before in <#{before}>" in sandbox.messages("news")[-1].text


async def test_notices_stay_where_they_are_while_that_channel_cannot_be_told(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    private(sandbox, "news")
    before = sandbox.channel("moderators").id
    servers = steward.bot.services.servers
    await servers.change(sandbox.guild.id, notice_channel_id=before)
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    await admin.press(shown, "Channels")
    for trouble in ("denied", "refused"):
        if trouble == "denied":
            sandbox.deny_bot("moderators", Permission.SEND_MESSAGES)
        else:
            sandbox.overwrite("moderators", sandbox.bot.name, allow=Permission.VIEW_CHANNEL)
            sandbox.faults.order("POST", rf"/channels/{before}/messages", "403:50013")
        answered = len(admin.messages("general"))
        await admin.choose(shown, "setup:channel:notices", "news")
        await sandbox.until(lambda: len(admin.messages("general")) > answered)  # noqa: B023
        assert f"told in <#{before}> before it is done" in admin.messages("general")[-1].text
        assert (await servers.settings(sandbox.guild.id)).notice_channel_id == before
    assert sandbox.messages("news") == []
    assert await servers.audit(sandbox.guild.id) == []


async def test_a_channel_for_notices_that_was_deleted_can_be_replaced(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    sandbox.add_channel("old")
    servers = steward.bot.services.servers
    await servers.change(sandbox.guild.id, notice_channel_id=sandbox.channel("old").id)
    sandbox.remove_channel("old")
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    await admin.press(shown, "Channels")
    await admin.choose(last(sandbox), "setup:channel:notices", "moderators")
    await sandbox.until(lambda: sandbox.messages("moderators"))
    settings = await servers.settings(sandbox.guild.id)
    assert settings.notice_channel_id == sandbox.channel("moderators").id


async def test_nobody_takes_over_reading_unheard_and_the_list_says_who_changed_it(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    """What an administrator would do who reads no reports: silence the bot where the moderators
    are, move the notices to a channel of their own, and choose a role of their own."""
    servers = steward.bot.services.servers
    admin, moderator = sandbox.person("administrator"), sandbox.person("moderator")
    readers = sandbox.add_role("Readers").id
    sandbox.set_roles(moderator, ["Readers", "Moderators", "Members"])
    moderators = sandbox.channel("moderators").id
    await servers.change(sandbox.guild.id, notice_channel_id=moderators, inbox_role_id=readers)
    sandbox.add_role("Mine")
    sandbox.add_channel("mine")
    private(sandbox, "mine")
    sandbox.deny_bot("moderators", Permission.SEND_MESSAGES)
    shown = await admin.run("setup")
    await admin.choose(await admin.press(shown, "Channels"), "setup:channel:notices", "mine")
    await sandbox.until(lambda: "before it is done" in admin.messages("general")[-1].text)
    await admin.press(shown, "Back")
    await admin.press(shown, "Roles")
    await admin.choose(shown, "setup:role:inbox", "Mine")
    settings = await servers.settings(sandbox.guild.id)
    assert (settings.notice_channel_id, settings.inbox_role_id) == (moderators, readers)
    # With the moderators told, it can be done; and it stays told where they look.
    sandbox.overwrite("moderators", sandbox.bot.name, allow=Permission.VIEW_CHANNEL)
    await admin.choose(shown, "setup:role:inbox", "Mine")
    assert "has changed who reads reports" in sandbox.messages("moderators")[-1].text
    refused = (await moderator.run("inbox list")).text
    assert "Who reads reports was last changed on" in refused
    assert f"by <@{admin.id}>" in refused
    sandbox.set_roles(moderator, ["Mine", "Moderators", "Members"])
    assert f"by <@{admin.id}>" in (await moderator.run("inbox list")).text


async def test_reading_back_what_is_hidden_neither_delays_the_answer_nor_breaks_it(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    role_id = sandbox.add_role("Stewards").id
    await steward.bot.services.servers.change(sandbox.guild.id, moderator_role_id=role_id)
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    before = len(sandbox.requests)
    sandbox.faults.order("GET", r"/commands/permissions", "403:50001")
    await admin.press(shown, "Roles")
    assert "Integrations" in last(sandbox).text
    assert "Still hidden" not in last(sandbox).text
    assert "Discord did not tell me" in last(sandbox).text
    paths = [request.path for request in sandbox.requests[before:]]
    answered = next(i for i, path in enumerate(paths) if path.endswith("/callback"))
    asked = next(i for i, path in enumerate(paths) if path.endswith("/commands/permissions"))
    assert answered < asked
    await admin.press(last(sandbox), "Check again")
    assert "Still hidden" in last(sandbox).text


async def test_members_cannot_press_what_they_were_not_given(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    """Discord would not let them, and if it did, the handler asks again."""
    sandbox.add_role("Stewards")
    helper = sandbox.add_person("helper", roles=["Stewards"])
    role_id = sandbox.role("Stewards").id
    await steward.bot.services.servers.change(sandbox.guild.id, moderator_role_id=role_id)
    sandbox.allow_command("setup", "Stewards")
    shown = await helper.run("setup")
    sandbox.set_roles(helper, ["Members"])
    assert "Only moderators" in (await helper.press(shown, "Channels")).text


async def test_what_was_set_up_stands_in_the_audit(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    await admin.press(shown, "Channels")
    await admin.choose(last(sandbox), "setup:channel:news", "news")
    (entry,) = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert (entry.actor_id, entry.action) == (admin.id, "setup.news")
    assert entry.target == str(sandbox.channel("news").id)


async def test_what_waited_for_a_channel_of_notices_is_told_when_one_is_chosen(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    """A feed is paused before anybody could be told of it."""
    samples, site = Samples(), Sandbox()
    samples.attach(site)
    await site.start()
    (address, *_) = samples.addresses(site).values()
    moderator, feeds = sandbox.person("moderator"), steward.bot.services.feeds
    sandbox.faults.order("POST", r"/channels/\d+/messages$", "403:50013", times=1)
    added = await moderator.run("feeds add", url=address, channel="news", backlog=1)
    assert "is added" in added.text
    await sandbox.until(lambda: any(each.status == 403 for each in sandbox.requests))
    await sandbox.until(lambda: not feeds.outbox.busy)
    shown = await moderator.run("setup", where="moderators")
    await moderator.press(shown, "Channels")
    await moderator.choose(shown, "setup:channel:notices", "moderators")
    await sandbox.until(lambda: any("paused" in m.text for m in sandbox.messages("moderators")))
    await site.close()
