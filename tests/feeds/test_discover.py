"""A page names its feeds in one of several ways."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.feeds import finding
from bot.feeds.discover import PLACES_LIMIT, feed_links, usual_places
from bot.feeds.fetch import Fetcher
from bot.feeds.finding import NAMED_TRIES, Finder
from bot.feeds.known_sites import known_place, youtube_channel
from bot.feeds.links import typed_address
from bot.feeds.pool import ParsePool
from bot.feeds.problems import FeedProblem, ProblemKind
from tests.feeds.site import Site, feed_of

URL = "https://example.org/blog/"
CHANNEL = "UC" + "x-Y_0123456789abcdefgh"[:22]
VIDEOS = "https://www.youtube.com/feeds/videos.xml"


def test_named_feeds_come_first_and_comments_last() -> None:
    page = b"""<!doctype html><head><base href="/x/">
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
    <link rel="stylesheet" href="a.css"><link rel="alternate" hreflang="de" href="/de">
    <link rel="Alternate Home" type="application/atom+xml; charset=utf-8" href="atom.xml">
    </head><a href="/rss">RSS</a><a href="/about">About</a>"""
    assert feed_links(page, URL) == [
        "https://example.org/x/atom.xml",
        "https://example.org/comments/feed",
        "https://example.org/rss",
    ]


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ('<link rel="alternate" type="application/feed+json" href="/feed.json">', "/feed.json"),
        ('<link rel="alternate" type="text/xml" href="/rss.xml">', "/rss.xml"),
        ('<link rel="feed" href="/news">', "/news"),
        ('<link rel="alternate" type="application/rss+xml" href="//x.org/f">', "https://x.org/f"),
        ('<LINK REL=alternate TYPE="APPLICATION/RSS+XML" HREF=/a&amp;b>', "/a&b"),
        ('<link rel="alternate" type="text/xml" href="/sitemap.xml">', None),
        ('<link rel="alternate" type="application/json" href="/api/x">', None),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:x()">', None),
    ],
)
def test_ways_to_name_a_feed(tag: str, found: str | None) -> None:
    links = feed_links(f"<html><head>{tag}</head>".encode(), URL)
    wanted = found if found is None or found.startswith("http") else f"https://example.org{found}"
    assert links == ([] if wanted is None else [wanted])


def test_a_wordpress_page_without_link_elements_has_the_sites_feed() -> None:
    page = b'<img src="https://example.org/wp-content/uploads/a.png"><a href="/about">About</a>'
    assert feed_links(page, "https://example.org/2024/post/") == [
        "https://example.org/feed/",
        "https://example.org/?feed=rss2",
    ]


def test_broken_pages_give_what_came_before() -> None:
    page = b'<link rel=alternate type=application/rss+xml href=/feed><![x <a href="/rss">'
    assert feed_links(page, URL)[0] == "https://example.org/feed"
    assert feed_links(b"\x00\xff" * 100, URL) == []


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8")))
def test_no_page_breaks_it(page: bytes) -> None:
    assert all(link.startswith("http") for link in feed_links(b"<link rel=feed href=" + page, URL))


def test_usual_places_are_few_and_on_the_site() -> None:
    assert usual_places(URL)[:2] == [
        "https://example.org/blog/feed",
        "https://example.org/blog.atom",
    ]
    assert "https://example.org/feeds/posts/default" in usual_places("https://example.org")
    assert usual_places("https://social.example/@napo")[0] == "https://social.example/@napo.rss"
    assert len(usual_places(URL)) <= PLACES_LIMIT


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        (f"https://m.youtube.com/channel/{CHANNEL}/videos", f"{VIDEOS}?channel_id={CHANNEL}"),
        ("https://www.youtube.com/user/UnisonTV", f"{VIDEOS}?user=UnisonTV"),
        ("https://youtube.com/playlist?list=PL12-_ab&x=1", f"{VIDEOS}?playlist_id=PL12-_ab"),
        ("https://www.youtube.com/@NapoUnion", ""),
        ("https://www.youtube.com/c/NapoUnion", ""),
        (f"{VIDEOS}?channel_id={CHANNEL}", ""),
        ("https://x.blogspot.com/2024/01/a.html", "https://x.blogspot.com/feeds/posts/default"),
        ("http://x.blogspot.co.uk", "https://x.blogspot.co.uk/feeds/posts/default"),
        ("https://x.blogspot.com/feeds/posts/default?alt=rss", ""),
        ("https://x.wordpress.com/about/", "https://x.wordpress.com/feed"),
        ("https://x.wordpress.com/category/news/feed/", ""),
        (
            "https://www.gov.uk/government/organisations/hm-prison-and-probation-service",
            "https://www.gov.uk/government/organisations/hm-prison-and-probation-service.atom",
        ),
        (
            "https://www.gov.uk/government/organisations/ministry-of-justice.cy",
            "https://www.gov.uk/government/organisations/ministry-of-justice.cy.atom",
        ),
        (
            "https://www.gov.uk/search/news-and-communications?keywords=probation&order=updated",
            "https://www.gov.uk/search/news-and-communications.atom?keywords=probation&order=updated",
        ),
        ("https://www.gov.uk/world/france", "https://www.gov.uk/world/france.atom"),
        ("https://www.gov.uk/government/organisations/ministry-of-justice.atom", ""),
        ("https://www.gov.uk/government/publications/some-report", ""),
        ("https://www.gov.uk/", ""),
        ("https://x.substack.com/p/a-post", "https://x.substack.com/feed"),
        ("https://x.substack.com/feed", ""),
        ("https://medium.com/@writer/post-1", "https://medium.com/feed/@writer"),
        ("https://medium.com/a-publication", "https://medium.com/feed/a-publication"),
        ("https://medium.com/feed/@writer", ""),
        ("https://writer.medium.com/post-1", "https://writer.medium.com/feed"),
        ("https://github.com/python/cpython", "https://github.com/python/cpython/releases.atom"),
        ("https://github.com/a/b.git", "https://github.com/a/b/releases.atom"),
        ("https://github.com/a/b/tags", "https://github.com/a/b/tags.atom"),
        ("https://github.com/a/b/commits/main", "https://github.com/a/b/commits/main.atom"),
        ("https://github.com/a/b/releases.atom", ""),
        ("https://github.com/python", "https://github.com/python.atom"),
        ("https://github.com/topics/rss", ""),
        ("https://www.reddit.com/r/ukpolitics/", "https://www.reddit.com/r/ukpolitics/.rss"),
        ("https://old.reddit.com/r/x/top", "https://www.reddit.com/r/x/top/.rss"),
        ("https://www.reddit.com/r/x/.rss", ""),
        (URL, ""),
        ("https://notyoutube.com/user/x", ""),
    ],
)
def test_sites_that_keep_their_feeds_by_a_rule(page: str, feed: str) -> None:
    assert known_place(page) == feed


@pytest.mark.parametrize(
    "page",
    [
        f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
        f'<meta itemprop="identifier" content="{CHANNEL}">',
        f'{{"channelId":"UC{"z" * 22}","externalId":"{CHANNEL}"}}',
        f'{{"videoDetails":{{"channelId": "{CHANNEL}"}}}}',
    ],
)
def test_a_page_of_youtube_says_whose_channel_it_is(page: str) -> None:
    url = "https://www.youtube.com/@NapoUnion"
    assert feed_links(page.encode(), url) == [f"{VIDEOS}?channel_id={CHANNEL}"]
    assert youtube_channel("https://example.org/", page.encode()) == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("example.org/news", "https://example.org/news"),
        (" www.example.org ", "https://www.example.org"),
        ("feed://example.org/rss", "https://example.org/rss"),
        ("feed:https://example.org/rss", "https://example.org/rss"),
        ("<http://example.org/a#top>", "http://example.org/a"),
        ("//example.org/a", "https://example.org/a"),
        ("example.org:8080/feed", "https://example.org:8080/feed"),
    ],
)
def test_addresses_as_people_type_them(typed: str, meant: str) -> None:
    assert typed_address(typed) == meant


# End to end, against a real server and the real worker.


@pytest.fixture
async def finder(pool: ParsePool) -> AsyncIterator[Finder]:
    fetcher = Fetcher(SystemClock(), per_host=2, allow_private=True)
    yield Finder(fetcher, pool)
    await fetcher.close()


def put_page(site: Site, path: str, *tags: str) -> str:
    return site.put(path, "<html><head>" + "".join(tags), content_type="text/html")


def rss_link(href: str, title: str = "News") -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'


async def test_of_several_named_feeds_the_first_is_taken_and_the_others_are_told(
    site: Site, finder: Finder
) -> None:
    site.put("/main", feed_of(1))
    tags = (
        rss_link("/comments", "Comments"),
        rss_link("/main"),
        rss_link("/b"),
        rss_link("/comments/x"),
    )
    found = await finder.find(put_page(site, "/", *tags))
    assert found.url == site.url + "/main"
    assert found.others == (site.url + "/b",)
    assert [request.path for request in site.requests] == ["/", "/main"]


async def test_a_named_feed_that_is_broken_is_passed_over_even_on_a_dead_host(
    site: Site, finder: Finder
) -> None:
    site.put("/works", feed_of(1))
    dead = rss_link("http://127.0.0.1:9/feed")
    found = await finder.find(put_page(site, "/", dead, rss_link("/404"), rss_link("/works")))
    assert found.url == site.url + "/works"


async def test_a_page_that_names_none_has_it_in_a_usual_place(site: Site, finder: Finder) -> None:
    site.put("/blog/feed", feed_of(1))
    assert (await finder.find(put_page(site, "/blog/"))).url == site.url + "/blog/feed"


async def test_looking_takes_few_requests_and_stops_where_a_site_is_unwell(
    site: Site, finder: Finder
) -> None:
    named = [rss_link(f"/named/{number}") for number in range(30)]
    with pytest.raises(FeedProblem) as caught:
        await finder.find(put_page(site, "/a/", *named))
    assert caught.value.kind is ProblemKind.NOT_A_FEED
    assert len(site.requests) == 1 + NAMED_TRIES + PLACES_LIMIT
    site.requests.clear()
    site.put("/b/feed", "", status=429)
    with pytest.raises(FeedProblem):
        await finder.find(put_page(site, "/b/"))
    assert len(site.requests) == 2


async def test_a_rule_that_leads_nowhere_does_not_hide_the_page(
    site: Site, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("/feed.xml", feed_of(1))
    page = put_page(site, "/", rss_link("/feed.xml"))
    monkeypatch.setattr(finding, "known_place", lambda url: f"{url}nowhere")
    assert (await finder.find(page)).url == site.url + "/feed.xml"
    assert [request.path for request in site.requests] == ["/nowhere", "/", "/feed.xml"]
    monkeypatch.setattr(finding, "known_place", lambda url: f"{url}feed.xml")
    site.requests.clear()
    await finder.find(page)
    assert [request.path for request in site.requests] == ["/feed.xml"]
