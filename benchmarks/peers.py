"""The same feeds read by others, each in a process of its own: ``python -m benchmarks.peers``.

Prints the seconds of each scenario as JSON: ``{"first": [...], "unchanged": [...], "new": [...]}``,
one number for each round over all feeds.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import feedparser

ROUNDS = {"reader": (5, 1), "feedparser": (2, 1)}


def publish(base: str, who: str, version: int) -> None:
    """One more new entry in every feed."""
    urlopen(Request(f"{base}/{who}?version={version}", method="POST"), timeout=5).close()


def timed(act: Callable[[], None]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


class Reader:
    """reader, from PyPI, as it recommends itself: ten workers, SQLite on disk."""

    def __init__(self, urls: list[str], folder: Path) -> None:
        from reader import make_reader

        self._reader = make_reader(str(folder / "reader.db"))
        for url in urls:
            self._reader.add_feed(url)

    def update(self) -> None:
        self._reader.update_feeds(scheduled=False, workers=10)  # all, not only what is due

    def check(self, articles: int) -> None:
        counts = self._reader.get_entry_counts()
        assert counts.total == articles, counts.total


class Loop:
    """A plain loop over feedparser.parse, with the conditional requests that it offers."""

    def __init__(self, urls: list[str]) -> None:
        self._tags = dict.fromkeys(urls, "")
        self._seen: dict[str, set[str]] = {url: set() for url in urls}

    def update(self) -> None:
        for url, tag in self._tags.items():
            parsed = feedparser.parse(url, etag=tag)
            self._tags[url] = parsed.get("etag", tag)
            self._seen[url].update(entry.id for entry in parsed.entries)

    def check(self, articles: int) -> None:
        count = sum(map(len, self._seen.values()))
        assert count == articles, count


def main(who: str, base: str, feeds: int, entries: int) -> None:
    """Run one peer through the three scenarios."""
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"{base}/{who}/{number}.xml" for number in range(feeds)]
        peer = Reader(urls, Path(folder)) if who == "reader" else Loop(urls)
        unchanged, new = ROUNDS[who]
        took = {"first": [timed(peer.update)]}
        took["unchanged"] = [timed(peer.update) for _ in range(unchanged)]
        took["new"] = []
        for version in range(1, new + 1):
            publish(base, who, version)
            took["new"].append(timed(peer.update))
        peer.check(feeds * (entries + new))
    print(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
