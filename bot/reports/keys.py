"""Private keys that live on the host, for servers whose moderators read in Discord."""

import os
import threading
from contextlib import suppress
from pathlib import Path

from bot.errors import Unavailable
from bot.reports.sealing import KEY_BYTES, new_keypair, public_of
from bot.reports.traces import sync_folder

FIRST_LINE = "steward private key 1"


class KeyFiles:
    """``keys/<guild_id>.key`` beside the database, mode 0600, never in a backup."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Two at once must not each make one: what the loser sealed could never be opened.
        self._making = threading.Lock()

    def private(self, guild_id: int) -> bytes | None:
        """A server's private key, or None where there is no file; blocking.

        Raises:
            Unavailable: the file cannot be read or is not a key.
        """
        path = self._path(guild_id)
        if not path.exists():
            return None
        return read_key(path)

    def make(self, guild_id: int) -> bytes:
        """Make and keep a key where there is none; the private key; blocking.

        Raises:
            Unavailable: the file could not be written.
        """
        with self._making:
            existing = self.private(guild_id)
            return self._make(guild_id) if existing is None else existing

    def _make(self, guild_id: int) -> bytes:
        private, _ = new_keypair()
        path = self._path(guild_id)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            write_key(fresh, private)
            fresh.replace(path)
            sync_folder(self._folder)
        except OSError as error:
            raise Unavailable(
                "Reports cannot be taken just now, because the bot's key could not be stored. "
                "Nothing was sent. Please tell a moderator, or use another route."
            ) from error
        return private

    def _path(self, guild_id: int) -> Path:
        return self._folder / f"{guild_id}.key"


def write_key(path: Path, private: bytes) -> None:
    """Write a private key to a new file that only its owner can read; blocking.

    Raises:
        FileExistsError: the file is there already; a key is never overwritten.
        OSError: it could not be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(f"{FIRST_LINE}\n{private.hex()}\n")
        out.flush()
        os.fsync(out.fileno())


def read_key(path: Path) -> bytes:
    """The private key in a file; blocking.

    Raises:
        Unavailable: it cannot be read, or is not a private key of Steward's.
    """
    lines: list[str] = []
    with suppress(OSError, UnicodeDecodeError):
        lines = path.read_text(encoding="ascii").split("\n")
    private = b""
    if len(lines) >= 2 and lines[0].strip() == FIRST_LINE:
        with suppress(ValueError):
            private = bytes.fromhex(lines[1].strip())
    if len(private) != KEY_BYTES:
        raise Unavailable(f"{path.name} cannot be read as a private key of Steward's.")
    return private


__all__ = ["FIRST_LINE", "KeyFiles", "public_of", "read_key", "write_key"]
