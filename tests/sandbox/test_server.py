"""The sandbox as a server: who may talk to it, what it keeps and notices, its page's socket."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from yarl import URL

from bot.sandbox import Sandbox
from bot.sandbox.constants import Permission
from tests.conftest import OPENAPI
from tests.sandbox.conftest import Api
from tests.sandbox.trial_bot import TrialBot, add_commands

needs_document = pytest.mark.skipif(not OPENAPI.exists(), reason="no copy of Discord's document")


async def test_other_names_and_other_sites_are_refused(lenient: Sandbox) -> None:
    own = lenient.page_url.rstrip("/")
    refused: list[tuple[str, dict[str, str]]] = [
        ("/", {"Host": "evil.example"}),
        ("/api/v10/gateway", {"Host": "evil.example:80"}),
        ("/api/v10/gateway", {"Origin": "https://evil.example"}),
        ("/page/ws", {"Origin": "https://evil.example"}),
        ("/page/ws", {"Origin": "null"}),
        ("/page/ws", {}),
        ("/page/ws", {"Origin": own, "Sec-Fetch-Site": "cross-site"}),
        ("/gateway", {"Origin": "http://127.0.0.1:1"}),
    ]
    async with aiohttp.ClientSession() as session:
        for path, headers in refused:
            answer = await session.get(own + path, headers=headers)
            assert (path, headers, answer.status) == (path, headers, 403)
        upload = await session.post(own + "/page/uploads?name=x", data=b"x")
        assert upload.status == 403
        assert (await session.get(own + "/api/v10/gateway")).status == 200


async def test_it_listens_on_loopback_alone(lenient: Sandbox) -> None:
    assert lenient.page_url.startswith("http://127.0.0.1:")
    assert lenient.gateway_url.startswith("ws://127.0.0.1:")


async def test_the_pages_files_are_guarded_and_nothing_else_is_served(lenient: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        page = await session.get(lenient.page_url)
        assert page.status == 200
        assert page.content_type == "text/html"
        assert page.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        for path in ("../server.py", "..%2fserver.py", "nothing.js", "%2e%2e/server.py"):
            url = URL(lenient.page_url + path, encoded=True)
            assert (await session.get(url)).status == 404


async def test_a_sandbox_started_again_is_the_one_that_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Sandbox(data=tmp_path)
    await first.start()
    bot = TrialBot(first, monkeypatch)
    add_commands(bot)
    await bot.connect_to(first)
    await bot.tree.sync()
    message = await bot.place("news").send(
        "Kept", file=discord.File(io.BytesIO(b"note"), "note.txt")
    )
    thread = await message.create_thread(name="Talk")
    await thread.send("Also kept")
    await message.pin()
    reply = await first.person("member").run("ask", question="a secret question")
    assert reply.ephemeral
    first.add_role("Extra")
    first.allow_command("feeds", "Members")
    await bot.stop()
    await first.close()
    assert "a secret question" not in (tmp_path / "world.json").read_text()
    async with Sandbox(data=tmp_path) as second:
        assert second.token == first.token
        assert second.guild.id == first.guild.id
        [held] = second.messages("news")
        assert (held.text.splitlines()[0], held.id) == ("Kept", message.id)
        assert held.pinned_at is not None
        assert held.thread is not None
        assert [each.text for each in second.messages("Talk")] == ["Also kept"]
        assert second.role("Extra").id == first.role("Extra").id
        assert [each["name"] for each in second.commands] == [
            each["name"] for each in first.commands
        ]
        assert second.person("member").messages("general") == []
        async with aiohttp.ClientSession() as session:
            # The port is another one, and the links have moved with it.
            answer = await session.get(held.attachments[0]["url"])
            assert await answer.read() == b"note"
        fresh = await second.person("member").say("New")
        assert fresh.id > thread.id


async def test_what_is_kept_is_written_whole(tmp_path: Path) -> None:
    async with Sandbox(data=tmp_path) as sandbox:
        await sandbox.person("member").say("One")
        sandbox.add_channel("fresh")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["attachments", "world.json"]
    saved = json.loads((tmp_path / "world.json").read_text())
    assert [each["raw"]["content"] for each in saved["messages"]] == ["One"]
    (tmp_path / "world.json").write_text(json.dumps(saved | {"format": 99}))
    with pytest.raises(ValueError, match="another format"):
        Sandbox(data=tmp_path)


@needs_document
@pytest.mark.parametrize(
    ("method", "path", "body", "where"),
    [
        ("POST", "/channels/{c}/messages", {"content": ["x"]}, "body.content"),
        ("POST", "/channels/{c}/messages", {"content": "x", "nonce": "n" * 26}, "body.nonce"),
        ("GET", "/channels/{c}/messages?limit=101", None, "query.limit"),
        ("GET", "/channels/{c}/messages?many=1", None, "query.many"),
        ("PUT", "/applications/{a}/commands", [{"name": "x" * 33}], "body.0.name"),
        ("GET", "/channels/{c}/nothing", None, "route"),
        ("PUT", "/channels/{c}/messages/pins/1", {"x": 1}, "body"),
        ("POST", "/channels/{c}/threads", {"name": 1}, "body"),
    ],
)
async def test_departures_from_discords_document_are_noticed(
    method: str, path: str, body: Any, where: str
) -> None:
    async with Sandbox(openapi=OPENAPI) as sandbox, aiohttp.ClientSession() as session:
        path = path.replace("{c}", str(sandbox.channel("news").id))
        path = path.replace("{a}", str(sandbox.world.application_id))
        headers = {"Authorization": f"Bot {sandbox.token}"}
        await session.request(method, sandbox.api_url + path, json=body, headers=headers)
        assert any(each.where.startswith(where) for each in sandbox.violations), sandbox.violations


@needs_document
async def test_what_discord_takes_beyond_its_document_is_no_departure() -> None:
    async with Sandbox(openapi=OPENAPI) as sandbox, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {sandbox.token}"}
        app, news = sandbox.world.application_id, sandbox.channel("news").id
        option = {"type": 7, "name": "place", "description": "Where", "channel_types": [15, 16]}
        command = {"name": "go", "description": "Go", "options": [option]}
        for path, body in (
            (f"/applications/{app}/commands", command),
            (f"/channels/{news}/messages", {"content": "x", "allowed_mentions": {"users": [1]}}),
        ):
            answer = await session.post(sandbox.api_url + path, json=body, headers=headers)
            assert answer.status in (200, 201)
        assert sandbox.violations == []


class Page:
    """The page's side of its socket."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def send(self, **payload: Any) -> None:
        await self.ws.send_json(payload)

    async def next(self, kind: str, **fields: Any) -> Any:
        """The next frame of that kind with these fields."""
        while True:
            payload = await self.ws.receive_json(timeout=30)
            if payload["type"] == kind and all(payload[key] == fields[key] for key in fields):
                return payload


