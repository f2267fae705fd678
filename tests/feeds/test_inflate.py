"""Compressed answers are undone step by step, and bombs stop early."""

import gzip
import zlib

import pytest

from bot.feeds.inflate import STEP, Inflater
from bot.feeds.problems import FeedProblem, ProblemKind

BODY = b"<rss>" + bytes(range(256)) * 4000 + b"</rss>"


def unpack(encoding: str, data: bytes, step: int = 1000) -> bytes:
    inflater = Inflater(encoding)
    pieces = [
        piece
        for start in range(0, len(data), step)
        for piece in inflater.feed(data[start : start + step])
    ]
    inflater.finish()
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", BODY),
        ("identity", BODY),
        ("gzip", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY[:500]) + gzip.compress(BODY[500:])),
        ("GZIP ", gzip.compress(BODY) + bytes(8)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compressobj(wbits=-15).compress(b"") or zlib.compress(BODY)[2:-4]),
    ],
)
def test_every_encoding_that_we_ask_for_is_undone(encoding: str, packed: bytes) -> None:
    assert unpack(encoding, packed) == BODY


def test_a_bomb_comes_out_in_small_steps() -> None:
    bomb = gzip.compress(bytes(50 * 2**20))
    inflater = Inflater("gzip")
    first = next(iter(inflater.feed(bomb)))
    assert len(first) <= STEP


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_what_was_not_asked_for_is_named(encoding: str) -> None:
    with pytest.raises(FeedProblem) as caught:
        Inflater(encoding)
    assert caught.value.kind is ProblemKind.ENCODING


@pytest.mark.parametrize(
    "data", [gzip.compress(BODY)[:-20], gzip.compress(BODY)[:300], b"nonsense"]
)
def test_broken_data_is_named(data: bytes) -> None:
    with pytest.raises(FeedProblem) as caught:
        unpack("gzip", data)
    assert caught.value.kind is ProblemKind.TRUNCATED
