"""Servers that break the rules of HTTP in what they answer: refused in words, or read."""

import gzip

import pytest

from bot.feeds.fetch import LARGE, Fetcher
from bot.feeds.problems import ProblemKind
from tests.feeds.hostile import CHUNKED, FEED, LENGTH, OK, Hostile, bomb, problem
from tests.feeds.site import feed_of

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


async def test_a_bomb_in_a_bomb_is_undone_once_and_no_further(
    hostile: Hostile, fetcher: Fetcher
) -> None:
    inner = bomb()
    url = hostile.body("/", gzip.compress(inner), "Content-Encoding: gzip")
    assert (await fetcher.get(url)).body == inner


async def test_what_repeats_itself_as_feeds_do_is_unpacked(
    hostile: Hostile, fetcher: Fetcher
) -> None:
    body = feed_of(*range(9_000)).encode()
    packed = gzip.compress(body)
    assert len(body) > 2 * LARGE
    url = hostile.body("/", packed, "Content-Encoding: gzip")
    assert (await fetcher.get(url)).body == body
