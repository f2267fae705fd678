"""Servers that break every rule of HTTP: each is refused in words of its own, or read."""

import asyncio
import gzip
import itertools
import socket
import ssl
import subprocess
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.feeds.fetch import LARGE, LARGE_AT_ONCE, Fetched, Fetcher
from bot.feeds.problems import FeedProblem, ProblemKind
from tests.feeds.hostile import OK, Hostile, Visit, bomb
from tests.feeds.site import feed_of

FEED = feed_of(1).encode()
LENGTH = f"Content-Length: {len(FEED)}\r\n".encode()
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
async def hostile() -> AsyncIterator[Hostile]:
    server = Hostile()
    await server.start()
    try:
        yield server
    finally:
        await server.close()


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=5)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def guarded() -> AsyncIterator[Fetcher]:
    made = Fetcher(SystemClock(), per_host=0, allow_private=False, timeout_s=5)
    try:
        yield made
    finally:
        await made.close()


async def problem(fetcher: Fetcher, url: str) -> FeedProblem:
    with pytest.raises(FeedProblem) as caught:
        await fetcher.get(url)
    return caught.value


READ: dict[str, tuple[bytes, ...]] = {
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\n", FEED),
    "no length": (OK, b"\r\n", FEED),
    "lines without CR": (b"HTTP/1.1 200 OK\nContent-Type: text/xml\n\n", FEED),
    "other answers first": (b"HTTP/1.1 103 Hints\r\n\r\n" * 3, OK, LENGTH, b"\r\n", FEED),
    "long policy": (OK, LENGTH, b"Content-Security-Policy: ", b"x" * 20_000, b"\r\n\r\n", FEED),
    "byte by byte": (OK + b"\r\n", *(bytes([byte]) for byte in FEED)),
}


@pytest.mark.parametrize("pieces", READ.values(), ids=READ)
async def test_what_is_merely_odd_is_read(
    hostile: Hostile, fetcher: Fetcher, pieces: tuple[bytes, ...]
) -> None:
    assert (await fetcher.get(hostile.raw("/", *pieces))).body == FEED


