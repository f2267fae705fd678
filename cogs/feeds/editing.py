"""/feeds edit: every choice can be changed, seen at once, and taken back."""

from collections.abc import Callable

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Range

from bot.app import Interaction
from bot.errors import NotFound, UserError
from bot.feeds.changes import Change
from bot.feeds.model import Style, Subscription
from bot.feeds.terms import TYPED_LIMIT
from bot.routing import Fields, component, modal
from cogs.common import guards
from cogs.common.replies import chosen as selected
from cogs.common.replies import reply, think, update
from cogs.feeds import panel, styles
from cogs.feeds.choosing import FeedChoice
from cogs.feeds.numbers import number
from cogs.feeds.places import (
    FeedChannel,
    Place,
    chosen_place,
    chosen_role,
    is_forum,
    require_style,
    selected_place,
    writable_place,
)
from cogs.feeds.publisher import DiscordPublisher

NOTHING = {"none", "-", '""'}  # typed as a filter: no filter
AS_IT_IS = "That is how it is already, so nothing was changed."

Wanted = dict[str, int | str | None]


class Editing(FeedChoice):
    """A part of FeedsCog."""

    publisher: DiscordPublisher

    @app_commands.command()
    @app_commands.describe(
        feed="The feed to change; choose nothing else to see everything that can be changed",
        channel="Where new articles are posted from now on",
        style="How articles are posted",
        role="A role that each article mentions; @everyone for none",
        include='Only articles with one of these: pay, strike*, "pay rise", -job; none for all',
        exclude="No articles with one of these words; none to leave out none",
    )
    @app_commands.autocomplete(feed=FeedChoice.suggest_feed, style=FeedChoice.suggest_style)
    @guards.moderator()
    async def edit(
        self,
        interaction: Interaction,
        feed: str,
        channel: app_commands.Transform[AppCommandChannel, FeedChannel] | None = None,
        style: str | None = None,
        role: discord.Role | None = None,
        include: Range[str, 1, TYPED_LIMIT] | None = None,
        exclude: Range[str, 1, TYPED_LIMIT] | None = None,
    ) -> None:
        """Change a feed's channel, style, role, filter or address."""
        subscription = await self.chosen(interaction, feed)
        wanted: Wanted = {}
        place = chosen_place(interaction, channel) if channel else None
        if role is not None:
            wanted |= _role(interaction, role)
        wanted |= {
            name: "" if typed.strip().casefold() in NOTHING else typed.strip()
            for name, typed in (("include", include), ("exclude", exclude))
            if typed is not None
        }
        await think(interaction)
        text, change_id = "", None
        if wanted or style or place:
            wanted_style = styles.parse(style) if style else None
            text, change_id = await self._change(
                interaction, subscription, wanted, place, wanted_style
            )
            subscription = await self.feeds.get(subscription.guild_id, subscription.id)
        guild = _guild(interaction)
        await reply(
            interaction,
            text or None,
            embed=panel.embed(subscription, guild),
            view=panel.controls(subscription, guild, change_id),
        )

    # The panel. A press must be answered in three seconds: each says first that it is at work.

    @component("feeds:edit-style")
    async def choose_style(self, interaction: Interaction, subscription: str) -> None:
        """Take over the chosen style."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        style = styles.parse(selected(interaction)[0])
        await self._press(interaction, subscription, lambda: ({}, None, style))

    @component("feeds:edit-channel")
    async def choose_channel(self, interaction: Interaction, subscription: str) -> None:
        """Have what is new posted in the chosen channel."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        channel_id = int(selected(interaction)[0])
        await self._press(
            interaction, subscription, lambda: ({}, selected_place(interaction, channel_id), None)
        )

    @component("feeds:edit-role")
    async def choose_role(self, interaction: Interaction, subscription: str) -> None:
        """Have the chosen role mentioned, or none."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        values = selected(interaction)
        await self._press(
            interaction, subscription, lambda: (_selected_role(interaction, values), None, None)
        )

    @component("feeds:edit-filter")
    async def ask_filter(self, interaction: Interaction, subscription: str) -> None:
        """Show the form with both filters."""
        await guards.require_moderator(interaction)
        current = await self.feeds.get(guards.guild_id(interaction), number(subscription))
        await interaction.response.send_modal(panel.filter_form(current, TYPED_LIMIT))

    @modal("feeds:filter")
    async def take_filter(
        self, interaction: Interaction, fields: Fields, subscription: str
    ) -> None:
        """Take over both filters."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        wanted: Wanted = {name: fields[name].strip() for name in ("include", "exclude")}
        await self._press(interaction, subscription, lambda: (wanted, None, None))

    @component("feeds:edit-address")
    async def ask_address(self, interaction: Interaction, subscription: str) -> None:
        """Show the form with the address."""
        await guards.require_moderator(interaction)
        current = await self.feeds.get(guards.guild_id(interaction), number(subscription))
        await interaction.response.send_modal(panel.address_form(current))

    @modal("feeds:address")
    async def take_address(
        self, interaction: Interaction, fields: Fields, subscription: str
    ) -> None:
        """Take the articles from another address, once that has been read."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        guild_id = guards.guild_id(interaction)
        current = await self.feeds.get(guild_id, number(subscription))
        try:
            writable_place(interaction, current.channel_id)
            change, _ = await self.feeds.changes.change_address(guild_id, current.id, fields["url"])
        except UserError as error:
            await self._show(interaction, current, str(error))
            return
        await self._tell(interaction, change)

    @component("feeds:edit-undo")
    async def take_back(self, interaction: Interaction, change: str) -> None:
        """Set what one change replaced; the same rules hold as for any change."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        guild_id, since_id = guards.guild_id(interaction), 0
        current, former = await self.feeds.changes.undoing(guild_id, number(change))
        try:
            _require_former(interaction, current, former)
            if isinstance(channel_id := former.get("channel_id"), int):
                since_id = self.publisher.position(channel_id)
            undone = await self.feeds.changes.undo(guild_id, number(change), since_id=since_id)
        except UserError as error:
            await self._show(interaction, current, str(error))
            return
        await self._tell(interaction, undone)

    async def _press(
        self,
        interaction: Interaction,
        subscription: str,
        choose: Callable[[], tuple[Wanted, Place | None, Style | None]],
    ) -> None:
        """Make a change out of the panel; what stands in its way is told there."""
        current = await self.feeds.get(guards.guild_id(interaction), number(subscription))
        change_id = None
        try:
            text, change_id = await self._change(interaction, current, *choose())
        except UserError as error:
            text = str(error)
        current = await self.feeds.get(current.guild_id, current.id)
        await self._show(interaction, current, text, change_id)

    async def _change(
        self,
        interaction: Interaction,
        current: Subscription,
        wanted: Wanted,
        place: Place | None,
        style: Style | None,
    ) -> tuple[str, int | None]:
        """Change a subscription; what was changed in words, and the change's id if there is one.

        Raises:
            UserError: it may not be, or cannot be; nothing was changed.
        """
        note, since_id = "", 0
        target = place or writable_place(interaction, current.channel_id)
        if target is not None and (style or place):
            forum, before = is_forum(target), current.options.style
            if style:
                style, note = styles.chosen(style, forum=forum)
            else:
                style = styles.kept(before, forum=forum)
                note = "" if style is before else styles.FOLLOWS
            require_style(target, style)
        if style:
            wanted = wanted | {"style": style}
        if place is not None:
            wanted, since_id = wanted | {"channel_id": place.id}, self.publisher.position(place.id)
        change = await self.feeds.changes.change(
            current.guild_id, current.id, since_id=since_id, **wanted
        )
        if not change.id:
            return f"{note} {AS_IT_IS}".strip(), None
        return await self._told(interaction, change, note), change.id

    async def _told(self, interaction: Interaction, change: Change, note: str = "") -> str:
        """Keep a change in the audit trail; what was changed, in words."""
        await self.record(interaction, "feeds.edit", change.before, panel.trail(change))
        lines = panel.changed(change)
        options, client = change.after.options, interaction.client
        if options.style != change.before.options.style:
            lines.append(styles.first_digest(options.style, client.config, client.clock.now()))
        filtered = (options.include, options.exclude) != (
            change.before.options.include,
            change.before.options.exclude,
        )
        if filtered and (options.include or options.exclude):
            passed, looked = await self.feeds.changes.passing(change.after)
            if looked:
                lines.append(f"Of the newest {looked}, {passed or 'none'} would have been posted.")
        return "\n".join(line for line in [*lines, note] if line)

    async def _tell(self, interaction: Interaction, change: Change) -> None:
        text = await self._told(interaction, change) if change.id else AS_IT_IS
        await self._show(interaction, change.after, text, change.id)

    async def _show(
        self,
        interaction: Interaction,
        subscription: Subscription,
        text: str,
        change_id: int | None = None,
    ) -> None:
        guild = _guild(interaction)
        await update(
            interaction,
            text,
            embed=panel.embed(subscription, guild),
            view=panel.controls(subscription, guild, change_id),
        )


