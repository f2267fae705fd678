"""/knowledge: commands of moderators."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.knowledge import Kind
from bot.knowledge.editing import Editing
from bot.knowledge.editing.export import Export
from bot.knowledge.editing.tables import KIND_WORDS
from bot.text import counted, cut
from cogs.common import guards
from cogs.common.autocomplete import CHOICES, suggest
from cogs.common.replies import NO_MENTIONS, reply, think
from cogs.knowledge.editing import forms, history, pages
from cogs.knowledge.editing.copies import DiscordCopies
from cogs.knowledge.editing.helped import Helped
from cogs.knowledge.editing.history import History
from cogs.knowledge.editing.waiting import Waiting

FILES = 10  # Discord: files of a message

KINDS = [app_commands.Choice(name=words, value=kind.value) for kind, words in KIND_WORDS.items()]


@app_commands.guild_only()
@app_commands.default_permissions(guards.MANAGE_SERVER)
class EditingCog(
    History,
    Waiting,
    Helped,
    commands.GroupCog,
    group_name="knowledge",
    group_description="What /faq answers on this server",
):
    """Adding, editing and hiding entries; a server's changes stay on that server."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @property
    def editing(self) -> Editing:
        return self.bot.services.editing

    async def cog_load(self) -> None:
        """Begin to correct posted answers once the servers are known."""
        self.bot.background(self._start())

    async def _start(self) -> None:
        await self.bot.connected.wait()
        await self.editing.forget_old()
        self.editing.copies.start(DiscordCopies(self.bot))

    async def cog_unload(self) -> None:
        """Stop while Discord can still be reached."""
        await self.editing.copies.close()

    async def _choices(
        self, interaction: Interaction, typed: str, *, hidden: bool
    ) -> list[tuple[str, str]]:
        found = await self.editing.entries.choices(
            guards.guild_id(interaction), typed, CHOICES, hidden=hidden
        )
        return [
            (f"(hidden) {question}" if is_hidden else question, identifier)
            for identifier, question, is_hidden in found
        ]

    @suggest("moderator")
    async def _entries(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        return await self._choices(interaction, typed, hidden=True)

    @suggest("moderator")
    async def _visible(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        return await self._choices(interaction, typed, hidden=False)

    @app_commands.command()
    @app_commands.describe(kind="What it is about; a question unless you choose otherwise")
    @app_commands.choices(kind=KINDS)
    @guards.moderator()
    async def add(
        self, interaction: Interaction, kind: app_commands.Choice[str] | None = None
    ) -> None:
        """Write a new answer for this server; you see it before anybody else does."""
        await self.editing.drafts.need_room(guards.guild_id(interaction))
        chosen = Kind(kind.value) if kind else Kind.QUESTION
        await interaction.response.send_modal(forms.new_form(chosen, {}))

    @app_commands.command()
    @app_commands.describe(entry="Which; type a few words of its question")
    @app_commands.autocomplete(entry=_entries)
    @guards.moderator()
    async def edit(self, interaction: Interaction, entry: str) -> None:
        """Change an answer on this server; you see it before anybody else does."""
        draft = await self.editing.drafts.edit(
            guards.guild_id(interaction), interaction.user.id, entry
        )
        await self.show_draft(interaction, draft)

    @app_commands.command()
    @app_commands.describe(entry="Which; type a few words of its question")
    @app_commands.autocomplete(entry=_visible)
    @guards.moderator()
    async def remove(self, interaction: Interaction, entry: str) -> None:
        """Hide an answer from this server's members; this can be undone."""
        await think(interaction)
        done = await self.editing.hide(guards.guild_id(interaction), interaction.user.id, entry)
        await self.record(interaction, done.change.action.value, done.change.entry_id)
        await reply(interaction, history.hidden_text(done), view=pages.after_buttons(done))

    @app_commands.command()
    @app_commands.describe(entry="Which; type a few words of its question")
    @app_commands.autocomplete(entry=_entries)
    @guards.moderator()
    async def history(self, interaction: Interaction, entry: str) -> None:
        """Who changed an answer here, when and how; undo, hide and show again."""
        await self.show_history(interaction, entry)

    @app_commands.command()
    @guards.moderator()
    async def unanswered(self, interaction: Interaction) -> None:
        """What members asked in vain, most asked first, with a button to write the answer."""
        await think(interaction)
        await self.show_questions(interaction)

    @app_commands.command()
    @guards.moderator()
    async def export(self, interaction: Interaction) -> None:
        """This server's own answers as files for the bot's content folder."""
        await think(interaction)
        made = await self.editing.export(guards.guild_id(interaction))
        if not made.files:
            await reply(interaction, "This server has nothing of its own yet.")
            return
        files = [
            discord.File(io.BytesIO(text.encode()), filename=name)
            for name, text in made.files.items()
        ]
        await self.record(interaction, "export", "")
        for begin in range(0, len(files), FILES):
            await interaction.followup.send(
                _exported(made) if begin == 0 else "And the rest:",
                files=files[begin : begin + FILES],
                ephemeral=True,
                allowed_mentions=NO_MENTIONS,
            )


def _exported(made: Export) -> str:
    text = (
        f"{counted(made.new, 'new entry', 'new entries')}, {made.changed} changed, "
        f"{made.hidden} hidden. Put these files into `bot/knowledge/content/`, in the place of "
        "those with the same names, and run `python -m bot check` there."
    )
    if made.problems:
        listed = "\n".join(f"• {problem}" for problem in made.problems[:5])
        text += cut(f" It will find something to mend by hand:\n{listed}", 1500)
    return text
