"""/feeds health: a table that fits a phone, and in words what is wrong and what to do."""

import unicodedata
from datetime import datetime

import discord

from bot.app import Interaction, Steward
from bot.feeds import health, watch
from bot.feeds.health import Health, State
from bot.feeds.service import Feeds
from bot.routing import component
from bot.text import counted, cut, escape, utf16_len
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import COLOUR, reply, update
from cogs.feeds import embeds
from cogs.feeds.numbers import number

PAGE = 10
TITLE_COLUMNS = 12
ASKABLE = 5  # Discord: buttons in a row
DESCRIPTION_LIMIT = 4096  # Discord: an embed's description

MARKS = {
    State.ENDED: "×",
    State.FAILING: "!",
    State.HELD: "?",
    State.PAUSED: "=",
    State.QUIET: "~",
    State.WELL: " ",
}
WORDS = {
    State.ENDED: "ended",
    State.FAILING: "failing",
    State.HELD: "held",
    State.PAUSED: "paused",
    State.QUIET: "quiet",
}
HEADING = f"  {'Feed':{TITLE_COLUMNS}} last next  /wk 8 weeks"
NO_FEEDS = "There are no feeds here yet. `/feeds add` posts a site's news in a channel."
IN_ORDER = "All of them are in order."


class FeedHealth:
    """What the command shows, and its buttons; a part of FeedsCog."""

    bot: Steward
    feeds: Feeds

    # Three names, since the ids of a message's components must differ from each other.

    @component("feeds:health")
    async def refresh_health(self, interaction: Interaction, page: str) -> None:
        """Show the page as it is now."""
        await self._turn_health(interaction, page)

    @component("feeds:health-back")
    async def health_back(self, interaction: Interaction, page: str) -> None:
        """To the page before."""
        await self._turn_health(interaction, page)

    @component("feeds:health-more")
    async def health_more(self, interaction: Interaction, page: str) -> None:
        """To the page after."""
        await self._turn_health(interaction, page)

    async def _turn_health(self, interaction: Interaction, page: str) -> None:
        await guards.require_moderator(interaction)
        await self.show_health(interaction, number(page))

    async def show_health(self, interaction: Interaction, page: int) -> None:
        """Show one page to the moderator alone."""
        now = self.bot.clock.now()
        listing = await self.feeds.overview.listing(guards.guild_id(interaction))
        weekly = await self.bot.services.articles.weekly(
            {each.feed.id for each in listing}, health.WEEKS
        )
        assessed = health.assess(listing, weekly, now)
        answer = reply if interaction.message is None else update
        if not assessed:
            await answer(interaction, NO_FEEDS)
            return
        pages = -(-len(assessed) // PAGE)
        page = min(page, pages - 1)
        shown = assessed[page * PAGE : (page + 1) * PAGE]
        text = table(shown, now)
        if pages > 1:
            text += f"\n-# Page {page + 1} of {pages}, {counted(len(assessed), 'feed')}"
        embed = problems(shown)
        if embed is None and all(each.state is State.WELL for each in assessed):
            text += f"\n{IN_ORDER}"
        await answer(
            interaction,
            text,
            embeds=[embed] if embed else [],
            view=_buttons(shown, page, pages),
        )


def table(shown: list[Health], now: datetime) -> str:
    """The feeds as a code block of 38 columns, with a legend of the marks that occur."""
    rows = [HEADING, *(_row(each, now) for each in shown)]
    occurring = sorted({each.state for each in shown} - {State.WELL})
    legend = " · ".join(f"`{MARKS[state]}` {WORDS[state]}" for state in occurring)
    lines = "\n".join(rows)
    return f"```\n{lines}\n```" + (f"-# {legend}" if legend else "")


def _row(each: Health, now: datetime) -> str:
    feed = each.feed
    last = "never" if feed.ok_at is None else _short((now - feed.ok_at).total_seconds())
    upcoming = "-" if each.next_poll_s is None else _short(each.next_poll_s)
    rate = f"{each.per_week:.1f}" if each.per_week < 10 else f"{min(each.per_week, 9999):.0f}"
    title = _fixed(feed.title.replace("`", "'"), TITLE_COLUMNS)
    return f"{MARKS[each.state]} {title} {last:>4} {upcoming:>4} {rate:>4} {each.chart}"


def _short(seconds: float) -> str:
    """A span in at most four characters: ``now``, ``45m``, ``6h``, ``12d``, ``9w``."""
    if seconds < 60:
        return "now"
    for limit, unit, name in ((3600, 60, "m"), (86_400, 3600, "h"), (86_400 * 100, 86_400, "d")):
        if seconds < limit:
            return f"{int(seconds // unit)}{name}"
    return f"{min(int(seconds // (86_400 * 7)), 999)}w"


def _fixed(text: str, columns: int) -> str:
    """The text in exactly so many columns of a fixed-width font."""
    text = "".join(c for c in text if not unicodedata.combining(c))
    if sum(map(_width, text)) > columns:
        kept, used = "", 0
        for character in text:
            if used + _width(character) > columns - 1:
                break
            kept, used = kept + character, used + _width(character)
        text = kept.rstrip() + "…"
    return text + " " * (columns - sum(map(_width, text)))


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def problems(shown: list[Health]) -> discord.Embed | None:
    """What is wrong and what to do, for those with a problem; None while there is none."""
    told = [_problem(each) for each in shown if each.state is not State.WELL]
    if not told:
        return None
    text = "\n\n".join(f"{what}\n-# {advice}" for what, advice in told)
    if utf16_len(text) > DESCRIPTION_LIMIT:
        text = cut("\n\n".join(what for what, _ in told), DESCRIPTION_LIMIT)
    return discord.Embed(description=text, colour=COLOUR)


def _problem(each: Health) -> tuple[str, str]:
    """What is the matter with a feed, and what a moderator can do."""
    feed = each.feed
    title = f"**{escape(cut(feed.title, 60))}**"
    match each.state:
        case State.ENDED:
            return (
                f"{title} has ended: the site says so, and I no longer ask.",
                "Look for the site's new feed and add it; `/feeds remove` takes this one away.",
            )
        case State.FAILING:
            since = f" since {_ago(feed.failing_since)}" if feed.failing_since else ""
            tries = f"{feed.failures:,} times in a row" if feed.failures > 1 else "once"
            return (
                f"{title} has failed {tries}{since}. {cut(feed.problem, 200)}",
                "I keep asking. If the site has moved, add its new address and remove this one.",
            )
        case State.HELD:
            return (
                f"{title} has {counted(each.held, 'article')} {embeds.FOR_A_WORD}.",
                "Press a button under the notice there.",
            )
        case State.PAUSED:
            paused = [listed for listed in each.channels if listed.subscription.paused]
            places = "; ".join(
                f"<#{listed.subscription.channel_id}>: {cut(listed.subscription.paused, 120)}"
                for listed in paused[:3]
            )
            waiting = sum(listed.waiting for listed in paused)
            waits = f" Waiting: {counted(waiting, 'article')}." if waiting else ""
            return f"{title} is paused in {places}", f"`/feeds resume` posts it again.{waits}"
        case _:
            usually = f"; usually something comes {watch.every(feed.gap_s)}" if feed.gap_s else ""
            return (
                f"{title} has had nothing new since {_ago(feed.newest_at)}{usually}.",
                "Look at the site: its news may have moved to another feed.",
            )


def _ago(moment: datetime | None) -> str:
    return f"<t:{int(moment.timestamp())}:R>" if moment else "some time ago"


def _buttons(shown: list[Health], page: int, pages: int) -> Buttons:
    buttons = Buttons()
    if pages > 1:
        back, more = max(page - 1, 0), min(page + 1, pages - 1)
        buttons.button("Back", f"feeds:health-back:{back}", disabled=page == 0, row=0)
        buttons.button("More", f"feeds:health-more:{more}", disabled=page == pages - 1, row=0)
    buttons.button("Refresh", f"feeds:health:{page}", row=0)
    failing = [each for each in shown if each.state in (State.FAILING, State.ENDED)]
    for each in failing[:ASKABLE]:
        buttons.button(f"Ask {cut(each.feed.title, 30)} now", f"feeds:ask:{each.feed.id}", row=1)
    return buttons
