"""Private keys that live on the host, for servers whose moderators read in Discord."""

import os
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path

from bot.errors import InvalidInput, Unavailable
from bot.reports.sealing import KEY_BYTES, new_keypair, public_of
from bot.reports.traces import open_unnoticed, sync_folder

FIRST_LINE = "steward private key 1"
_SAME = (
    "The new key could not be stored: the disk is full or broken. The key is the same as before."
)


class KeyFiles:
    """``keys/<guild_id>.key`` beside the database, mode 0600, never in a backup.

    While reports are being sealed to a new key, the one before is beside it as
    ``<guild_id>.old.key``. A copy of an old key that somebody puts there is used in the same way.
    The new one is ``<guild_id>.next.key`` until it is known. What was given up is kept as
    ``<guild_id>.aside-1`` and so on.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Two at once must not each make one: what the loser sealed could never be opened.
        self._making = threading.RLock()

    def private(self, guild_id: int) -> bytes | None:
        """A server's private key, or None where there is no file; blocking.

        Raises:
            Unavailable: the file cannot be read or is not a key.
        """
        with self._making:
            path = self._path(guild_id)
            if not path.exists() and not self._finish_change(guild_id):
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

    def here(self, guild_id: int) -> tuple[bytes | None, list[bytes]]:
        """The private key or None, and those beside it: the one before, the next; blocking.

        Raises:
            Unavailable: the file in the key's own place cannot be read or is not a key.
        """
        with self._making:
            private, beside = self.private(guild_id), []
            for path in (self._old(guild_id), self._next(guild_id)):
                if path.exists():
                    with suppress(Unavailable):  # no key of ours: it opens nothing
                        beside.append(read_key(path))
            return private, beside

    def set_aside(self, guild_id: int) -> None:
        """Put what is not to be sealed to out of the key's place, and keep it; blocking.

        It becomes ``<guild_id>.aside-1``, or the next number that is free: it may be somebody's
        only copy of a key.

        Raises:
            Unavailable: the disk did not let us.
        """
        path = self._path(guild_id)
        with self._making:
            try:
                if path.exists():
                    names = (self._folder / f"{guild_id}.aside-{n}" for n in count(1))
                    path.replace(next(name for name in names if not name.exists()))
                    sync_folder(self._folder)
            except OSError as error:
                raise Unavailable("That key file could not be put aside. Try again.") from error

    def keep_as_old(self, guild_id: int) -> bool:
        """Make the key the old one, where there is no other old one; whether it is; blocking.

        Raises:
            Unavailable: the disk did not let us.
        """
        path, old = self._path(guild_id), self._old(guild_id)
        with self._making:
            if old.exists() and read_key(old) != read_key(path):
                return False
            try:
                path.replace(old)
                sync_folder(self._folder)
            except OSError as error:
                raise Unavailable("That key file could not be put aside. Try again.") from error
            return True

    def next(self, guild_id: int) -> bytes:
        """Write the key that ``change`` will put in place; its private key; blocking.

        Where there is one already from before a crash, it is that one.

        Raises:
            InvalidInput: there is an old one already, or none before.
            Unavailable: the file could not be written; the key is the same as before.
        """
        with self._making:
            self._require_changeable(guild_id)
            fresh = self._next(guild_id)
            with suppress(Unavailable):
                return read_key(fresh)
            private, _ = new_keypair()
            try:
                fresh.unlink(missing_ok=True)
                write_key(fresh, private)
                sync_folder(self._folder)
            except OSError as error:
                raise Unavailable(_SAME) from error
            return private

    def _require_changeable(self, guild_id: int) -> None:
        if self._old(guild_id).exists() or not self._path(guild_id).exists():
            raise InvalidInput(
                "The key is being changed already. Nothing was changed; `/inbox settings` "
                "says when it is done."
            )

    def change(self, guild_id: int) -> None:
        """Put the next key in place, and keep the one before as the old one; blocking.

        Killed in between, it is finished when the key is next asked for.

        Raises:
            InvalidInput: there is an old one already, or none before.
            Unavailable: there is no next one, or the files could not be moved; the key is the same
                as before.
        """
        with self._making:
            path, fresh, old = self._path(guild_id), self._next(guild_id), self._old(guild_id)
            self._require_changeable(guild_id)
            read_key(fresh)
            try:
                path.replace(old)
                fresh.replace(path)
                sync_folder(self._folder)
            except OSError as error:
                if old.exists() and not path.exists():
                    old.replace(path)
                raise Unavailable(_SAME) from error

    def _finish_change(self, guild_id: int) -> bool:
        fresh = self._next(guild_id)
        if not (fresh.exists() and self._old(guild_id).exists()):
            return False
        fresh.replace(self._path(guild_id))
        sync_folder(self._folder)
        return True

    def old(self, guild_id: int) -> bytes | None:
        """The private key before, or None where there is no file; blocking.

        Raises:
            Unavailable: the file cannot be read or is not a key.
        """
        path = self._old(guild_id)
        return read_key(path) if path.exists() else None

    def changing(self) -> list[int]:
        """The servers that have an old key; blocking. What is left of destroyed ones goes."""
        for left in self._folder.glob("*.gone"):
            _overwrite(left)
        names = [path.name.partition(".")[0] for path in self._folder.glob("*.old.key")]
        return sorted(int(name) for name in names if name.isdigit())

    def destroy_old(self, guild_id: int) -> None:
        """Overwrite and remove the old key; blocking.

        Raises:
            OSError: the disk did not let us.
        """
        # Under a name that is no key's: half overwritten, it would not be one.
        gone = self._folder / f"{guild_id}.gone"
        self._old(guild_id).replace(gone)
        sync_folder(self._folder)
        _overwrite(gone)
        sync_folder(self._folder)

    def _path(self, guild_id: int) -> Path:
        return self._folder / f"{guild_id}.key"

    def _next(self, guild_id: int) -> Path:
        return self._folder / f"{guild_id}.next.key"

    def _old(self, guild_id: int) -> Path:
        return self._folder / f"{guild_id}.old.key"


def _overwrite(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, os.urandom(os.fstat(descriptor).st_size))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.unlink()


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
    with (
        suppress(OSError, UnicodeDecodeError),
        os.fdopen(open_unnoticed(path), encoding="ascii") as file,
    ):
        lines = file.read().split("\n")
    private = b""
    if len(lines) >= 2 and lines[0].strip() == FIRST_LINE:
        with suppress(ValueError):
            private = bytes.fromhex(lines[1].strip())
    if len(private) != KEY_BYTES:
        raise Unavailable(f"{path.name} cannot be read as a private key of Steward's.")
    return private


__all__ = ["FIRST_LINE", "KeyFiles", "public_of", "read_key", "write_key"]
