"""The sandbox's sample feeds are read like any other and publish now and then."""

import struct
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
