"""Decompression that stops early: a bomb costs no more than the limit."""

import re
import zlib
from collections.abc import Iterator

from bot.feeds.problems import FeedProblem, ProblemKind

STEP = 256 * 1024  # bytes written at most before the caller gets to look
MEMBERS_LIMIT = 1_000  # of one gzip stream; a million empty ones cost seconds and give nothing


class Inflater:
    """Undoes a ``Content-Encoding`` piece by piece.

    Raises:
        FeedProblem: the encoding is not one that we asked for.
    """

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FeedProblem(
                ProblemKind.ENCODING,
                f"The site sends the feed packed as “{_word(self._encoding)}”, which was not asked "
                "for. Tell the site, or try another of its feeds.",
            )
        self._packed = self._encoding not in ("", "identity")
        self._unpacker: zlib._Decompress | None = None
        self._members = 0
        self.unread = 0  # bytes of the last piece that have not been unpacked yet

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The unpacked bytes of one piece, in steps of at most STEP bytes.

        Raises:
            FeedProblem: the data is damaged.
        """
        if not self._packed:
            yield data
            return
        while data:
            if self._unpacker is None:
                self._members += 1
                if self._members > MEMBERS_LIMIT:
                    raise _damaged()
                self._unpacker = zlib.decompressobj(self._window(data))
            try:
                piece = self._unpacker.decompress(data, STEP)
            except zlib.error as error:
                raise _damaged() from error
            ended = self._unpacker.eof
            data = self._unpacker.unused_data if ended else self._unpacker.unconsumed_tail
            self.unread = len(data)
            yield piece
            if ended:
                self._unpacker = None
                if data.strip(b"\0") == b"":
                    return  # padding after the last member

    def finish(self) -> None:
        """Check that the data did not end in the middle.

        Raises:
            FeedProblem: it did.
        """
        if self._packed and self._unpacker is not None and not self._unpacker.eof:
            raise truncated()

    def _window(self, data: bytes) -> int:
        if self._encoding != "deflate":
            return 31  # gzip
        # "deflate" should mean zlib (RFC 9110), but some servers send it bare.
        zlib_header = len(data) > 1 and data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0
        return 15 if zlib_header else -15


def _word(encoding: str) -> str:
    """The name of an encoding, of which a server may say anything, for people to read."""
    return re.sub(r"[^a-z0-9, -]", "", encoding)[:20]


def _damaged() -> FeedProblem:
    return FeedProblem(
        ProblemKind.TRUNCATED,
        "The feed arrives damaged (its compressed data is broken). "
        "This often passes; try again in a while.",
    )


def truncated() -> FeedProblem:
    """The problem of a body that ends too early."""
    return FeedProblem(
        ProblemKind.TRUNCATED,
        "The feed broke off in the middle. This often passes; try again in a while.",
    )
