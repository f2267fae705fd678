"""One process per data: a lock that ends with the process, however it ends; and one user."""

import fcntl
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigError, DataError


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the lock of a data folder while inside: databases, keys and all.

    The file descriptor is close-on-exec (Python's default), so worker processes do not keep the
    lock alive; the kernel frees it when we end, also when we are killed.

    Raises:
        ConfigError: the folder cannot be written.
        DataError: another process holds it.
    """
    path = folder / "steward.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError([f"DATABASE: {folder} cannot be written ({error.strerror})"]) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataError(
                f"Another Steward (process {_owner(descriptor)}) is using {folder}. Stop it first."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def require_owner(*paths: Path) -> None:
    """See to it that files are changed as the user whose they are, also not as root.

    What another user leaves, the bot could not read.

    Args:
        paths: the first that there is tells whose they are; a folder of root's may be lent to
            another user, and tells nothing.

    Raises:
        DataError: they are another user's.
    """
    path = next((each for each in paths if each.exists()), None)
    if path is None:
        return
    owner = path.stat().st_uid
    if owner == os.geteuid() or (owner == 0 and path.is_dir()):
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"'#{owner}'"
    raise DataError(
        f"{path} belongs to another user, whom Steward runs as. Run this as that user, with "
        f"`sudo -u {name}` before it. Nothing was changed."
    )


def _owner(descriptor: int) -> str:
    return os.pread(descriptor, 20, 0).decode(errors="replace") or "unknown"
