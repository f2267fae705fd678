"""/faq: one question, one answer with its sources, or an honest "I don't know"."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import Unavailable
from bot.knowledge import Entry, Knowledge
from bot.limits import DailyLimits
from bot.routing import Fields, component, modal
from bot.text import cut, escape, one_line, plain
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons, Form
from cogs.common.posting import channel_to_post_in, may_send
from cogs.common.replies import COLOUR, NO_MENTIONS, UNDELIVERED, reply, update
from cogs.knowledge import embeds

QUESTION_LIMIT = 300
WRONG_LIMIT = 1000

MESSAGE_LIMIT = 2000  # Discord: characters of a message

# Each is without a name, so a person could otherwise bury the moderators unseen.
DAILY_LIMIT = 5
WRONG, PASS_ON = "wrong", "pass"  # what is limited
TOLD_ENOUGH = (
    "Thank you for looking closely. You have told the moderators of five mistakes today, which is "
    "as many as I pass on; tomorrow there can be more. If it cannot wait, please write to a "
    "moderator."
)
PASSED_ENOUGH = (
    "You have passed on five questions today, which is as many as I count; tomorrow there can be "
    "more. If it cannot wait, please ask a moderator."
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


class FaqCog(commands.Cog):
    """Answers to the asker alone; the person decides whether to post them."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._limits = DailyLimits(bot.clock)

    @property
    def knowledge(self) -> Knowledge:
        return self.bot.services.knowledge

    @suggest()
    async def _questions(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        found = await self.knowledge.suggest(_server(interaction), typed)
        return [(question, question) for question in found]

    @app_commands.command(name="faq")
    @app_commands.describe(question="Type a few words, or a whole question")
    @app_commands.autocomplete(question=_questions)
    async def faq(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, 6000],
    ) -> None:
        """Ask about the history, the union's actions, terms, people and figures."""
        await self._answer(interaction, question)

    async def _answer(self, interaction: Interaction, question: str) -> None:
        answer = await self.knowledge.answer(_server(interaction), question)
        if answer.entry:
            await reply(
                interaction,
                embed=embeds.answer_embed(answer.entry),
                view=embeds.answer_buttons(answer.entry, answer.nearest),
            )
        else:
            await reply(
                interaction,
                embeds.unknown_text(answer),
                embed=embeds.unknown_embed(answer),
                view=embeds.unknown_buttons(answer.nearest),
            )

    # The front desk

    @component("knowledge:ask")
    async def ask(self, interaction: Interaction) -> None:
        """Open a form for a question."""
        form = Form("Ask a question", "knowledge:asked").text(
            "question",
            "Your question",
            hint="The answer is shown to you alone.",
            placeholder="A few words are enough",
            max_length=QUESTION_LIMIT,
        )
        await interaction.response.send_modal(form)

    @modal("knowledge:asked")
    async def asked(self, interaction: Interaction, fields: Fields) -> None:
        """Answer what was typed into the form."""
        await self._answer(interaction, fields["question"])

    # Under an answer

    @component("knowledge:show")
    async def show(self, interaction: Interaction, identifier: str) -> None:
        """Show another entry, to whoever pressed."""
        server = _server(interaction)
        entry = await self.knowledge.entry(server, identifier)
        related = await self.knowledge.related(server, entry)
        await reply(
            interaction,
            embed=embeds.answer_embed(entry),
            view=embeds.answer_buttons(entry, related),
        )

    @component("knowledge:post")
    async def post(self, interaction: Interaction, identifier: str) -> None:
        """Post an answer for everybody, as a message of the bot's own: it names nobody."""
        server = guards.guild_id(interaction)
        entry = await self.knowledge.entry(server, identifier)
        channel = channel_to_post_in(interaction, "/faq")
        # Sending may have to wait for a rate limit; the press must be answered in three seconds.
        await interaction.response.defer()
        # By the nonce Discord knows a second press of the same button, and posts nothing then.
        posted = await channel.send(
            embed=embeds.answer_embed(entry),
            view=embeds.public_buttons(entry),
            nonce=f"post-{(interaction.message or interaction).id}",
            allowed_mentions=NO_MENTIONS,
        )
        # A correction of the entry reaches what was posted.
        copies = self.bot.services.editing.copies
        await copies.posted(server, channel.id, posted.id, entry)
        related = await self.knowledge.related(server, entry)
        await update(
            interaction,
            embed=embeds.answer_embed(entry),
            view=embeds.answer_buttons(entry, related, posted=True),
        )

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
                max_length=QUESTION_LIMIT,
            )
        )
        await interaction.response.send_modal(form)

    @modal("knowledge:wrong")
    async def reported_wrong(
        self, interaction: Interaction, fields: Fields, identifier: str
    ) -> None:
        """Tell the moderators, without the name of whoever wrote."""
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
        try:
            await channel.send(
                embed=notice,
                view=Buttons()
                .button("Show the answer", f"knowledge:show:{entry.id}")
                .button("Edit the answer", f"knowledge:edit:{entry.id}"),
                allowed_mentions=NO_MENTIONS,
            )
        except UNDELIVERED:
            self._limits.give_back(WRONG, server, person)
            return NO_WAY_THERE
        return ""

    # Without an answer

    @component("knowledge:pass")
    async def pass_on(self, interaction: Interaction) -> None:
        """Count the question for the moderators, and take the button away."""
        question = embeds.asked_in(interaction.message)
        server = guards.guild_id(interaction)
        person = interaction.user.id
        if not self._limits.take(PASS_ON, server, person, DAILY_LIMIT):
            raise Unavailable(PASSED_ENOUGH)
        try:
            await self.knowledge.pass_on(server, question)
        except Exception:
            self._limits.give_back(PASS_ON, server, person)
            raise
        nearest = await self.knowledge.nearest(server, question)
        await update(
            interaction,
            "I don't know, and have passed the question on: it is counted for the moderators, "
            "without your name.",
            embeds=interaction.message.embeds if interaction.message else (),
            view=embeds.question_buttons(nearest),
        )


def _server(interaction: Interaction) -> int:
    """The server whose own entries count; 0, which has none, in a direct message."""
    return interaction.guild_id or 0


def _notice(entry: Entry, what: str, source: str) -> discord.Embed:
    embed = discord.Embed(
        title="An answer may be wrong",
        description=cut(escape(what), embeds.DESCRIPTION_LIMIT),
        colour=COLOUR,
    )
    embed.add_field(name="The question", value=f"{entry.question}\n`{entry.id}`", inline=False)
    if source:
        embed.add_field(name="Where one can read it", value=cut(escape(source), 1000), inline=False)
    return embed.set_footer(text="From a member; who wrote it is not kept.")
