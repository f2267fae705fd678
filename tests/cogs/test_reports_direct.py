"""/report in a direct message: nothing is written there, and it says where instead."""

from dataclasses import replace

import pytest

from bot.config import Config
from bot.sandbox import Sandbox
from tests.harness import RunningSteward


@pytest.mark.parametrize("command", ["new", "check"])
async def test_it_leads_to_the_shared_servers_front_desk_and_opens_no_form(
    sandbox: Sandbox, steward: RunningSteward, command: str
) -> None:
    guild = sandbox.guild.id
    servers = steward.bot.services.servers
    await servers.change(guild, front_desk_channel_id=11, front_desk_message_id=22)
    reply = await sandbox.person("member").run(f"report {command}", where="dm")
    assert reply.modal is None
    assert "Not here, please" in reply.text
    assert f"/report {command}" in reply.text
    assert "999" in reply.text
    assert reply.ephemeral  # as far as we can ask for it
    (message,) = reply.messages
    (button,) = [each for row in message.components for each in row["components"]]
    assert button["url"] == f"https://discord.com/channels/{guild}/11/22"
    assert button["label"] == sandbox.guild.name


async def test_somebody_who_is_on_no_server_of_the_bots_is_offered_none(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    path = rf"/guilds/\d+/members/{member.id}"
    sandbox.faults.order("GET", path, "404:10007")
    reply = await member.run("report new", where="dm")
    assert "I see no server" in reply.text
    assert "Protect" in reply.text
    assert reply.buttons == []
    assert reply.ephemeral


async def test_a_server_that_takes_no_reports_is_not_offered_and_discord_not_asked(
    sandbox: Sandbox, config: Config
) -> None:
    steward = RunningSteward(replace(config, reports="after-setup"))
    await steward.start()
    try:
        member = sandbox.person("member")
        reply = await member.run("report new", where="dm")
        assert "I see no server" in reply.text
        assert not [each for each in sandbox.requests if f"/members/{member.id}" in each.path]
        await steward.bot.services.servers.change(sandbox.guild.id, reports_ready=True)
        assert (await member.run("report new", where="dm")).buttons == [sandbox.guild.name]
    finally:
        await steward.stop()


async def test_who_can_see_what_is_answered_there_too(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    reply = await sandbox.person("member").run("report privacy", where="dm")
    assert "Discord sees your account" in reply.text
    # How long is each server's choice, and no server was asked about.
    assert "A report is deleted 180 days" not in reply.text
    assert "Each server can choose from 30 to 730 days" in reply.text
    assert reply.ephemeral
    await sandbox.person("member").press(reply, "Who could learn what")
    await sandbox.until(lambda: "A thief of the file and the key" in reply.text)
