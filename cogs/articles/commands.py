"""/articles: the newest, and those with some words, as far as the asker can see their channels."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import Forgotten, NotAllowed, NotFound
from bot.feeds.archive import Archive, Page
from bot.feeds.links import host_of
from bot.feeds.terms import TYPED_LIMIT
from bot.routing import component
from bot.text import cut, escape, one_line
from cogs.articles import pages
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons
from cogs.common.posting import channel_to_post_in
from cogs.common.reading import readable_channels
from cogs.common.replies import NO_MENTIONS, reply, think, update

COUNT, COUNT_LIMIT = 5, 25
NO_FEEDS = (
    "No feed is posted in the channels that you can see here. Moderators add feeds with "
    "`/feeds add`."
)
NOTHING_YET = "Nothing has been posted yet in the channels that you can see here."
FORGOTTEN = "I no longer know what this belongs to. Please run the command again."


@app_commands.guild_only()
class ArticlesCog(
    commands.GroupCog, group_name="articles", group_description="What has been posted here"
):
    """Lists to the asker alone; the person decides whether to post one."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @property
    def archive(self) -> Archive:
        return self.bot.services.articles

    @suggest()
    async def _feeds(self, interaction: Interaction, typed: str) -> Sequence[tuple[str, str]]:
        feeds = await self.archive.feeds(
            guards.guild_id(interaction), readable_channels(interaction)
        )
        labelled = [(f"{cut(feed.title, 60)} ({host_of(feed.url)})", feed.id) for feed in feeds]
        return [
            (label, str(feed_id))
            for label, feed_id in labelled
            if typed.casefold() in label.casefold()
        ]

    # The newest

    @app_commands.command()
    @app_commands.describe(
        feed="Only from this feed", count="How many of the newest (1 to 25, else 5)"
    )
    @app_commands.autocomplete(feed=_feeds)
    async def latest(
        self,
        interaction: Interaction,
        feed: str | None = None,
        count: app_commands.Range[int, 1, COUNT_LIMIT] = COUNT,
    ) -> None:
        """The newest articles, to you alone."""
        await think(interaction)
        server, channels = guards.guild_id(interaction), readable_channels(interaction)
        feeds = await self.archive.feeds(server, channels)
        if not feeds:
            await reply(interaction, NO_FEEDS)
            return
        feed_id = (await self.archive.feed(server, channels, feed)).id if feed else 0
        embed, page = await self._latest(interaction, feed_id, count, 0)
        if not page.total:
            await reply(interaction, NOTHING_YET)
            return
        await reply(interaction, embed=embed, view=_latest_buttons(feed_id, count, page))

    async def _latest(
        self, interaction: Interaction, feed_id: int, count: int, number: int
    ) -> tuple[discord.Embed, Page]:
        server, channels = guards.guild_id(interaction), readable_channels(interaction)
        title = ""
        if feed_id:
            title = (await self.archive.feed(server, channels, str(feed_id))).title
        page = await self.archive.latest(
            server, channels, feed_id=feed_id or None, count=count, number=number
        )
        embed = pages.list_embed(pages.latest_title(title), page, _guild(interaction))
        return embed, page

    # Two names, since the ids of a message's components must differ from each other.

    @component("articles:latest-back")
    async def latest_back(self, interaction: Interaction, *arguments: str) -> None:
        """To newer articles."""
        await self._turn_latest(interaction, arguments)

    @component("articles:latest-more")
    async def latest_more(self, interaction: Interaction, *arguments: str) -> None:
        """To older articles."""
        await self._turn_latest(interaction, arguments)

    async def _turn_latest(self, interaction: Interaction, arguments: Sequence[str]) -> None:
        feed_id, count, number = _numbers(arguments, 3)
        await interaction.response.defer()
        embed, page = await self._latest(interaction, feed_id, min(count, COUNT_LIMIT), number)
        await self._turned(interaction, embed, page, _latest_buttons(feed_id, count, page))

    @component("articles:latest-post")
    async def latest_post(self, interaction: Interaction, *arguments: str) -> None:
        """Post the page for everybody."""
        feed_id, count, number = _numbers(arguments, 3)
        embed, page = await self._latest(interaction, feed_id, min(count, COUNT_LIMIT), number)
        buttons = _latest_buttons(feed_id, count, page, posted=True)
        await self._post(interaction, "/articles latest", embed, page, buttons)

    # Those with some words

    @app_commands.command()
    @app_commands.describe(query='Words, all of which must occur; also "phrases", begin* and -not')
    async def search(
        self, interaction: Interaction, query: app_commands.Range[str, 1, TYPED_LIMIT]
    ) -> None:
        """Find articles that were posted here, to you alone."""
        await think(interaction)
        typed = one_line(query)
        embed, page = await self._found(interaction, typed, 0)
        if page.total:
            await reply(interaction, embed=embed, view=_found_buttons(page))
        else:
            await self._nothing(interaction, typed)

    async def _found(
        self, interaction: Interaction, typed: str, number: int
    ) -> tuple[discord.Embed, Page]:
        server, channels = guards.guild_id(interaction), readable_channels(interaction)
        page = await self.archive.search(server, channels, typed, number)
        # What was typed may be longer than a button can carry, so the message itself carries it.
        footer = pages.SEARCHED + typed
        return pages.list_embed(pages.found_title(page), page, _guild(interaction), footer), page

    async def _nothing(self, interaction: Interaction, typed: str) -> None:
        """Say that nothing has all of the words, what to do, and what comes nearest."""
        server, channels = guards.guild_id(interaction), readable_channels(interaction)
        if not (await self.archive.latest(server, channels, count=1)).total:
            await reply(interaction, NOTHING_YET)
            return
        said = "No article in the channels that you can see has all of that."
        unknown = await self.archive.unknown(server, channels, typed)
        if unknown:
            listed = ", ".join(escape(f"“{str(term).strip('“”')}”") for term in unknown)
            verb = "is" if len(unknown) == 1 else "are"
            said += (
                f" {cut(listed, 500)} {verb} in none: check the spelling, leave it out, or type "
                "only its beginning with a \\*, as in strik\\*."
            )
        else:
            said += " Leave out a word, or a word with a - before it."
        nearest = await self.archive.nearest(server, channels, typed)
        if not nearest.total:
            await reply(interaction, said)
            return
        embed = pages.list_embed("Nearest: some of the words", nearest, _guild(interaction))
        await reply(interaction, said, embed=embed)

    @component("articles:found-back")
    async def found_back(self, interaction: Interaction, number: str) -> None:
        """To the page before."""
        await self._turn_found(interaction, number)

    @component("articles:found-more")
    async def found_more(self, interaction: Interaction, number: str) -> None:
        """To the page after."""
        await self._turn_found(interaction, number)

    async def _turn_found(self, interaction: Interaction, number: str) -> None:
        (wanted,) = _numbers([number], 1)
        await interaction.response.defer()
        embed, page = await self._found(interaction, _typed(interaction), wanted)
        await self._turned(interaction, embed, page, _found_buttons(page))

    @component("articles:found-post")
    async def found_post(self, interaction: Interaction, number: str) -> None:
        """Post the page for everybody."""
        (wanted,) = _numbers([number], 1)
        embed, page = await self._found(interaction, _typed(interaction), wanted)
        buttons = _found_buttons(page, posted=True)
        await self._post(interaction, "/articles search", embed, page, buttons)

    # What both share

    async def _turned(
        self, interaction: Interaction, embed: discord.Embed, page: Page, buttons: Buttons
    ) -> None:
        if page.total:
            await update(interaction, embed=embed, view=buttons)
        else:
            await update(interaction, NOTHING_YET)

    async def _post(
        self,
        interaction: Interaction,
        command: str,
        embed: discord.Embed,
        page: Page,
        buttons: Buttons,
    ) -> None:
        """Post one page as a message of the bot's own: it names nobody."""
        channel = channel_to_post_in(interaction, command)
        if not page.total:
            raise NotFound(f"These articles are no longer there. Run `{command}` again.")
        # Sending may have to wait for a rate limit; the press must be answered in three seconds.
        await interaction.response.defer()
        # By the nonce Discord knows a second press of the same button, and posts nothing then.
        shown_in = (interaction.message or interaction).id
        await channel.send(
            embed=embed, nonce=f"p{page.number}-{shown_in}", allowed_mentions=NO_MENTIONS
        )
        await update(interaction, embed=embed, view=buttons)


