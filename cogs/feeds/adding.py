"""/feeds add and /feeds preview: what a feed holds, and how it will be posted."""

from datetime import datetime

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Range

from bot.app import Interaction
from bot.feeds.finding import Found
from bot.feeds.model import Options, Style, Subscription
from bot.feeds.service import BACKLOG_LIMIT
from bot.feeds.terms import TYPED_LIMIT, Filter
from bot.feeds.trial import Trial, trial
from bot.feeds.watch import Rhythm, every, rhythm
from bot.text import counted, cut, escape
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.components import Style as Colour
from cogs.common.replies import reply, think
from cogs.feeds import embeds, styles
from cogs.feeds.choosing import FeedChoice
from cogs.feeds.places import (
    FeedChannel,
    Place,
    chosen_place,
    chosen_role,
    is_forum,
    require_style,
)
from cogs.feeds.publisher import DiscordPublisher

SHOWN = 3  # oddities, and other feeds of the site
INCLUDE_HINT = 'Only articles with one of these: pay, strike*, "pay rise", -job'
EXCLUDE_HINT = "No articles with one of these words"


class Adding(FeedChoice):
    """A part of FeedsCog."""

    publisher: DiscordPublisher

    @app_commands.command()
    @app_commands.describe(
        url="The feed's address, or the site's",
        channel="Where new articles are posted",
        role="A role that each article mentions",
        style="How articles are posted; a card each, unless chosen otherwise",
        include=INCLUDE_HINT,
        exclude=EXCLUDE_HINT,
        backlog="How many of the newest articles to post at once (0 to 10)",
    )
    @app_commands.autocomplete(style=FeedChoice.suggest_style)
    @guards.moderator()
    async def add(
        self,
        interaction: Interaction,
        url: str,
        channel: app_commands.Transform[AppCommandChannel, FeedChannel],
        role: discord.Role | None = None,
        style: str | None = None,
        include: Range[str, 1, TYPED_LIMIT] | None = None,
        exclude: Range[str, 1, TYPED_LIMIT] | None = None,
        backlog: Range[int, 0, BACKLOG_LIMIT] = 0,
    ) -> None:
        """Post a feed's new articles in a channel."""
        place = chosen_place(interaction, channel)
        wanted, note = styles.chosen(styles.parse(style) if style else None, forum=is_forum(place))
        require_style(place, wanted)
        role_id = chosen_role(interaction, role)
        options = Options(
            style=wanted,
            role_id=role_id,
            role_by=interaction.user.id if role_id else None,
            include=(include or "").strip(),
            exclude=(exclude or "").strip(),
        )
        Filter.of(options.include, options.exclude)  # before the site is asked for anything
        await think(interaction)
        subscription, found = await self.feeds.add(
            guards.guild_id(interaction),
            place.id,
            url,
            options=options,
            backlog=backlog,
            since_id=self.publisher.position(place.id),
        )
        await self.record(interaction, "feeds.add", subscription, _chosen(options))
        tried = await trial(found.parsed.entries, options)
        client = interaction.client
        first = styles.first_digest(options.style, client.config, client.clock.now())
        buttons = (
            Buttons()
            .button("Looks right", f"feeds:ok:{subscription.id}", style=Colour.primary)
            .button("Undo", f"feeds:undo:{subscription.id}")
        )
        if role_id:
            buttons.button("Place a sign-up button", f"feeds:signup-place:{subscription.id}")
        await reply(
            interaction,
            _added(found, subscription, place, tried, min(backlog, tried.wanted), [note, first]),
            embed=embeds.found_embed(found, tried.newest),
            view=buttons,
        )

    @app_commands.command()
    @app_commands.describe(url="The feed's address, or the site's")
    @guards.moderator()
    async def preview(self, interaction: Interaction, url: str) -> None:
        """See what would be posted, without adding anything."""
        await think(interaction)
        found = await self.feeds.preview(url)
        count = counted(len(found.parsed.entries), "article")
        lines = [
            f"Found {count} at `{cut(found.url, 300)}`. `/feeds add` posts new ones in a channel.",
            *_bullets([*_rhythm(found, interaction.client.clock.now()), *_about(found)]),
        ]
        await reply(interaction, cut("\n".join(lines), 2000), embed=embeds.found_embed(found))


def _added(
    found: Found,
    subscription: Subscription,
    place: Place,
    tried: Trial,
    backlog: int,
    notes: list[str],
) -> str:
    """The answer to /feeds add: what was chosen, and what is odd about the feed."""
    options = subscription.options
    first = (
        f"**{escape(cut(found.parsed.title, 200))}** is added: new articles are posted in "
        f"{place.mention} from now on.{_on_their_way(backlog, options.style)}"
    )
    style = [f"Style: {styles.WORDS[options.style]}."]
    if options.style in (Style.EMBED, Style.FORUM):
        style = []
    said = " ".join(each for each in [*style, *notes] if each)
    lines = [said] if said else []
    if words := embeds.filter_words(options):
        lines.append(f"Only articles {words}. {_tried(tried)}")
    if options.role_id:
        lines.append(f"Each mentions <@&{options.role_id}>.")
    shown = f"This is how {_which(tried, options)} looks:" if found.newest else ""
    text = [first, *_bullets([*lines, *_about(found)]), shown]
    return cut("\n".join(line for line in text if line), 2000)


def _on_their_way(backlog: int, style: Style) -> str:
    if not backlog:
        return ""
    first = "The newest one" if backlog == 1 else f"The newest {backlog}"
    if style.is_digest:
        return f" {first} will be in the first digest."
    return f" {first} {'is on its way' if backlog == 1 else 'are on their way'}."


def _which(tried: Trial, options: Options) -> str:
    filtered = options.include or options.exclude
    if not filtered:
        return "the newest one"
    return "the newest of those" if tried.newest else "the newest one, which is left out,"


def _tried(tried: Trial) -> str:
    if not tried.looked:
        return ""
    return f"Of the newest {tried.looked}, {tried.passed or 'none'} would have been posted."


def _about(found: Found) -> list[str]:
    """What is odd about a feed, and what else its site has."""
    lines = [escape(cut(each, 200)) for each in found.parsed.oddities[:SHOWN]]
    if others := found.others[:SHOWN]:
        listed = ", ".join(f"`{cut(each, 120)}`" for each in others)
        lines.append(f"The site has {'other feeds' if others[1:] else 'another feed'}: {listed}.")
    return lines


def _rhythm(found: Found, now: datetime) -> list[str]:
    """How often a feed publishes, and when it last did."""
    newest = found.newest
    if newest is None or newest.published is None:
        return []
    gap_s = rhythm(Rhythm(), [entry.published for entry in found.parsed.entries], now).gap_s
    often = f"It publishes {every(gap_s)}. " if gap_s else ""
    return [f"{often}The newest article is from {discord.utils.format_dt(newest.published, 'D')}."]


def _bullets(lines: list[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _chosen(options: Options) -> str:
    """What was chosen, for the audit trail."""
    parts = [f"style {options.style}"]
    parts += [f"role {options.role_id}"] if options.role_id else []
    parts += [f"include {options.include}"] if options.include else []
    parts += [f"exclude {options.exclude}"] if options.exclude else []
    return ", ".join(parts)
