"""The gateway: identifying, heartbeats, events, resuming, and the ways in which it breaks off."""

import asyncio
import importlib
import json
import secrets
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox import payloads
from bot.sandbox.constants import ALL_INTENTS, PRIVILEGED_INTENTS, Intent, Permission
from bot.sandbox.core import Core
from bot.sandbox.events import Event
from bot.sandbox.gateway_session import Session, ready_payload
from bot.sandbox.permissions import in_channel
from bot.sandbox.validation import Json, JsonValue

HEARTBEAT_MS = 41_250
_ACK_S = 0.02
_KEPT_SESSIONS = 4
_MOST_SENDS = 120
_SENDS_WINDOW_S = 60.0


class _Compressor(Protocol):
    def __call__(self, text: str) -> str | bytes: ...


def _plain(text: str) -> str:
    return text


def _zlib_stream() -> _Compressor:
    stream = zlib.compressobj()

    def compress(text: str) -> bytes:
        return stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)

    return compress


def _zstd_stream() -> _Compressor:
    # Only asked for where discord.py found one of these itself.
    try:
        zstandard: Any = importlib.import_module("zstandard")
    except ImportError:
        return _zstd_stdlib()
    stream = zstandard.ZstdCompressor().compressobj()
    flush_block = 1

    def compress(text: str) -> bytes:
        return bytes(stream.compress(text.encode()) + stream.flush(flush_block))

    return compress


def _zstd_stdlib() -> _Compressor:
    try:
        zstd: Any = importlib.import_module("compression.zstd")
    except ImportError:
        zstd = importlib.import_module("backports.zstd")
    stream = zstd.ZstdCompressor()

    def compress(text: str) -> bytes:
        return bytes(stream.compress(text.encode(), stream.FLUSH_BLOCK))

    return compress


_COMPRESSORS: dict[str | None, Callable[[], _Compressor]] = {
    None: lambda: _plain,
    "zlib-stream": _zlib_stream,
    "zstd-stream": _zstd_stream,
}


