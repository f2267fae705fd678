"""The picture of an article is the one that readers would show."""

import pytest

from bot.feeds.parse import parse_feed
from bot.feeds.pictures import first_picture
from tests.feeds.site import rss

URL = "https://example.org/feed"
BASE = "https://example.org/blog/post"
MEDIA = '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">'
THUMBNAIL = '<media:thumbnail url="https://example.org/small.jpg" width="72" height="72"/>'


def picture(item: str) -> str:
    document = rss(f"<item><title>T</title><link>{BASE}</link>{item}</item>")
    (entry,) = parse_feed(document.replace('<rss version="2.0">', MEDIA).encode(), URL).entries
    return entry.picture


def test_the_picture_is_the_first_that_is_meant_to_be_seen() -> None:
    html = (
        '<img src="https://x.example/pixel.gif" width="1" height="1">'
        '<img src="https://secure.gravatar.com/avatar/1"><img src="data:image/png;base64,AA">'
        '<img src="../real.jpg"><img src="/second.jpg">'
    )
    assert first_picture(html, BASE) == "https://example.org/real.jpg"


@pytest.mark.parametrize(
    "html",
    [
        '<p>Text</p><img class="wp-smiley" src="/e.png"><img src="/a.jpg">',
        '<img src="https://img.shields.io/badge/x"><img src="/drawing.svg?x"><IMG SRC="/a.jpg"/>',
        '<img src="data:image/gif;base64,AA" data-src="/a.jpg">',
        '<img src="data:," srcset="/a.jpg 1x, /b.jpg 2x">',
        '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe><img src="/a.jpg">',
        "<!-- <img src='/no.jpg'> --><p title='<img src=/no.jpg>'><img src='/a.jpg'>",
        "<script>'<img src=/no.jpg>'</script><img src=/a.jpg>",
    ],
)
def test_what_is_no_picture_of_the_article_is_passed_over(html: str) -> None:
    assert first_picture(html, BASE) == "https://example.org/a.jpg"


def test_a_film_gives_its_still_picture_where_there_is_no_other() -> None:
    film = '<p>See</p><iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk?x"></iframe>'
    assert first_picture(film, BASE) == "https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg"
    assert first_picture('<video poster="p.jpg"></video>', BASE) == "https://example.org/blog/p.jpg"
    assert first_picture("<iframe src='https://example.org/'></iframe>", BASE) == ""


def test_a_small_thumbnail_gives_way_to_the_articles_own_picture() -> None:
    body = '<description>&lt;img src="/own.jpg"&gt;</description>'
    assert picture(THUMBNAIL + body) == "https://example.org/own.jpg"
    assert picture(THUMBNAIL) == "https://example.org/small.jpg"
    assert picture(THUMBNAIL.replace("72", "480") + body) == "https://example.org/small.jpg"
    assert picture(THUMBNAIL.replace("72", "20")) == ""


def test_of_several_the_widest_is_shown_and_bloggers_small_ones_are_asked_for_larger() -> None:
    several = "".join(
        f'<media:content medium="image" url="https://example.org/{width}.jpg" width="{width}"/>'
        for width in (300, 900, 600)
    )
    assert picture(f"<media:group>{several}</media:group>{THUMBNAIL}").endswith("/900.jpg")
    for address, larger in (
        ("https://1.bp.blogspot.com/x/s72-c/a.png", "https://1.bp.blogspot.com/x/s640/a.png"),
        ("https://b.googleusercontent.com/a=s72-w4-h2-c", "https://b.googleusercontent.com/a=s640"),
        ("https://example.org/s72-c/a.png", "https://example.org/s72-c/a.png"),
        ("https://1.bp.blogspot.com/x/s1600/a.png", "https://1.bp.blogspot.com/x/s1600/a.png"),
    ):
        assert picture(f'<media:thumbnail url="{address}" width="72"/>') == larger


def test_a_channel_of_films_keeps_the_lines_of_its_descriptions() -> None:
    document = """<feed xmlns="http://www.w3.org/2005/Atom"
    xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/">
    <title>Films</title><entry><yt:videoId>abcdefghijk</yt:videoId><title>One</title>
    <link rel="alternate" href="https://www.youtube.com/watch?v=abcdefghijk"/>
    <media:group><media:thumbnail url="https://i1.ytimg.com/vi/x/hqdefault.jpg" width="480"/>
    <media:description>First line

Second line</media:description></media:group></entry></feed>"""
    (entry,) = parse_feed(document.encode(), URL).entries
    assert entry.summary == "First line\n\nSecond line"
    assert entry.text == "First line Second line"
    assert entry.picture == "https://i1.ytimg.com/vi/x/hqdefault.jpg"