ODD: dict[str, tuple[tuple[bytes, ...], ProblemKind, str]] = {
    "no HTTP": ((FEED,), ProblemKind.SERVER, "not proper HTTP"),
    "a radio": ((b"ICY 200 OK\r\n\r\n", FEED), ProblemKind.SERVER, "not proper HTTP"),
    "no status": ((b"HTTP/1.1 abc\r\n\r\n",), ProblemKind.SERVER, "not proper HTTP"),
    "chunks of nonsense": ((CHUNKED, b"zz\r\n", FEED), ProblemKind.SERVER, "not proper HTTP"),
    "a chunk of -5": ((CHUNKED, b"-5\r\n", FEED), ProblemKind.SERVER, "not proper HTTP"),
    "a chunk too large": (
        (CHUNKED, b"fffffffffffffff\r\n", FEED), ProblemKind.TRUNCATED, "broke off"
    ),
    "a chunk that breaks off": ((CHUNKED, b"100\r\n", b"abc"), ProblemKind.TRUNCATED, "broke off"),
    "no last chunk": ((CHUNKED, b"3\r\nabc\r\n"), ProblemKind.TRUNCATED, "broke off"),
    "two lengths": (
        (OK, b"Content-Length: 1\r\n" * 2, b"\r\n", FEED), ProblemKind.SERVER, "not proper HTTP"
    ),
    "a negative length": (
        (OK, b"Content-Length: -1\r\n\r\n", FEED), ProblemKind.SERVER, "not proper HTTP"
    ),
    "a length of 5000 digits": (
        (OK, b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"), ProblemKind.SERVER, "not proper HTTP"
    ),
    "a length too long": (
        (OK, b"Content-Length: 5000\r\n\r\n", FEED), ProblemKind.TRUNCATED, "broke off"
    ),
    "nothing": ((), ProblemKind.CONNECT, "breaks off the connection"),
    "half a head": ((b"HTTP/1.1 200 OK\r\nX-",), ProblemKind.CONNECT, "breaks off the connection"),
    "204": ((b"HTTP/1.1 204 No\r\n\r\n",), ProblemKind.STATUS, "HTTP 204"),
    "206": ((b"HTTP/1.1 206 Part\r\n", LENGTH, b"\r\n", FEED), ProblemKind.STATUS, "HTTP 206"),
    "304 unasked": ((b"HTTP/1.1 304 Same\r\n\r\n",), ProblemKind.STATUS, "HTTP 304"),
    "101": ((b"HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\n",), ProblemKind.STATUS, "HTTP 101"),
    "999": ((b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n",), ProblemKind.STATUS, "HTTP 999"),
    "301 to nowhere": (
        (b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n",), ProblemKind.STATUS, "HTTP 301"
    ),
    "not packed as it says": (
        (OK, b"Content-Encoding: gzip\r\n\r\n", FEED), ProblemKind.TRUNCATED, "damaged"
    ),
    "packed unasked": ((OK, b"Content-Encoding: br\r\n\r\n"), ProblemKind.ENCODING, "“br”"),
    "an encoding that mentions": (
        (OK, b"Content-Encoding: <@&1>@everyone\r\n\r\n"), ProblemKind.ENCODING, "“1everyone”"
    ),
    "200 MB of gzip": (
        (OK, b"Content-Encoding: gzip\r\n\r\n", bomb()),
        ProblemKind.TOO_LARGE, "hundreds of times its size",
    ),
    "200 MB in ten members": (
        (OK, b"Content-Encoding: gzip\r\n\r\n", bomb("gzip", 20) * 10),
        ProblemKind.TOO_LARGE, "hundreds of times its size",
    ),
    "200 MB of deflate": (
        (OK, b"Content-Encoding: deflate\r\n\r\n", bomb("deflate")),
        ProblemKind.TOO_LARGE, "hundreds of times its size",
    ),
    "200 MB of bare deflate": (
        (OK, b"Content-Encoding: deflate\r\n\r\n", bomb("")),
        ProblemKind.TOO_LARGE, "hundreds of times its size",
    ),
    "a hundred thousand empty members": (
        (OK, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 100_000),
        ProblemKind.TRUNCATED, "damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("pieces", "kind", "words"), ODD.values(), ids=ODD)
async def test_what_is_broken_is_named(
    hostile: Hostile,
    fetcher: Fetcher,
    pieces: tuple[bytes, ...],
    kind: ProblemKind,
    words: str,
) -> None:
    found = await problem(fetcher, hostile.raw("/", *pieces))
    assert (found.kind, words in str(found)) == (kind, True)


async def test_what_repeats_itself_as_feeds_do_is_unpacked(
    hostile: Hostile, fetcher: Fetcher
) -> None:
    body = feed_of(*range(9_000)).encode()
    packed = gzip.compress(body)
    assert len(body) > 2 * LARGE
    url = hostile.body("/", packed, "Content-Encoding: gzip")
    assert (await fetcher.get(url)).body == body


async def test_large_bodies_are_held_a_few_at_a_time_and_small_ones_do_not_wait(
    hostile: Hostile,
) -> None:
    patient = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=20)
    start = OK + f"Content-Length: {3 * LARGE}\r\n\r\n".encode() + bytes(2 * LARGE)
    stuck = [
        asyncio.create_task(patient.get(hostile.silence(f"/{number}", start)))
        for number in range(LARGE_AT_ONCE)
    ]
    async with asyncio.timeout(10):
        while not patient._large.locked():
            await asyncio.wait(stuck, timeout=0.01)
    waiting = asyncio.create_task(patient.get(hostile.body("/large", bytes(2 * LARGE))))
    assert (await patient.get(hostile.body("/small", FEED))).body == FEED
    await hostile.until_asked(1, "/large")
    assert not waiting.done()
    for task in stuck:
        task.cancel()
    assert len((await waiting).body or b"") == 2 * LARGE
    await patient.close()


async def test_waiting_for_room_of_ours_is_not_the_sites_slowness_but_its_own_time_goes_on(
    hostile: Hostile,
) -> None:
    hurried = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=0.5)
    start = OK + f"Content-Length: {3 * LARGE}\r\n\r\n".encode() + bytes(2 * LARGE)
    go_on = asyncio.Event()

    async def halting(visit: Visit) -> None:
        await visit.send(OK + f"Content-Length: {2 * LARGE}\r\n\r\n".encode() + bytes(1000))
        await go_on.wait()
        await visit.send(bytes(2 * LARGE - 1000))

    async with asyncio.timeout(20):
        # It has begun before the others, but has become large after them.
        good = asyncio.create_task(hurried.get(hostile.serve("/large", halting)))
        await hostile.until_asked(1)
        slow = [
            asyncio.create_task(problem(hurried, hostile.silence(f"/{number}", start)))
            for number in range(LARGE_AT_ONCE + 1)
        ]
        while not hurried._large._waiters:
            await asyncio.wait(slow, timeout=0.01)
        go_on.set()
        assert len((await good).body or b"") == 2 * LARGE
        assert {found.kind for found in await asyncio.gather(*slow)} == {ProblemKind.TIMEOUT}
    await hurried.close()


async def test_a_bomb_in_a_bomb_is_undone_once_and_no_further(
    hostile: Hostile, fetcher: Fetcher
) -> None:
    inner = bomb()
    url = hostile.body("/", gzip.compress(inner), "Content-Encoding: gzip")
    assert (await fetcher.get(url)).body == inner


ENDLESS: dict[str, tuple[tuple[bytes, bytes], ProblemKind]] = {
    "body": ((OK + b"\r\n", bytes(65536)), ProblemKind.TOO_LARGE),
    "chunks": ((CHUNKED, b"10000\r\n" + bytes(65536) + b"\r\n"), ProblemKind.TOO_LARGE),
    "header line": ((OK + b"X: ", b"x" * 65536), ProblemKind.SERVER),
    "headers": ((OK, b"X: yyyyyyyyyyyyyyyy\r\n" * 1000), ProblemKind.SERVER),
    "status line": ((b"HTTP/1.1 200 ", b"x" * 65536), ProblemKind.SERVER),
    "trailers": ((CHUNKED + b"0\r\n", b"X: yyyyyyyyyyyyyyy\r\n" * 1000), ProblemKind.SERVER),
}


@pytest.mark.parametrize(("answer", "kind"), ENDLESS.values(), ids=ENDLESS)
async def test_what_does_not_end_is_ended(
    hostile: Hostile, fetcher: Fetcher, answer: tuple[bytes, bytes], kind: ProblemKind
) -> None:
    found = await problem(fetcher, hostile.endless("/", *answer))
    assert found.kind is kind


SLOW: dict[str, tuple[bytes, bytes]] = {
    "silence": (b"", b""),
    "a head that drips": (OK, b"X: y\r\n"),
    "a body that drips": (OK + b"\r\n", b"a"),
    "chunks that drip": (CHUNKED, b"1\r\na\r\n"),
    "only 100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


async def test_slow_servers_run_out_of_time_together_and_hold_up_nobody(hostile: Hostile) -> None:
    hurried = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=1)
    urls = [
        hostile.drip(f"/{name}-{number}", head, itertools.repeat(piece), 0.01)
        for name, (head, piece) in enumerate(SLOW.values())
        for number in range(20)
    ]
    good = hostile.body("/good", FEED)
    loop = asyncio.get_running_loop()
    began = loop.time()
    dripping = [asyncio.create_task(problem(hurried, url)) for url in urls]
    await hostile.until_asked(len(urls))
    assert (await hurried.get(good)).body == FEED
    assert not any(task.done() for task in dripping)
    kinds = {found.kind for found in await asyncio.gather(*dripping)}
    await hurried.close()
    assert kinds == {ProblemKind.TIMEOUT}
    assert loop.time() - began < 10


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd", "gopher://x.example/", "data:text/xml,<rss/>", "ftp://x.example/",
        "javascript:alert(1)", "http://user:secret@127.0.0.1/", "http://127.0.0.1:99999/",
        "/" + "a" * 3000, "http://[::1", "http://a_b\\@c/", "feed:x",
    ],
)  # fmt: skip
async def test_redirects_out_of_the_web_are_refused(
    hostile: Hostile, fetcher: Fetcher, to: str
) -> None:
    found = await problem(fetcher, hostile.redirect("/", to))
    assert found.kind in (ProblemKind.REDIRECTS, ProblemKind.ADDRESS, ProblemKind.CONNECT)
    assert len(hostile.asked) <= 2


async def test_chains_of_redirects_end(hostile: Hostile, fetcher: Fetcher) -> None:
    for step in range(50):
        hostile.redirect(f"/{step}", f"/{step + 1}", 301)
    assert (await problem(fetcher, hostile.url("/0"))).kind is ProblemKind.REDIRECTS
    assert len(hostile.asked) == 7
    assert (await problem(fetcher, hostile.redirect("/self", ""))).kind is ProblemKind.REDIRECTS


async def test_no_cookie_referrer_or_password_goes_from_one_host_to_another(
    hostile: Hostile, fetcher: Fetcher
) -> None:
    other = Hostile()
    await other.start()
    target = other.body("/", FEED)
    head = f"HTTP/1.1 302 x\r\nSet-Cookie: a=b\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
    url = hostile.raw("/", head.encode(), keep=True)
    for _ in range(2):
        assert (await fetcher.get(url)).url == target
    await other.close()
    said = "".join(hostile.asked + other.asked).lower()
    assert "cookie" not in said
    assert "referer" not in said
    assert "authorization" not in said


# Whatever the name, it leads to this machine.


@pytest.fixture
def to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def resolved(host: str, *args: object, **kwargs: object) -> object:
        return real("::1" if "six" in host else "127.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


INWARD = [
    "localtest.example", "six.example", "localhost", "127.0.0.1", "127.1", "127.0.0.1.",
    "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0.0.0.0", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1:7f00:0:1:101:101]",
    "[2002:7f00:1::]", "[fe80::1]", "[5f00::1]", "169.254.169.254", "10.0.0.1", "①②⑦.0.0.1",
]  # fmt: skip


@pytest.mark.usefixtures("to_loopback")
@pytest.mark.parametrize("host", INWARD)
@pytest.mark.parametrize("redirected", [False, True])
async def test_no_way_of_writing_an_address_leads_inside(
    hostile: Hostile,
    guarded: Fetcher,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    redirected: bool,
) -> None:
    hostile.body("/secret", FEED)
    target = hostile.url("/secret", host)
    if redirected:  # as if the first hop were on the public internet
        first, real = hostile.redirect("/", target), guarded._check_address
        monkeypatch.setattr(guarded, "_check_address", lambda url: url == first or real(url))
        public = iter([True])
        monkeypatch.setattr("bot.feeds.guard.is_public", lambda _: next(public, False))
        target = first
    found = await problem(guarded, target)
    wanted = {ProblemKind.PRIVATE, ProblemKind.DNS, ProblemKind.ADDRESS, ProblemKind.REDIRECTS}
    assert found.kind in wanted
    assert len(hostile.asked) == redirected


async def test_a_name_that_changes_its_mind_between_two_connections_is_caught_at_the_second(
    hostile: Hostile, guarded: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = hostile.raw("/", OK, LENGTH, b"\r\n", FEED).replace("127.0.0.1", "rebinding.example")
    real = socket.getaddrinfo

    def resolved(_: str, *args: object, **kwargs: object) -> object:
        return real("127.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    public = iter([True])
    monkeypatch.setattr("bot.feeds.guard.is_public", lambda _: next(public, False))
    assert (await guarded.get(url)).body == FEED
    assert (await problem(guarded, url)).kind is ProblemKind.PRIVATE


async def test_proxies_of_the_environment_are_not_used(
    hostile: Hostile, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Hostile()
    await proxy.start()
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url(""))
    assert (await fetcher.get(hostile.body("/", FEED))).body == FEED
    await proxy.close()
    assert proxy.asked == []


async def test_names_that_never_resolve_hold_up_neither_other_names_nor_other_work(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=1)
    real, hanging, over = socket.getaddrinfo, threading.Semaphore(0), threading.Event()

    def resolved(host: str, *args: object, **kwargs: object) -> object:
        if host.startswith("slow"):
            hanging.release()
            over.wait(20)
        return real("127.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    url = hostile.body("/", FEED)
    slow = [
        asyncio.create_task(problem(hurried, hostile.url("/", f"slow{number}.example")))
        for number in range(40)
    ]
    began = asyncio.get_running_loop().time()
    for _ in slow:
        await asyncio.to_thread(hanging.acquire)
    assert (await hurried.get(url.replace("127.0.0.1", "quick.example"))).body == FEED
    assert asyncio.get_running_loop().time() - began < 10
    assert {found.kind for found in await asyncio.gather(*slow)} == {ProblemKind.TIMEOUT}
    over.set()
    await hurried.close()


# TLS


AUTHORITY = """
[ca]
default_ca = only
[only]
new_certs_dir = .
database = index.txt
default_md = sha256
policy = names
rand_serial = yes
[names]
commonName = supplied
[extended]
subjectAltName = {name}
"""
ALWAYS, LONG_AGO = ("20200101000000Z", "20991231000000Z"), ("20200101000000Z", "20200102000000Z")


def certificate(folder: Path, name: str, valid: tuple[str, str]) -> ssl.SSLContext:
    """A server's side of TLS with a certificate of its own making, ``server.pem`` in a folder."""
    (folder / "ca.cnf").write_text(AUTHORITY.format(name=name))
    (folder / "index.txt").touch()
    dates = f"-startdate {valid[0]} -enddate {valid[1]}"
    request = (
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out request"
        " -subj /CN=steward-test"
    )
    signed = (
        "ca -batch -selfsign -config ca.cnf -keyfile key -in request -out server.pem -notext"
        f" {dates} -extensions extended"
    )
    for command in (request, signed):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "key")
    return context


@pytest.mark.parametrize(
    ("name", "valid", "trusted", "words"),
    [
        ("IP:127.0.0.1", ALWAYS, True, ""),
        ("IP:127.0.0.1", ALWAYS, False, "issued by the site itself"),
        ("IP:127.0.0.1", LONG_AGO, True, "has expired"),
        ("DNS:elsewhere.example", ALWAYS, True, "belongs to another site"),
    ],
)
async def test_each_fault_of_a_certificate_is_named(
    tmp_path: Path,
    fetcher: Fetcher,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    valid: tuple[str, str],
    trusted: bool,
    words: str,
) -> None:
    server = Hostile(certificate(tmp_path, name, valid))
    await server.start()
    url = server.body("/", FEED)
    if trusted:
        known = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
        monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", known)
    outcome: Fetched | FeedProblem
    outcome = await problem(fetcher, url) if words else await fetcher.get(url)
    await server.close()
    if isinstance(outcome, FeedProblem):
        assert outcome.kind is ProblemKind.TLS
        assert words in str(outcome)
        assert server.asked == []
    else:
        assert outcome.body == FEED


async def test_a_site_without_tls_is_told_from_one_with_a_bad_certificate(
    hostile: Hostile, fetcher: Fetcher
) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-hello\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    found = await problem(fetcher, f"https://127.0.0.1:{port}/")
    server.close()
    assert found.kind is ProblemKind.TLS
    assert "could not agree" in str(found)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nX-", OK + LENGTH + b"\r\n" + FEED[:50]])
async def test_connections_torn_down_at_each_stage_are_named(
    hostile: Hostile, fetcher: Fetcher, sent: bytes
) -> None:
    found = await problem(fetcher, hostile.reset("/", sent))
    assert found.kind in (ProblemKind.CONNECT, ProblemKind.TRUNCATED)
    assert "try again in a while" in str(found)
