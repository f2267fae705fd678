"""The button by which members take or drop the role that a feed's articles mention."""

import discord

from bot.app import Interaction
from bot.errors import NotAllowed, NotFound, Unavailable
from bot.feeds.model import Subscription
from bot.routing import component
from bot.text import cut, escape
from cogs.common import guards, roles
from cogs.common.components import Buttons, Style
from cogs.common.permissions import grant, lacking
from cogs.common.replies import NO_MENTIONS, UNDELIVERED, reply, think
from cogs.feeds.choosing import FeedChoice
from cogs.feeds.numbers import number
from cogs.feeds.places import is_forum

LABEL = "Turn mentions on or off"
FEED_GONE = (
    "The feed of this button is no longer posted here, so there is nothing to sign up for. A "
    "moderator can delete this message."
)
NO_ROLE = (
    "Articles of **{feed}** mention no role any more, so there is nothing to sign up for. A "
    "moderator can choose one in `/feeds edit`, or delete this message."
)
ROLE_GONE = (
    "The role that articles of **{feed}** mention does not exist any more. A moderator can choose "
    "another in `/feeds edit`."
)
REFUSED = "Discord does not let me change your roles. Please tell a moderator."
NOT_NOW = "Discord did not answer me, so I do not know whether it worked. Press again in a while."
CANNOT_SEE = (
    "I cannot look into {channels} of this server, and Discord does not tell me who may do what "
    "there. Please make sure that {role} opens none of them: the button lets anybody here have it. "
    "If so, press **It opens none: place it**."
)
WRONG_PLACE = (
    "In a forum there is no room for a button. Run `/feeds edit` in the ordinary text channel in "
    "which it is to stand, and press it there."
)


class SignUp(FeedChoice):
    """A part of FeedsCog."""

    # Placing the button

    @component("feeds:signup-place")
    async def place_sign_up(self, interaction: Interaction, subscription: str) -> None:
        """Post the button, unless somebody must first look where the bot cannot."""
        await self._place_sign_up(interaction, subscription, sure=False)

    @component("feeds:signup-sure")
    async def place_sign_up_after_all(self, interaction: Interaction, subscription: str) -> None:
        """Post the button: the moderator has looked where the bot cannot."""
        await self._place_sign_up(interaction, subscription, sure=True)

    async def _place_sign_up(
        self, interaction: Interaction, subscription: str, *, sure: bool
    ) -> None:
        await guards.require_moderator(interaction)
        await think(interaction)
        chosen = await self.feeds.get(guards.guild_id(interaction), number(subscription))
        channel = _desk(interaction, chosen)
        role = _role(interaction, chosen)
        facts = await self._facts(chosen, role)
        if problem := roles.objection(facts):
            raise NotAllowed(str(problem))
        if facts.hidden and not sure:
            channels = f"{facts.hidden} channels" if facts.hidden > 1 else "one channel"
            await reply(
                interaction,
                CANNOT_SEE.format(channels=channels, role=role.mention),
                view=Buttons().button(
                    "It opens none: place it", f"feeds:signup-sure:{chosen.id}", style=Style.primary
                ),
            )
            return
        title = escape(cut(chosen.title, 200))
        message = await channel.send(
            f"Press to be mentioned when **{title}** has news. Press again to stop.",
            view=Buttons().button(LABEL, f"feeds:signup:{chosen.id}", style=Style.primary),
            allowed_mentions=NO_MENTIONS,
        )
        await self.record(interaction, "feeds.signup", chosen, f"role {role.id}")
        await reply(
            interaction,
            f"The button is [there]({message.jump_url}): whoever presses it gets {role.mention}, "
            "and drops it by pressing again. Delete the message to take it away.",
        )

    # Pressing it

    @component("feeds:signup")
    async def sign_up(self, interaction: Interaction, subscription: str) -> None:
        """Give the role to whoever presses, or take it from them."""
        await think(interaction)
        try:
            chosen = await self.feeds.get(guards.guild_id(interaction), number(subscription))
        except NotFound as error:
            raise NotFound(FEED_GONE) from error
        role = _role(interaction, chosen)
        if problem := roles.objection(await self._facts(chosen, role)):
            raise NotAllowed(
                f"{problem.why} So I change nothing. Please tell a moderator: they can put it "
                "right in `/feeds edit`."
            )
        member = interaction.user
        assert isinstance(member, discord.Member)
        title = escape(cut(chosen.title, 200))
        has = member.get_role(role.id) is not None
        change = member.remove_roles if has else member.add_roles
        try:
            await change(role, reason=cut(f"Pressed the button for {chosen.title}", 400))
        except discord.NotFound as error:
            raise NotFound(ROLE_GONE.format(feed=title)) from error
        except discord.Forbidden as error:
            raise NotAllowed(REFUSED) from error
        except UNDELIVERED as error:
            raise Unavailable(NOT_NOW) from error
        if has:
            text = f"You no longer have {role.mention}: **{title}** does not mention you any more."
            again = "Press again to be mentioned."
        else:
            text = f"You now have {role.mention}: you are mentioned when **{title}** has news."
            again = "Press again to stop."
        await reply(interaction, f"{text} {again}")

    async def _facts(self, subscription: Subscription, role: discord.Role) -> roles.Facts:
        settings = await self.servers.settings(subscription.guild_id)
        return await roles.look(role, subscription.options.role_by, settings.moderator_role_id)


def _role(interaction: Interaction, subscription: Subscription) -> discord.Role:
    assert interaction.guild is not None
    title = escape(cut(subscription.title, 200))
    if subscription.options.role_id is None:
        raise NotFound(NO_ROLE.format(feed=title))
    role = interaction.guild.get_role(subscription.options.role_id)
    if role is None:
        raise NotFound(ROLE_GONE.format(feed=title))
    return role


def _desk(interaction: Interaction, subscription: Subscription) -> discord.TextChannel:
    """Where the button is posted: the feed's channel, or for a forum the one we are in.

    Raises:
        NotFound, NotAllowed: neither will do; the text says why.
    """
    assert isinstance(interaction.user, discord.Member)
    channel = interaction.user.guild.get_channel(subscription.channel_id)
    if is_forum(channel) and interaction.channel_id is not None:
        channel = interaction.user.guild.get_channel(interaction.channel_id)
        if not isinstance(channel, discord.TextChannel):
            raise NotAllowed(WRONG_PLACE)
    if not isinstance(channel, discord.TextChannel):
        raise NotFound(
            "The feed's channel is gone, or I cannot see it. Choose another in `/feeds edit`."
        )
    if missing := lacking(channel):
        raise NotAllowed(grant(channel.id, missing))
    if not channel.permissions_for(interaction.user).send_messages:
        raise NotAllowed(
            f"You may not write in {channel.mention} yourself, so I do not post there for you. "
            "Ask somebody who may."
        )
    return channel
