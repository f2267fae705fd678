"""The world on disk, so that a sandbox started again is the one that was stopped.

Ephemeral messages and interactions are never written.
"""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.sandbox.core import StoredFile
from bot.sandbox.world import (
    Channel,
    Guild,
    Json,
    Member,
    Message,
    Overwrite,
    Role,
    Thread,
    User,
    World,
)

_FORMAT = 1
_DELAY_S = 1.0


def world_to_json(world: World, token: str, last_id: int, base_url: str) -> Json:
    """All of the world but what only one person sees."""
    return {
        "format": _FORMAT,
        "token": token,
        "last_id": last_id,
        "base_url": base_url,
        "bot": world.bot.id,
        "application_id": world.application_id,
        "guild": {
            "id": world.guild.id,
            "name": world.guild.name,
            "owner_id": world.guild.owner_id,
            "roles": [asdict(role) for role in world.guild.roles.values()],
            "members": [
                {"user": each.user.id, "roles": each.roles, "nick": each.nick}
                | {"joined_at": each.joined_at}
                for each in world.guild.members.values()
            ],
        },
        "users": [asdict(user) for user in world.users.values()],
        "channels": [asdict(channel) for channel in world.channels.values()],
        "messages": [
            _message_to_json(message)
            for held in world.messages.values()
            for message in held.values()
            if not message.ephemeral
        ],
        "commands": list(world.commands.values()),
        "overrides": {str(key): value for key, value in world.overrides.items()},
        "audit": world.audit,
    }


def _message_to_json(message: Message) -> Json:
    return {
        "id": message.id,
        "channel_id": message.channel_id,
        "author_id": message.author_id,
        "raw": message.raw,
        "reactions": message.reactions,
        "pinned_at": message.pinned_at,
        "thread": message.thread_channel.id if message.thread_channel else None,
    }


def world_from_json(saved: Json) -> World:
    """The world as it was written; ValueError if it is of another format."""
    if saved.get("format") != _FORMAT:
        raise ValueError("the saved sandbox is of another format; use a fresh folder")
    users = {each["id"]: User(**each) for each in saved["users"]}
    guild = Guild(saved["guild"]["id"], saved["guild"]["name"], saved["guild"]["owner_id"])
    guild.roles = {each["id"]: Role(**each) for each in saved["guild"]["roles"]}
    for each in saved["guild"]["members"]:
        user = users[each["user"]]
        guild.members[user.id] = Member(user, each["roles"], each["nick"], each["joined_at"])
    world = World(guild, users[saved["bot"]], saved["application_id"], users)
    for each in saved["channels"]:
        channel = _channel_from_json(each)
        world.channels[channel.id] = channel
    for each in saved["messages"]:
        thread = world.channels.get(each.pop("thread") or 0)
        message = Message(**each, thread_channel=thread)
        world.messages.setdefault(message.channel_id, {})[message.id] = message
    world.commands = {int(each["id"]): each for each in saved["commands"]}
    world.overrides = {int(key): value for key, value in saved["overrides"].items()}
    world.audit = saved["audit"]
    return world


def _channel_from_json(saved: dict[str, Any]) -> Channel:
    overwrites = [Overwrite(**each) for each in saved.pop("overwrites")]
    thread = saved.pop("thread")
    return Channel(**saved, overwrites=overwrites, thread=Thread(**thread) if thread else None)


def move(world: World, old: str, new: str) -> None:
    """Let links to the sandbox's own files lead to where it is served now."""
    if old in ("", new):
        return
    for held in world.messages.values():
        for message in held.values():
            message.raw = json.loads(json.dumps(message.raw).replace(old + "/", new + "/"))


class DiskSaver:
    """Writes the world a moment after it changed, whole and atomically."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pending: asyncio.TimerHandle | None = None
        self.snapshot: Any = None
        """Called for the JSON to write; set once the world is there."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "attachments").mkdir(exist_ok=True)

    def load(self) -> Json | None:
        """What was written last, if anything was."""
        path = self._folder / "world.json"
        if not path.exists():
            return None
        loaded: Json = json.loads(path.read_text("utf-8"))
        return loaded

    def load_files(self) -> dict[int, StoredFile]:
        """The uploaded files, by id."""
        found: dict[int, StoredFile] = {}
        for about in sorted((self._folder / "attachments").glob("*.json")):
            fields = json.loads(about.read_text("utf-8"))
            data = about.with_suffix(".bin").read_bytes()
            found[fields["id"]] = StoredFile(data=data, **fields)
        return found

    def touch(self) -> None:
        """Write in a moment; many changes make one write."""
        if self._pending is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # The stage is being set before anything runs.
            self.flush()
        else:
            self._pending = loop.call_later(_DELAY_S, self.flush)

    def flush(self) -> None:
        """Write now."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None
        if self.snapshot is not None:
            self._write(self._folder / "world.json", json.dumps(self.snapshot()).encode())

    def keep_file(self, file: StoredFile) -> None:
        """Write an uploaded file beside the world."""
        stem = self._folder / "attachments" / str(file.id)
        about = {key: value for key, value in vars(file).items() if key != "data"}
        self._write(stem.with_suffix(".bin"), file.data)
        self._write(stem.with_suffix(".json"), json.dumps(about).encode())

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        fresh = path.with_name(path.name + ".new")
        fresh.write_bytes(data)
        fresh.replace(path)
