"""The bot itself: builds the services, loads the cogs by name, answers errors, closes cleanly."""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app.explaining import explain
from bot.app.permissions import INVITE_PERMISSIONS, missing_permissions
from bot.app.registering import register
from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.routing import Fields, Kind, Router
from bot.services import Services

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.help",
    "cogs.setup",
    "cogs.feeds",
    "cogs.articles",
    "cogs.knowledge",
    "cogs.reports",
    "cogs.inbox",
    "cogs.audit",
)

# Neither is privileged: who and what is on the server, and that somebody wrote (mentions of us).
INTENTS = discord.Intents(guilds=True, guild_messages=True)

ACKNOWLEDGED = 40060  # Discord: the interaction has an answer, which we did not hear of

Interaction = discord.Interaction["Steward"]


class Tree(app_commands.CommandTree["Steward"]):
    """The slash commands; everything that goes wrong in one ends in ``Steward.answer_error``."""

    async def on_error(
        self, interaction: discord.Interaction["Steward"], error: app_commands.AppCommandError, /
    ) -> None:
        await self.client.answer_error(interaction, error, private=is_private(interaction.command))


class Steward(commands.AutoShardedBot):
    """The connection to Discord and the services behind the commands.

    Args:
        announce: what is done with the invite link, once it is known.

    Attributes:
        config: every setting.
        clock: what time it is.
        router: finds the cog method for a button or a form.
        services: the jobs, from ``setup_hook`` on.
        private_errors: how often which kind of bug met someone about whom nothing is logged.
        connected: set once the servers are known.
        commands_registered: set once the slash commands are registered, or need not be.
    """

    services: Services

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock | None = None,
        announce: Callable[[str], None] | None = None,
    ) -> None:
        # There is no voice here, so nobody needs to hear what is missing for it.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=INTENTS,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # How long to wait for another server before we count as ready; more may come later.
            guild_ready_timeout=0.25,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.config = config
        self.clock = clock or SystemClock()
        self.router = Router()
        self.private_errors: Counter[str] = Counter()
        self.connected = asyncio.Event()
        self.commands_registered = asyncio.Event()
        self._announce = announce
        self._begun = False
        self._tasks: set[asyncio.Task[None]] = set()
        # discord.py keeps both of these for the whole process.
        Route.BASE = config.discord_api_url
        if config.discord_gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.discord_gateway_url)

    # Start and end

    async def login(self, token: str) -> None:
        """Log in; from here on there is something to close."""
        self._begun = True
        await super().login(token)

    async def setup_hook(self) -> None:
        """Build the services and load the cogs; runs after login, before the gateway."""
        self.services = await Services.open(self.config, self.clock)
        self.services.knowledge.start(after=self.connected)
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        if self._announce is not None:
            self._announce(self.invite_link)
        self.background(self._sync_commands())

    @property
    def invite_link(self) -> str:
        """The address at which an administrator adds the bot, with the least permissions."""
        assert self.application_id is not None
        return discord.utils.oauth_url(
            self.application_id,
            permissions=INVITE_PERMISSIONS,
            scopes=("bot", "applications.commands"),
        )

    async def launch_shard(
        self, gateway: yarl.URL, shard_id: int, *, initial: bool = False
    ) -> None:
        """Connect one shard, through our own gateway address where one is set."""
        if self.config.discord_gateway_url:
            gateway = yarl.URL(self.config.discord_gateway_url)
        await super().launch_shard(gateway, shard_id, initial=initial)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Resume where we were told to connect, whatever READY named for resuming."""
        if self.config.discord_gateway_url:
            socket = self._get_websocket(shard_id=shard_id)
            socket.gateway = yarl.URL(self.config.discord_gateway_url)

    async def on_ready(self) -> None:
        self.connected.set()
        log.info("Connected to Discord; on %d servers", len(self.guilds))
        for guild in self.guilds:
            self._name_missing_permissions(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self._name_missing_permissions(guild)

    def _name_missing_permissions(self, guild: discord.Guild) -> None:
        me = guild.get_member(self.user.id) if self.user else None
        if me and (missing := missing_permissions(me.guild_permissions)):
            log.warning(
                "On the server %r I lack: %s. Grant them to my role, or invite me again with the "
                "link above.",
                guild.name,
                ", ".join(missing),
            )

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no commands by text. A cog answers what is said to us by name; of what
        else people write, Discord does not give us the words."""

    async def close(self) -> None:
        """Stop the cogs and services, then the connection, then the databases."""
        if self.is_closed():
            return
        for extension in reversed([*self.extensions]):
            await self.unload_extension(extension)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._begun:
            await super().close()
        if hasattr(self, "services"):
            await self.services.close()

    def background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the rest; it is cancelled on close and its failure is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._background_done)
        return task

    def _background_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("A background task failed", exc_info=error)

    # Cogs

    async def add_cog(self, cog: commands.Cog, /, **options: Any) -> None:  # noqa: ANN401
        """Add a cog with its commands, and its buttons and forms."""
        await super().add_cog(cog, **options)
        self.router.add_from(cog)

    async def remove_cog(self, name: str, /, **options: Any) -> commands.Cog | None:  # noqa: ANN401
        cog = await super().remove_cog(name, **options)
        if cog is not None:
            self.router.remove_from(cog)
        return cog

    # Slash commands

    async def _sync_commands(self) -> None:
        """Register the slash commands as ``SYNC_COMMANDS`` says."""
        try:
            if self.config.sync_commands != "never":
                await self.sync_commands(only_if_changed=self.config.sync_commands == "changed")
        except (discord.HTTPException, aiohttp.ClientError) as error:
            log.error(
                "The commands could not be registered: %s. `python -m bot sync` tries again.", error
            )
        self.commands_registered.set()

    async def sync_commands(self, *, only_if_changed: bool) -> bool:
        """Register the slash commands with Discord; whether that was needed."""
        return await register(self.tree, self.services.meta, only_if_changed=only_if_changed)

    # Buttons and forms

    async def on_interaction(self, interaction: discord.Interaction["Steward"]) -> None:
        """Hand a pressed component or a submitted form to the cog method that it names."""
        kind: Kind
        if interaction.type is discord.InteractionType.component:
            kind = "component"
        elif interaction.type is discord.InteractionType.modal_submit:
            kind = "modal"
        else:
            return
        data: Any = interaction.data
        private = False
        try:
            route, handler, arguments = self.router.find(kind, data["custom_id"])
            private = route.private
            if kind == "modal":
                fields = Fields.from_payload(data["components"])
                await handler(interaction, fields, *arguments)
            else:
                await handler(interaction, *arguments)
        except Exception as error:  # the one place where a handler's errors end
            await self.answer_error(interaction, error, private=private)

    # Errors

    async def answer_error(
        self, interaction: discord.Interaction["Steward"], error: Exception, *, private: bool
    ) -> None:
        """Tell the person, privately, what happened; log only what is a bug, under a reference.

        Args:
            private: of someone who must not be found out: no line is written that says when.
        """
        text = explain(error)
        if text is None:
            reference = secrets.token_hex(3)
            text = (
                "Something broke on my side. Please try again; if it happens twice, give a "
                f"moderator this reference: `{reference}`."
            )
            cause = getattr(error, "original", error)
            if private:
                self.private_errors[type(cause).__name__] += 1
                text = "Something broke on my side. Please look whether it was done, or try again."
            else:
                log.error("Unhandled error, reference %s", reference, exc_info=cause)
        # Whatever happens to this answer, discord.py must not write a traceback of its own.
        with suppress(Exception):
            if not interaction.response.is_done():
                try:
                    await interaction.response.send_message(text, ephemeral=True)
                except discord.HTTPException as refused:
                    if refused.code != ACKNOWLEDGED:
                        raise
                else:
                    return
            await interaction.followup.send(text, ephemeral=True)


def is_private(command: object) -> bool:
    """Whether a command serves reporters, so that nothing may be logged about its use."""
    while command is not None:
        if getattr(command, "extras", {}).get("private"):
            return True
        command = getattr(command, "parent", None)
    return False