async def open_page(session: aiohttp.ClientSession, sandbox: Sandbox, name: str) -> Page:
    """A page as somebody, with its origin as a browser sends it."""
    url = f"{sandbox.page_url}page/ws?as={sandbox.person(name).id}"
    origin = sandbox.page_url.rstrip("/")
    return Page(await session.ws_connect(url, headers={"Origin": origin}))


async def test_a_page_shows_and_does_what_its_person_may(sandbox: Sandbox, bot: TrialBot) -> None:
    async with aiohttp.ClientSession() as session:
        member = await open_page(session, sandbox, "member")
        moderator = await open_page(session, sandbox, "moderator")
        hello = await member.next("hello")
        names = {each["name"] for each in hello["channels"]}
        assert "general" in names
        assert "moderators" not in names
        commands = {each["name"]: each for each in hello["commands"]}
        assert "ask" in commands
        assert "feeds" not in commands
        theirs = await moderator.next("hello")
        assert "feeds" in {each["name"] for each in theirs["commands"]}
        general = str(sandbox.channel("general").id)
        place = {"channel_id": general}
        asked = {"command_id": commands["ask"]["id"], "kind": 1, "path": ["ask"], **place}
        option = {"name": "question", "type": 3, "value": "why"}
        await member.send(
            type="autocomplete", nonce="1", options=[option], focused="question", **asked
        )
        choices = await member.next("choices", nonce="1")
        assert choices["choices"] == [{"name": "why?", "value": "why"}]
        await member.send(type="command", nonce="2", options=[option], **asked)
        created = await member.next("event", t="MESSAGE_CREATE")
        assert created["d"]["flags"] & 64
        await member.send(type="open", **place)
        assert len((await member.next("history"))["messages"]) == 1
        await member.send(type="dismiss", message_id=created["d"]["id"])
        assert (await member.next("event", t="MESSAGE_DELETE"))["d"]["id"] == created["d"]["id"]
        await moderator.send(type="open", **place)
        assert (await moderator.next("history"))["messages"] == []
        await member.send(type="say", content="Hello all", **place)
        heard = await moderator.next("event", t="MESSAGE_CREATE")
        assert heard["d"]["content"] == "Hello all"