class Gateway:
    """All sessions, and orders to disturb them."""

    def __init__(self, core: Core, heartbeat_ms: int = HEARTBEAT_MS) -> None:
        self._core = core
        self._heartbeat_ms = heartbeat_ms
        self.sessions: dict[str, Session] = {}
        self.identified = 0
        """IDENTIFYs accepted so far."""
        self.resumed = 0
        """RESUMEs accepted so far."""
        self._sockets: set[_Socket] = set()
        core.hub.listen(self._event)

    @property
    def online(self) -> bool:
        """Whether the bot is connected and has been told that it is ready."""
        return any(each.connected and each.ready for each in self.sessions.values())

    def _event(self, event: Event) -> None:
        for session in self.sessions.values():
            if session.ready and session.takes(event):
                session.dispatch(event.name, session.payload(event))

    async def drop(self, code: int | None = None) -> None:
        """Cut every connection; with a code, close it properly with that."""
        for socket in list(self._sockets):
            await socket.end(code)

    async def invalidate(self, resumable: bool = False) -> None:
        """Tell every connection that its session is invalid."""
        for socket in list(self._sockets):
            if not resumable and socket.session is not None:
                self.sessions.pop(socket.session.id, None)
            socket.send({"op": 9, "d": resumable})

    async def ask_reconnect(self) -> None:
        """Ask every connection to reconnect and resume."""
        for socket in list(self._sockets):
            socket.send({"op": 7, "d": None})

    def keep(self, session: Session) -> None:
        """Remember a session, and of those without a connection only a few."""
        gone = [each.id for each in self.sessions.values() if not each.connected]
        for session_id in gone[:-_KEPT_SESSIONS]:
            del self.sessions[session_id]
        self.sessions[session.id] = session

    def forget_sessions(self) -> None:
        """Let every session expire, so that a resume is refused."""
        self.sessions.clear()

    async def close(self) -> None:
        """Close every connection, as a server does that goes away."""
        for socket in list(self._sockets):
            await socket.end(WSCloseCode.GOING_AWAY)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection."""
        compress = request.query.get("compress")
        version, encoding = request.query.get("v", "10"), request.query.get("encoding", "json")
        ws = web.WebSocketResponse(max_msg_size=1 << 20)
        await ws.prepare(request)
        if version != "10" or encoding != "json" or compress not in _COMPRESSORS:
            await ws.close(code=4012)
            return ws
        socket = _Socket(self, self._core, ws, _COMPRESSORS[compress]())
        self._sockets.add(socket)
        try:
            await socket.run(self._heartbeat_ms)
        finally:
            self._sockets.discard(socket)
            self._core.hub.publish(Event("BOT_STATUS", {"online": self.online}))
        return ws


class _Socket:
    """One connection to the gateway."""

    def __init__(
        self, gateway: Gateway, core: Core, ws: web.WebSocketResponse, compress: _Compressor
    ) -> None:
        self._gateway = gateway
        self._core = core
        self._ws = ws
        self._compress = compress
        self._outgoing: asyncio.Queue[Json] = asyncio.Queue()
        self._received: list[float] = []
        self.session: Session | None = None

    def send(self, payload: Json) -> None:
        """Send in turn, without waiting."""
        self._outgoing.put_nowait(payload)

    async def end(self, code: int | None) -> None:
        """Close with a code, or cut the connection as a broken network does."""
        self._release()
        if code is not None:
            await self._ws.close(code=code)
            return
        transport = self._ws._req.transport if self._ws._req is not None else None
        if transport is not None:
            transport.abort()

    async def run(self, heartbeat_ms: int) -> None:
        """Serve until either side leaves."""
        self.send({"op": 10, "d": {"heartbeat_interval": heartbeat_ms, "_trace": ["sandbox"]}})
        writer = asyncio.create_task(self._write())
        # Discord allows for a late heartbeat or two before it gives a connection up.
        patience_s = heartbeat_ms / 1000 * 2
        try:
            while not self._ws.closed:
                try:
                    async with asyncio.timeout(patience_s):
                        message = await self._ws.receive()
                except TimeoutError:
                    await self._ws.close(code=4000)
                    break
                if message.type is not WSMsgType.TEXT:
                    break
                await self._read(message.data)
        finally:
            self._release()
            writer.cancel()

    async def _write(self) -> None:
        while True:
            payload = await self._outgoing.get()
            data = self._compress(json.dumps(payload))
            try:
                if isinstance(data, bytes):
                    await self._ws.send_bytes(data)
                else:
                    await self._ws.send_str(data)
            except ConnectionError:
                return

    def _release(self) -> None:
        if self.session is not None:
            self.session.out = None
            self.session = None

    async def _read(self, text: str) -> None:
        loop_time = asyncio.get_running_loop().time()
        self._received = [each for each in self._received if loop_time - each < _SENDS_WINDOW_S]
        self._received.append(loop_time)
        if len(self._received) > _MOST_SENDS:
            await self._ws.close(code=4008)
            return
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            await self._ws.close(code=4002)
            return
        if op == 1:
            # discord.py notes the moment of a heartbeat after it was sent; an answer as quick as
            # only loopback is would be taken for one that came 40 seconds late.
            asyncio.get_running_loop().call_later(_ACK_S, self.send, {"op": 11, "d": None})
        elif op == 2:
            await self._identify(data)
        elif op == 6:
            await self._resume(data)
        elif self.session is None:
            await self._ws.close(code=4003)
        elif op == 8:
            await self._request_members(data)
        elif op not in (3, 4, 31):
            await self._ws.close(code=4001)

    async def _identify(self, data: JsonValue) -> None:
        if self.session is not None:
            await self._ws.close(code=4005)
            return
        code = self._refusal(data)
        if code is not None:
            await self._ws.close(code=code)
            return
        number, count = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), self._core, data["intents"], (number, count))
        self._gateway.keep(session)
        self._gateway.identified += 1
        self.session, session.out = session, self.send
        session.dispatch("READY", ready_payload(self._core, session))
        guild_id = self._core.world.guild.id
        if data["intents"] & Intent.GUILDS and (guild_id >> 22) % count == number:
            session.dispatch("GUILD_CREATE", self._guild_create())
        session.ready = True
        self._core.hub.publish(Event("BOT_STATUS", {"online": True}))

    def _guild_create(self) -> Json:
        world = self._core.world
        visible = [
            each
            for each in world.channels.values()
            if each.guild_id is not None
            and (
                not each.is_thread
                or in_channel(world, world.bot.id, each) & Permission.VIEW_CHANNEL
            )
        ]
        # Without the members intent the event has the bot alone.
        return payloads.guild_create(world, visible, [world.guild.members[world.bot.id]])

    def _refusal(self, data: JsonValue) -> int | None:
        if not isinstance(data, dict) or not isinstance(data.get("properties"), dict):
            return 4002
        if str(data.get("token", "")).removeprefix("Bot ") != self._core.token:
            return 4004
        intents = data.get("intents")
        if isinstance(intents, bool) or not isinstance(intents, int) or intents & ~ALL_INTENTS:
            return 4013
        if intents & PRIVILEGED_INTENTS & ~self._core.privileged_intents:
            return 4014
        shard = data.get("shard")
        if shard is not None:
            whole = isinstance(shard, list) and len(shard) == 2
            if not whole or not 0 <= shard[0] < shard[1]:
                return 4010
        return None

    async def _resume(self, data: JsonValue) -> None:
        if not isinstance(data, dict):
            await self._ws.close(code=4002)
            return
        if str(data.get("token", "")).removeprefix("Bot ") != self._core.token:
            await self._ws.close(code=4004)
            return
        session = self._gateway.sessions.get(str(data.get("session_id")))
        if session is None:
            self.send({"op": 9, "d": False})
            return
        sequence = data.get("seq")
        missed = session.missed(sequence if isinstance(sequence, int) else 0)
        if missed is None:
            await self._ws.close(code=4007)
            return
        self._gateway.resumed += 1
        self.session, session.out = session, self.send
        for payload in missed:
            self.send(payload)
        session.dispatch("RESUMED", {"_trace": ["sandbox"]})
        self._core.hub.publish(Event("BOT_STATUS", {"online": True}))

    async def _request_members(self, data: JsonValue) -> None:
        world, session = self._core.world, self.session
        assert session is not None
        if not isinstance(data, dict) or str(data.get("guild_id")) != str(world.guild.id):
            return
        wanted, query = data.get("user_ids"), data.get("query")
        if wanted is None and query == "" and not session.intents & Intent.GUILD_MEMBERS:
            await self._ws.close(code=4014)
            return
        ids = {str(each) for each in (wanted if isinstance(wanted, list) else [wanted])}
        found = [
            payloads.member(each)
            for each in world.guild.members.values()
            if (str(each.user.id) in ids if wanted else each.user.name.startswith(query or ""))
        ]
        chunk: Json = {
            "guild_id": str(world.guild.id),
            "members": found[: data.get("limit") or 100],
        }
        chunk |= {"chunk_index": 0, "chunk_count": 1, "not_found": []}
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
