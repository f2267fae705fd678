"""Registering the slash commands with Discord, when they have changed."""

import hashlib
import json
import logging
from typing import Any

from discord import app_commands

from bot.storage.meta import Meta

log = logging.getLogger(__name__)


async def register(
    tree: app_commands.CommandTree[Any], meta: Meta, *, only_if_changed: bool
) -> bool:
    """Register the slash commands with Discord; whether that was needed.

    What was registered is remembered for each application, since Discord allows only a few
    hundred changes a day.
    """
    listing = [command.to_dict(tree) for command in tree.get_commands()]
    text = json.dumps(listing, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    key = f"commands:{tree.client.application_id}"
    if only_if_changed and await meta.recall(key) == digest:
        return False
    await tree.sync()
    await meta.remember(key, digest)
    log.info("Registered %d commands with Discord", len(listing))
    return True