def _guild(interaction: Interaction) -> discord.Guild:
    assert interaction.guild is not None, "the commands are for servers only"
    return interaction.guild


def _role(interaction: Interaction, role: discord.Role) -> Wanted:
    """What choosing a role changes; @everyone stands for none."""
    if role.is_default():
        return {"role_id": None, "role_by": None}
    return {"role_id": chosen_role(interaction, role), "role_by": interaction.user.id}


def _selected_role(interaction: Interaction, values: list[str]) -> Wanted:
    """What the select of a role changes; empty stands for none."""
    if not values:
        return {"role_id": None, "role_by": None}
    role = _guild(interaction).get_role(int(values[0]))
    if role is None:
        raise NotFound("That role does not exist any more. Choose another.")
    return _role(interaction, role)


def _require_former(
    interaction: Interaction, current: Subscription, former: dict[str, int | str | None]
) -> None:
    """Raises UserError where what was before may not be chosen any more."""
    channel_id, role_id = former.get("channel_id"), former.get("role_id")
    if isinstance(channel_id, int):
        place: Place | None = selected_place(interaction, channel_id)
    else:
        place = writable_place(interaction, current.channel_id)
    if place is not None and ("style" in former or isinstance(channel_id, int)):
        style = Style(str(former.get("style", current.options.style)))
        style, _ = styles.chosen(style, forum=is_forum(place))
        require_style(place, style)
    if isinstance(role_id, int):
        _selected_role(interaction, [str(role_id)])
