"""From the form to Send. The message before the person carries the draft, so nothing is lost when
the bot forgets it."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import UserError
from bot.reports.circumstances import Circumstances, joined
from bot.reports.drafts import Draft
from bot.reports.questions import MARKED_LIMIT, TEXT_LIMIT, Answers
from bot.reports.sending import LimitReached, Outcome
from bot.routing import Fields, component, modal
from bot.text import counted
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import NO_MENTIONS, UNDELIVERED, reply, update
from cogs.reports import asking, pages
from cogs.reports.gate import open_in, require_open

ALREADY_SENT = (
    "This report is sent already, once. `/report check` with the receipt shows what became of it."
)
BROKE_OFF = (
    "**Something broke on my side.** `/report check` with the receipt tells whether your report "
    "was kept. If it was not, press Send again; it is never kept twice."
)
STILL_EVERY_S = 30.0
BEING_SENT = "It is being sealed already; one press is enough, and nothing is sent twice."


class WritingCog(commands.Cog):
    """The form, the preview, the receipt asked back, Send."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @component("reports:write", private=True)
    async def write(self, interaction: Interaction, *codes: str) -> None:
        """Open the empty form, which carries on what was chosen before it."""
        await self._form(interaction, codes, urgent=False)

    @component("reports:harm", private=True)
    async def write_beyond(self, interaction: Interaction, *codes: str) -> None:
        """Open it although a limit is reached, for what moderators are to be told of at once."""
        await self._form(interaction, codes, urgent=True)

    async def _form(
        self, interaction: Interaction, codes: tuple[str, ...], *, urgent: bool
    ) -> None:
        around = Circumstances.of(codes)
        guild_id = await require_open(interaction)
        desk = self.bot.services.reports
        try:
            desk.may_send(guild_id, interaction.user.id, urgent=urgent)
        except LimitReached as limit:
            signposts = await desk.wording.signposts(guild_id)
            text = pages.refused_text(signposts, limit)
            await reply(interaction, text, view=asking.beyond_buttons(around, limit))
            return
        groups = await desk.groups.offered(guild_id)
        form = asking.report_form(desk.drafts.new_id(), asking.empty(around), groups)
        await interaction.response.send_modal(form)

    @modal("reports:draft", private=True)
    async def drafted(
        self, interaction: Interaction, fields: Fields, draft_id: str = "", *around: str
    ) -> None:
        """Show the preview. The same form sent twice is the same draft, with the same receipt."""
        guild_id = await require_open(interaction)
        desk = self.bot.services.reports
        known = desk.drafts.get(draft_id, guild_id)
        answers = Answers.of(
            category=fields.get("category", ""),
            employer=fields.get("employer", ""),
            region=fields.get("region", ""),
            use=fields.get("use", ""),
            text=fields.get("what", ""),
            around=Circumstances.of(around),
            limit=MARKED_LIMIT if known is not None or _shows_preview(interaction) else TEXT_LIMIT,
        )
        if known is None and _shows_preview(interaction):
            # Edited after the draft was forgotten: the receipt may have been saved, so it stays.
            earlier = pages.rebuild(interaction.message, guild_id, draft_id, answers.codes)
            desk.drafts.keep(earlier)
        draft = desk.draft(guild_id, draft_id or desk.drafts.new_id(), answers)
        if draft.state != "open":
            await reply(interaction, ALREADY_SENT if draft.state == "sent" else BEING_SENT)
            return
        await self._preview(interaction, draft)

    async def _preview(self, interaction: Interaction, draft: Draft) -> None:
        signposts = await self.bot.services.reports.wording.signposts(draft.guild_id)
        text = pages.preview_text(signposts, draft)
        last = pages.concerned(signposts, draft)
        await _show(interaction, text, draft, pages.preview_buttons(draft), last)

    async def _offer(
        self,
        interaction: Interaction,
        draft: Draft,
        text: str,
        warning: Sequence[discord.Embed] = (),
    ) -> None:
        """Offer Send."""
        signposts = await self.bot.services.reports.wording.signposts(draft.guild_id)
        last = [*pages.concerned(signposts, draft), *warning]
        await _show(interaction, text, draft, pages.send_buttons(draft), last)

    @component("reports:edit", private=True)
    async def edit(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Open the form again, filled in with the words as they were marked."""
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is not None:
            groups = await self.bot.services.reports.groups.offered(draft.guild_id)
            form = asking.report_form(draft.id, draft.answers, groups)
            await interaction.response.send_modal(form)

    @component("reports:around", private=True)
    async def around(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Ask once more what the first screen asked."""
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is not None:
            today = self.bot.clock.now().astimezone(self.bot.config.timezone).date()
            await interaction.response.send_modal(asking.around_form(today, draft))

    @modal("reports:arounded", private=True)
    async def arounded(
        self, interaction: Interaction, fields: Fields, draft_id: str, *codes: str
    ) -> None:
        """Show the preview with those answers."""
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is None:
            return
        effect = joined(fields.values_of("effect"))
        around = Circumstances.of([fields.get("month", ""), fields.get("told", ""), effect])
        drafts = self.bot.services.reports.drafts
        draft = drafts.keep(replace(draft, answers=replace(draft.answers, around=around)))
        await self._preview(interaction, draft)

    @component("reports:discard", private=True)
    async def discard(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Forget the draft."""
        if await self._open_draft(interaction, draft_id, codes) is not None:
            await update(interaction, pages.DISCARDED_TEXT)
            self.bot.services.reports.drafts.drop(draft_id)

    @component("reports:saved", private=True)
    async def saved(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Ask for the receipt."""
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is not None:
            await interaction.response.send_modal(pages.confirm_form(draft))

    @modal("reports:confirm", private=True)
    async def confirmed(
        self, interaction: Interaction, fields: Fields, draft_id: str, *codes: str
    ) -> None:
        """Compare what was typed with the receipt, and offer Send."""
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is not None:
            self.bot.services.reports.confirm(draft, fields.get("receipt", ""))
            await self._offer(interaction, draft, pages.CONFIRMED_TEXT)

    @component("reports:skip", private=True)
    async def skip(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Offer Send without the receipt asked back, with a warning."""
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is not None:
            await self._offer(interaction, draft, pages.UNSENT_TEXT, [pages.skipped()])

    @component("reports:urgent", private=True)
    async def urgent(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Say what telling moderators now reveals, and ask whether it is meant."""
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is not None:
            desk = self.bot.services.reports
            when = desk.timetable.when(self.bot.clock.now())
            signposts = await desk.wording.signposts(draft.guild_id)
            last = [pages.urgent(signposts, when, at_once=desk.timetable.at_once)]
            buttons = pages.urgent_buttons(draft)
            await _show(interaction, pages.UNSENT_TEXT, draft, buttons, last)

    @component("reports:back", private=True)
    async def back(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Offer Send again, without telling anybody."""
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is not None:
            await self._offer(interaction, draft, pages.READY_TEXT)

    @component("reports:sendnow", private=True)
    async def send_now(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Send it, show it to moderators at once, and tell them."""
        await self._send(interaction, draft_id, codes, urgent=True)

    @component("reports:send", private=True)
    async def send(self, interaction: Interaction, draft_id: str, *codes: str) -> None:
        """Send it, to be seen at the next notice time."""
        await self._send(interaction, draft_id, codes, urgent=False)

    async def _send(
        self, interaction: Interaction, draft_id: str, codes: tuple[str, ...], *, urgent: bool
    ) -> None:
        """Say that it is being sealed, seal and keep it, say that it was."""
        guild_id = guards.guild_id(interaction)
        draft = await self._open_draft(interaction, draft_id, codes)
        if draft is None:
            return
        desk = self.bot.services.reports
        try:
            desk.may_send(guild_id, interaction.user.id, urgent=urgent)
        except LimitReached as limit:
            signposts = await desk.wording.signposts(guild_id)
            await reply(interaction, pages.refused_text(signposts, limit, written=True))
            return
        # Lost or not, Send was pressed; and Discord may have shown it.
        with suppress(*UNDELIVERED):
            await _show_sealing(interaction, draft, urgent=urgent)
        try:
            await open_in(self.bot, guild_id)
            sending = desk.send(draft, interaction.user.id, urgent=urgent)
            outcome = await _with_progress(interaction, sending)
        except UserError as error:
            why = str(error)
            if isinstance(error, LimitReached):
                why = pages.refused_text(await desk.wording.signposts(guild_id), error)
            await _show_instead(interaction, f"**Not sent.** {why}", draft)
            return
        except Exception as error:
            # Whether it was kept, the receipt knows better than this place does.
            self.bot.private_errors[type(error).__name__] += 1
            await _show_instead(interaction, BROKE_OFF, draft)
            return
        if outcome == "sending":
            with suppress(*UNDELIVERED):
                await reply(interaction, BEING_SENT)  # the other press will finish the message
            return
        when = desk.timetable.when(self.bot.clock.now())
        signposts = await desk.wording.signposts(guild_id)
        text = {
            "sent": pages.after_sending(
                signposts, draft, pages.sent_text(when, at_once=desk.timetable.at_once)
            ),
            "told": pages.TOLD_TEXT.format(watches=signposts.nobody_watches),
            "posted": pages.POSTED_TEXT.format(watches=signposts.nobody_watches),
            "untold": pages.UNTOLD_TEXT.format(watches=signposts.nobody_watches),
        }.get(outcome, ALREADY_SENT)
        # It is kept. Should Discord refuse the message, `/report check` tells the truth.
        with suppress(*UNDELIVERED):
            await interaction.edit_original_response(
                content=text,
                embeds=[pages.receipt(draft.receipt)],
                view=Buttons(),
                allowed_mentions=NO_MENTIONS,
            )

    async def _open_draft(
        self, interaction: Interaction, draft_id: str, codes: tuple[str, ...]
    ) -> Draft | None:
        """The draft; None when it was sent, or is being sent, which the person is then told.

        Raises:
            Forgotten: it is neither in memory nor in the message.
        """
        guild_id = guards.guild_id(interaction)
        draft = self.bot.services.reports.drafts.get(draft_id, guild_id)
        if draft is None:
            return pages.rebuild(interaction.message, guild_id, draft_id, codes)
        if draft.state == "open":
            return draft
        await reply(interaction, ALREADY_SENT if draft.state == "sent" else BEING_SENT)
        return None


async def _show(
    interaction: Interaction,
    text: str,
    draft: Draft,
    buttons: Buttons,
    last: Sequence[discord.Embed] = (),
) -> None:
    """Replace the message before the person, or answer anew where there is none of ours.

    Args:
        last: what stands right above the buttons: on a phone that is what is in sight.
    """
    message = interaction.message
    embeds = [*await _embeds(interaction, draft), *last]
    if message is None or not message.flags.ephemeral:
        await reply(interaction, text, embeds=embeds, view=buttons)
    else:
        await update(interaction, text, embeds=embeds, view=buttons)


async def _show_sealing(interaction: Interaction, draft: Draft, *, urgent: bool) -> None:
    """Say that it is being sealed, before anything that takes time: many may press Send at once.

    Until it is kept the words stay in sight, to be copied if all else fails.
    """
    message = interaction.message
    buttons = pages.sealing_buttons(draft, urgent=urgent)
    if message is None or not message.flags.ephemeral:
        await _show(interaction, pages.SEALING_TEXT, draft, buttons)
    else:
        # What is there stays there, but for what Send has answered.
        embeds = [embed for embed in message.embeds if embed.title not in pages.ASKED_TITLES]
        await interaction.response.edit_message(
            content=pages.SEALING_TEXT, embeds=embeds, view=buttons, allowed_mentions=NO_MENTIONS
        )


async def _with_progress(
    interaction: Interaction, sending: Coroutine[None, None, Outcome]
) -> Outcome:
    """What becomes of Send; until then its reporter sees now and then that it is waited for."""
    work = asyncio.create_task(sending)
    # Or asyncio logs the error of one that nobody waits for any more, and so when it was.
    work.add_done_callback(lambda done: done.cancelled() or done.exception())
    waited_s = 0.0
    try:
        while not (await asyncio.wait({work}, timeout=STILL_EVERY_S))[0]:
            waited_s += STILL_EVERY_S
            waited = "half a minute" if waited_s < 60 else counted(round(waited_s / 60), "minute")
            with suppress(
                *UNDELIVERED
            ):  # as after a quarter of an hour, when Discord takes no more
                await interaction.edit_original_response(
                    content=pages.STILL_TEXT.format(waited=waited), allowed_mentions=NO_MENTIONS
                )
        return work.result()
    finally:
        work.cancel()  # when we are cancelled ourselves


async def _show_instead(interaction: Interaction, text: str, draft: Draft) -> None:
    """Replace the first answer, whether or not we heard that it arrived."""
    await interaction.edit_original_response(
        content=text,
        embeds=await _embeds(interaction, draft),
        view=pages.send_buttons(draft),
        allowed_mentions=NO_MENTIONS,
    )


async def _embeds(interaction: Interaction, draft: Draft) -> list[discord.Embed]:
    groups = await interaction.client.services.reports.groups.all(draft.guild_id)
    return pages.preview(draft, groups)


def _shows_preview(interaction: Interaction) -> bool:
    message = interaction.message
    return message is not None and any(
        embed.title == pages.RECEIPT_TITLE for embed in message.embeds
    )
