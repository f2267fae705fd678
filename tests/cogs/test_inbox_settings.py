"""/inbox settings: how long reports are kept, the legal hold, a new key, and leaving."""

from dataclasses import replace
from datetime import time

import pytest

from bot.config import Config
from bot.reports.keeping import rotation
from bot.sandbox import Person, Reply, Sandbox
from cogs.inbox.keys import STARTED
from tests.cogs.reporting import checked, sent
from tests.conftest import HandClock
from tests.harness import RunningSteward


class NoChannel:
    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        return False


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
    """What was done and to what, in no order: of what is done to reports the week is kept."""
    entries = await steward.bot.services.servers.audit(sandbox.guild.id)
    return sorted((entry.action, entry.target) for entry in entries)


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
    assert "deleted 180 days after" in (await member.run("report privacy")).text
    settings = await moderator.run("inbox settings")
    assert "for 180 days" in settings.text
    form = await moderator.press(settings, "How long reports are kept")
    refused = await moderator.submit(form.modal, {"days": "7"})
    assert "from 30 to 730 days" in refused.text
    assert announced(sandbox, moderator) == []
    taken = await moderator.submit(form.modal, {"days": "45"})
    assert "45 days" in taken.text
    (notice,) = announced(sandbox, moderator)
    assert "45 days" in notice
    assert await actions(sandbox, steward) == [("inbox.retention", "45 days")]
    assert "for 45 days" in (await moderator.run("inbox settings")).text
    told = await member.run("report privacy")
    assert "deleted 45 days after" in told.text
    await member.press(told, "What is kept, how long")
    await sandbox.until(lambda: "deleted for good 45 days later" in told.text)
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
    asked = await moderator.press(settings, "Make a new key")
    assert "the old key is not destroyed before it is lifted" in asked.text
    (line,) = await steward.bot.services.reports.inbox.list(sandbox.guild.id)
    read = await moderator.run("inbox read", report=line.name)
    assert "taking words out destroys them" in (await moderator.press(read, "Redact more")).text
    lifted = await pressed(moderator, settings, "Lift the legal hold", "Lift it")
    await sandbox.until(lambda: "Lifted." in lifted.text)
    assert "A legal hold is set" not in (await member.run("report privacy")).text
    set_, lifted_ = announced(sandbox, moderator)
    assert "has set a legal hold" in set_
    assert "has lifted the legal hold" in lifted_
    done_about_it = [each for each in await actions(sandbox, steward) if "hold" in each[0]]
    assert done_about_it == [("inbox.hold.lift", ""), ("inbox.hold.set", "")]


