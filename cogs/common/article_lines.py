"""One article as lines of text: its title with the hits in it, and where it stands."""

import re

import discord

from bot.feeds.archive import Posted
from bot.feeds.archive.model import END, HIT
from bot.feeds.links import markdown_target
from bot.text import cut, escape, one_line

TITLE, FEED_TITLE = 140, 50  # characters that are shown of each
LINK_LIMIT = 600  # of an address that is put behind a title; a longer one is left out

_HIT = re.compile(f"{HIT}([^{HIT}{END}]*){END}")
_STRAY = re.compile(f"[{HIT}{END}]")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BRACKETS = str.maketrans("[]", "()")


def title_line(posted: Posted, *, link: bool = True) -> str:
    """The title, leading to the article."""
    title = marked(_SCHEME.sub("", posted.title).translate(_BRACKETS), TITLE)
    # A bracket inside an address would end the link too early.
    address = markdown_target(posted.link)
    return f"[{title}]({address})" if link and len(address) <= LINK_LIMIT else title


def place_line(posted: Posted, guild: discord.Guild) -> str:
    """The feed, the day and the channel in small letters, the last leading to the message."""
    where = [escape(cut(posted.feed_title, FEED_TITLE)), f"<t:{int(posted.when.timestamp())}:d>"]
    channel = guild.get_channel(posted.channel_id)
    if channel is not None and posted.message_id:
        where.append(_place(posted, channel, guild))
    return f"-# {' · '.join(where)}"


def _place(posted: Posted, channel: discord.abc.GuildChannel, guild: discord.Guild) -> str:
    name = f"#{escape(channel.name)}"
    # A post in a forum is a channel of its own.
    inside = "" if isinstance(channel, discord.ForumChannel) else f"{channel.id}/"
    return f"[{name}](https://discord.com/channels/{guild.id}/{inside}{posted.message_id})"


def marked(text: str, limit: int) -> str:
    """Text with hits within a limit, made harmless, its hits in bold."""
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
