"""The jobs, built once at start from the databases and the settings, and closed in order."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Self

from bot.charts.painter import Painter
from bot.clock import Clock
from bot.config import Config
from bot.feeds.archive import Archive
from bot.feeds.service import Feeds
from bot.knowledge import Knowledge
from bot.knowledge.editing import Editing
from bot.knowledge.helpful.service import Helpful
from bot.knowledge.library import STARTER_FEEDS
from bot.knowledge.names.service import Names
from bot.reports.desk import Desk
from bot.servers import Servers
from bot.servers.store import ServerStore
from bot.storage import Database
from bot.storage.meta import Meta


@dataclass(slots=True)
class Services:
    """What the cogs work with."""

    meta: Meta
    servers: Servers
    feeds: Feeds
    articles: Archive
    knowledge: Knowledge
    painter: Painter

    editing: Editing
    names: Names
    helpful: Helpful
    reports: Desk
    _stack: AsyncExitStack

    @classmethod
    async def open(cls, config: Config, clock: Clock) -> Self:
        """Open both databases and build every service.

        Raises:
            DataError: a database cannot be used.
        """
        async with AsyncExitStack() as stack:
            database = await Database.open(config.database, "steward")
            stack.push_async_callback(database.close)
            feeds = Feeds.build(
                database, config, clock, starter_feeds=config.starter_feeds or STARTER_FEEDS
            )
            stack.push_async_callback(feeds.close)
            # A connection of its own: a search of many thousand articles holds up nobody else.
            archive = await Database.open(config.database, "steward")
            stack.push_async_callback(archive.close)
            knowledge = Knowledge(database, clock)
            stack.push_async_callback(knowledge.close)
            painter = Painter(config.charts)
            stack.push_async_callback(painter.close)

            editing = Editing(database, clock, knowledge)
            stack.push_async_callback(editing.copies.close)
            reports_database = await Database.open(config.reports_database, "reports")
            stack.push_async_callback(reports_database.close)
            reports = Desk(reports_database, config, clock)
            stack.push_async_callback(reports.close)
            await reports.open()
            services = cls(
                meta=Meta(database),
                servers=Servers(ServerStore(database), clock),
                feeds=feeds,
                articles=Archive.build(archive, clock),
                knowledge=knowledge,
                painter=painter,
                editing=editing,
                names=Names(database, knowledge),
                helpful=Helpful(database, clock, knowledge),
                reports=reports,
                _stack=stack.pop_all(),
            )
        return services

    async def close(self) -> None:
        """Close what was opened, last first."""
        await self._stack.aclose()
