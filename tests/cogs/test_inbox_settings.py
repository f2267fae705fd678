"""/inbox settings: how long reports are kept, and the legal hold."""

import pytest

from bot.sandbox import Person, Reply, Sandbox
from tests.cogs.reporting import checked, sent
from tests.harness import RunningSteward


@pytest.fixture
async def told(sandbox: Sandbox, steward: RunningSteward) -> None:
    """The moderators' channel is chosen."""
    await steward.bot.services.servers.change(
        sandbox.guild.id, notice_channel_id=sandbox.channel("moderators").id
    )


def announced(sandbox: Sandbox, moderator: Person) -> list[str]:
    """What was posted to the moderators about this person."""
    texts = [message.text for message in sandbox.messages("moderators")]
    name, mention = moderator.user.name, f"<@{moderator.id}>"
    return [text for text in texts if name in text or mention in text]


async def actions(sandbox: Sandbox, steward: RunningSteward) -> list[tuple[str, str]]:
    entries = await steward.bot.services.servers.audit(sandbox.guild.id)
    return [(entry.action, entry.target) for entry in reversed(entries)]


async def pressed(person: Person, on: Reply, *labels: str) -> Reply:
    """Press buttons one after the other, each on the answer to the one before."""
    for label in labels:
        on = await person.press(on, label)
    return on


@pytest.mark.usefixtures("told")
async def test_how_long_is_chosen_announced_and_told_to_reporters(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    receipt = await sent(sandbox, member)
    assert "deleted for good 180 days later" in (await member.run("report privacy")).text
    settings = await moderator.run("inbox settings")
    assert "for 180 days" in settings.text
    form = await moderator.press(settings, "How long reports are kept")
    refused = await moderator.submit(form.modal, {"days": "7"})
    assert "from 30 to 730 days" in refused.text
    assert announced(sandbox, moderator) == []
    taken = await moderator.submit(form.modal, {"days": "45"})
    assert "45 days" in taken.text
    assert "not counted" in taken.text  # a quarter is longer
    (notice,) = announced(sandbox, moderator)
    assert "45 days" in notice
    assert await actions(sandbox, steward) == [("inbox.retention", "45 days")]
    assert "for 45 days" in (await moderator.run("inbox settings")).text
    assert "deleted for good 45 days later" in (await member.run("report privacy")).text
    assert "deleted 45 days after" in (await checked(member, receipt)).text


@pytest.mark.usefixtures("told")
async def test_a_hold_is_asked_back_announced_recorded_and_told_to_reporters(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    receipt = await sent(sandbox, member)
    settings = await moderator.run("inbox settings")
    asked = await moderator.press(settings, "Set a legal hold")
    assert "solicitor" in asked.text
    assert "can still withdraw" in asked.text
    left = await moderator.press(asked, "Leave it as it is")
    await sandbox.until(lambda: "Nothing was changed" in left.text)
    assert not (await steward.bot.services.reports.choices.keeping(sandbox.guild.id)).hold
    asked = await moderator.press(settings, "Set a legal hold")
    done = await moderator.press(asked, "Set it")
    await sandbox.until(lambda: "The legal hold is set" in done.text)
    for told in (await member.run("report privacy"), await checked(member, receipt)):
        assert "A legal hold is set here" in told.text
        assert "You can still withdraw" in told.text
    settings = await moderator.run("inbox settings")
    assert "A legal hold is set" in settings.text
    lifted = await pressed(moderator, settings, "Lift the legal hold", "Lift it")
    await sandbox.until(lambda: "Lifted." in lifted.text)
    assert "A legal hold is set" not in (await member.run("report privacy")).text
    set_, lifted_ = announced(sandbox, moderator)
    assert "has set a legal hold" in set_
    assert "has lifted the legal hold" in lifted_
    assert await actions(sandbox, steward) == [("inbox.hold.set", ""), ("inbox.hold.lift", "")]


async def test_only_somebody_with_manage_server_who_reads_reports_changes_the_settings(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator = sandbox.person("moderator")
    servers, guild_id = steward.bot.services.servers, sandbox.guild.id
    settings = await moderator.run("inbox settings")
    form = await moderator.press(settings, "How long reports are kept")
    asked = await moderator.press(settings, "Set a legal hold")
    role = sandbox.add_role("Readers")
    await servers.change(guild_id, inbox_role_id=role.id)
    labels = ("How long reports are kept", "Set a legal hold", "Enter a public key")
    # With Manage Server, but not among those who read reports.
    for refused in (
        *[await moderator.press(settings, label) for label in labels],
        await moderator.press(asked, "Set it"),
        await moderator.submit(form.modal, {"days": "45"}),
    ):
        assert "Only the people who read reports here" in refused.text
        assert refused.ephemeral
    # Among them, but Manage Server was taken away since the buttons came.
    others = sandbox.guild.members[sandbox.person("member").id].roles
    sandbox.guild.members[moderator.id].roles = [*others, role.id]
    for refused in (
        *[await moderator.press(settings, label) for label in labels],
        await moderator.press(asked, "Set it"),
        await moderator.submit(form.modal, {"days": "45"}),
    ):
        assert "only somebody with Manage Server" in refused.text
    keeping = await steward.bot.services.reports.choices.keeping(guild_id)
    assert (keeping.days, keeping.hold) == (180, False)