async def test_a_page_presses_chooses_and_fills_in(sandbox: Sandbox, bot: TrialBot) -> None:
    async with aiohttp.ClientSession() as session:
        page = await open_page(session, sandbox, "member")
        reply = await sandbox.person("member").run("controls")
        assert reply.message is not None
        place = {
            "channel_id": str(reply.message.channel_id),
            "message_id": str(reply.message.id),
        }
        await page.send(type="press", nonce="1", custom_id="t:form", **place)
        modal = await page.next("modal", nonce="1")
        text = {"type": 4, "custom_id": "what", "value": "From the page"}
        kind = {"type": 3, "custom_id": "kind", "values": ["w", "s"]}
        await page.send(
            type="submit",
            nonce="2",
            interaction_id=modal["interaction_id"],
            custom_id=modal["d"]["custom_id"],
            components=[{"type": 18, "component": each} for each in (text, kind)],
        )
        answer = await page.next("event", t="MESSAGE_CREATE")
        assert answer["d"]["content"] == "From the page | w,s |  |"
        assert (await page.next("interaction", nonce="2", state="acknowledged"))["state"]
        await page.send(type="press", nonce="3", custom_id="t:nothing", **place)
        failed = await page.next("interaction", nonce="3")
        assert failed["state"] == "failed"


async def test_a_page_cannot_see_or_do_what_its_person_cannot(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    async with aiohttp.ClientSession() as session:
        page = await open_page(session, sandbox, "member")
        await page.send(type="open", channel_id=str(sandbox.channel("moderators").id))
        assert (await page.next("error"))["message"] == "You cannot see that channel."
        feeds = sandbox.command("feeds")["id"]
        rules = [{"id": str(sandbox.role("Members").id), "type": 1, "permission": True}]
        await page.send(type="override", command_id=feeds, permissions=rules)
        assert "administrators" in (await page.next("error"))["message"]
        await page.ws.send_str("nonsense")
        assert "unreadable" in (await page.next("error"))["message"]
        owner = await open_page(session, sandbox, "administrator")
        await owner.send(type="override", command_id=feeds, permissions=rules)
        changed = await page.next("event", t="COMMANDS_UPDATE")
        assert "feeds" in {each["name"] for each in changed["d"]["commands"]}


async def test_a_page_uploads_files_and_attaches_them(sandbox: Sandbox) -> None:
    origin = {"Origin": sandbox.page_url.rstrip("/")}
    async with aiohttp.ClientSession() as session:
        page = await open_page(session, sandbox, "member")
        url = f"{sandbox.page_url}page/uploads?name=a%20note.txt"
        answer = await session.post(url, data=b"words", headers=origin)
        file_id = (await answer.json())["id"]
        general = str(sandbox.channel("general").id)
        await page.send(type="say", channel_id=general, content="", attachments=[file_id])
        created = await page.next("event", t="MESSAGE_CREATE")
        attachment = created["d"]["attachments"][0]
        assert (attachment["filename"], attachment["size"]) == ("a_note.txt", 5)
        served = await session.get(attachment["url"])
        assert await served.read() == b"words"
        assert "attachment" in served.headers["Content-Disposition"]


async def test_roles_members_and_the_bots_presence_are_told_to_pages(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    async with aiohttp.ClientSession() as session:
        page = await open_page(session, sandbox, "member")
        assert (await page.next("hello"))["online"] is True
        sandbox.add_role("Fresh", permissions=Permission.MANAGE_GUILD)
        roles = (await page.next("event", t="ROLES_UPDATE"))["d"]["roles"]
        assert "Fresh" in {each["name"] for each in roles}
        sandbox.set_roles(sandbox.person("colleague"), ["Members", "Fresh"])
        assert await page.next("event", t="MEMBERS_UPDATE")
        await page.send(type="dm")
        opened = await page.next("event", t="CHANNEL_CREATE")
        assert opened["d"]["type"] == 1
        await bot.stop()
        status = await page.next("event", t="BOT_STATUS", d={"online": False})
        assert status


async def test_closing_closes_pages_and_bots_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        page = await open_page(session, sandbox, "member")
        await page.next("hello")
        gateway = await session.ws_connect(sandbox.gateway_url)
        await gateway.receive_json()
        started = asyncio.get_running_loop().time()
        await sandbox.close()
        assert asyncio.get_running_loop().time() - started < 0.9
        for ws in (page.ws, gateway):
            last = await ws.receive()
            assert (last.type, last.data) == (aiohttp.WSMsgType.CLOSE, 1001)


async def test_the_audit_log_says_who_did_what_and_why(lenient: Sandbox, api: Api) -> None:
    own = lenient.role("Steward")
    lenient.set_role_permissions(
        "Steward", own.permissions | Permission.MANAGE_ROLES | Permission.VIEW_AUDIT_LOG
    )
    guild = lenient.guild.id
    reason = {"X-Audit-Log-Reason": "A%20reason"}
    _, role = await api("POST", f"/guilds/{guild}/roles", {"name": "Made"}, headers=reason)
    _, log = await api("GET", f"/guilds/{guild}/audit-logs")
    entry = log["audit_log_entries"][0]
    assert (entry["target_id"], entry["reason"]) == (role["id"], "A reason")
