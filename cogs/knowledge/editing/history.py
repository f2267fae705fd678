"""/knowledge history: who changed what, with undo, hiding and showing again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import discord

from bot.app import Interaction
from bot.errors import UserError
from bot.knowledge.editing import Action, Past, Saved, State
from bot.knowledge.editing.differences import differences
from bot.routing import component
from bot.text import cut
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import COLOUR, reply, update
from cogs.knowledge.editing import pages
from cogs.knowledge.editing.writing import Writing

Subject = TypeVar("Subject")

WORDS = {
    Action.ADD: "Added",
    Action.EDIT: "Edited",
    Action.MEND: "Small mend",
    Action.HIDE: "Hidden",
    Action.RESTORE: "Shown again",
    Action.TAKE_BUILT_IN: "The built-in answer taken instead of ours",
    Action.UNDO: "Change before this one taken back",
    Action.BACK: "Back to an earlier version",
}


class History(Writing):
    """A part of EditingCog."""

    @component("knowledge:past")
    async def turn(self, interaction: Interaction, identifier: str, number: str) -> None:
        """Show one change, in place of another or as a message of its own."""
        await guards.require_moderator(interaction)
        past = await self.editing.past(
            guards.guild_id(interaction), identifier, int(number) if number.isdigit() else 0
        )
        await update(interaction, **page(past))

    @component("knowledge:older")
    async def older(self, interaction: Interaction, identifier: str, number: str) -> None:
        """Show the change before."""
        await self.turn(interaction, identifier, number)

    async def show_history(self, interaction: Interaction, given: str) -> None:
        """Show an entry's newest change."""
        past = await self.editing.past(guards.guild_id(interaction), given)
        await reply(interaction, **page(past))

    # Each of these shows the history afterwards, with what was just done as its newest change.

    @component("knowledge:undo")
    async def undo(self, interaction: Interaction, change: str) -> None:
        """Take the latest change back."""
        await self._do(interaction, self.editing.undo, _number(change), "Undone.")

    @component("knowledge:back")
    async def go_back(self, interaction: Interaction, change: str) -> None:
        """Go back to an earlier version."""
        await self._do(interaction, self.editing.go_back, _number(change), "Done.")

    @component("knowledge:hide")
    async def hide(self, interaction: Interaction, identifier: str) -> None:
        """Have members see it no more."""
        await self._do(interaction, self.editing.hide, identifier, "Hidden from members.")

    @component("knowledge:restore")
    async def restore(self, interaction: Interaction, identifier: str) -> None:
        """Have members see it again."""
        await self._do(interaction, self.editing.restore, identifier, "Members see it again.")

    @component("knowledge:take")
    async def take_built_in(self, interaction: Interaction, identifier: str) -> None:
        """Give up our own version for the built-in one."""
        text = "Members get the built-in answer again."
        await self._do(interaction, self.editing.take_built_in, identifier, text)

    @component("knowledge:ours")
    async def keep_ours(self, interaction: Interaction, identifier: str) -> None:
        """Keep our own version, and say no more about this change of the built-in one."""
        await guards.require_moderator(interaction)
        server = guards.guild_id(interaction)
        await self.editing.keep_ours(server, identifier)
        await self.record(interaction, "keep-ours", identifier)
        past = await self.editing.past(server, identifier)
        await update(
            interaction,
            **page(past, "Ours is kept. I say so again when the built-in answer changes next."),
        )

    async def _do(
        self,
        interaction: Interaction,
        work: Callable[[int, int, Subject], Awaitable[Saved]],
        subject: Subject,
        text: str,
    ) -> None:
        """Change something of an entry, and show that as its newest change.

        Args:
            work: is given the server, the moderator and the subject: a change, or an entry's id.
        """
        await guards.require_moderator(interaction)
        server, person = guards.guild_id(interaction), interaction.user.id
        await interaction.response.defer()
        try:
            done = await work(server, person, subject)
        except UserError as error:
            await reply(interaction, str(error))
            return
        change = done.change
        await self.record(interaction, change.action.value, change.entry_id)
        past = await self.editing.past(change.guild_id, change.entry_id)
        await update(interaction, **page(past, " ".join([text, *pages.followed(done)])))


def page(past: Past, text: str = "") -> pages.Shown:
    """One change of an entry, and what can be done."""
    change = past.change
    embed = discord.Embed(title=cut(past.question, 256), colour=COLOUR)
    embed.description = f"{_standing(past.state)}\n`{past.entry_id}`"
    if past.built_in is not None:
        changed = differences(past.state.built_in, past.built_in)
        lines = [f"**{each.label}**: {pages.said(each, 250)}" for each in changed]
        pages.add(embed, "The built-in answer has changed since ours was made", lines, 2500)
    if change is None:
        embed.add_field(name="Changes", value="Nobody has changed it here.", inline=False)
    else:
        when = f"<t:{int(change.at.timestamp())}:f>"
        embed.add_field(
            name=f"Change {past.total - past.number} of {past.total}",
            value=f"**{WORDS[change.action]}** by <@{change.moderator_id}>, {when}",
            inline=False,
        )
        if change.before.entry is None or change.after.entry is None:
            _add_whole(embed, change.after.entry is None)
        pages.add_differences(
            embed, differences(change.before.entry, change.after.entry), pages.MESSAGE_LIMIT - 200
        )
    return {"content": text or None, "embeds": [embed], "view": _buttons(past)}


def _add_whole(embed: discord.Embed, gone: bool) -> None:
    text = "The whole entry was taken away:" if gone else "The whole entry is new:"
    embed.add_field(name="What changed", value=text, inline=False)


def _standing(state: State) -> str:
    if state.entry is None:
        return "It is not there any more."
    if not state.own:
        return "The built-in answer, as it comes with me."
    text = "This server's own version of a built-in answer." if state.built_in else ""
    text = text or "This server's own entry."
    return f"{text} **Hidden from members.**" if state.hidden else text


def _buttons(past: Past) -> Buttons:
    key, change = past.entry_id, past.change
    view = Buttons()
    if past.total > 1:
        view.button(
            "Newer", f"knowledge:past:{key}:{past.number - 1}", disabled=past.number == 0, row=0
        )
        view.button(
            "Older",
            f"knowledge:older:{key}:{past.number + 1}",
            disabled=past.number >= past.total - 1,
            row=0,
        )
    if change is not None and past.number == 0:
        view.button("Undo", f"knowledge:undo:{change.id}", row=1)
    elif change is not None:
        view.button("Back to this version", f"knowledge:back:{change.id}", row=1)
    if past.state.entry is not None:
        view.button("Edit", f"knowledge:edit:{key}", row=1)
        if past.state.hidden:
            view.button("Show again", f"knowledge:restore:{key}", row=1)
        else:
            view.button("Hide", f"knowledge:hide:{key}", row=1)
    if past.built_in is not None:
        pages.built_in_buttons(view, key, row=2)
    return view


def hidden_text(done: Saved) -> str:
    """That an entry is not shown any more."""
    entry = done.change.after.entry
    question = entry.question if entry else done.change.entry_id
    parts = [f"**Members no longer get “{question}”.** Nothing of it is lost."]
    return " ".join([*parts, *pages.followed(done)])


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 16 else 0
