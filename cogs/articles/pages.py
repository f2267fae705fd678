"""How lists of articles look in Discord, on a phone above all."""

import re

import discord

from bot.feeds.archive import Page, Posted
from bot.feeds.archive.model import END, HIT
from bot.feeds.links import markdown_target
from bot.text import counted, cut, escape, one_line, utf16_len
from cogs.common.replies import COLOUR

DESCRIPTION_LIMIT = 4096  # Discord: an embed's description, in UTF-16 units
TITLE, EXCERPT, FEED_TITLE = 140, 160, 50  # characters that are shown of each
LINK_LIMIT = 600  # of an address that is put behind a title; a longer one is left out

SEARCHED = "Search: "  # in the footer, before what was typed

_HIT = re.compile(f"{HIT}([^{HIT}{END}]*){END}")
_STRAY = re.compile(f"[{HIT}{END}]")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BRACKETS = str.maketrans("[]", "()")


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
    title = _shown(_SCHEME.sub("", posted.title).translate(_BRACKETS), TITLE)
    # A bracket inside an address would end the link too early.
    address = markdown_target(posted.link)
    if link and len(address) <= LINK_LIMIT:
        title = f"[{title}]({address})"
    lines = [title]
    if excerpt and posted.excerpt:
        # A line that began with a dash or a number would be read as a list.
        lines.append(f"“{_shown(posted.excerpt, EXCERPT)}”")
    where = [escape(cut(posted.feed_title, FEED_TITLE)), f"<t:{int(posted.when.timestamp())}:d>"]
    channel = guild.get_channel(posted.channel_id)
    if channel is not None and posted.message_id:
        where.append(_place(posted, channel, guild))
    return "\n".join([*lines, f"-# {' · '.join(where)}"])


def _place(posted: Posted, channel: discord.abc.GuildChannel, guild: discord.Guild) -> str:
    """Where it was posted, leading there."""
    name = f"#{escape(channel.name)}"
    # A post in a forum is a channel of its own.
    inside = "" if isinstance(channel, discord.ForumChannel) else f"{channel.id}/"
    return f"[{name}](https://discord.com/channels/{guild.id}/{inside}{posted.message_id})"


def _shown(text: str, limit: int) -> str:
    """Marked text within a limit, made harmless, its hits in bold."""
    line = one_line(text)
    shown = cut(line, limit)
    if shown != line and shown.rfind(HIT) > shown.rfind(END):
        shown += END  # it was cut inside a hit
    pieces = []
    # Every second piece is what stood between two marks.
    for number, piece in enumerate(_HIT.split(shown)):
        plain = escape(_STRAY.sub("", piece))
        pieces.append(f"**{plain}**" if number % 2 and plain.strip() else plain)
    return "".join(pieces)
