"""How articles and subscriptions look in Discord."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import discord

from bot.feeds.articles.filters import stored_filter
from bot.feeds.links import host_of
from bot.feeds.model import Article, Delivery, Entry, FeedStatus, Options, Style
from bot.feeds.outbox.digests import text as digests
from bot.feeds.outbox.digests.hours import Hours
from bot.feeds.overview import Listed
from bot.feeds.service import Found
from bot.text import counted, cut, escape, utf16_len
from cogs.common.replies import COLOUR

# Discord: limits of an embed's parts, in UTF-16 units.
TITLE_LIMIT = 256
AUTHOR_LIMIT = 256
DESCRIPTION_LIMIT = 4096
THREAD_NAME_LIMIT = 100
URL_LIMIT = 2048

MARK = "#steward-"
PAGE = 10  # subscriptions on one page of the list


def fitted(text: str, limit: int) -> str:
    """Plain text escaped for Discord's Markdown, within a limit that counts the escapes."""
    shown = cut(text, limit)
    while utf16_len(escaped := escape(shown)) > limit:
        shown = cut(shown, utf16_len(shown) - max(1, (utf16_len(escaped) - limit) // 2))
    return escaped


def article_embed(
    article: Article | Entry, feed_title: str, site: str, marks: Sequence[str] = ()
) -> discord.Embed:
    """One article.

    Args:
        marks: by which the message is known again; see ``marked``.
    """
    description = article.summary
    if utf16_len(description) > DESCRIPTION_LIMIT:
        description = cut(description, DESCRIPTION_LIMIT)
    embed = discord.Embed(
        title=fitted(article.title, TITLE_LIMIT),
        url=article.link,
        description=description or None,
        colour=COLOUR,
        timestamp=_sensible(article.published),
    )
    embed.set_author(name=cut(feed_title, AUTHOR_LIMIT), url=marked(site, marks))
    if article.picture:
        embed.set_image(url=article.picture)
    if article.author and article.author != feed_title:
        embed.set_footer(text=cut(article.author, 100))
    return embed


def digest_embed(delivery: Delivery, hours: Hours, marks: Sequence[str]) -> discord.Embed:
    """The articles of a digest, a short paragraph each."""
    name = hours.name(delivery)
    embed = discord.Embed(
        title=f"{name[:1].upper()}{name[1:]}{_part(delivery)}",
        description=digests.text(delivery.bundle, hours.zone),
        colour=COLOUR,
    )
    subscription = delivery.subscription
    title = cut(subscription.title, AUTHOR_LIMIT)
    return embed.set_author(name=title, url=marked(subscription.site, marks))


def digest_name(delivery: Delivery, hours: Hours) -> str:
    """The name of a digest's post in a forum."""
    named = f": {hours.name(delivery)}{_part(delivery)}"
    return f"{cut(delivery.subscription.title, THREAD_NAME_LIMIT - utf16_len(named))}{named}"


def _part(delivery: Delivery) -> str:
    return f" ({delivery.part} of {delivery.parts})" if delivery.parts > 1 else ""


def marked(site: str, marks: Sequence[str]) -> str:
    """A site's address with marks that a browser ignores; they ride behind the feed's name."""
    if not marks:
        return site
    fragment = MARK + "-".join(marks)
    address = site.partition("#")[0]
    if len(address) + len(fragment) > URL_LIMIT:
        parts = urlsplit(address)
        address = f"{parts.scheme}://{parts.netloc}/"
    return f"{address}{fragment}"


def marks_in(message: discord.Message) -> list[str]:
    """The marks that a message carries, one of each article that it shows."""
    for embed in message.embeds:
        _, found, marks = (embed.author.url or "").rpartition(MARK)
        if found:
            return marks.split("-")
    return []


def _sensible(moment: datetime | None) -> datetime | None:
    """Feeds give years that Discord does not show; only this century is passed on."""
    return moment if moment is not None and 2000 <= moment.year < 2100 else None


def thread_name(title: str) -> str:
    """The name of an article's post in a forum; names are plain text."""
    return cut(title, THREAD_NAME_LIMIT)


def found_embed(found: Found, entry: Entry | None = None) -> discord.Embed:
    """An article as it would be posted, the newest unless given; or that there is none."""
    shown = entry or found.newest
    if shown is None:
        return discord.Embed(
            title=fitted(found.parsed.title, TITLE_LIMIT),
            url=found.parsed.site,
            description="The feed has no articles yet. The first one will be posted.",
            colour=COLOUR,
        )
    return article_embed(shown, found.parsed.title, found.parsed.site)


def list_embed(listed: list[Listed], page: int) -> discord.Embed:
    """One page of a server's subscriptions."""
    pages = max(1, -(-len(listed) // PAGE))
    page = min(max(page, 0), pages - 1)
    lines = [_line(entry) for entry in listed[page * PAGE : (page + 1) * PAGE]]
    embed = discord.Embed(title="Feeds", description=_joined(lines), colour=COLOUR)
    if pages > 1:
        embed.set_footer(text=f"Page {page + 1} of {pages}, {counted(len(listed), 'feed')}")
    return embed


def _joined(lines: list[str]) -> str:
    """The lines together; were they too long for Discord, without their notes."""
    text = "\n".join(lines)
    if utf16_len(text) > DESCRIPTION_LIMIT:
        text = "\n".join(line.partition("\n")[0] for line in lines)
    return text


def filter_words(options: Options) -> str:
    """A subscription's filter in plain English, made harmless; "" for none."""
    return escape(stored_filter(options.include, options.exclude).words())


A_WORD = "for a moderator's word in the channel for notices (`/setup` chooses it)"
FOR_A_WORD = f"waiting {A_WORD}"


def _line(listed: Listed) -> str:
    subscription, feed = listed.subscription, listed.feed
    title = f"**{fitted(cut(subscription.title, 60), 120)}**"
    line = f"{title} ({escape(cut(host_of(feed.url), 40))}) → <#{subscription.channel_id}>"
    options = subscription.options
    if options.style not in (Style.EMBED, Style.FORUM):
        line += f", {options.style}"
    if options.role_id:
        line += f", mentions <@&{options.role_id}>"
    notes = []
    if words := filter_words(options):
        notes.append(f"only articles {cut(words, 120)}")
    if subscription.paused:
        notes.append(f"⏸ paused: {cut(subscription.paused, 150)}")
    if feed.status is FeedStatus.GONE:
        notes.append("⚠ the site says it has ended")
    elif feed.problem:
        notes.append(f"⚠ {cut(feed.problem, 120)}")
    if listed.held:
        notes.append(f"⚠ {counted(listed.held, 'article')} {FOR_A_WORD}")
    elif listed.waiting and subscription.paused:
        notes.append(f"{counted(listed.waiting, 'article')} waiting")
    return "\n".join([line, *(f"-# {note}" for note in notes)])
