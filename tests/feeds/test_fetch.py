"""Fetching from well-behaved, broken and hostile servers."""

import asyncio
import gzip
import socket
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.feeds.fetch import Fetcher
from bot.feeds.model import Validators
from bot.feeds.problems import FeedProblem, ProblemKind
from tests.feeds.hostile import problem
from tests.feeds.site import Site, feed_of


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=3, body_limit=2**20)
    try:
        yield made
    finally:
        await made.close()


async def test_an_unchanged_feed_costs_a_conditional_request_and_no_body(
    site: Site, fetcher: Fetcher
) -> None:
    url = site.put_with_etag("/feed", feed_of(1))
    first = await fetcher.get(url)
    assert first.body == feed_of(1).encode()
    again = await fetcher.get(url, first.validators)
    assert again.body is None
    assert again.validators == first.validators
    assert site.requests[-1].headers["If-None-Match"] == first.validators.etag


async def test_a_server_that_ignores_conditions_is_recognised_by_the_body(
    site: Site, fetcher: Fetcher
) -> None:
    url = site.put("/feed", feed_of(1))
    first = await fetcher.get(url)
    assert (await fetcher.get(url, first.validators)).body is None
    site.put("/feed", feed_of(1, 2))
    assert (await fetcher.get(url, first.validators)).body == feed_of(1, 2).encode()


async def test_compressed_bodies_are_read(site: Site, fetcher: Fetcher) -> None:
    packed = gzip.compress(feed_of(1).encode())
    url = site.put("/feed", packed, headers={"Content-Encoding": "gzip"})
    assert (await fetcher.get(url)).body == feed_of(1).encode()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ProblemKind.FORBIDDEN),
        (403, ProblemKind.FORBIDDEN),
        (404, ProblemKind.NOT_FOUND),
        (410, ProblemKind.GONE),
        (418, ProblemKind.STATUS),
        (429, ProblemKind.BUSY),
        (500, ProblemKind.SERVER),
        (503, ProblemKind.SERVER),
        (204, ProblemKind.STATUS),
    ],
)
async def test_each_refusal_is_named(
    site: Site, fetcher: Fetcher, status: int, kind: ProblemKind
) -> None:
    url = site.put("/feed", "", status=status, headers={"Retry-After": "120"})
    found = await problem(fetcher, url)
    assert found.kind is kind
    assert found.retry_after_s == 120
    assert str(status) in str(found)


async def test_a_date_in_retry_after_is_understood(site: Site, fetcher: Fetcher) -> None:
    header = {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}
    url = site.put("/feed", "", status=503, headers=header)
    found = await problem(fetcher, url)
    remaining = (datetime(2100, 1, 1, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    assert found.retry_after_s == pytest.approx(remaining, abs=60)


async def test_max_age_is_passed_on(site: Site, fetcher: Fetcher) -> None:
    url = site.put("/feed", feed_of(1), headers={"Cache-Control": "public, max-age=900"})
    assert (await fetcher.get(url)).max_age_s == 900


async def test_permanent_redirects_are_told_from_temporary_ones(
    site: Site, fetcher: Fetcher
) -> None:
    site.put("/new", feed_of(1))
    site.put("/moved", "", status=301, headers={"Location": "/new"})
    site.put("/moved-twice", "", status=308, headers={"Location": "/moved"})
    site.put("/for-now", "", status=302, headers={"Location": "/moved"})
    assert (await fetcher.get(f"{site.url}/moved-twice")).moved_to == f"{site.url}/new"
    assert (await fetcher.get(f"{site.url}/for-now")).moved_to == ""
    assert (await fetcher.get(f"{site.url}/for-now")).url == f"{site.url}/new"


async def test_redirects_in_a_circle_end(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "", status=302, headers={"Location": "/b"})
    url = site.put("/b", "", status=302, headers={"Location": "/a"})
    assert (await problem(fetcher, url)).kind is ProblemKind.REDIRECTS
    assert len(site.requests) < 10


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "gopher://x.example/", "javascript:0", "http://"]
)
async def test_redirects_lead_only_to_web_pages(site: Site, fetcher: Fetcher, to: str) -> None:
    url = site.put("/feed", "", status=302, headers={"Location": to})
    assert (await problem(fetcher, url)).kind is ProblemKind.REDIRECTS


async def test_a_large_body_is_refused_by_its_announced_length(
    site: Site, fetcher: Fetcher
) -> None:
    url = site.put("/feed", bytes(2 * 2**20))
    assert (await problem(fetcher, url)).kind is ProblemKind.TOO_LARGE


async def test_a_body_without_a_length_is_refused_when_it_grows_too_large(
    site: Site, fetcher: Fetcher
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(65536))

    found = await problem(fetcher, site.serve("/feed", endless))
    assert found.kind is ProblemKind.TOO_LARGE


