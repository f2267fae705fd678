"""Sealing: what is stored can be opened only with a private key, and its length says nothing.

An envelope is a padded payload, encrypted with a random key (XSalsa20-Poly1305), and that key
sealed (X25519 sealed box) to each reader: the server's keys, and for a reply the reporter's too.

    magic 3 bytes | number of readers 1 byte | 80 bytes for each | nonce and ciphertext
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

MAGIC = b"SR\x01"
KEY_BYTES = PublicKey.SIZE
_WRAP_BYTES = 48 + SecretBox.KEY_SIZE
_LENGTH_BYTES = 4

# 3,000 characters of English fill the first size; the second holds 3,000 of any script.
SIZES = (4_096, 16_384)


class CannotOpen(Exception):
    """The envelope is not for this key, or is not whole."""


def new_keypair() -> tuple[bytes, bytes]:
    """A new private key and its public key, 32 bytes each."""
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def public_of(private: bytes) -> bytes:
    """The public key of a private one, 32 bytes each."""
    return bytes(PrivateKey(private).public_key)


def seal(payload: Mapping[str, str], readers: Sequence[bytes]) -> bytes:
    """An envelope that each of the readers' public keys' owners can open.

    Raises:
        ValueError: there are no readers, or the payload is larger than the largest size.
    """
    if not 1 <= len(readers) <= 255:
        raise ValueError("an envelope needs from 1 to 255 readers")
    key = random(SecretBox.KEY_SIZE)
    wraps = b"".join(SealedBox(PublicKey(reader)).encrypt(key) for reader in readers)
    body = bytes(SecretBox(key).encrypt(_pad(json.dumps(payload, ensure_ascii=False).encode())))
    return MAGIC + bytes([len(readers)]) + wraps + body


def open_envelope(envelope: bytes, private_keys: Iterable[bytes]) -> dict[str, str]:
    """The payload, with the first of the keys that fits.

    Raises:
        CannotOpen: none fits, or the envelope is damaged.
    """
    head = len(MAGIC) + 1
    if envelope[: len(MAGIC)] != MAGIC or len(envelope) < head:
        raise CannotOpen("not an envelope")
    end = head + envelope[len(MAGIC)] * _WRAP_BYTES
    wraps = [envelope[start : start + _WRAP_BYTES] for start in range(head, end, _WRAP_BYTES)]
    for private in private_keys:
        box = SealedBox(PrivateKey(private))
        for wrap in wraps:
            try:
                key = box.decrypt(wrap)
                payload = json.loads(_unpad(SecretBox(key).decrypt(envelope[end:])))
            except (CryptoError, ValueError):
                continue
            return {str(name): str(value) for name, value in payload.items()}
    raise CannotOpen("no key fits")


def reseal(envelope: bytes, old_private: bytes, reader: bytes) -> bytes | None:
    """The envelope for another reader in place of the one whose private key this is.

    Its own key is sealed to the new reader; it and what it encrypts stay, and so do the other
    readers, of whom a reporter is one. None where the private key opens nothing in it.
    """
    head = len(MAGIC) + 1
    if envelope[: len(MAGIC)] != MAGIC or len(envelope) < head:
        return None
    box, new, found = SealedBox(PrivateKey(old_private)), bytearray(envelope), False
    end = head + envelope[len(MAGIC)] * _WRAP_BYTES
    for start in range(head, end, _WRAP_BYTES):
        try:
            key = box.decrypt(envelope[start : start + _WRAP_BYTES])
        except (CryptoError, ValueError):
            continue
        new[start : start + _WRAP_BYTES] = SealedBox(PublicKey(reader)).encrypt(key)
        found = True
    return bytes(new) if found else None


def identity(envelope: bytes) -> bytes:
    """32 bytes that stay an envelope's own when it is resealed for another reader."""
    return hashlib.sha256(envelope[_wraps_end(envelope) :]).digest()


def wraps(envelope: bytes) -> bytes:
    """The part of an envelope that says who can open it."""
    return envelope[len(MAGIC) + 1 : _wraps_end(envelope)]


def with_wraps(envelope: bytes, new: bytes) -> bytes:
    """The envelope for other readers, as many as before.

    Raises:
        ValueError: they are not as many.
    """
    if len(new) != len(wraps(envelope)):
        raise ValueError("as many readers as before")
    return envelope[: len(MAGIC) + 1] + new + envelope[_wraps_end(envelope) :]


def _wraps_end(envelope: bytes) -> int:
    head = len(MAGIC) + 1
    return head + (envelope[len(MAGIC)] if len(envelope) >= head else 0) * _WRAP_BYTES


def looks_sealed(envelope: bytes, readers: int) -> bool:
    """Whether something has the form of an envelope for so many readers; nothing is opened."""
    head = len(MAGIC) + 1 + readers * _WRAP_BYTES
    around = SecretBox.NONCE_SIZE + SecretBox.MACBYTES
    return (
        envelope[: len(MAGIC) + 1] == MAGIC + bytes([readers])
        and len(envelope) - head - around in SIZES
    )


def _pad(content: bytes) -> bytes:
    full = _LENGTH_BYTES + len(content)
    for size in SIZES:
        if full <= size:
            return len(content).to_bytes(_LENGTH_BYTES, "big") + content + bytes(size - full)
    raise ValueError(f"more than {SIZES[-1]} bytes")


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
