"""A small bot for the page's tests: an answer, a form, an embed, a menu command."""

import asyncio
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

QUESTIONS = ("When did it begin?", "Why was it reversed?", "What did it cost?")
HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'

Interaction = discord.Interaction[Any]


class PageBot(discord.Client):
    """Connects to a sandbox; use ``connected`` and ``close`` around a test."""

    def __init__(self, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        # There is one server; discord.py would wait two seconds for more.
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True), guild_ready_timeout=0.05
        )
        self.ready = asyncio.Event()
        monkeypatch.setattr(Route, "BASE", sandbox.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))
        self.tree = app_commands.CommandTree(self)
        self.submitted: list[tuple[str, list[str]]] = []
        _add_commands(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.ready.set()

    async def on_interaction(self, interaction: Interaction) -> None:
        """Take the form; the first one that says "twice" gets no answer."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: Any = interaction.data
        what, kind = (row["component"] for row in data["components"])
        self.submitted.append((what["value"], kind["values"]))
        if len(self.submitted) == 1 and "twice" in what["value"]:
            return
        await interaction.response.send_message(f"Received: {what['value']}", ephemeral=True)


class AnswerView(ui.View):
    """What stands under an answer."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Post in channel", style=discord.ButtonStyle.primary)
    async def post(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="Posted.", view=None)
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.channel.send("**Posted** for everybody.")


class ReportForm(ui.Modal, title="Report what happened"):
    """A text and a choice; ``PageBot.on_interaction`` reads them, as often as they are sent."""

    what: ui.Label[Any] = ui.Label(
        text="What happened?",
        description="In your own words.",
        component=ui.TextInput(
            custom_id="what", style=discord.TextStyle.paragraph, min_length=10, max_length=200
        ),
    )
    kind: ui.Label[Any] = ui.Label(
        text="What is it about?",
        component=ui.Select(
            custom_id="kind",
            options=[
                discord.SelectOption(label="Workload", value="workload"),
                discord.SelectOption(label="Safety", value="safety"),
            ],
        ),
    )


def _add_commands(bot: PageBot) -> None:
    @bot.tree.command(description="Ask a question")
    @app_commands.describe(question="In your own words")
    async def faq(interaction: Interaction, question: str) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(f"Answer to: {question}", view=AnswerView())

    @faq.autocomplete("question")
    async def suggest(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = [each for each in QUESTIONS if typed.lower() in each.lower()]
        return [app_commands.Choice(name=each, value=f"known:{each}") for each in found]

    @bot.tree.command(description="Shows hostile text")
    async def hostile(interaction: Interaction) -> None:
        embed = discord.Embed(title=HOSTILE, description=HOSTILE, url="https://example.org/")
        embed.add_field(name=HOSTILE, value=f"{HOSTILE} [press](javascript:alert(1))")
        embed.set_footer(text=HOSTILE)
        view: ui.View = ui.View()
        view.add_item(ui.Button(label=HOSTILE[:80], custom_id="hostile"))
        await interaction.response.send_message(HOSTILE, embed=embed, view=view)

    @bot.tree.context_menu(name="Remember this")
    async def remember(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"Remembered {message.id}.", ephemeral=True)

    report: app_commands.Group = app_commands.Group(name="report", description="Tell what happens")

    @report.command(name="new", description="A form")
    async def new(interaction: Interaction) -> None:
        await interaction.response.send_modal(ReportForm())

    feeds: app_commands.Group = app_commands.Group(
        name="feeds",
        description="Feeds",
        default_permissions=discord.Permissions(manage_guild=True),
    )

    @feeds.command(name="add", description="Follow a feed")
    async def add(
        interaction: Interaction, url: str, channel: discord.TextChannel, backlog: bool = False
    ) -> None:
        await interaction.response.send_message(
            f"Following {url} in {channel.name}, backlog {backlog}.", ephemeral=True
        )

    bot.tree.add_command(report)
    bot.tree.add_command(feeds)
