"""All the ways in which a person, an interaction or a text could have been written down."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from pathlib import Path


def spellings(number: int) -> set[bytes]:
    """A Discord id as it might stand in a file: decimal, hexadecimal, packed, base64 of either."""
    packed = [number.to_bytes(8, order) for order in ("big", "little")]
    plain = [str(number).encode(), f"{number:x}".encode(), f"{number:X}".encode(), *packed]
    return {*plain, *(coded for each in plain for coded in in_base64(each))}


def in_base64(content: bytes) -> set[bytes]:
    """The part of a base64 text that does not depend on what stands before and after."""
    found = set()
    for shift in range(3):
        for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
            coded = alphabet(b"\0" * shift + content + b"\0" * 2)
            skipped = (0, 2, 3)[shift]
            end = (shift + len(content)) * 8 // 6
            found.add(coded[skipped:end])
    return found


def hashes(number: int, secrets: Iterable[bytes]) -> set[bytes]:
    """Digests of a Discord id, plain and keyed with each secret, whole and in hexadecimal."""
    found = set()
    for form in (str(number).encode(), number.to_bytes(8, "big"), number.to_bytes(8, "little")):
        digests = [hashlib.new(name, form).digest() for name in ("md5", "sha1", "sha256", "sha512")]
        digests.append(hashlib.blake2b(form, digest_size=32).digest())
        for secret in secrets:
            digests += [hmac.digest(secret, form, name) for name in ("sha1", "sha256", "sha512")]
            digests += [
                hashlib.sha256(secret + form).digest(),
                hashlib.sha256(form + secret).digest(),
            ]
            digests.append(hashlib.blake2b(form, key=secret[:64], digest_size=32).digest())
        # Sixteen bytes are enough to recognise one by; a shortened one is recognised too.
        found |= {digest[:8] for digest in digests} | {
            digest[:8].hex().encode() for digest in digests
        }
    return found


def secrets_on(folder: Path, more: Iterable[bytes]) -> set[bytes]:
    """What could serve as a key for hashing: lines of key files, and other values found on disk."""
    found = {value for value in more if value}
    for file in folder.rglob("*.key"):
        for line in file.read_text().splitlines():
            found.add(line.encode())
            if re.fullmatch("[0-9a-f]{64}", line):
                found.add(bytes.fromhex(line))
    return found


def files_in(folders: Iterable[Path]) -> dict[str, bytes]:
    """Every file's bytes, with its own name in front of them."""
    return {
        str(file): file.name.encode() + b"\n" + file.read_bytes()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def found_in(content: dict[str, bytes], wanted: dict[bytes, str]) -> list[tuple[str, str]]:
    """Which of the wanted bytes stand in which files, by what they mean.

    A single pass over each file for all the needles: there are tens of thousands.
    """
    by_start: dict[bytes, list[bytes]] = {}
    for needle in wanted:
        by_start.setdefault(needle[:4], []).append(needle)
    hits = []
    for name, text in content.items():
        for place in range(len(text) - 3):
            hits += [
                (name, wanted[needle])
                for needle in by_start.get(text[place : place + 4], ())
                if text.startswith(needle, place)
            ]
    return hits
