"""Ordered faults, rate limits and nonces, as the real client meets them."""

import asyncio

import aiohttp
import discord
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.conftest import Api
from tests.sandbox.trial_bot import TrialBot

CREATE = r"/channels/\d+/messages$"


async def test_a_429_is_waited_out_by_the_client(sandbox: Sandbox, bot: TrialBot) -> None:
    for kind in ("429", "429:global"):
        sandbox.faults.order("POST", CREATE, kind, retry_after=0.01)
        await bot.place("news").send(kind)
    assert [each.text for each in sandbox.messages("news")] == ["429", "429:global"]
    statuses = [each.status for each in sandbox.requests if each.method == "POST"]
    assert statuses == [429, 200, 429, 200]


async def test_too_many_edits_of_old_messages_can_be_ordered(
    lenient: Sandbox, careless: TrialBot
) -> None:
    message = await careless.place("news").send("x")
    lenient.faults.order("PATCH", "/messages/", "429:30046", times=5, retry_after=0.01)
    with pytest.raises(discord.HTTPException) as refused:
        await message.edit(content="y")
    assert (refused.value.status, refused.value.code) == (429, 30046)


async def test_a_429_says_what_discord_says(lenient: Sandbox) -> None:
    lenient.faults.order("GET", "/users/@me", "429:global", retry_after=2.5)
    headers = {"Authorization": f"Bot {lenient.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await session.get(lenient.api_url + "/users/@me")
        body = await answer.json()
    assert answer.status == 429
    assert body == {
        "message": "You are being rate limited.",
        "code": 0,
        "retry_after": 2.5,
        "global": True,
    }
    assert answer.headers["Via"]
    assert answer.headers["Retry-After"] == "2.5"
    assert answer.headers["X-RateLimit-Global"] == "true"
    assert answer.headers["X-RateLimit-Scope"] == "global"


async def test_a_lost_answer_has_been_carried_out_and_a_cut_request_has_not(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    channel = bot.place("news")
    sandbox.faults.order("POST", CREATE, "cut")
    with pytest.raises(aiohttp.ClientError):
        await channel.send("cut")
    assert sandbox.messages("news") == []
    sandbox.faults.order("POST", CREATE, "lost")
    with pytest.raises(aiohttp.ClientError):
        await channel.send("lost")
    assert [each.text for each in sandbox.messages("news")] == ["lost"]


async def test_a_502_is_answered_before_or_after_the_request_is_done(
    lenient: Sandbox, api: Api
) -> None:
    path = f"/channels/{lenient.channel('news').id}/messages"
    lenient.faults.order("POST", CREATE, "502")
    assert (await api("POST", path, {"content": "x"}))[0] == 502
    assert lenient.messages("news") == []
    lenient.faults.order("POST", CREATE, "502", after_accept=True)
    assert (await api("POST", path, {"content": "x"}))[0] == 502
    assert len(lenient.messages("news")) == 1


async def test_refusals_are_ordered_by_status_and_code_for_so_many_requests(
    lenient: Sandbox, api: Api
) -> None:
    path = f"/channels/{lenient.channel('news').id}/messages"
    lenient.faults.order("*", "/messages", "403:50013", times=2, skip=1)
    codes = []
    for _ in range(4):
        status, body = await api("POST", path, {"content": "x"})
        codes.append((status, body.get("code")))
    assert codes == [(200, None), (403, 50013), (403, 50013), (200, None)]
    # What was ordered is not the bot's mistake.
    assert lenient.violations == []
    with pytest.raises(ValueError, match="unknown kind"):
        lenient.faults.order("GET", "", "teapot")


async def test_a_nonce_makes_one_message_within_minutes(sandbox: Sandbox, bot: TrialBot) -> None:
    channel = bot.place("news")
    first = await channel.send("x", nonce="n1")
    again = await channel.send("y", nonce="n1")
    other = await bot.place("general").send("z", nonce="n1")
    assert first.id == again.id == other.id
    assert [each.text for each in sandbox.messages("news")] == ["x"]
    # The nonce is told when the message is made, and is not kept with it.
    assert str(first.nonce) == "n1"
    assert (await channel.fetch_message(first.id)).nonce is None
    await sandbox.until(lambda: bot.said)
    assert str(bot.said[0].nonce) == "n1"
    sandbox.clock.advance(301)
    assert (await channel.send("later", nonce="n1")).id != first.id
    sandbox.forget_nonces()
    assert (await channel.send("forgotten", nonce="n1")).id != first.id


async def test_a_nonce_whose_message_is_deleted_answers_10008(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    channel = bot.place("news")
    await (await channel.send("x", nonce="n1")).delete()
    with pytest.raises(discord.NotFound) as gone:
        await channel.send("x", nonce="n1")
    assert gone.value.code == 10008


async def test_without_enforcing_a_nonce_does_not_deduplicate(lenient: Sandbox, api: Api) -> None:
    path = f"/channels/{lenient.channel('news').id}/messages"
    for _ in range(2):
        assert (await api("POST", path, {"content": "x", "nonce": "n1"}))[1]["nonce"] == "n1"
    assert len(lenient.messages("news")) == 2


async def test_rate_limits_are_per_channel_and_refused_when_enforced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Sandbox(enforce_rate_limits=True) as sandbox, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {sandbox.token}"}

        async def send(name: str) -> aiohttp.ClientResponse:
            url = f"{sandbox.api_url}/channels/{sandbox.channel(name).id}/messages"
            return await session.post(url, json={"content": "x"}, headers=headers)

        answers = await asyncio.gather(*(send("news") for _ in range(6)))
        assert sorted(each.status for each in answers) == [200] * 5 + [429]
        refused = next(each for each in answers if each.status == 429)
        body = await refused.json()
        assert 0 < body["retry_after"] <= 5
        assert not body["global"]
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        other = await send("general")
        assert other.status == 200
        assert other.headers["X-RateLimit-Bucket"] == refused.headers["X-RateLimit-Bucket"]
        assert len(sandbox.messages("news")) == 5


async def test_headers_are_always_there_and_leave_room_when_nothing_is_enforced(
    lenient: Sandbox,
) -> None:
    headers = {"Authorization": f"Bot {lenient.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(100):
            answer = await session.get(lenient.api_url + "/users/@me")
            assert answer.status == 200
            assert int(answer.headers["X-RateLimit-Remaining"]) > 0
            assert float(answer.headers["X-RateLimit-Reset-After"]) >= 0
