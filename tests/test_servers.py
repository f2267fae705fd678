"""A server's settings: kept, apart from other servers', and whole when two change at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.servers import Servers
from bot.servers.store import ServerStore
from bot.storage import Database
from tests.conftest import HandClock

HERE, THERE = 1_000, 2_000


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "steward.db", "steward")
    yield opened
    await opened.close()


async def test_two_changes_at_once_keep_both(database: Database, clock: HandClock) -> None:
    servers = Servers(ServerStore(database), clock)
    await asyncio.gather(
        servers.change(HERE, inbox_role_id=77), servers.change(HERE, news_channel_id=5)
    )
    for reader in (servers, Servers(ServerStore(database), clock)):
        settings = await reader.settings(HERE)
        assert (settings.inbox_role_id, settings.news_channel_id) == (77, 5)


async def test_reading_beside_a_change_never_remembers_what_was(
    database: Database, clock: HandClock
) -> None:
    servers = Servers(ServerStore(database), clock)
    await asyncio.gather(servers.settings(HERE), servers.change(HERE, moderator_role_id=9))
    assert (await servers.settings(HERE)).moderator_role_id == 9


async def test_servers_do_not_see_each_others_settings_or_audit(
    database: Database, clock: HandClock
) -> None:
    servers = Servers(ServerStore(database), clock)
    await servers.change(HERE, notice_channel_id=3)
    await servers.record(HERE, 42, "setup.notices", "3")
    assert (await servers.settings(THERE)).notice_channel_id is None
    assert await servers.audit(THERE) == []
    (entry,) = await servers.audit(HERE)
    assert (entry.at, entry.actor_id, entry.action) == (clock.now(), 42, "setup.notices")


async def test_a_setting_that_does_not_exist_is_a_mistake(
    database: Database, clock: HandClock
) -> None:
    with pytest.raises(TypeError):
        await Servers(ServerStore(database), clock).change(HERE, nonsense=1)
