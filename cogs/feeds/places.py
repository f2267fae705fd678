"""Where articles can be posted, and what to do where they cannot."""

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel

from bot.app import Interaction
from bot.errors import NotAllowed, NotFound
from cogs.common.permissions import grant, lacking

Place = discord.TextChannel | discord.ForumChannel
CHANNEL_TYPES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
]


class FeedChannel(app_commands.Transformer):
    """A channel that articles can go into, also one that the bot cannot see."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return CHANNEL_TYPES

    async def transform(
        self,
        interaction: Interaction,  # type: ignore[override]  # our client is always Steward
        value: AppCommandChannel,
        /,
    ) -> AppCommandChannel:
        return value


def chosen_place(interaction: Interaction, channel: app_commands.AppCommandChannel) -> Place:
    """The chosen channel, if both the moderator and the bot may post there.

    Raises:
        NotFound, NotAllowed: the text says what is missing.
    """
    place = channel.resolve()
    if place is None:
        raise NotFound(
            f"I cannot see <#{channel.id}>. Grant my role View Channel there "
            "(Edit Channel → Permissions), then run the command again."
        )
    if not isinstance(place, Place):
        raise NotAllowed(
            "Articles can go into text, announcement and forum channels. Choose one of those."
        )
    if not channel.permissions.view_channel or not channel.permissions.send_messages:
        raise NotAllowed(
            f"You may not write in {place.mention} yourself, so I do not post there for you. "
            "Choose another channel, or ask somebody who may."
        )
    if missing := lacking(place):
        raise NotAllowed(grant(place.id, missing))
    if tag_needed(place) and forum_tags(place, "") is None:
        raise NotAllowed(
            f"{place.mention} wants a tag on every post and has none that I may use. "
            "Add a tag in the forum's settings, then run the command again."
        )
    return place


def tag_needed(place: Place) -> bool:
    """Whether a forum takes no post without a tag."""
    return isinstance(place, discord.ForumChannel) and place.flags.require_tag


def forum_tags(place: Place, feed_title: str) -> list[int] | None:
    """The tags for a feed's posts in a forum; None when one is required and none can be used.

    The tag named like the feed; where one is required and none is, the first that is open to all.
    """
    if not isinstance(place, discord.ForumChannel):
        return []
    named = feed_title.casefold()[:20]
    for tag in place.available_tags:
        if named and tag.name.casefold() == named:
            return [tag.id]
    if not place.flags.require_tag:
        return []
    for tag in place.available_tags:
        if not tag.moderated:
            return [tag.id]
    return None


def chosen_role(interaction: Interaction, role: discord.Role | None) -> int | None:
    """The id of the role that articles are to mention.

    Raises:
        NotAllowed: it cannot be mentioned.
    """
    if role is None:
        return None
    assert interaction.guild is not None
    if role.id == interaction.guild.id:
        raise NotAllowed("Articles do not mention @everyone. Choose a role that people can leave.")
    mentions_all = interaction.guild.me.guild_permissions.mention_everyone
    if not role.mentionable and not mentions_all:
        raise NotAllowed(
            f"I may not mention {role.mention}. Allow anyone to @mention it in the role's "
            "settings, then run the command again."
        )
    return role.id