async def test_only_somebody_with_manage_server_who_reads_reports_changes_the_settings(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator = sandbox.person("moderator")
    servers, guild_id = steward.bot.services.servers, sandbox.guild.id
    settings = await moderator.run("inbox settings")
    form = await moderator.press(settings, "How long reports are kept")
    asked = await moderator.press(settings, "Set a legal hold")
    new_key = await moderator.press(settings, "Make a new key")
    left = await moderator.press(settings, "Somebody left")
    role = sandbox.add_role("Readers")
    await servers.change(guild_id, inbox_role_id=role.id)
    labels = ["How long reports are kept", "Set a legal hold", "Enter a public key"]
    labels += ["Make a new key", "Somebody left"]
    # With Manage Server, but not among those who read reports.
    for refused in (
        *[await moderator.press(settings, label) for label in labels],
        await moderator.press(asked, "Set it"),
        await moderator.press(new_key, "Make a new key"),
        await moderator.press(left, "Done; make a new key"),
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
        await moderator.press(new_key, "Make a new key"),
        await moderator.press(left, "Done; make a new key"),
        await moderator.submit(form.modal, {"days": "45"}),
    ):
        assert "only somebody with Manage Server" in refused.text
    keeping = await steward.bot.services.reports.choices.keeping(guild_id)
    assert (keeping.days, keeping.hold) == (180, False)
    assert await actions(sandbox, steward) == []


@pytest.mark.usefixtures("told")
async def test_a_new_key_is_asked_back_announced_and_leaves_reports_and_replies_readable(
    sandbox: Sandbox, steward: RunningSteward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "GRACE_S", 0.0)
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    desk, keys = steward.bot.services.reports, steward.config.keys
    receipt = await sent(sandbox, member)
    await desk.serve(NoChannel())
    (line,) = await desk.inbox.list(sandbox.guild.id)
    await desk.inbox.reply(sandbox.guild.id, line.id, "Thank you.")
    path = keys / f"{sandbox.guild.id}.key"
    before = path.read_bytes()
    settings = await moderator.run("inbox settings")
    assert "A lost key cannot be replaced" in settings.text
    asked = await moderator.press(settings, "Make a new key")
    assert "cannot be recalled" in asked.text
    assert path.read_bytes() == before
    made = await moderator.press(asked, "Make a new key")
    await sandbox.until(lambda: "There is a new key" in made.text)
    assert path.read_bytes() != before
    await desk.serve(NoChannel())
    await sandbox.until(
        lambda: any(
            "and the old key is destroyed." in m.text for m in sandbox.messages("moderators")
        )
    )
    texts = [message.text for message in sandbox.messages("moderators")]
    (destroyed,) = [text for text in texts if "sealed to the new key, and the old" in text]
    for text in (made.text, destroyed):  # else the only copy of the old key is overwritten
        assert "beside the earlier copy and not over it" in text
    assert "the backups from before" in destroyed
    assert [file.name for file in keys.iterdir()] == [path.name]
    assert "Nobody has had supervision" in (
        await moderator.run("inbox read", report=line.name)
    ).text.replace("\\", "")
    assert "Thank you." in (await checked(member, receipt)).text
    (told,) = announced(sandbox, moderator)
    assert "has made a new key" in told
    assert (await actions(sandbox, steward))[0] == ("inbox.key.new", "")


async def test_a_new_key_tells_nothing_of_a_report_that_moderators_may_not_know_of_yet(
    sandbox: Sandbox, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "GRACE_S", 0.0)
    steward = RunningSteward(replace(config, report_notice_times=(time(18, 0),)), HandClock())
    await steward.start()
    try:
        moderator, desk = sandbox.person("moderator"), steward.bot.services.reports
        looked: list[int] = []
        resealing = desk.rotation.reseal

        async def watched(guild_id: int) -> int:
            looked.append(guild_id)
            return await resealing(guild_id)

        async def nothing_yet() -> None:
            pass

        monkeypatch.setattr(desk.rotation, "reseal", watched)
        a_round = desk.rotation.round
        monkeypatch.setattr(desk.rotation, "round", nothing_yet)  # only when the test says so

        async def rekey() -> str:
            settings = await moderator.run("inbox settings")
            made = await pressed(moderator, settings, "Make a new key", "Make a new key")
            await sandbox.until(lambda: "There is a new key" in made.text)
            # The press has not waited for it, so neither its words nor its time tell how much.
            assert looked == []
            await a_round()
            looked.clear()
            return made.text

        await desk.prepare(sandbox.guild.id)
        nothing = await rekey()
        await sent(sandbox, sandbox.person("member"))
        assert await desk.inbox.list(sandbox.guild.id) == []
        assert await rekey() == nothing == STARTED
        assert "%" not in nothing
    finally:
        await steward.stop()


@pytest.mark.usefixtures("told")
async def test_a_missing_key_closes_reports_and_is_given_up_only_when_that_is_meant(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    guild_id, desk = sandbox.guild.id, steward.bot.services.reports
    await sent(sandbox, member)
    key = steward.config.keys / f"{guild_id}.key"
    key.unlink()
    refused = await member.run("report new")
    assert "key file that reports are sealed with is missing" in refused.text
    assert "999" in refused.text
    settings = await moderator.run("inbox settings")
    assert f"keys/{guild_id}.key" in settings.text
    asked = await moderator.press(settings, "Make a new key")
    assert "Give the missing key up?" in asked.text
    assert f"{guild_id}.old.key" in asked.text
    assert not key.exists()
    made = await moderator.press(asked, "Make a new key")
    await sandbox.until(lambda: "reports are taken again" in made.text)
    assert key.exists()
    assert not await desk.keyring.missing(guild_id)
    (told,) = [text for text in announced(sandbox, moderator) if "given the missing key up" in text]
    assert told
    assert (await actions(sandbox, steward)) == [("inbox.key.new", "in place of a missing one")]


async def test_while_the_key_is_being_changed_the_settings_say_so_and_a_second_press_is_refused(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator, desk = sandbox.person("moderator"), steward.bot.services.reports
    await desk.prepare(sandbox.guild.id)
    settings = await moderator.run("inbox settings")
    twice = [await moderator.press(settings, "Make a new key") for _ in range(2)]
    first = await moderator.press(twice[0], "Make a new key")
    await sandbox.until(lambda: "There is a new key" in first.text)
    assert "being changed already" in (await moderator.press(twice[1], "Make a new key")).text
    assert "The key is being changed" in (await moderator.run("inbox settings")).text


@pytest.mark.usefixtures("told")
async def test_under_a_hold_the_old_key_is_said_to_stay_and_a_second_new_key_is_refused_for_it(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator, desk = sandbox.person("moderator"), steward.bot.services.reports
    guild_id = sandbox.guild.id
    await desk.prepare(guild_id)
    await desk.choices.set_hold(guild_id, on=True)
    settings = await moderator.run("inbox settings")
    left = await moderator.press(settings, "Somebody left")
    twice = [await moderator.press(settings, "Make a new key") for _ in range(2)]
    made = await moderator.press(twice[0], "Make a new key")
    await sandbox.until(lambda: "There is a new key" in made.text)
    (told,) = announced(sandbox, moderator)
    for text in (made.text, told):
        assert "the old key stays until the legal hold is lifted" in text.lower()
        assert "destroyed" not in text
    recorded = await actions(sandbox, steward)
    refusals = [
        await moderator.press(twice[1], "Make a new key"),
        await moderator.press(left, "Done; make a new key"),
    ]
    assert all("A legal hold is set" in refused.text for refused in refusals)
    assert await actions(sandbox, steward) == recorded
    key, safe = steward.config.keys / f"{guild_id}.key", steward.config.keys / "safe"
    key.rename(safe)
    await desk.keyring.use_away_key(guild_id, "ab" * 32)
    full = await moderator.run("inbox settings")  # all that it can say at once fits a message
    assert "after a restore, the one that belongs to the backup" in full.text
    assert "A lost key cannot be replaced" in full.text
    safe.rename(key)
    settings = await moderator.run("inbox settings")
    assert "no second new key" in settings.text
    asked = await moderator.press(settings, "Lift the legal hold")
    assert "The old key that the hold kept is destroyed within minutes" in asked.text
    await moderator.press(asked, "Lift it")
    await sandbox.until(lambda: "old key" in announced(sandbox, moderator)[-1])


@pytest.mark.usefixtures("told")
async def test_when_somebody_left_the_list_says_what_cannot_be_recalled_and_is_recorded(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator = sandbox.person("moderator")
    servers, guild_id = steward.bot.services.servers, sandbox.guild.id
    await steward.bot.services.reports.prepare(guild_id)
    settings = await moderator.run("inbox settings")
    listed = await moderator.press(settings, "Somebody left")
    assert "every role with Manage Server" in listed.text
    for needed in ("Take the role away", "outside Discord", "cannot be recalled", "resealed"):
        assert needed in listed.text
    assert await actions(sandbox, steward) == []
    stays = await moderator.press(listed, "Done; the key stays")
    await sandbox.until(lambda: "Written down" in stays.text)
    role = sandbox.add_role("Readers")
    await servers.change(guild_id, moderator_role_id=role.id)
    listed = await moderator.press(settings, "Somebody left")
    assert f"<@&{role.id}>" in listed.text or "@Readers" in listed.text
    made = await moderator.press(listed, "Done; make a new key")
    await sandbox.until(lambda: "There is a new key" in made.text)
    assert await actions(sandbox, steward) == [
        ("inbox.key.new", ""),
        ("inbox.left", "role taken away"),
        ("inbox.left", "role taken away, new key"),
    ]
    assert len(announced(sandbox, moderator)) == 3


async def test_in_sealed_reading_only_new_reports_get_a_new_key_and_it_says_so(
    sandbox: Sandbox, config: Config
) -> None:
    steward = RunningSteward(replace(config, report_reading="sealed"))
    await steward.start()
    try:
        moderator = sandbox.person("moderator")
        settings = await moderator.run("inbox settings")
        assert "Make a new key" not in settings.buttons
        assert "two copies" in settings.text
        listed = await moderator.press(settings, "Somebody left")
        assert "stay sealed to the key before" in listed.text
        done = await moderator.press(listed, "Done")
        await sandbox.until(lambda: "Written down" in done.text)
        assert await actions(sandbox, steward) == [("inbox.left", "role taken away")]
    finally:
        await steward.stop()
