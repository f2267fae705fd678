""" "Something wrong?": a form by which members tell the moderators of a mistake, without a name."""

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import Unavailable
from bot.knowledge import Entry, Kind, Knowledge
from bot.limits import DailyLimits
from bot.routing import Fields, component, modal
from bot.text import cut, escape, one_line, plain
from cogs.common import guards
from cogs.common.components import Buttons, Form
from cogs.common.posting import may_send
from cogs.common.replies import COLOUR, NO_MENTIONS, UNDELIVERED, reply, think
from cogs.knowledge import embeds

WRONG_LIMIT = 1000
SOURCE_LIMIT = 300
MESSAGE_LIMIT = 2000  # Discord: characters of a message

# Each is without a name, so a person could otherwise bury the moderators unseen.
DAILY_LIMIT = 5
WRONG = "wrong"  # what is limited
TOLD_ENOUGH = (
    "Thank you for looking closely. You have told the moderators of five mistakes today, which is "
    "as many as I pass on; tomorrow there can be more. If it cannot wait, please write to a "
    "moderator."
)
NO_NOTICE_CHANNEL = (
    "Thank you for looking closely. I could not pass it on, since no channel for notices to the "
    "moderators has been chosen on this server. Please tell a moderator; they can choose one in "
    "`/setup`."
)
NO_WAY_THERE = (
    "Thank you for looking closely. I could not pass it on, since I cannot write in the "
    "moderators' channel at present. Please tell a moderator: `/setup` shows what I lack."
)
WRITTEN = " This is what you wrote:\n>>> "


class WrongCog(commands.Cog):
    """From the button under an answer to a notice in the moderators' channel."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._limits = DailyLimits(bot.clock)

    @property
    def knowledge(self) -> Knowledge:
        return self.bot.services.knowledge

    @component("knowledge:wrong")
    async def wrong(self, interaction: Interaction, identifier: str) -> None:
        """Open a form for telling the moderators about a mistake."""
        server = guards.guild_id(interaction)
        if self._limits.used(WRONG, server, interaction.user.id) >= DAILY_LIMIT:
            raise Unavailable(TOLD_ENOUGH)
        entry = await self.knowledge.entry(server, identifier)
        form = (
            Form("Something wrong?", "knowledge:wrong", entry.id)
            .text(
                "what",
                "What is wrong with the answer?",
                hint="The moderators read it. Your name is not passed on.",
                long=True,
                max_length=WRONG_LIMIT,
            )
            .text(
                "source",
                "Where can one read it? (optional)",
                required=False,
                max_length=SOURCE_LIMIT,
            )
        )
        await interaction.response.send_modal(form)

    @modal("knowledge:wrong")
    async def reported_wrong(
        self, interaction: Interaction, fields: Fields, identifier: str
    ) -> None:
        """Tell the moderators, without the name of whoever wrote."""
        # Sending may have to wait for a rate limit; the form must be answered in three seconds.
        await think(interaction)
        server = guards.guild_id(interaction)
        entry = await self.knowledge.entry(server, identifier)
        what = plain(fields["what"]).strip()
        notice = _notice(entry, what, one_line(fields["source"]))
        if problem := await self._tell_moderators(server, interaction.user.id, entry, notice):
            await reply(interaction, cut(problem + WRITTEN + escape(what), MESSAGE_LIMIT))
            return
        await reply(
            interaction, "Thank you. The moderators have it, without your name; they will check it."
        )

    async def _tell_moderators(
        self, server: int, person: int, entry: Entry, notice: discord.Embed
    ) -> str:
        """Post a notice; why it could not be posted, or nothing."""
        settings = await self.bot.services.servers.settings(server)
        if settings.notice_channel_id is None:
            return NO_NOTICE_CHANNEL
        channel = self.bot.get_channel(settings.notice_channel_id)
        if not isinstance(channel, discord.TextChannel) or not may_send(
            channel.permissions_for(channel.guild.me), thread=False
        ):
            return NO_WAY_THERE
        if not self._limits.take(WRONG, server, person, DAILY_LIMIT):
            return TOLD_ENOUGH
        view = Buttons().button("Show the answer", f"knowledge:show:{entry.id}")
        if entry.kind is not Kind.EVENT:  # of the timeline the words are in the files alone
            view.button("Edit the answer", f"knowledge:edit:{entry.id}")
        try:
            await channel.send(embed=notice, view=view, allowed_mentions=NO_MENTIONS)
        except UNDELIVERED:
            self._limits.give_back(WRONG, server, person)
            return NO_WAY_THERE
        return ""


def _notice(entry: Entry, what: str, source: str) -> discord.Embed:
    embed = discord.Embed(
        title="An answer may be wrong",
        description=cut(escape(what), embeds.DESCRIPTION_LIMIT),
        colour=COLOUR,
    )
    embed.add_field(name="The answer", value=f"{entry.title}\n`{entry.id}`", inline=False)
    if source:
        embed.add_field(name="Where one can read it", value=cut(escape(source), 1000), inline=False)
    return embed.set_footer(text="From a member; who wrote it is not kept.")
