"""What the tests of articles in channels share."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.feeds.model import Style
from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.constants import Permission
from tests.conftest import HandClock
from tests.feeds.site import Site
from tests.harness import RunningSteward


async def add(
    moderator: Person, url: str, channel: str, style: Style = Style.EMBED, **choices: Any
) -> None:
    """Add a feed in a style; in a forum each article is a post, unless it is a digest."""
    chosen: dict[str, Any] = {} if style is Style.EMBED else {"style": style.value}
    reply = await moderator.run("feeds add", url=url, channel=channel, **chosen, **choices)
    assert "is added" in reply.text


async def publish(steward: RunningSteward, site: Site, document: str) -> None:
    """Serve a document, and have the feed asked for it at once."""
    site.put("/feed", document)
    feeds = steward.bot.services.feeds
    (guild,) = steward.bot.guilds
    (subscription, *_) = await feeds.overview.subscriptions(guild.id)
    assert (await feeds.check(guild.id, subscription.id)).problem == ""


def embed(message: Message) -> dict[str, Any]:
    (found,) = message.raw["embeds"]
    return dict(found)


def titles(sandbox: Sandbox, where: str | int) -> list[str]:
    return [embed(message)["title"] for message in sandbox.messages(where) if message.raw["embeds"]]


def asked(sandbox: Sandbox, end: str) -> int:
    """How many requests posted to a path that ends so."""
    return sum(r.method == "POST" and r.path.endswith(end) for r in sandbox.requests)


async def at_rest(steward: RunningSteward) -> None:
    """Wait until nothing is being sent, edited or told."""
    outbox = steward.bot.services.feeds.outbox
    while outbox.busy:
        await asyncio.wait(outbox.busy)


async def next_morning(steward: RunningSteward, days: int = 1) -> None:
    """Turn the clock from noon to the hour of digests."""
    assert isinstance(steward.bot.clock, HandClock)
    steward.bot.clock.advance(timedelta(days=days) - timedelta(hours=4))
    await steward.bot.services.feeds.digests.look_at_clock()


async def deny(
    sandbox: Sandbox, steward: RunningSteward, channel: str, permission: Permission
) -> None:
    """Take a permission from the bot in a channel, and wait until it knows."""
    told = steward.bot.wait_for("guild_channel_update", timeout=10)
    sandbox.deny_bot(channel, permission)
    await told


def may_make_tags(sandbox: Sandbox) -> None:
    """Grant the bot what it takes to make a forum's tags."""
    own = sandbox.role(sandbox.bot.name)
    sandbox.set_role_permissions(own.name, own.permissions | Permission.MANAGE_CHANNELS)
