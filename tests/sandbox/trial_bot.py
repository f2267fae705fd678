"""A small bot on the real discord.py client, with something of every kind to try."""

import asyncio
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox import Sandbox

Interaction = discord.Interaction[Any]
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class TrialBot(commands.AutoShardedBot):
    """Connects to a sandbox; `heard` collects what the gateway told it."""

    def __init__(
        self,
        sandbox: Sandbox,
        monkeypatch: pytest.MonkeyPatch,
        intents: discord.Intents = INTENTS,
    ) -> None:
        super().__init__("!", intents=intents, help_command=None)
        monkeypatch.setattr(Route, "BASE", sandbox.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))
        self.sandbox = sandbox
        self.heard: list[str] = []
        self.said: list[discord.Message] = []
        self.edited: list[discord.RawMessageUpdateEvent] = []
        self.seen: dict[str, Any] = {}
        self.errors: list[BaseException] = []
        self._guild_known = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self.tree.on_error = self._failed  # type: ignore[method-assign]

    async def _failed(self, _: Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(getattr(error, "original", error))
        self.sandbox.interactions.changed()

    async def on_socket_event_type(self, name: str) -> None:
        self.heard.append(name)
        if name == "GUILD_CREATE":
            self._guild_known.set()
        self.sandbox.interactions.changed()

    async def on_message(self, message: discord.Message, /) -> None:
        self.said.append(message)
        self.sandbox.interactions.changed()

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.edited.append(event)
        self.sandbox.interactions.changed()

    async def connect_to(self, sandbox: Sandbox) -> None:
        """Log in and wait until the server is known."""
        await self.login(sandbox.token)
        self._running = asyncio.create_task(self.connect())
        known = asyncio.create_task(self._guild_known.wait())
        await asyncio.wait({known, self._running}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        known.cancel()
        if self._running.done():
            await self._running
        assert self._guild_known.is_set()

    async def stop(self) -> None:
        """Disconnect."""
        await self.close()
        if self._running is not None:
            await self._running

    def place(self, name: str) -> Any:
        """A channel of the server, as discord.py has it."""
        return self.get_channel(self.sandbox.channel(name).id)

    @property
    def guild(self) -> discord.Guild:
        """The server, as discord.py has it."""
        found = self.get_guild(self.sandbox.guild.id)
        assert found is not None
        return found


class Everything(ui.Modal, title="Everything"):
    """A form with a field of most kinds."""

    note: ui.TextDisplay[Any] = ui.TextDisplay("Please fill this in.")
    what: ui.Label[Any] = ui.Label(
        text="What happened?",
        description="In your own words",
        component=ui.TextInput(custom_id="what", style=discord.TextStyle.paragraph, max_length=300),
    )
    kind: ui.Label[Any] = ui.Label(
        text="Kind",
        component=ui.Select(
            custom_id="kind",
            options=[
                discord.SelectOption(label="Workload", value="w"),
                discord.SelectOption(label="Safety", value="s", default=True),
            ],
            max_values=2,
        ),
    )
    where: ui.Label[Any] = ui.Label(
        text="Where", component=ui.ChannelSelect(custom_id="where", required=False)
    )
    who: ui.Label[Any] = ui.Label(
        text="Who", component=ui.UserSelect(custom_id="who", required=False)
    )

    async def on_submit(self, interaction: Interaction, /) -> None:
        what: Any = self.what.component
        kind: Any = self.kind.component
        where: Any = self.where.component
        who: Any = self.who.component
        places = ", ".join(each.name for each in where.values)
        people = ", ".join(each.name for each in who.values)
        text = f"{what.value} | {','.join(kind.values)} | {places} | {people}"
        await interaction.response.send_message(text, ephemeral=True)


class Chained(ui.Modal, title="Chained"):
    """A form that tries to open another when it is sent, which Discord does not allow."""

    text: ui.Label[Any] = ui.Label(text="Text", component=ui.TextInput(custom_id="text"))

    async def on_submit(self, interaction: Interaction, /) -> None:
        try:
            await interaction.response.send_modal(Everything())
        except discord.HTTPException as refused:
            await interaction.response.send_message(f"{refused.code} {refused.text}")


class Controls(ui.View):
    """A button and a select menu of each kind."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Form", custom_id="t:form")
    async def form(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Everything())

    @ui.button(label="Change", custom_id="t:change")
    async def change(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="changed", view=None)

    @ui.button(label="Later", custom_id="t:later")
    async def later(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later")

    @ui.button(label="Chain", custom_id="t:chain")
    async def chain(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Chained())

    @ui.button(label="Off", custom_id="t:off", disabled=True)
    async def off(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.send_message("never")


class Menus(ui.View):
    """A select menu of each kind."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(
        custom_id="m:text",
        placeholder="Texts",
        max_values=2,
        options=[discord.SelectOption(label=each, value=each.lower()) for each in ("Red", "Blue")],
    )
    async def text(self, interaction: Interaction, menu: ui.Select[Any]) -> None:
        await interaction.response.send_message("texts: " + ",".join(menu.values))

    @ui.select(cls=ui.UserSelect, custom_id="m:user", placeholder="People")
    async def user(self, interaction: Interaction, menu: ui.UserSelect[Any]) -> None:
        await interaction.response.send_message(f"people: {menu.values[0].name}")

    @ui.select(cls=ui.RoleSelect, custom_id="m:role", placeholder="Roles")
    async def role(self, interaction: Interaction, menu: ui.RoleSelect[Any]) -> None:
        await interaction.response.send_message(f"roles: {menu.values[0].name}")

    @ui.select(cls=ui.MentionableSelect, custom_id="m:either", placeholder="Either")
    async def either(self, interaction: Interaction, menu: ui.MentionableSelect[Any]) -> None:
        await interaction.response.send_message(f"either: {menu.values[0]}")

    @ui.select(
        cls=ui.ChannelSelect,
        custom_id="m:place",
        placeholder="Places",
        channel_types=[discord.ChannelType.text],
    )
    async def place(self, interaction: Interaction, menu: ui.ChannelSelect[Any]) -> None:
        await interaction.response.send_message(f"places: {menu.values[0].name}")


def add_commands(bot: TrialBot) -> None:
    """Give the bot its commands."""
    tree = bot.tree

    @tree.command(description="Every type of option")
    async def options(
        interaction: Interaction,
        text: app_commands.Range[str, 2, 10],
        whole: app_commands.Range[int, 1, 9],
        number: float,
        flag: bool,
        person: discord.Member,
        place: discord.TextChannel,
        role: discord.Role,
        either: discord.Member | discord.Role,
        file: discord.Attachment,
    ) -> None:
        data = await file.read()
        answer = f"{text} {whole} {number} {flag} {person.name} {place.name} {role.name} "
        await interaction.response.send_message(f"{answer}{either} {file.filename} {len(data)}")

    @tree.command(description="Ask something")
    async def ask(interaction: Interaction, question: str, year: int | None = None) -> None:
        await interaction.response.send_message(f"{question} {year}", ephemeral=True)

    @ask.autocomplete("question")
    async def complete(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        bot.seen["namespace"] = dict(iter(interaction.namespace))
        return [app_commands.Choice(name=f"{typed}?", value=typed)]

    @ask.autocomplete("year")
    async def years(_: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return [app_commands.Choice(name=str(year), value=year) for year in (2014, 2021)]

    @tree.command(description="One of a few")
    @app_commands.choices(size=[app_commands.Choice(name="Small", value=1)])
    async def pick(interaction: Interaction, size: int) -> None:
        await interaction.response.send_message(f"size {size}")

    _add_layouts(bot)
    _add_troublesome(bot)
    _add_groups(tree)
    _add_menus(tree)


def _add_layouts(bot: TrialBot) -> None:
    tree = bot.tree

    @tree.command(description="Buttons")
    async def controls(interaction: Interaction) -> None:
        await interaction.response.send_message("controls", view=Controls(), ephemeral=True)

    @tree.command(description="Menus")
    async def menus(interaction: Interaction) -> None:
        await interaction.response.send_message("menus", view=Menus())

    @tree.command(description="Takes its time")
    async def slow(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        first = await interaction.followup.send("first", wait=True)
        await interaction.followup.send("second", ephemeral=True)
        await interaction.edit_original_response(content="first, edited")
        bot.seen["first"] = first
        bot.seen["original"] = await interaction.original_response()


def _add_troublesome(bot: TrialBot) -> None:
    tree = bot.tree

    @tree.command(description="Says nothing")
    async def silent(interaction: Interaction) -> None:
        bot.seen["silent"] = interaction

    @tree.command(description="A form after a form")
    async def chain(interaction: Interaction) -> None:
        await interaction.response.send_modal(Chained())

    @tree.command(description="Offers too much")
    async def many(interaction: Interaction, what: str) -> None:
        await interaction.response.send_message(what)

    @many.autocomplete("what")
    async def offer(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        count = int(typed or 0)
        return [app_commands.Choice(name=str(n), value=str(n)) for n in range(count)]

    @tree.command(description="Answers twice")
    async def twice(interaction: Interaction) -> None:
        await interaction.response.send_message("once")
        bot.seen["twice"] = interaction


def _add_groups(tree: app_commands.CommandTree[Any]) -> None:
    feeds = app_commands.Group(
        name="feeds",
        description="Feeds",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @feeds.command(description="Add one")
    async def add(interaction: Interaction, url: str, channel: discord.TextChannel) -> None:
        await interaction.response.send_message(f"{url} into {channel.name}")

    inner = app_commands.Group(name="deep", description="Deeper", parent=feeds)

    @inner.command(description="At the bottom")
    async def bottom(interaction: Interaction) -> None:
        await interaction.response.send_message("the bottom")

    tree.add_command(feeds)


def _add_menus(tree: app_commands.CommandTree[Any]) -> None:
    @tree.context_menu(name="Quote this")
    async def quote(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"quoted {message.content}")

    @tree.context_menu(name="Greet")
    async def greet(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"hello {member.name}")
