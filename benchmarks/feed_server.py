"""A web server for feeds, in a process of its own and quicker than whatever asks it.

``python -m benchmarks.feed_server`` prints its port and serves ``/<reader>/<feed>.xml`` until its
standard input closes. ``POST /<reader>?version=N`` changes the feeds that this reader sees, and
``POST /<reader>?version=N&feed=M`` one of them; ``GET /<reader>`` says how often it has asked.
With ``--close`` each connection ends with its first answer, as those to real sites mostly have by
the next poll; ``--tls CERT KEY`` speaks TLS.
"""

import argparse
import asyncio
import ssl
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.documents import document, etag

_VERSIONS: defaultdict[str, int] = defaultdict(int)
_OF_FEED: dict[tuple[str, int], int] = {}
_ASKED: Counter[str] = Counter()


class _Connection(asyncio.Protocol):
    close = False

    def __init__(self) -> None:
        self._waiting = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        assert self._transport is not None
        while b"\r\n\r\n" in self._waiting:
            head, _, self._waiting = self._waiting.partition(b"\r\n\r\n")
            self._transport.write(self._answer(head))
            if self.close:
                self._transport.close()

    def _answer(self, head: bytes) -> bytes:
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        parts = urlsplit(target)
        who, _, name = parts.path.strip("/").partition("/")
        if method == "POST":
            query = parse_qs(parts.query)
            version = int(query["version"][0])
            if "feed" in query:
                _OF_FEED[who, int(query["feed"][0])] = version
            else:
                _VERSIONS[who] = version
            return self._packed(b"204 No Content", b"", b"")
        if not name:
            return self._packed(b"200 OK", b"", b"%d" % _ASKED[who])
        _ASKED[who] += 1
        feed = int(name.removesuffix(".xml"))
        version = _OF_FEED.get((who, feed), _VERSIONS[who])
        tag = etag(feed, version)
        if b"if-none-match: " + tag in head.lower():
            return self._packed(b"304 Not Modified", tag, b"")
        return self._packed(b"200 OK", tag, document(feed, version)[0])

    def _packed(self, status: bytes, tag: bytes, body: bytes) -> bytes:
        return (
            b"HTTP/1.1 " + status + b"\r\nContent-Type: application/rss+xml\r\n"
            + (b"ETag: " + tag + b"\r\n" if tag else b"")
            + (b"Connection: close\r\n" if self.close else b"")
            + b"Server: benchmark\r\nDate: Mon, 02 Mar 2026 12:00:00 GMT\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
            + body
        )  # fmt: skip


@asynccontextmanager
async def feed_server(*options: str) -> AsyncIterator[str]:
    """A server in a process of its own; its address."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.feed_server",
        *options,
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    try:
        port = int(await child.stdout.readline())
        yield f"{'https' if '--tls' in options else 'http'}://127.0.0.1:{port}"
    finally:
        child.stdin.close()
        await child.wait()


async def main() -> None:
    """Serve until the input closes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--close", action="store_true")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    options = parser.parse_args()
    _Connection.close = options.close
    context = None
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*options.tls)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
