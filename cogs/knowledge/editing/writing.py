"""Drafts: the forms, the preview and its buttons."""

from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import NotFound, UserError
from bot.knowledge import Kind
from bot.knowledge.editing import Conflict, Draft, Editing
from bot.routing import Fields, component, modal
from cogs.common import guards
from cogs.common.replies import reply, update
from cogs.knowledge.editing import forms, pages


class Writing(commands.Cog):
    """A part of EditingCog."""

    bot: Steward

    @property
    def editing(self) -> Editing:
        return self.bot.services.editing

    async def record(self, interaction: Interaction, action: str, target: str) -> None:
        """Keep what a moderator did in the audit trail."""
        await self.bot.services.servers.record(
            guards.guild_id(interaction), interaction.user.id, f"knowledge.{action}", target
        )

    async def show_draft(self, interaction: Interaction, draft: Draft, text: str = "") -> None:
        """Show a preview as a message of its own, to the moderator alone."""
        await reply(interaction, **pages.preview(await self.editing.drafts.review(draft), text))

    async def _update(self, interaction: Interaction, draft: Draft, text: str = "") -> None:
        """Show a preview in place of the one whose button was pressed."""
        await update(interaction, **pages.preview(await self.editing.drafts.review(draft), text))

    async def _draft(self, interaction: Interaction, draft_id: str) -> Draft:
        """The draft of a press; its writer's alone."""
        await guards.require_moderator(interaction)
        return await self.editing.drafts.get(
            guards.guild_id(interaction), interaction.user.id, draft_id
        )

    # Forms

    @modal("knowledge:new")
    async def take_new(
        self, interaction: Interaction, fields: Fields, kind: str, key: str = ""
    ) -> None:
        """Keep a new entry's words and show what it would look like."""
        guild_id = guards.guild_id(interaction)
        with_words = forms.read(fields, {})
        try:
            await guards.require_moderator(interaction)
            asked = await self._asked(guild_id, key) if key else ""
            draft = await self.editing.drafts.begin(
                guild_id, interaction.user.id, Kind(kind), with_words, asked=asked
            )
        except UserError as error:
            await reply(interaction, pages.given_back(error, with_words))
            return
        await self.show_draft(interaction, draft)

    async def _asked(self, guild_id: int, key: str) -> str:
        """The question of a button; it may not be counted any more, which is no harm here."""
        try:
            return (await self.editing.questions.find(guild_id, key)).question
        except NotFound:
            return ""

    @component("knowledge:draft-words")
    async def ask_words(self, interaction: Interaction, draft_id: str) -> None:
        """Open the form of the words."""
        draft = await self._draft(interaction, draft_id)
        await interaction.response.send_modal(forms.words_form(draft))

    @component("knowledge:draft-own")
    async def ask_own(self, interaction: Interaction, draft_id: str) -> None:
        """Open the form of what only its kind has."""
        draft = await self._draft(interaction, draft_id)
        await interaction.response.send_modal(forms.own_form(draft))

    @component("knowledge:draft-topics")
    async def ask_topics(self, interaction: Interaction, draft_id: str) -> None:
        """Open the form of the topics."""
        draft = await self._draft(interaction, draft_id)
        topics = await self.bot.services.knowledge.topics()
        await interaction.response.send_modal(forms.topics_form(draft, topics))

    @component("knowledge:draft-more")
    async def ask_more(self, interaction: Interaction, draft_id: str) -> None:
        """Open the form of the rest."""
        draft = await self._draft(interaction, draft_id)
        related = await self.editing.drafts.questions_of(
            draft.guild_id, draft.typed.get("related", [])
        )
        await interaction.response.send_modal(forms.more_form(draft, related))

    @modal("knowledge:draft-words")
    async def take_words(self, interaction: Interaction, fields: Fields, draft_id: str) -> None:
        """Take over the words."""
        await self._take(interaction, fields, draft_id)

    @modal("knowledge:draft-own")
    async def take_own(self, interaction: Interaction, fields: Fields, draft_id: str) -> None:
        """Take over what only its kind has."""
        await self._take(interaction, fields, draft_id)

    @modal("knowledge:draft-more")
    async def take_more(self, interaction: Interaction, fields: Fields, draft_id: str) -> None:
        """Take over the rest."""
        await self._take(interaction, fields, draft_id)

    @modal("knowledge:draft-topics")
    async def take_topics(self, interaction: Interaction, fields: Fields, draft_id: str) -> None:
        """Take over the topics."""
        draft = await self._draft(interaction, draft_id)
        topics = forms.read_topics(fields, draft)
        await self._update(interaction, await self.editing.drafts.fill(draft, {"topics": topics}))

    async def _take(self, interaction: Interaction, fields: Fields, draft_id: str) -> None:
        try:
            draft = await self._draft(interaction, draft_id)
        except UserError as error:
            await reply(interaction, pages.given_back(error, forms.read(fields, {})))
            return
        typed = forms.read(fields, draft.typed)
        if "related" in typed:
            typed["related"] = await self.editing.drafts.resolve(draft.guild_id, typed["related"])
        await self._update(interaction, await self.editing.drafts.fill(draft, typed))

    # Under the preview

    @component("knowledge:draft-save")
    async def save(self, interaction: Interaction, draft_id: str) -> None:
        """Put the draft in place; copies of the answer are corrected with a date."""
        await self._save(interaction, draft_id, mend=False)

    @component("knowledge:draft-mend")
    async def save_mend(self, interaction: Interaction, draft_id: str) -> None:
        """Put the draft in place; copies of the answer are changed without a date."""
        await self._save(interaction, draft_id, mend=True)

    async def _save(self, interaction: Interaction, draft_id: str, *, mend: bool) -> None:
        draft = await self._draft(interaction, draft_id)
        await interaction.response.defer()
        try:
            done = await self.editing.save(draft, mend=mend)
        except UserError as error:
            # Another entry may have come in the way since the preview was shown.
            if await self._still_there(interaction, draft_id):
                await self._update(interaction, draft, str(error))
                return
            raise
        if isinstance(done, Conflict):
            review = await self.editing.drafts.review(done.draft)
            await update(interaction, **pages.conflict(done, review))
            return
        await self.record(interaction, done.change.action.value, draft.entry_id)
        entry = done.change.after.entry
        assert entry is not None
        await update(interaction, **pages.saved(done, entry))

    async def _still_there(self, interaction: Interaction, draft_id: str) -> bool:
        try:
            await self._draft(interaction, draft_id)
        except UserError:
            return False
        return True

    @component("knowledge:draft-checked")
    async def checked(self, interaction: Interaction, draft_id: str) -> None:
        """Note that the answer was compared with its sources today."""
        draft = await self._draft(interaction, draft_id)
        await self._update(interaction, await self.editing.drafts.checked_today(draft))

    @component("knowledge:draft-drop")
    async def discard(self, interaction: Interaction, draft_id: str) -> None:
        """Drop the draft."""
        draft = await self._draft(interaction, draft_id)
        await self.editing.drafts.discard(draft)
        await update(interaction, "Discarded. Nothing was changed.")

    # From elsewhere

    @component("knowledge:edit")
    async def edit_pressed(self, interaction: Interaction, identifier: str) -> None:
        """Open an entry for editing, as from a notice or from its history."""
        await guards.require_moderator(interaction)
        draft = await self.editing.drafts.edit(
            guards.guild_id(interaction), interaction.user.id, identifier
        )
        await self.show_draft(interaction, draft)
