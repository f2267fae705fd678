"""Parsing happens elsewhere, ends when it must, and leaves nothing behind."""

import asyncio
import os
import signal
import textwrap
from pathlib import Path

import pytest

from bot.feeds.parse import parse_feed
from bot.feeds.pool import ParsePool
from bot.feeds.problems import FeedProblem, ProblemKind
from tests.feeds.site import feed_of
from tests.processes import ends_with_its_parent, until_gone

URL = "https://example.org/feed"


async def test_the_worker_reads_as_the_parser_does(pool: ParsePool) -> None:
    body = feed_of(*range(50)).encode()
    assert await pool.feed(body, URL) == parse_feed(body, URL)


async def test_what_is_known_is_left_out_by_the_worker_too(pool: ParsePool) -> None:
    body = feed_of(1, 2, 3).encode()
    whole = await pool.feed(body, URL)
    known = [entry.fragment for entry in whole.entries[1:]]
    partly = await pool.feed(body, URL, "", known, whole.context)
    assert partly == parse_feed(body, URL, "", known, whole.context)
    assert partly.unchanged == tuple(known)


async def test_two_documents_are_read_side_by_side_where_two_workers_may_be() -> None:
    pool = ParsePool(size=2)
    try:
        await asyncio.gather(*(pool.feed(feed_of(*range(200)).encode(), URL) for _ in range(5)))
        assert len(set(pool.pids)) == 2
    finally:
        await pool.close()


async def test_a_large_answer_is_whole(pool: ParsePool) -> None:
    body = feed_of(*range(900)).replace("some length", "some length " * 100).encode()
    assert len(body) > 1024 * 1024
    assert await pool.feed(body, URL) == parse_feed(body, URL)


async def test_problems_come_back_named(pool: ParsePool) -> None:
    with pytest.raises(FeedProblem) as caught:
        await pool.feed(b"<html></html>", URL)
    assert caught.value.kind is ProblemKind.NOT_A_FEED


async def test_at_rest_there_is_no_worker() -> None:
    pool = ParsePool(idle_s=0)
    await pool.feed(feed_of(1).encode(), URL)
    pids = pool.pids
    await until_gone(pids)
    assert (await pool.feed(feed_of(1).encode(), URL)).title == "Sample news"
    await pool.close()


async def test_a_document_that_takes_too_long_costs_its_worker_and_no_more(pool: ParsePool) -> None:
    hurried = ParsePool(timeout_s=0.01)
    with pytest.raises(FeedProblem) as caught:
        await hurried.feed(feed_of(*range(2000)).encode(), URL)
    assert caught.value.kind is ProblemKind.UNREADABLE
    await hurried.close()


async def test_a_worker_that_dies_is_replaced(pool: ParsePool) -> None:
    await pool.feed(feed_of(1).encode(), URL)
    (pid,) = pool.pids
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(FeedProblem):
        await pool.feed(feed_of(1).encode(), URL)
    assert (await pool.feed(feed_of(1).encode(), URL)).title == "Sample news"


async def test_the_worker_knows_none_of_our_settings(
    pool: ParsePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret-token")
    await pool.feed(feed_of(1).encode(), URL)
    (pid,) = pool.pids
    assert b"secret-token" not in Path(f"/proc/{pid}/environ").read_bytes()


async def test_workers_end_with_a_parent_that_is_killed() -> None:
    script = textwrap.dedent("""
        import asyncio
        from bot.feeds.pool import ParsePool
        async def main():
            pool = ParsePool()
            await pool.feed(b'<rss version="2.0"><channel><title>x</title></channel></rss>', "")
            print(pool.pids[0], flush=True)
            await asyncio.Event().wait()
        asyncio.run(main())
    """)
    await ends_with_its_parent(script)
