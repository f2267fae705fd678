"""/knowledge unanswered: what members asked in vain, to be answered or dismissed."""

import discord

from bot.app import Interaction
from bot.knowledge import Entry, Kind
from bot.knowledge.editing import QuestionsPage, Unanswered
from bot.knowledge.editing.drafts import asked_table
from bot.knowledge.editing.questions.service import PAGE
from bot.knowledge.editing.tables import EDITABLE
from bot.routing import component
from bot.text import counted, cut, escape
from cogs.common import guards
from cogs.common.components import Buttons, Style
from cogs.common.replies import COLOUR, chosen, reply, update
from cogs.knowledge.editing import forms, helped, pages
from cogs.knowledge.editing.writing import Writing

NEAR = 2
NOTHING = (
    "No question waits for an answer. When `/faq` does not know something, or its answer did not "
    "help, members can pass the question on, and it is listed here, without who asked."
)


class Waiting(Writing):
    """A part of EditingCog."""

    async def show_questions(self, interaction: Interaction) -> None:
        """Show the first page."""
        await reply(interaction, **await self._page(interaction, 0))

    async def _page(
        self, interaction: Interaction, number: int, key: str = "", text: str = "", undo: str = ""
    ) -> pages.Shown:
        server = guards.guild_id(interaction)
        page = await self.editing.questions.page(server, number)
        selected = next((each for each in page.questions if each.key == key), None)
        selected = selected or next(iter(page.questions), None)
        near: tuple[Entry, ...] = ()
        if selected is not None:
            near = await self.bot.services.knowledge.nearest(server, selected.question)
            near = tuple(each for each in near if each.kind in EDITABLE)[:NEAR]
        return questions_page(page, selected, near, text, undo)

    @component("knowledge:open-page")
    async def turn_questions(self, interaction: Interaction, number: str) -> None:
        """To the page before."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        await update(interaction, **await self._page(interaction, _number(number)))

    @component("knowledge:open-next")
    async def next_questions(self, interaction: Interaction, number: str) -> None:
        """To the page after."""
        await self.turn_questions(interaction, number)

    @component("knowledge:open-choose")
    async def choose_question(self, interaction: Interaction, number: str) -> None:
        """Have the buttons mean another question of the page."""
        await guards.require_moderator(interaction)
        key = chosen(interaction)[0]
        await interaction.response.defer()
        await update(interaction, **await self._page(interaction, _number(number), key))

    @component("knowledge:open-write")
    async def write_answer(self, interaction: Interaction, key: str) -> None:
        """Open the form of a new entry with the question filled in."""
        await guards.require_moderator(interaction)
        server = guards.guild_id(interaction)
        await self.editing.drafts.need_room(server)
        found = await self.editing.questions.find(server, key)
        form = forms.new_form(Kind.QUESTION, asked_table(found.question), key)
        await interaction.response.send_modal(form)

    @component("knowledge:open-join")
    async def join(self, interaction: Interaction, key: str, identifier: str) -> None:
        """Add the question to an entry that answers it, as another way of asking."""
        await guards.require_moderator(interaction)
        server = guards.guild_id(interaction)
        found = await self.editing.questions.find(server, key)
        drafts = self.editing.drafts
        draft = await drafts.edit(server, interaction.user.id, identifier, asked=found.question)
        also = [*draft.typed.get("also", []), found.question]
        await self.show_draft(interaction, await drafts.fill(draft, {"also": also}))

    @component("knowledge:open-dismiss")
    async def dismiss(self, interaction: Interaction, number: str, key: str) -> None:
        """Take a question off the list."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        found = await self.editing.questions.dismiss(guards.guild_id(interaction), key)
        await self.record(interaction, "dismiss", found.question)
        text = f"“{escape(found.question)}” is off the list."
        await update(interaction, **await self._page(interaction, _number(number), "", text, key))

    @component("knowledge:open-undo")
    async def put_back(self, interaction: Interaction, number: str, key: str) -> None:
        """Put a question back on the list."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        found = await self.editing.questions.put_back(guards.guild_id(interaction), key)
        await self.record(interaction, "put-back", found.question)
        await update(
            interaction, **await self._page(interaction, _number(number), key, "It is back.")
        )


def questions_page(
    page: QuestionsPage,
    selected: Unanswered | None,
    near: tuple[Entry, ...],
    text: str = "",
    undo: str = "",
) -> pages.Shown:
    """Some questions, most asked first, and buttons for the selected one.

    Args:
        undo: the key of a question that was just dismissed.
    """
    view = Buttons()
    embed = discord.Embed(title="Questions without an answer", colour=COLOUR)
    if selected is None:
        embed.description = NOTHING
    else:
        lines = [
            _line(each, number, selected=each == selected)
            for number, each in enumerate(page.questions, page.page * PAGE + 1)
        ]
        embed.description = "\n".join(lines)
        pages.add(
            embed,
            "Comes nearest to the marked one",
            pages.bulleted(each.question for each in near),
            1500,
        )
        embed.set_footer(
            text=f"{counted(page.total, 'question')} · page {page.page + 1} of {page.pages} · "
            "who asked is not known"
        )
        _buttons(view, page, selected, near)
    if undo:
        view.button("Undo", f"knowledge:open-undo:{page.page}:{undo}", row=4)
    view.button(helped.BUTTON, helped.OPEN, row=4)
    return {"content": text or None, "embeds": [embed], "view": view}


def _buttons(
    view: Buttons, page: QuestionsPage, selected: Unanswered, near: tuple[Entry, ...]
) -> None:
    view.select(
        f"knowledge:open-choose:{page.page}",
        "Choose another question",
        [
            discord.SelectOption(
                label=cut(each.question, 100), value=each.key, default=each == selected
            )
            for each in page.questions
        ],
    )
    key = selected.key
    view.button(
        "Write the answer", f"knowledge:open-write:{key}", style=Style.primary, row=1
    ).button("Dismiss", f"knowledge:open-dismiss:{page.page}:{key}", row=1)
    for each in near:
        view.button(f"Add to: {each.question}", f"knowledge:open-join:{key}:{each.id}", row=2)
    if page.pages > 1:
        view.button(
            "Previous", f"knowledge:open-page:{page.page - 1}", disabled=page.page == 0, row=3
        ).button(
            "Next",
            f"knowledge:open-next:{page.page + 1}",
            disabled=page.page >= page.pages - 1,
            row=3,
        )


def _line(each: Unanswered, number: int, *, selected: bool) -> str:
    times = "once" if each.times == 1 else f"{each.times} times"
    question = escape(each.question)
    question = f"▸ **{question}**" if selected else question
    return f"{number}. {question}\n-# asked {times}, {_weeks(each)}"


def _weeks(each: Unanswered) -> str:
    """The weeks in words: ``in week 47 of 2026``, ``in weeks 45 to 47 of 2026``."""
    (first_year, first), (year, last) = (text.split("-W") for text in (each.first, each.last))
    if each.first == each.last:
        return f"in week {int(last)} of {year}"
    if first_year == year:
        return f"in weeks {int(first)} to {int(last)} of {year}"
    return f"from week {int(first)} of {first_year} to week {int(last)} of {year}"


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 0
