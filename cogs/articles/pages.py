"""How lists of articles look in Discord, on a phone above all."""

import discord

from bot.feeds.archive import Page, Posted
from bot.text import counted, cut, escape, utf16_len
from cogs.common.article_lines import marked, place_line, title_line
from cogs.common.replies import COLOUR

DESCRIPTION_LIMIT = 4096  # Discord: an embed's description, in UTF-16 units
EXCERPT = 160  # characters that are shown of it

SEARCHED = "Search: "  # in the footer, before what was typed


def list_embed(title: str, page: Page, guild: discord.Guild, footer: str = "") -> discord.Embed:
    """One page of articles."""
    embed = discord.Embed(title=title, description=_description(page, guild), colour=COLOUR)
    turned = f"Page {page.number + 1} of {page.pages}" if page.pages > 1 else ""
    if text := " · ".join(part for part in (turned, footer) if part):
        embed.set_footer(text=text)
    return embed


def latest_title(feed_title: str) -> str:
    """The title over the newest articles, of one feed or (with "") of all."""
    return f"Newest from {escape(cut(feed_title, 100))}" if feed_title else "Newest articles"


def found_title(page: Page) -> str:
    """The title over what a search found."""
    return f"{counted(page.total, 'article')} found"


def searched_in(message: discord.Message | None) -> str:
    """What was typed to find what a message shows; "" if it shows no search."""
    for embed in message.embeds if message else ():
        _, found, typed = (embed.footer.text or "").partition(SEARCHED)
        if found:
            return typed
    return ""


def _description(page: Page, guild: discord.Guild) -> str:
    """The articles, with less of each if all of it would be too long for Discord."""
    text = ""
    for excerpts, links in ((True, True), (False, True), (False, False)):
        blocks = [_block(each, guild, excerpt=excerpts, link=links) for each in page.articles]
        text = "\n\n".join(blocks)
        if utf16_len(text) <= DESCRIPTION_LIMIT:
            break
    return text


def _block(posted: Posted, guild: discord.Guild, *, excerpt: bool, link: bool) -> str:
    lines = [title_line(posted, link=link)]
    if excerpt and posted.excerpt:
        # A line that began with a dash or a number would be read as a list.
        lines.append(f"“{marked(posted.excerpt, EXCERPT)}”")
    return "\n".join([*lines, place_line(posted, guild)])
