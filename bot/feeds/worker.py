"""The parse worker: a small process of its own that reads feeds for the bot.

Started by ``bot.feeds.pool`` as ``python -m bot.feeds.worker``. Requests and answers are frames on
standard input and output. It ends when its input closes, which also happens when the bot is
killed, and it may be killed itself at any moment: it holds nothing.

A frame is two lengths (unsigned 32 bits, big-endian), then a JSON header and a body of those
lengths. A request's header has ``kind`` ("feed", "page" or "opml"), ``url`` and ``content_type``,
for a feed also ``known`` and ``context`` as ``parse_feed`` takes them; the body is the document. An
answer's header is {"ok": true}, or {"ok": false, "kind": ..., "text": ...}, and its body lines of
JSON: a ParsedFeed without entries and then each entry, or addresses, or a FeedList.
"""

import contextlib
import json
import os
import queue
import resource
import signal
import struct
import sys
import threading
from typing import Any, BinaryIO

from bot.feeds import opml
from bot.feeds.discover import feed_links
from bot.feeds.model import ParsedFeed
from bot.feeds.parse import parse_feed
from bot.feeds.problems import FeedProblem, ProblemKind

FRAME = struct.Struct(">II")
MEMORY_LIMIT = 384 * 2**20  # bytes of address space; a feed of 10 MB, full of emoji, needs 260 MB
SECONDS_LIMIT = 30  # a request that takes longer ends the process, in case nobody else does

Request = tuple[dict[str, Any], bytes]


def answer(header: dict[str, Any], body: bytes) -> bytes:
    """The whole answering frame to one request."""
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
        return _frame({"ok": False, "kind": problem.kind, "text": str(problem)}, b"")
    except (Exception, RecursionError):  # one bad feed must not end the worker
        text = "The feed is written in a way that I cannot read. Try another feed of the site."
        return _frame({"ok": False, "kind": ProblemKind.UNREADABLE, "text": text}, b"")
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    return _frame({"ok": True}, text.encode("utf-8", "replace"))


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


def _frame(header: dict[str, Any], body: bytes) -> bytes:
    packed = json.dumps(header).encode()
    return FRAME.pack(len(packed), len(body)) + packed + body


def _read_frame(stream: BinaryIO) -> Request | None:
    start = stream.read(FRAME.size)
    if len(start) < FRAME.size:
        return None
    header_length, body_length = FRAME.unpack(start)
    header, body = stream.read(header_length), stream.read(body_length)
    if len(header) < header_length or len(body) < body_length:
        return None
    return json.loads(header), body


def _limit_resources() -> None:
    """Bound what a hostile document can make this process use; not all systems allow all."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    os.nice(5)  # the bot's answers come first


def _receive(requests: "queue.SimpleQueue[Request]") -> None:
    """Take in requests on a thread, to notice at once when the bot is gone."""
    while (request := _read_frame(sys.stdin.buffer)) is not None:
        requests.put(request)
    os._exit(0)


def main() -> None:
    """Answer requests until the input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the bot's to handle
    _limit_resources()
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    while True:
        header, body = requests.get()
        signal.alarm(SECONDS_LIMIT)
        sys.stdout.buffer.write(answer(header, body))
        sys.stdout.buffer.flush()
        signal.alarm(0)


if __name__ == "__main__":
    main()
