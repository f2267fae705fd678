"""Where articles can be posted, and what to do where they cannot."""

import discord
from discord import app_commands

from bot.app import Interaction
from bot.errors import NotAllowed, NotFound
from bot.feeds.model import Style
from bot.text import utf16_len
from cogs.common.permissions import grant, lacking

Place = discord.TextChannel | discord.ForumChannel
TAG_LIMIT = 20  # Discord: of a tag's name
CHOOSE_ANOTHER = "Choose another channel, or ask somebody who may."
ASK_ANOTHER = "Ask a moderator who may to do this, or an administrator to let you write there."

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
        value: app_commands.AppCommandChannel,
        /,
    ) -> app_commands.AppCommandChannel:
        return value


def chosen_place(interaction: Interaction, channel: app_commands.AppCommandChannel) -> Place:
    """The chosen channel, if both the moderator and the bot may post there.

    Raises:
        NotFound, NotAllowed: the text says what is missing.
    """
    return _usable(channel.resolve(), channel.id, channel.permissions)


def selected_place(interaction: Interaction, channel_id: int) -> Place:
    """The channel chosen in a select, or chosen before; as ``chosen_place``."""
    assert isinstance(interaction.user, discord.Member)
    place = interaction.user.guild.get_channel(channel_id)
    # Of a channel that we cannot see, Discord does not tell us who else may do what.
    if place is None or not place.permissions_for(place.guild.me).view_channel:
        raise _unseen(channel_id)
    return _usable(place, channel_id, place.permissions_for(interaction.user))


def writable_place(
    interaction: Interaction, channel_id: int, *, instead: str = CHOOSE_ANOTHER
) -> Place | None:
    """The channel of a subscription, if the moderator may write there; None when it is gone.

    Raises:
        NotAllowed, NotFound: they may not, or the bot cannot tell.
    """
    assert isinstance(interaction.user, discord.Member)
    place = interaction.user.guild.get_channel(channel_id)
    if not isinstance(place, Place):
        return None
    if not place.permissions_for(place.guild.me).view_channel:
        raise _unseen(channel_id)
    _require_writer(place, place.permissions_for(interaction.user), instead)
    return place


def require_writer(interaction: Interaction, channel_id: int) -> None:
    """For a press that makes the bot post what waits for a channel; one that is gone gets nothing.

    Raises:
        NotAllowed, NotFound: the person may not write there, or the bot cannot tell.
    """
    writable_place(interaction, channel_id, instead=ASK_ANOTHER)


def require_style(place: Place, style: Style) -> None:
    """Raises NotAllowed if the bot lacks what a style takes in a channel, naming it."""
    if missing := lacking(place, threads=style is Style.THREAD):
        raise NotAllowed(grant(place.id, missing))


def is_forum(place: object) -> bool:
    """Whether each article becomes a post there."""
    return isinstance(place, discord.ForumChannel)


def _usable(place: object, channel_id: int, held: discord.Permissions) -> Place:
    if place is None:
        raise _unseen(channel_id)
    if not isinstance(place, Place):
        raise NotAllowed(
            "Articles can go into text, announcement and forum channels. Choose one of those."
        )
    _require_writer(place, held, CHOOSE_ANOTHER)
    if missing := lacking(place):
        raise NotAllowed(grant(place.id, missing))
    if tag_needed(place) and forum_tags(place, "") is None:
        raise NotAllowed(
            f"{place.mention} wants a tag on every post and has none that I may use. "
            "Add a tag in the forum's settings, then try again."
        )
    return place


def _require_writer(place: Place, held: discord.Permissions, instead: str) -> None:
    if not held.view_channel or not held.send_messages:
        raise NotAllowed(
            f"You may not write in {place.mention} yourself, so I do not post there for you. "
            f"{instead}"
        )


def _unseen(channel_id: int) -> NotFound:
    return NotFound(
        f"I cannot see <#{channel_id}>. Grant my role View Channel there "
        "(Edit Channel → Permissions), then try again."
    )


def tag_needed(place: Place) -> bool:
    """Whether a forum takes no post without a tag."""
    return isinstance(place, discord.ForumChannel) and place.flags.require_tag


def tag_name(feed_title: str) -> str:
    """What the tag of a feed is called."""
    name = feed_title[:TAG_LIMIT]
    while utf16_len(name) > TAG_LIMIT:
        name = name[:-1]
    return name.strip()


def forum_tags(place: Place, feed_title: str) -> list[int] | None:
    """The tags for a feed's posts in a forum; None when one is required and none can be used.

    The tag named like the feed; where one is required and none is, the first that is open to all.
    """
    if not isinstance(place, discord.ForumChannel):
        return []
    named = tag_name(feed_title).casefold()
    moderates = place.permissions_for(place.guild.me).manage_threads
    for tag in place.available_tags:
        if named and tag.name.casefold() == named and (moderates or not tag.moderated):
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
            "settings, then try again."
        )
    if not role.mentionable and not interaction.permissions.mention_everyone:
        raise NotAllowed(
            f"You may not mention {role.mention} yourself, so I do not for you. Choose a role that "
            "anyone may mention."
        )
    return role.id
