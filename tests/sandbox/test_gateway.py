"""The gateway: connecting, breaking off and coming back, what is told to whom."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.constants import Intent, Permission
from tests.sandbox.trial_bot import INTENTS, TrialBot

Order = Callable[[Sandbox], Coroutine[Any, Any, None]]


@asynccontextmanager
async def socket(sandbox: Sandbox, query: str = "") -> AsyncIterator[Any]:
    """A plain connection to the gateway, past its hello."""
    url = f"{sandbox.gateway_url}/?v=10&encoding=json{query}"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
        yield ws


def identify(sandbox: Sandbox, **fields: Any) -> dict[str, Any]:
    """An IDENTIFY."""
    data: dict[str, Any] = {"token": sandbox.token, "intents": int(Intent.GUILDS)}
    return {"op": 2, "d": data | {"properties": {}} | fields}


async def closed_with(ws: Any) -> int | None:
    """Read until the connection is closed; its code."""
    async with asyncio.timeout(30):
        while True:
            message = await ws.receive()
            if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
                return int(ws.close_code)


async def test_ready_comes_first_and_the_server_after_it(sandbox: Sandbox) -> None:
    async with socket(sandbox) as ws:
        hello = await ws.receive_json()
        assert (hello["op"], hello["d"]["heartbeat_interval"]) == (10, 41_250)
        await ws.send_json({"op": 1, "d": None})
        assert (await ws.receive_json())["op"] == 11
        await ws.send_json(identify(sandbox))
        ready, guild = await ws.receive_json(), await ws.receive_json()
        assert (ready["t"], ready["s"]) == ("READY", 1)
        assert ready["d"]["guilds"] == [{"id": str(sandbox.guild.id), "unavailable": True}]
        assert ready["d"]["resume_gateway_url"] == sandbox.gateway_url
        assert (guild["t"], guild["s"], guild["d"]["name"]) == (
            "GUILD_CREATE",
            2,
            sandbox.guild.name,
        )
        names = {each["name"] for each in guild["d"]["channels"]}
        assert {"general", "news", "bulletins", "moderators", "front-desk", "library"} <= names
        # Without the members intent nobody but the bot is told of.
        assert [each["user"]["id"] for each in guild["d"]["members"]] == [str(sandbox.bot.id)]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": 1 << 15}, 4014),
        ({"intents": 1 << 40}, 4013),
        ({"intents": "all"}, 4013),
        ({"shard": [1, 1]}, 4010),
        ({"properties": None}, 4002),
    ],
)
async def test_what_is_wrong_with_an_identify_closes_with_its_code(
    sandbox: Sandbox, payload: dict[str, Any], code: int
) -> None:
    async with socket(sandbox) as ws:
        await ws.send_json(identify(sandbox, **payload))
        assert await closed_with(ws) == code


@pytest.mark.parametrize(
    ("sent", "code"),
    [("nonsense", 4002), ('{"op": 8, "d": {}}', 4003), ('{"op": 99, "d": {}}', 4003)],
)
async def test_what_cannot_be_read_closes_with_its_code(
    sandbox: Sandbox, sent: str, code: int
) -> None:
    async with socket(sandbox) as ws:
        await ws.send_str(sent)
        assert await closed_with(ws) == code


async def test_a_second_identify_and_too_many_messages_are_refused(sandbox: Sandbox) -> None:
    async with socket(sandbox) as ws:
        await ws.send_json(identify(sandbox))
        await ws.send_json(identify(sandbox))
        assert await closed_with(ws) == 4005
    async with socket(sandbox) as ws:
        for _ in range(121):
            await ws.send_json({"op": 1, "d": None})
        assert await closed_with(ws) == 4008


async def test_another_version_encoding_or_compression_is_refused(sandbox: Sandbox) -> None:
    for query in ("&compress=brotli", "&v=6&encoding=etf"):
        url = f"{sandbox.gateway_url}/?{query}"
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
            assert await closed_with(ws) == 4012


async def test_a_connection_without_heartbeats_is_given_up() -> None:
    async with Sandbox(heartbeat_ms=50) as sandbox, socket(sandbox) as ws:
        assert await closed_with(ws) == 4000


async def test_zlib_stream_is_one_stream_over_the_whole_connection(sandbox: Sandbox) -> None:
    async with socket(sandbox, "&compress=zlib-stream") as ws:
        stream = zlib.decompressobj()
        hello = await ws.receive_bytes()
        assert hello.endswith(b"\x00\x00\xff\xff")
        assert json.loads(stream.decompress(hello))["op"] == 10
        await ws.send_json(identify(sandbox))
        assert json.loads(stream.decompress(await ws.receive_bytes()))["t"] == "READY"
        assert json.loads(stream.decompress(await ws.receive_bytes()))["t"] == "GUILD_CREATE"


async def test_zstd_stream_is_one_stream_over_the_whole_connection(sandbox: Sandbox) -> None:
    zstandard = pytest.importorskip("zstandard", reason="zstandard is not installed")
    async with socket(sandbox, "&compress=zstd-stream") as ws:
        stream = zstandard.ZstdDecompressor().decompressobj()
        assert json.loads(stream.decompress(await ws.receive_bytes()))["op"] == 10
        await ws.send_json(identify(sandbox))
        assert json.loads(stream.decompress(await ws.receive_bytes()))["t"] == "READY"


async def test_the_server_and_direct_messages_belong_to_their_shards(sandbox: Sandbox) -> None:
    number = (sandbox.guild.id >> 22) % 2
    async with socket(sandbox) as ws:
        await ws.receive_json()
        await ws.send_json(identify(sandbox, shard=[1 - number, 2]))
        ready = await ws.receive_json()
        assert ready["d"]["guilds"] == []
        assert ready["d"]["shard"] == [1 - number, 2]


async def test_a_dropped_connection_is_resumed_and_what_was_missed_replayed(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    before = bot.heard.count("READY")
    await sandbox.gateway.drop()
    assert not sandbox.gateway.online
    for number in range(3):
        await sandbox.person("member").say(f"<@{sandbox.bot.id}> {number}")
    await sandbox.until(lambda: len(bot.said) == 3)
    assert [each.content[-1] for each in bot.said] == ["0", "1", "2"]
    await sandbox.until(lambda: "RESUMED" in bot.heard)
    assert bot.heard.count("READY") == before
    assert sandbox.gateway.resumed == 1


async def _drop(sandbox: Sandbox) -> None:
    await sandbox.gateway.drop(4009)


async def _reconnect(sandbox: Sandbox) -> None:
    await sandbox.gateway.ask_reconnect()


async def _resumable(sandbox: Sandbox) -> None:
    await sandbox.gateway.invalidate(resumable=True)


@pytest.mark.parametrize("order", [_drop, _reconnect, _resumable])
async def test_after_a_timeout_a_request_to_reconnect_or_a_hiccup_the_bot_resumes(
    sandbox: Sandbox, bot: TrialBot, order: Order
) -> None:
    await order(sandbox)
    await sandbox.until(lambda: "RESUMED" in bot.heard)
    assert bot.heard.count("READY") == 1
    assert (await sandbox.person("member").run("ask", question="there?")).text == "there? None"


async def test_an_invalid_session_makes_the_bot_identify_again(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    await sandbox.gateway.invalidate(resumable=False)
    await sandbox.until(lambda: bot.heard.count("READY") == 2, timeout=60)
    assert (await sandbox.person("member").run("ask", question="there?")).text == "there? None"


async def test_a_resume_of_an_expired_session_is_refused(sandbox: Sandbox, bot: TrialBot) -> None:
    sandbox.gateway.forget_sessions()
    await sandbox.gateway.drop()
    await sandbox.until(lambda: bot.heard.count("READY") == 2, timeout=60)


async def test_a_resume_that_is_wrong_is_refused(sandbox: Sandbox) -> None:
    data = {"token": sandbox.token, "session_id": "unknown", "seq": 1}
    async with socket(sandbox) as ws:
        await ws.receive_json()
        await ws.send_json({"op": 6, "d": data})
        assert await ws.receive_json() == {"op": 9, "d": False}
        await ws.send_json({"op": 6, "d": data | {"token": "wrong"}})
        assert await closed_with(ws) == 4004


async def test_a_bad_token_and_disallowed_intents_stop_the_real_client(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = TrialBot(sandbox, monkeypatch)
    with pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()
    greedy = TrialBot(sandbox, monkeypatch, discord.Intents.all())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await greedy.connect_to(sandbox)
    await greedy.close()


async def test_events_follow_intents(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = TrialBot(sandbox, monkeypatch, discord.Intents(guilds=True))
    hearing = TrialBot(sandbox, monkeypatch, INTENTS)
    await deaf.connect_to(sandbox)
    await hearing.connect_to(sandbox)
    await sandbox.person("member").say("Hello")
    sandbox.add_channel("fresh")
    await sandbox.until(
        lambda: "CHANNEL_CREATE" in deaf.heard and "CHANNEL_CREATE" in hearing.heard
    )
    assert "MESSAGE_CREATE" not in deaf.heard
    assert "MESSAGE_CREATE" in hearing.heard
    sandbox.add_person("newcomer")
    sandbox.add_role("fresh")
    await sandbox.until(lambda: "GUILD_ROLE_CREATE" in hearing.heard)
    assert "GUILD_MEMBER_ADD" not in hearing.heard
    await deaf.stop()
    await hearing.stop()


async def test_with_the_privileged_intents_members_and_words_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    allowed = int(Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES)
    async with Sandbox(privileged_intents=allowed) as sandbox:
        bot = TrialBot(sandbox, monkeypatch, discord.Intents.all())
        await bot.connect_to(sandbox)
        await sandbox.person("member").say("Plain words")
        await sandbox.until(lambda: bot.said)
        assert bot.said[0].content == "Plain words"
        names = {each.name async for each in bot.guild.fetch_members()}
        assert {"member", "moderator", "Steward"} <= names
        found = await bot.guild.query_members("mod")
        assert [each.name for each in found] == ["moderator"]
        await bot.stop()


async def test_channels_that_the_bot_does_not_see_are_silent(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    sandbox.deny_bot("general", Permission.VIEW_CHANNEL)
    await sandbox.person("member").say("Unseen")
    await sandbox.person("member").say(f"<@{sandbox.bot.id}> seen", "news")
    await sandbox.until(lambda: bot.said)
    assert [each.content[-4:] for each in bot.said] == ["seen"]


async def test_changes_of_the_server_reach_the_clients_memory(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    made = sandbox.add_channel("fresh", "forum", tags=["One"])
    await sandbox.until(lambda: bot.get_channel(made.id) is not None)
    forum = bot.get_channel(made.id)
    assert isinstance(forum, discord.ForumChannel)
    assert [each.name for each in forum.available_tags] == ["One"]
    sandbox.remove_channel("fresh")
    await sandbox.until(lambda: bot.get_channel(made.id) is None)
    own = sandbox.role("Steward")
    sandbox.set_role_permissions("Steward", own.permissions | Permission.MANAGE_ROLES)
    await sandbox.until(lambda: bot.guild.me.guild_permissions.manage_roles)
    assert bot.place("news").permissions_for(bot.guild.me).send_messages