async def test_a_compression_bomb_costs_little_memory(site: Site) -> None:
    fetcher = Fetcher(SystemClock(), per_host=0, allow_private=True)
    bomb = gzip.compress(bytes(200 * 2**20))
    url = site.put("/feed", bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        found = await problem(fetcher, url)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        await fetcher.close()
    assert found.kind is ProblemKind.TOO_LARGE
    assert peak < 40 * 2**20


async def test_a_body_that_drips_runs_out_of_time(site: Site) -> None:
    fetcher = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=0.5)
    released = asyncio.Event()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"<rss>")
        await released.wait()
        return response

    try:
        found = await problem(fetcher, site.serve("/feed", drip))
    finally:
        released.set()
        await fetcher.close()
    assert found.kind is ProblemKind.TIMEOUT


async def test_a_body_that_breaks_off_is_named(site: Site, fetcher: Fetcher) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "5000"})
        await response.prepare(request)
        await response.write(b"<rss>")
        assert request.transport is not None
        request.transport.close()
        return response

    assert (await problem(fetcher, site.serve("/feed", broken))).kind is ProblemKind.TRUNCATED


async def test_nobody_listening_unknown_names_and_wrong_tls_are_told_apart(
    site: Site, fetcher: Fetcher
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        connect = await problem(fetcher, f"http://127.0.0.1:{port}/feed")
    assert connect.kind is ProblemKind.CONNECT
    assert (await problem(fetcher, "https://no-such-name.invalid/")).kind is ProblemKind.DNS
    tls = await problem(fetcher, site.url.replace("http:", "https:"))
    assert tls.kind is ProblemKind.TLS


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/feed",
        "http://localhost:{port}/feed",
        "http://[::ffff:127.0.0.1]:{port}/feed",
        "http://2130706433:{port}/feed",
        "http://127.1:{port}/feed",
        "http://0.0.0.0:{port}/feed",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
async def test_private_addresses_are_refused_however_they_are_written(
    site: Site, guarded: Fetcher, url: str
) -> None:
    site.put("/feed", feed_of(1))
    found = await problem(guarded, url.format(port=site.url.rpartition(":")[2]))
    assert found.kind in (ProblemKind.PRIVATE, ProblemKind.DNS)
    assert site.requests == []


async def test_a_name_that_resolves_to_this_machine_is_refused_when_connecting(
    site: Site, guarded: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def rebound(host: str, *args: object, **kwargs: object) -> object:
        return real("127.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    port = site.url.rpartition(":")[2]
    found = await problem(guarded, f"http://innocent.example:{port}/feed")
    assert found.kind is ProblemKind.PRIVATE
    assert site.requests == []


async def test_a_redirect_to_a_private_address_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetcher = Fetcher(SystemClock(), per_host=0, allow_private=False, timeout_s=3)
    url = site.put(
        "/feed", "", status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}
    )
    # Only the first hop is let through, as if the site were on the public internet.
    real = fetcher._check_address
    monkeypatch.setattr(
        fetcher, "_check_address", lambda target: None if target == url else real(target)
    )
    monkeypatch.setattr("bot.feeds.guard.is_public", lambda host: host == "127.0.0.1")
    found = await problem(fetcher, url)
    await fetcher.close()
    assert found.kind is ProblemKind.PRIVATE
    assert len(site.requests) == 1


async def test_one_host_gets_no_more_requests_at_once_than_allowed(site: Site) -> None:
    fetcher = Fetcher(SystemClock(), per_host=2, allow_private=True, timeout_s=5)
    inside = most = 0
    full = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 2:
            full.set()
        await full.wait()
        inside -= 1
        return web.Response(body=feed_of(1).encode())

    url = site.serve("/feed", slow)
    await asyncio.gather(*(fetcher.get(f"{url}?{number}") for number in range(8)))
    await fetcher.close()
    assert most == 2


async def test_validators_of_another_document_do_not_hide_a_change(
    site: Site, fetcher: Fetcher
) -> None:
    url = site.put("/feed", feed_of(1), headers={"ETag": '"always the same"'})
    first = await fetcher.get(url, Validators(body_hash="other"))
    assert first.body is not None


async def test_waiting_for_the_host_of_a_redirect_counts_as_the_sites_slowness(site: Site) -> None:
    fetcher = Fetcher(SystemClock(), per_host=1, allow_private=True, timeout_s=0.5)
    held = asyncio.Event()

    async def never(_: web.Request) -> web.Response:
        held.set()
        await asyncio.Event().wait()
        raise AssertionError

    slow = site.serve("/slow", never)
    start = Site()
    await start.start()
    try:
        url = start.put(
            "/feed", "", status=302, headers={"Location": site.put("/there", feed_of(1))}
        )
        waiting = [asyncio.create_task(fetcher.get(slow)) for _ in range(4)]
        await held.wait()
        with pytest.raises(FeedProblem, match="too long") as problem:
            await fetcher.get(url)
        assert problem.value.kind is ProblemKind.TIMEOUT
        assert sum(not task.done() for task in waiting) >= 2
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    finally:
        await start.close()
        await fetcher.close()
