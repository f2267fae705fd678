"""What the parts of the sandbox share: the world, the clock, ids, files, and what went wrong."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.sandbox.events import Hub
from bot.sandbox.nonces import Nonces
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.world import Json, World


class SandboxClock:
    """The host's time, which a test may put forward."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def time(self) -> float:
        """Unix seconds."""
        return time.time() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Put the clock forward, e.g. past the 15 minutes of an interaction's token."""
        self._ahead_s += seconds


@dataclass
class StoredFile:
    """An uploaded file."""

    id: int
    name: str
    data: bytes
    content_type: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Request:
    """A request that the bot made, and the status it got (0: connection cut)."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int
    reason: str | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Violation:
    """Something Discord would not have let pass, or that its document does not know."""

    method: str
    path: str
    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.where}: {self.reason}"


class Saver(Protocol):
    """Keeps the world on disk, if it is kept at all."""

    def touch(self) -> None:
        """The world has changed."""

    def keep_file(self, file: StoredFile) -> None:
        """A file was uploaded."""


class Forgetful:
    """Keeps nothing."""

    def touch(self) -> None:
        """Nothing to do."""

    def keep_file(self, file: StoredFile) -> None:
        """Nothing to do."""


@dataclass
class Core:
    """Shared by REST, gateway, people and page."""

    world: World
    ids: Snowflakes
    clock: SandboxClock
    token: str
    hub: Hub = field(default_factory=Hub)
    nonces: Nonces = field(default_factory=Nonces)
    saver: Saver = field(default_factory=Forgetful)
    files: dict[int, StoredFile] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    base_url: str = ""
    gateway_url: str = ""
    answer_within_s: float = 3.0
    privileged_intents: int = 0
    data_dir: Path | None = None

    @property
    def now(self) -> float:
        """Unix seconds by the sandbox's clock."""
        return self.clock.time()

    def file_url(self, file: StoredFile) -> str:
        """Where an uploaded file is served."""
        return f"{self.base_url}/attachments/{file.id}/{file.name}"

    def audit(self, actor_id: int, action: int, target_id: int | None, reason: str | None) -> None:
        """Write the server's audit log."""
        entry: Json = {
            "id": str(self.ids()),
            "user_id": str(actor_id),
            "target_id": None if target_id is None else str(target_id),
            "action_type": action,
        }
        if reason:
            entry["reason"] = reason
        self.world.audit.insert(0, entry)
        del self.world.audit[1000:]
