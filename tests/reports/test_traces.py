"""The finder of the byte search finds what is planted, in any form, and nothing else."""

import base64
import gzip
import hashlib
import hmac
import io
import random
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.traces import Finder, Times, digests, fresh, spellings, written

PERSON = 918_273_645_546_372_819
SECRET = bytes(range(32))
IDS = st.integers(min_value=2**58, max_value=2**63 - 1)
NOISE = st.binary(max_size=40)
FORMS: dict[str, Callable[[int], bytes]] = {
    "decimal": lambda number: str(number).encode(),
    "hexadecimal": lambda number: f"{number:x}".encode(),
    "capitals": lambda number: f"{number:X}".encode(),
    "big-endian": lambda number: number.to_bytes(8, "big"),
    "little-endian": lambda number: number.to_bytes(8, "little"),
}
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "clear": lambda content: content,
    "base64": base64.b64encode,
    "base64 without padding": lambda content: base64.b64encode(content).rstrip(b"="),
    "base64 for addresses": lambda content: base64.urlsafe_b64encode(content).rstrip(b"="),
    "hexadecimal": lambda content: content.hex().encode(),
    "capitals": lambda content: content.hex().upper().encode(),
    "base64 of hexadecimal": lambda content: base64.b64encode(content.hex().encode()),
    "gzip": gzip.compress,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=10)
@given(IDS, NOISE, NOISE, NOISE)
def test_an_id_in_any_form_and_encoding_is_found_anywhere(
    form: str, encoding: str, number: int, before: bytes, around: bytes, after: bytes
) -> None:
    finder = Finder(dict.fromkeys(spellings(number), "the id"))
    # What stands around it goes into the same run, so that it comes at any alignment.
    planted = ENCODINGS[encoding](around + FORMS[form](number) + around)
    content = planted if encoding == "gzip" else before + planted + after
    assert finder.found_in(fresh(content, set())) == {"the id"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "make",
    [
        lambda value: hashlib.md5(value).digest(),
        lambda value: hashlib.sha1(value).digest(),
        lambda value: hashlib.sha256(value).digest(),
        lambda value: hashlib.blake2b(value).digest(),
        lambda value: hashlib.blake2s(value, digest_size=16).digest(),
        lambda value: hashlib.sha256(SECRET + value).digest(),
        lambda value: hashlib.blake2b(value, key=SECRET, digest_size=16).digest(),
        lambda value: hashlib.blake2s(value, key=SECRET).digest(),
        *(
            lambda value, name=name: hmac.digest(SECRET, value, name)
            for name in ("md5", "sha1", "sha256", "sha512", "blake2b")
        ),
    ],
)
def test_a_digest_of_an_id_is_found_whole_shortened_and_encoded(
    form: str, make: Callable[[bytes], bytes]
) -> None:
    wanted = digests(map(bytes, spellings(PERSON)), [SECRET])
    finder = Finder(dict.fromkeys(wanted, "a hash"))
    digest = make(FORMS[form](PERSON))
    for planted in (digest, digest[:8], digest.hex().encode(), base64.b64encode(b"." + digest)):
        assert finder.found_in(b"noise" + planted + b"\x00noise") == {"a hash"}
    assert finder.found_in(make(b"somebody else")) == set()


@settings(max_examples=20)
@given(NOISE, NOISE)
def test_a_name_is_found_in_cases_and_encodings(before: bytes, after: bytes) -> None:
    finder = Finder(dict.fromkeys(written("quillfeather3x"), "a name"))
    for planted in ("Quillfeather3x", "QUILLFEATHER3X", "quillfeather3x"):
        for code in ("utf-8", "utf-16-le"):
            assert finder.found_in(before + planted.encode(code) + after) == {"a name"}


def test_what_is_in_an_archive_is_found() -> None:
    finder = Finder(dict.fromkeys(spellings(PERSON), "the id"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("reports.db", b"x" * 5_000 + PERSON.to_bytes(8, "big"))
    assert finder.found_in(fresh(packed.getvalue(), set())) == {"the id"}


def test_a_trace_is_found_at_the_seams_between_pieces() -> None:
    finder = Finder(dict.fromkeys(spellings(PERSON), "the id"))
    planted = str(PERSON).encode()
    for at in range(4_070, 4_100):
        for coded in (planted, base64.b64encode(planted), planted.hex().encode()):
            content = b"\x00" * at + coded + b"\x00" * 5_000
            assert finder.found_in(fresh(content, set())) == {"the id"}


def test_what_was_looked_at_is_not_looked_at_again() -> None:
    known: set[bytes] = set()
    page = random.Random(1).randbytes(20_000)
    assert len(fresh(page, known)) > 20_000
    assert fresh(page, known) == b""
    changed = fresh(page[:4_096] + b"x" + page[4_097:], known)
    assert changed.count(b"x" + page[4_097:4_200]) == 2


def test_nothing_is_found_where_nothing_is() -> None:
    chance = random.Random(7)
    ids = [chance.getrandbits(62) for _ in range(500)]
    traces = {spelt: "an id" for number in ids for spelt in spellings(number)}
    traces |= dict.fromkeys(digests([str(number).encode() for number in ids], [SECRET]), "a hash")
    noise = chance.randbytes(1_000_000)
    assert Finder(traces).found_in(noise + base64.b64encode(noise)) == set()
    times = Times([(1_795_000_000, 1_795_000_060)])
    assert Finder(times.traces()).found_in(noise) | times.numbers_in(noise) == set()


def test_a_trace_that_would_be_found_by_chance_is_refused() -> None:
    for trace in (b"seven..", b"x" * 257):
        with pytest.raises(ValueError, match="by chance, or not"):
            Finder({trace: "too short, or too long"})


BEGIN = 1_795_802_400  # 2026-11-27 18:00 UTC
SPAN = Times([(BEGIN + 0.4, BEGIN + 59.6)])
DATES = Finder(SPAN.traces())


@settings(max_examples=30)
@given(st.floats(1, 58.999))
def test_a_moment_is_found_in_every_unit_and_spelling(after: float) -> None:
    moment = BEGIN + after
    date = datetime.fromtimestamp(moment, UTC)
    snowflake = (int(moment * 1000) - 1_420_070_400_000) << 22 | 4_193_042
    for planted in (
        date.isoformat().encode(),
        f"{date:%Y-%m-%d %H:%M:%S},123 INFO".encode(),
        f"{date:%Y%m%dT%H%M%SZ}".encode(),
        *(str(int(moment * unit)).encode() for unit in (1, 1_000, 1_000_000)),
        str(moment).encode(),
        str(snowflake).encode(),
        f"{int(moment):x}".encode(),
        struct.pack(">q", int(moment)),
        struct.pack("<q", int(moment * 1_000)),
    ):
        content = b"at " + planted + b" it was"
        assert DATES.found_in(content) | SPAN.numbers_in(content), planted
    for value in (int(moment), moment, moment * 1_000, int(moment * 1_000_000), snowflake):
        assert SPAN.told_by(value), value


@settings(max_examples=30)
@given(st.integers(-40_000, 0) | st.integers(60, 40_000))
def test_a_moment_outside_is_not(after: int) -> None:
    date = datetime.fromtimestamp(BEGIN + after, UTC)
    content = f"{date.isoformat()} {BEGIN + after}".encode()
    assert DATES.found_in(content) | SPAN.numbers_in(content) == set()
    assert not SPAN.told_by(BEGIN + after)
