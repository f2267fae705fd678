"""The parse worker: a small process of its own that reads feeds for the bot.

Started by ``bot.feeds.pool`` as ``python -m bot.feeds.worker``; ``bot.workers.serving`` says how it
lives and ends.

A request's header has ``kind`` ("feed", "page" or "opml"), ``url`` and ``content_type``, for a
feed also ``known`` and ``context`` as ``parse_feed`` takes them; the body is the document. An
answer's header is {"ok": true}, or {"ok": false, "kind": ..., "text": ...}, and its body lines of
JSON: a ParsedFeed without entries and then each entry, or addresses, or a FeedList.
"""

import json
from typing import Any

from bot.feeds import opml
from bot.feeds.discover import feed_links
from bot.feeds.model import ParsedFeed
from bot.feeds.parse import parse_feed
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.workers.frames import Header
from bot.workers.serving import serve

MEMORY_LIMIT = 384 * 2**20  # bytes of address space; a feed of 10 MB, full of emoji, needs 260 MB
SECONDS_LIMIT = 30  # a request that takes longer ends the process, in case nobody else does


def answer(header: Header, body: bytes) -> tuple[Header, bytes]:
    """Header and body of the answer to one request."""
    try:
        if header["kind"] == "page":
            lines: list[Any] = list(feed_links(body, header["url"]))
        elif header["kind"] == "opml":
            lines = [opml.read(body).to_json()]
        else:
            feed = parse_feed(
                body, header["url"], header["content_type"], header["known"], header["context"]
            )
            lines = feed_lines(feed)
    except FeedProblem as problem:
        return {"ok": False, "kind": problem.kind, "text": str(problem)}, b""
    except (Exception, RecursionError):  # one bad feed must not end the worker
        text = "The feed is written in a way that I cannot read. Try another feed of the site."
        return {"ok": False, "kind": ProblemKind.UNREADABLE, "text": text}, b""
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    return {"ok": True}, text.encode("utf-8", "replace")


def feed_lines(feed: ParsedFeed) -> list[dict[str, Any]]:
    """The form in which a feed leaves the worker: what it is, and then its entries one by one.

    Many small lines rather than a large one: who reads them can do other things in between.
    """
    about = {
        "title": feed.title,
        "site": feed.site,
        "language": feed.language,
        "ttl_s": feed.ttl_s,
        "cut_off": feed.cut_off,
        "context": feed.context,
        "unchanged": feed.unchanged,
        "unchanged_at": feed.unchanged_at,
        "oddities": feed.oddities,
    }
    return [about, *(entry.to_json() for entry in feed.entries)]


def main() -> None:
    """Answer requests until the input closes."""
    serve(answer, memory=MEMORY_LIMIT, seconds=SECONDS_LIMIT)


if __name__ == "__main__":
    main()
