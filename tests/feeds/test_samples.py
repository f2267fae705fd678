"""The sandbox's sample feeds are read like any other and publish now and then."""

import struct
import zlib
from itertools import pairwise
from urllib.parse import urlsplit

from bot.clock import SystemClock
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import parse_feed
from bot.feeds.pool import ParsePool
from bot.sandbox import Sandbox
from bot.sandbox.samples import EVERY_S, FEEDS, SHOWN, Samples, picture


async def test_every_sample_leads_to_a_feed_that_grows() -> None:
    now = 1_772_445_600.0
    samples = Samples(clock=lambda: now)
    sandbox = Sandbox()
    samples.attach(sandbox)
    await sandbox.start(port=0)
    fetcher = Fetcher(SystemClock(), per_host=0, allow_private=True)
    pool = ParsePool()
    try:
        assert len(samples.addresses(sandbox)) == len(FEEDS)
        for url in samples.addresses(sandbox).values():
            fetched = await fetcher.get(url)
            if "html" in fetched.content_type:
                (url,) = await pool.page(fetched.body or b"", url)
                fetched = await fetcher.get(url)
            before = parse_feed(fetched.body or b"", url)
            assert len(before.entries) == SHOWN
            assert all(entry.title.startswith("Sample: ") for entry in before.entries)
            assert (await fetcher.get(url, fetched.validators)).body is None
            now += EVERY_S
            later = parse_feed((await fetcher.get(url)).body or b"", url)
            assert [entry.guid for entry in later.entries[1:]] == [
                entry.guid for entry in before.entries[:-1]
            ]
            for picture_url in filter(None, (entry.picture for entry in later.entries)):
                assert (await fetcher.get(picture_url)).body
                assert urlsplit(picture_url).hostname == "127.0.0.1"
    finally:
        await pool.close()
        await fetcher.close()
        await sandbox.close()


def test_sample_pictures_are_png() -> None:
    data = picture(7, 20, 10)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == (20, 10)


def test_sample_pictures_show_smooth_hills_and_are_drawn_once() -> None:
    width, height = 480, 240
    for number in range(12):
        data = picture(number, width, height)
        assert picture(number, width, height) is data
        pixels = _pixels(data)
        kinds = len(pixels) // height // width
        first = bytes(pixels[-kinds:])  # the foremost hill, at the bottom
        tops = []
        for x in range(width):
            column = [
                pixels[(y * width + x) * kinds : (y * width + x + 1) * kinds] for y in range(height)
            ]
            tops.append(column.index(first))
        steps = [abs(after - before) for before, after in pairwise(tops)]
        assert max(steps) <= 2
        assert max(tops) - min(tops) > height // 20


def _pixels(png: bytes) -> bytes:
    """A PNG's pixels without the filter bytes, which must be 0; one or three bytes each."""
    place, data = 8, b""
    width = height = 0
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + length]
        assert png[place + 8 + length :][:4] == struct.pack(">I", zlib.crc32(kind + body))
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        data += body if kind == b"IDAT" else b""
        place += length + 12
    raw = zlib.decompress(data)
    row = len(raw) // height
    assert (row - 1) % width == 0
    assert not any(raw[::row])
    return b"".join(raw[y * row + 1 : (y + 1) * row] for y in range(height))
