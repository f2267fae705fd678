"""Documents made to take our time or memory cost a worker little of either."""

from pathlib import Path

import pytest

from bot.feeds.clean import HTML_LIMIT, title_text, to_markdown, to_text
from bot.feeds.model import TITLE_LIMIT
from bot.feeds.parse import ENTRY_LIMIT
from bot.feeds.pictures import first_picture
from bot.feeds.pool import ParsePool
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.text import utf16_len
from tests.feeds.site import feed_of, item, rss

URL = "https://example.org/feed"
MEMORY = 128 * 1024  # KB that a worker may have held at most; at rest it holds 25,000


def peak_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


@pytest.mark.parametrize(
    ("document", "entries"),
    [
        (rss("<item><title>x</title></item>" * 100_000), ENTRY_LIMIT),
        (rss(item(1, title="x" * 1_000_000)), 1),
        (rss(item(1, title="<a " * 300_000)), 1),
        (rss(item(1).replace("What", "&lt;div&gt;" * 100_000)), 1),
        (feed_of(1, 2).replace("Article", "Art\x00\x0bicle"), 2),
        (
            '<!DOCTYPE rss [<!ENTITY a "' + "x" * 200 + '">]>'
            "<rss><channel><item><title>" + "&a;" * 100_000 + "</title></item></channel></rss>",
            1,
        ),
    ],
    ids=["items", "title", "unclosed", "nested-html", "nul", "entity"],
)
async def test_it_is_read_in_bounds(pool: ParsePool, document: str, entries: int) -> None:
    feed = await pool.feed(document.encode(), URL)
    assert len(feed.entries) == entries
    for entry in feed.entries:
        assert entry.title.strip()
        assert utf16_len(entry.title) <= TITLE_LIMIT
        assert "\x00" not in entry.title + entry.text + entry.summary + entry.link
    (pid,) = pool.pids
    assert peak_kb(pid) < MEMORY


@pytest.mark.parametrize(
    "document",
    [
        rss("<item>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item>"),
        rss("<item>" + "<a>" * 100_000),
        rss("<item " + " ".join(f'a{number}="x"' for number in range(50_000)) + "></item>"),
    ],
    ids=["deep", "deep-and-broken", "attributes"],
)
async def test_what_would_take_too_long_is_refused_at_once(document: str) -> None:
    # The worker is not even near its limit of time, whatever else the machine does.
    pool = ParsePool(timeout_s=15)
    try:
        with pytest.raises(FeedProblem, match="take far too long") as caught:
            await pool.feed(document.encode(), URL)
        assert caught.value.kind is ProblemKind.UNREADABLE
        assert len(pool.pids) == 1
    finally:
        await pool.close()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("end", ["", ">", '">'])
def test_cleaning_takes_no_longer_for_html_made_to_delay_it(end: str) -> None:
    for piece in (
        "<a ",
        "<a b='",
        "<!--",
        "<![",
        "</",
        "The post x appeared first on ",
        "<ul><li>",
    ):
        source = (piece * (HTML_LIMIT // len(piece)))[: HTML_LIMIT - 2] + end
        to_text(source, 2_000)
        to_markdown(source, 420, URL)
        title_text(source, 256)
        first_picture(source, URL)
