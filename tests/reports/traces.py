"""Finds what must not be on a disk: people, interactions, texts and times, however they are spelt.

A trace is at least eight bytes long. What could have been written in base64 or hexadecimal or
packed into a ZIP is looked at decoded, so that a trace is found at whatever place of such a run it
stands, and a digest by its first eight bytes.
"""

import base64
import hashlib
import hmac
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

WINDOW = 8  # bytes by which a trace is recognised at first; shorter ones would be found by chance
LONGEST = 256  # bytes of a trace
PAGE = 4_096  # bytes; of two states of a database most pages are alike, and looked at once
DISCORD_EPOCH_MS = 1_420_070_400_000
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # an odd number without pattern: neighbours come far apart
_NESTED = 2  # hexadecimal digits in base64 are looked into, and no further
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
_HEX = re.compile(rb"[0-9A-Fa-f]{16,}")
_NUMBER = re.compile(rb"\d{10,20}")


class Finder:
    """Looks for many traces at once, also in what is encoded.

    Args:
        traces: what must not be found, with what it would mean.
    """

    def __init__(self, traces: Mapping[bytes, str]) -> None:
        for trace in traces:
            if not WINDOW <= len(trace) <= LONGEST:
                raise ValueError(f"{trace!r} would be found by chance, or not where it is cut")
        self._traces = traces
        starts = b"".join(trace[:WINDOW] for trace in traces)
        self._starts = np.unique(np.frombuffer(starts, dtype=np.uint64))
        # Tells for most windows at once that they are no trace's beginning.
        bits = (len(self._starts) * 32).bit_length()
        self._shift = np.uint64(64 - bits)
        self._perhaps = np.zeros(1 << bits, dtype=np.bool_)
        self._perhaps[self._slots(self._starts)] = True

    def found_in(self, content: bytes) -> set[str]:
        """What the traces in it mean."""
        return {meaning for view in views(content) for meaning in self._in_clear(view)}

    def _slots(self, windows: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        return (windows * _SPREAD) >> self._shift

    def _in_clear(self, content: bytes) -> Iterator[str]:
        starts: set[bytes] = set()
        for shift in range(WINDOW):
            count = (len(content) - shift) // WINDOW
            if count > 0:
                windows = np.frombuffer(content, dtype=np.uint64, count=count, offset=shift)
                some = windows[self._perhaps[self._slots(windows)]]
                at = np.searchsorted(self._starts, some).clip(max=len(self._starts) - 1)
                starts.update(each.tobytes() for each in some[self._starts[at] == some])
        for start in starts:
            yield from (meaning for trace, meaning in self._by_start[start] if trace in content)

    @cached_property
    def _by_start(self) -> dict[bytes, list[tuple[bytes, str]]]:
        found: dict[bytes, list[tuple[bytes, str]]] = {}
        for trace, meaning in self._traces.items():
            found.setdefault(trace[:WINDOW], []).append((trace, meaning))
        return found


def fresh(content: bytes, known: set[bytes]) -> bytes:
    """A file, and what is packed in it, without the pieces that are known; no trace is cut.

    Args:
        known: pieces that need not be looked at again, by their hash; new ones are put in.
    """
    new = []
    for whole in (content, *_unzipped(content)):
        for at in range(0, len(whole), PAGE):
            piece = whole[at : at + PAGE + 2 * LONGEST]
            digest = hashlib.blake2b(piece, digest_size=16).digest()
            if digest not in known:
                known.add(digest)
                new.append(piece)
    return b"\0".join(new)


def views(content: bytes, depth: int = _NESTED) -> Iterator[bytes]:
    """The content, and what can be decoded in it."""
    yield content
    if depth:
        for inner in (_from_base64(content), _from_hex(content)):
            if len(inner) >= WINDOW:
                yield from views(inner, depth - 1)


def _unzipped(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK\x03\x04") and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # The directory as well: it could tell times, and names.
            yield repr([(each.filename, each.date_time) for each in archive.infolist()]).encode()
            yield from map(archive.read, archive.namelist())
    elif content.startswith((b"\x1f\x8b", b"\x78\x9c", b"\x78\xda")):
        try:
            yield zlib.decompressobj(wbits=47).decompress(content)
        except zlib.error:
            return


def _from_base64(content: bytes) -> bytes:
    """Every run of base64, decoded from each of the four places at which a text may begin."""
    decoded = []
    for run in _BASE64.findall(content):
        plain = run.translate(bytes.maketrans(b"-_", b"+/"))
        for shift in range(4):
            part = plain[shift:]
            part = part[:-1] if len(part) % 4 == 1 else part
            decoded.append(base64.b64decode(part + b"=" * (-len(part) % 4)))
    return b"\n".join(decoded)


def _from_hex(content: bytes) -> bytes:
    decoded = []
    for run in _HEX.findall(content):
        for shift in range(2):
            part = run[shift:]
            decoded.append(bytes.fromhex(part[: len(part) // 2 * 2].decode()))
    return b"\n".join(decoded)


# People and interactions


def spellings(number: int) -> set[bytes]:
    """A Discord id as it might stand in a file; ``views`` sees to base64 and the rest."""
    return {
        str(number).encode(),
        f"{number:x}".encode(),
        f"{number:X}".encode(),
        *(number.to_bytes(8, order) for order in ("big", "little")),
    }


def written(text: str) -> set[bytes]:
    """A name or a word, in the cases and encodings that programs use."""
    cases = {text, text.lower(), text.upper(), text.capitalize()}
    return {each.encode(code) for each in cases for code in ("utf-8", "utf-16-le", "utf-16-be")}


def digests(values: Iterable[bytes], secrets: Iterable[bytes] = ()) -> set[bytes]:
    """The first eight bytes of the digests of values: plain, keyed and salted with each secret."""
    plain: list[Callable[[bytes], Any]] = [
        *(hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512, hashlib.sha3_256),
        *(hashlib.blake2b, hashlib.blake2s),
    ]
    plain += [partial(hashlib.blake2b, digest_size=size) for size in (8, 16, 20, 32)]
    plain += [partial(hashlib.blake2s, digest_size=size) for size in (8, 16)]
    secrets = list(secrets)
    found = set()
    for value in values:
        found |= {make(value).digest()[:WINDOW] for make in plain}
        for secret in secrets:
            for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s"):
                found.add(hmac.digest(secret, value, name)[:WINDOW])
            for salted in (secret + value, value + secret, secret + b":" + value):
                found |= {
                    make(salted).digest()[:WINDOW]
                    for make in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2b)
                }
            for size in (8, 16, 32, 64):
                found.add(hashlib.blake2b(value, key=secret[:64], digest_size=size).digest()[:8])
            found.add(hashlib.blake2s(value, key=secret[:32]).digest()[:WINDOW])
    return found


# Times


class Times:
    """The moments of spans in which nobody but reporters did anything.

    Args:
        spans: from and to, in seconds since 1970; only whole seconds inside count.
    """

    def __init__(self, spans: Iterable[tuple[float, float]]) -> None:
        self._spans = [(int(begin) + 1, int(end)) for begin, end in spans]

    def traces(self) -> dict[bytes, str]:
        """Each moment as a date, and as it may be packed in eight bytes; for a finder."""
        return {
            spelt: f"the time {moment:%H:%M:%S}"
            for begin, end in self._spans
            for second in range(begin, end)
            for moment in [datetime.fromtimestamp(second, UTC)]
            for spelt in _moments(moment, second)
        }

    def within(self, seconds: float) -> bool:
        """Whether a moment is in one of the spans."""
        return any(begin <= seconds < end for begin, end in self._spans)

    def told_by(self, value: float) -> bool:
        """Whether a number is such a moment, in whatever unit."""
        snowflake = ((int(value) >> 22) + DISCORD_EPOCH_MS) / 1000
        return self.within(snowflake) or any(
            self.within(value / unit) for unit in (1, 1e3, 1e6, 1e9)
        )

    def numbers_in(self, content: bytes) -> set[str]:
        """The numbers written in digits that are such moments."""
        return {
            f"the number {number.decode()}, which is a time"
            for number in _NUMBER.findall(content)
            if self.told_by(int(number))
        }


def _moments(moment: datetime, second: int) -> Iterator[bytes]:
    london = moment.astimezone(ZoneInfo("Europe/London"))
    for local in {moment, london, moment.astimezone()}:
        yield from (
            local.strftime(form).encode()
            for form in ("%H:%M:%S", "%H-%M-%S", "%H.%M.%S", "%Y%m%d%H%M%S", "%Y%m%dT%H%M%S")
        )
    yield from (f"{second:x}".encode(), f"{second:X}".encode())
    for order in ("big", "little"):
        yield second.to_bytes(8, order)
        yield from ((second * 1000 + ms).to_bytes(8, order) for ms in range(1000))