def _guild(interaction: Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise NotAllowed("This works on a server that I have been added to.")
    return interaction.guild


def _typed(interaction: Interaction) -> str:
    typed = pages.searched_in(interaction.message)
    if not typed:
        raise Forgotten(FORGOTTEN)
    return typed


def _numbers(arguments: Sequence[str], wanted: int) -> list[int]:
    """Numbers out of a button; what is none belongs to another version."""
    if len(arguments) != wanted or not all(each.isdecimal() for each in arguments):
        raise Forgotten(FORGOTTEN)
    return [int(each) for each in arguments]


def _latest_buttons(feed_id: int, count: int, page: Page, *, posted: bool = False) -> Buttons:
    return _buttons("latest", f"{feed_id}:{count}:", page, posted=posted)


def _found_buttons(page: Page, *, posted: bool = False) -> Buttons:
    return _buttons("found", "", page, posted=posted)


def _buttons(name: str, before: str, page: Page, *, posted: bool) -> Buttons:
    buttons = Buttons()
    if page.pages > 1:
        back, more = max(page.number - 1, 0), min(page.number + 1, page.pages - 1)
        first, last = page.number == 0, page.number == page.pages - 1
        buttons.button("Back", f"articles:{name}-back:{before}{back}", disabled=first)
        buttons.button("More", f"articles:{name}-more:{before}{more}", disabled=last)
    return buttons.button(
        "Posted" if posted else "Post in channel",
        f"articles:{name}-post:{before}{page.number}",
        disabled=posted,
    )
