"""Envelopes open for their readers only, and their length says nothing about the words."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Unavailable
from bot.reports.keys import KeyFiles, read_key
from bot.reports.sealing import SIZES, CannotOpen, new_keypair, open_envelope, public_of, seal
from tests.reports.conftest import answers

TEXT = st.text(max_size=900)


@settings(max_examples=60)
@given(TEXT)
def test_every_reader_can_open_it_and_nobody_else(text: str) -> None:
    pairs = [new_keypair() for _ in range(3)]
    stranger, _ = new_keypair()
    envelope = seal({"text": text}, [public for _, public in pairs])
    for private, _ in pairs:
        assert open_envelope(envelope, [private]) == {"text": text}
    assert open_envelope(envelope, [stranger, pairs[2][0]]) == {"text": text}
    with pytest.raises(CannotOpen):
        open_envelope(envelope, [stranger])


@settings(max_examples=60)
@given(st.text(max_size=900), st.text(max_size=900))
def test_short_and_long_reports_are_equally_long_when_sealed(one: str, other: str) -> None:
    _, public = new_keypair()
    assert len(seal({"text": one}, [public])) == len(seal({"text": other}, [public]))


def test_the_longest_report_in_english_fits_the_first_size() -> None:
    _, public = new_keypair()
    payload = answers("They don't answer, and it’s “too late” by then. " * 62).payload()
    assert 2_950 < len(payload["text"]) <= 3_000
    rest = len(seal({"text": "short"}, [public])) - SIZES[0]  # keys, nonce and such
    assert len(seal({**payload, "urgent": "1"}, [public])) == SIZES[0] + rest
    assert SIZES[0] == 4_096
    assert len(seal({"text": "é" * 3_000}, [public])) == SIZES[1] + rest


def test_the_longest_report_of_any_script_fits() -> None:
    private, public = new_keypair()
    text = "\U0001f600" * 3_000
    assert open_envelope(seal({"text": text}, [public]), [private])["text"] == text
    with pytest.raises(ValueError, match=str(SIZES[-1])):
        seal({"text": "x" * SIZES[-1]}, [public])


def test_sealing_twice_gives_nothing_to_compare() -> None:
    _, public = new_keypair()
    one, other = (seal({"text": "same"}, [public]) for _ in range(2))
    pieces = {one[start : start + 16] for start in range(4, len(one) - 16)}
    assert not any(other[start : start + 16] in pieces for start in range(4, len(other) - 16))


@given(st.binary(max_size=300))
def test_what_is_no_envelope_cannot_be_opened(rubbish: bytes) -> None:
    private, _ = new_keypair()
    with pytest.raises(CannotOpen):
        open_envelope(rubbish, [private])
    with pytest.raises(CannotOpen):
        open_envelope(b"SR\x01" + rubbish, [private])


def test_a_changed_envelope_cannot_be_opened() -> None:
    private, public = new_keypair()
    envelope = bytearray(seal({"text": "words"}, [public]))
    envelope[-1] ^= 1
    with pytest.raises(CannotOpen):
        open_envelope(bytes(envelope), [private])


def test_a_key_file_is_for_its_owner_only_and_is_made_once(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path / "keys")
    assert files.private(7) is None
    before = os.umask(0)
    try:
        private = files.make(7)
    finally:
        os.umask(before)
    assert files.make(7) == private == files.private(7)
    path = tmp_path / "keys" / "7.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert len(public_of(private)) == 32
    assert [file.name for file in path.parent.iterdir()] == ["7.key"]


async def test_a_key_that_many_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path / "keys")
    made = await asyncio.gather(*(asyncio.to_thread(files.make, 7) for _ in range(40)))
    assert len(set(made)) == 1


@pytest.mark.parametrize("content", ["", "steward private key 1\nnonsense\n", "\xff", "ab" * 32])
def test_a_damaged_key_file_is_named_and_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "7.key"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(Unavailable, match=r"7\.key"):
        read_key(path)
    with pytest.raises(Unavailable):
        KeyFiles(tmp_path).make(7)
    assert path.read_text(encoding="latin-1") == content
