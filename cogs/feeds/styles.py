"""The styles in which articles are posted, in words, and which of them a channel can have."""

from datetime import datetime

import discord

from bot.config import Config
from bot.errors import InvalidInput
from bot.feeds.model import Style
from bot.feeds.outbox.digests.hours import Hours

WORDS = {
    Style.EMBED: "a card for each article",
    Style.THREAD: "a card with a thread to discuss it",
    Style.FORUM: "a post for each article",
    Style.DAILY: "one message a day with the new articles",
    Style.WEEKLY: "one message a week with the new articles",
}
IN_A_FORUM = "In a forum each article is a post, so I chose `forum`."
NO_FORUM = "`forum` goes with forum channels only. Choose `embed` or `thread`, or a forum channel."
FOLLOWS = "The style follows the kind of channel."
UNKNOWN = "There is no style “{}”. Choose one from the list: {}."


def label(style: Style) -> str:
    """A style as it is shown in lists: ``embed: a card for each article``."""
    return f"{style}: {WORDS[style]}"


def said(style: Style) -> str:
    """A style within a sentence: ``thread, a card with a thread to discuss it``."""
    return f"{style}, {WORDS[style]}"


def first_digest(style: Style, config: Config, now: datetime) -> str:
    """A sentence that says when the first digest comes; "" for other styles."""
    if not style.is_digest:
        return ""
    return f"The first comes {next_digest(style, config, now)}."


def next_digest(style: Style, config: Config, now: datetime) -> str:
    """When the next digest of a style comes, as Discord shows it to each in their own time."""
    hours = Hours(config.feed_digest_time, config.timezone)
    return discord.utils.format_dt(hours.next(style, now), "F")


def fitting(*, forum: bool) -> list[Style]:
    """The styles that a channel can have, the usual one first."""
    single = [Style.FORUM] if forum else [Style.EMBED, Style.THREAD]
    return [*single, Style.DAILY, Style.WEEKLY]


def parse(typed: str) -> Style:
    """The style that was chosen from the list, or typed in full or in part.

    Raises:
        InvalidInput: there is none like it.
    """
    word = typed.partition(":")[0].strip().casefold().replace(" ", "-")
    for style in Style:
        if word in (style, style.removeprefix("digest-")):
            return style
    raise InvalidInput(UNKNOWN.format(typed[:40], ", ".join(f"`{style}`" for style in Style)))


def chosen(style: Style | None, *, forum: bool) -> tuple[Style, str]:
    """The style for a channel, and a word about it where another was chosen.

    Raises:
        InvalidInput: it is for forums, and the channel is none.
    """
    if style is None:
        return fitting(forum=forum)[0], ""
    if style in fitting(forum=forum):
        return style, ""
    if not forum:
        raise InvalidInput(NO_FORUM)
    return Style.FORUM, IN_A_FORUM


def kept(style: Style, *, forum: bool) -> Style:
    """The style that comes nearest in a channel of perhaps another kind."""
    return style if style in fitting(forum=forum) else fitting(forum=forum)[0]
