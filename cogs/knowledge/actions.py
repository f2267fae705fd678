"""/actions: what the union did, how members took part and how it ended.

Another cog adds its own commands to the group without knowing this one, once this is loaded:

    group = bot.tree.get_command("actions")
    group.add_command(app_commands.Command(name=..., description=..., callback=self.upcoming))

and takes them out again in its ``cog_unload``; discord.py unwraps the bound method. That needs no
shared object and no order but that of EXTENSIONS.
"""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import NotFound
from bot.knowledge import Entry, Knowledge, span
from bot.knowledge.names.service import ActionPage
from bot.routing import component
from bot.text import counted, cut
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons
from cogs.common.replies import COLOUR, chosen, reply, update
from cogs.knowledge.answering import server_of, show_entry
from cogs.knowledge.lookup import ACTIONS, NAME_LIMIT, Names, look_up, suggested

OUTCOME = 160  # characters of how one ended
NONE_YET = "No action of the union is on record here yet. `/faq` looks through everything I know."


class ActionsCog(
    commands.GroupCog, group_name="actions", group_description="What the union did and does"
):
    """The union's actions, to the asker alone."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @property
    def knowledge(self) -> Knowledge:
        return self.bot.services.knowledge

    @suggest()
    async def _names(self, interaction: Interaction, typed: str) -> Names:
        return await suggested(interaction, ACTIONS, typed)

    @app_commands.command()
    @app_commands.describe(action="A strike, a ballot, a campaign; some words are enough")
    @app_commands.autocomplete(action=_names)
    async def show(
        self, interaction: Interaction, action: app_commands.Range[str, 1, NAME_LIMIT]
    ) -> None:
        """One action: what it was, how members took part, how it ended."""
        await look_up(interaction, ACTIONS, action)

    @app_commands.command()
    async def history(self, interaction: Interaction) -> None:
        """What the union has done, newest first, and how each action ended."""
        page = await self.bot.services.names.actions(server_of(interaction))
        if not page.total:
            raise NotFound(NONE_YET)
        await reply(interaction, embed=_embed(page), view=_buttons(page))

    # Two names, since the ids of a message's components must differ from each other.

    @component("knowledge:actions-newer")
    async def newer(self, interaction: Interaction, number: str) -> None:
        """To the page before."""
        await self._turn(interaction, number)

    @component("knowledge:actions-older")
    async def older(self, interaction: Interaction, number: str) -> None:
        """To the page after."""
        await self._turn(interaction, number)

    async def _turn(self, interaction: Interaction, number: str) -> None:
        page = await self.bot.services.names.actions(server_of(interaction), int(number))
        if page.total:
            await update(interaction, embed=_embed(page), view=_buttons(page))
        else:
            await update(interaction, NONE_YET)

    @component("knowledge:action")
    async def chosen_action(self, interaction: Interaction) -> None:
        """Show the action that was chosen from the list."""
        server = server_of(interaction)
        entry = await self.knowledge.entry(server, chosen(interaction)[0])
        await show_entry(interaction, entry, await self.knowledge.related(server, entry))


def _embed(page: ActionPage) -> discord.Embed:
    text = "\n\n".join(_lines(action) for action in page.actions)
    embed = discord.Embed(title="What the union did", description=text, colour=COLOUR)
    told = f"{counted(page.total, 'action')} · newest first"
    turned = f"Page {page.number + 1} of {page.pages} · " if page.pages > 1 else ""
    return embed.set_footer(text=turned + told)


def _buttons(page: ActionPage) -> Buttons:
    """To read one of the actions, and to the pages before and after."""
    options = [
        discord.SelectOption(
            label=cut(action.name, 100),
            value=action.id,
            description=cut(_when(action), 100) or None,
        )
        for action in page.actions
    ]
    buttons = Buttons().select("knowledge:action", "Read one of these", options)
    if page.pages > 1:
        newer, older = max(page.number - 1, 0), min(page.number + 1, page.pages - 1)
        last = page.number == page.pages - 1
        buttons.button("Newer", f"knowledge:actions-newer:{newer}", disabled=page.number == 0)
        buttons.button("Older", f"knowledge:actions-older:{older}", disabled=last)
    return buttons


def _lines(action: Entry) -> str:
    when = _when(action)
    head = f"**{action.name}**" + (f"\n-# {when}" if when else "")
    ended = " ".join(action.outcome.split())
    return f"{head}\n{cut(ended, OUTCOME)}" if ended else head


def _when(action: Entry) -> str:
    if action.when is None:
        return ""
    text = span(action.when, action.until)
    return text[:1].upper() + text[1:]
