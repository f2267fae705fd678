"""Addresses and redirects that lead where we do not go."""

import socket

import pytest

from bot.feeds.fetch import Fetcher
from bot.feeds.problems import ProblemKind
from tests.feeds.hostile import FEED, LENGTH, OK, Hostile, problem


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
