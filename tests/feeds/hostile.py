"""A server on loopback that speaks HTTP as badly as a test asks, byte for byte."""

import asyncio
import contextlib
import ssl
import struct
import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import pytest

from bot.feeds.fetch import Fetcher
from bot.feeds.problems import FeedProblem
from tests.feeds.site import feed_of

Behaviour = Callable[["Visit"], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\n"
FEED = feed_of(1).encode()
LENGTH = f"Content-Length: {len(FEED)}\r\n".encode()
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MB = 2**20


def bomb(encoding: str = "gzip", megabytes: int = 200) -> bytes:
    """Some 200 KB that unpack to 200 MB of zeros.

    Args:
        encoding: "gzip", "deflate" (in zlib's wrapping), or "" for bare deflate.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # After a full flush nothing refers back, so the piece can be repeated.
    piece = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = piece * megabytes + b"\x03\x00"
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(bytes(MB), checksum)
    if encoding == "gzip":
        tail = struct.pack("<II", checksum, megabytes * MB & 0xFFFFFFFF)
        return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + packed + tail
    return b"\x78\x9c" + packed if encoding else packed


async def problem(fetcher: Fetcher, url: str) -> FeedProblem:
    """What is wrong with what a server answers."""
    with pytest.raises(FeedProblem) as caught:
        await fetcher.get(url)
    return caught.value


@dataclass
class Visit:
    """One request, and the connection to answer on.

    Attributes:
        head: the request's lines as they came.
        number: which request on this connection it is, from 1.
    """

    path: str
    head: str
    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send some bytes, and wait until they are on their way."""
        self.writer.write(data)
        await self.writer.drain()


class Hostile:
    """Answers each path as a test says; an unknown one by closing the connection."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._tls = tls
        self._host = host
        self._server: asyncio.Server | None = None
        self._pages: dict[str, Behaviour] = {}
        self._open: set[asyncio.Task[None]] = set()
        self.asked: list[str] = []  # the heads of all requests, oldest first
        self._news = asyncio.Event()
        self.released = asyncio.Event()  # what waits for a test to end waits for this
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(
            self._serve, self._host, 0, ssl=self._tls, limit=2**20
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self.released.set()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        if self._server is not None:
            self._server.close()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path, under any name that leads here."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def serve(self, path: str, behaviour: Behaviour) -> str:
        """Answer a path in a way of its own; its address."""
        self._pages[path] = behaviour
        return self.url(path)

    def raw(self, path: str, *pieces: bytes, keep: bool = False) -> str:
        """Answer with these bytes; then close, or keep the connection for the next request."""

        async def answer(visit: Visit) -> None:
            for piece in pieces:
                await visit.send(piece)
            if not keep:
                visit.writer.close()

        return self.serve(path, answer)

    def body(self, path: str, body: bytes, *headers: str) -> str:
        """Answer properly, with these headers beside the length."""
        lines = "".join(f"{header}\r\n" for header in headers).encode()
        length = f"Content-Length: {len(body)}\r\n\r\n".encode()
        return self.raw(path, OK + lines + length + body, keep=True)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Send visitors on."""
        head = f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
        return self.raw(path, head.encode("utf-8", "surrogateescape"), keep=True)

    def endless(self, path: str, head: bytes, piece: bytes) -> str:
        """Answer with a beginning, and then the same again and again."""

        async def answer(visit: Visit) -> None:
            await visit.send(head)
            while True:
                await visit.send(piece)

        return self.serve(path, answer)

    def drip(self, path: str, head: bytes, pieces: Iterator[bytes], gap_s: float) -> str:
        """Answer with a beginning and then a little at a time, until the test is over."""

        async def answer(visit: Visit) -> None:
            await visit.send(head)
            for piece in pieces:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.released.wait(), gap_s)
                    return
                await visit.send(piece)
            await self.released.wait()

        return self.serve(path, answer)

    def silence(self, path: str, *pieces: bytes) -> str:
        """Answer with these bytes and then nothing, without ever closing."""

        async def answer(visit: Visit) -> None:
            for piece in pieces:
                await visit.send(piece)
            await self.released.wait()

        return self.serve(path, answer)

    def reset(self, path: str, *pieces: bytes) -> str:
        """Answer with these bytes and then tear the connection down (RST)."""

        async def answer(visit: Visit) -> None:
            for piece in pieces:
                await visit.send(piece)
            visit.writer.transport.abort()

        return self.serve(path, answer)

    def times_asked(self, path: str) -> int:
        """How often a path has been asked for."""
        return sum(head.split(" ", 2)[1] == path for head in self.asked)

    async def until_asked(self, times: int, *paths: str) -> None:
        """Wait for so many requests in all, or for so many of each path."""
        while (
            any(self.times_asked(path) < times for path in paths)
            if paths
            else len(self.asked) < times
        ):
            self._news.clear()
            await self._news.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
                await self._answer_all(reader, writer)
        finally:
            self._open.discard(task)
            writer.close()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = 0
        while not writer.is_closing():
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            number += 1
            self.asked.append(head)
            self._news.set()
            path = head.split(" ", 2)[1]
            behaviour = self._pages.get(path)
            if behaviour is None:
                return
            await behaviour(Visit(path, head, number, reader, writer))
