"""A server's settings: kept, apart from other servers', and whole when two change at once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.servers import Servers
from bot.servers.store import ServerStore
from bot.storage import Database, migrations
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


async def test_of_what_is_done_to_reports_the_week_is_kept_and_no_order(
    database: Database, clock: HandClock
) -> None:
    servers = Servers(ServerStore(database), clock)
    clock.advance(timedelta(days=2, hours=3, seconds=7))
    for number in range(20):
        await servers.record(HERE, 42, "inbox.read", f"{number:08}")
        clock.advance(1)
    await servers.record(HERE, 42, "feeds.add", "a feed")
    entry, *reports = await servers.audit(HERE)
    assert (entry.action, entry.at) == ("feeds.add", clock.now())
    assert {each.at for each in reports} == {datetime(2026, 3, 2, tzinfo=UTC)}
    targets = [each.target for each in reports]
    assert targets != sorted(targets)
    assert targets != sorted(targets, reverse=True)
    ids = await database.fetch_all("SELECT id FROM audit WHERE action = 'inbox.read'")
    assert all(row["id"] < 0 for row in ids)
    assert [each.action for each in await servers.audit(HERE, reports=False)] == ["feeds.add"]


async def test_the_trail_of_reports_is_kept_for_a_year_and_the_rest_for_two(
    database: Database, clock: HandClock
) -> None:
    servers = Servers(ServerStore(database), clock)
    await servers.record(HERE, 42, "inbox.read", "abcd1234")
    await servers.record(HERE, 42, "setup.inbox", "7")
    await servers.record(THERE, 42, "inbox.read", "abcd1234")
    for days, left in ((364, 2), (8, 1), (350, 1), (10, 0)):
        clock.advance(timedelta(days=days))
        await servers.forget(HERE)
        assert len(await servers.audit(HERE)) == left
    assert len(await servers.audit(THERE)) == 1
    assert sorted(await servers.audited()) == [THERE]


def test_an_older_trail_is_made_as_coarse(tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    steps = migrations.steps("steward")
    migrations.migrate(path, "steward", steps[:8])
    at = int(datetime(2026, 3, 5, 17, 4, 9, tzinfo=UTC).timestamp())
    report = "0123456789abcdef" * 2
    rows = [
        (1, "inbox.read", report),
        (2, "feeds.add", report),
        (3, "inbox.hand", f"{report} to 42"),
        (4, "inbox.key", "0123456789abcdef"),
    ]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO audit (id, guild_id, at, actor_id, action, target) "
            f"VALUES (?, 1, {at}, 42, ?, ?)",
            rows,
        )
    migrations.migrate(path, "steward", steps)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT id, at, action, target FROM audit").fetchall()
    monday = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
    assert {row[1:] for row in found} == {
        (monday, "inbox.read", report[:8]),
        (at, "feeds.add", report),
        (monday, "inbox.hand", f"{report[:8]} to 42"),
        (monday, "inbox.key", "0123456789abcdef"),
    }
    assert [row[0] for row in found if row[0] > 0] == [2]
