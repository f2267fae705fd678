"""The promises of bot.storage.database: transactions happen whole, apart, and survive."""

import asyncio
import os
import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import DataError, StorageTrouble
from bot.storage import Database
from bot.storage.database import Transaction
from bot.storage.migrations import Step, migrate


async def keys(database: Database) -> list[str]:
    return [row[0] for row in await database.fetch_all("SELECT key FROM meta ORDER BY key")]


ADD = "INSERT INTO meta (key, value) VALUES (?, '')"


async def test_a_transaction_is_kept_whole(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(ADD, ["a"])
        await tx.execute(ADD, ["b"])
    assert await keys(database) == ["a", "b"]


async def test_an_error_undoes_all_of_a_transaction(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(ADD, ["a"])
            await tx.execute(ADD, ["a"])
    assert await keys(database) == []


@pytest.mark.parametrize("steps_before_cancel", range(8))
async def test_cancelling_at_any_await_leaves_no_half_and_no_open_transaction(
    database: Database, steps_before_cancel: int
) -> None:
    async def write() -> None:
        async with database.transaction() as tx:
            await tx.execute(ADD, ["a"])
            await tx.execute(ADD, ["b"])

    task = asyncio.create_task(write())
    for _ in range(steps_before_cancel):
        await asyncio.wait([task], timeout=0)
    task.cancel()
    await asyncio.wait([task])
    assert await keys(database) in ([], ["a", "b"])
    async with database.transaction() as tx:  # the connection is free for the next
        await tx.execute(ADD, ["c"])
    assert "c" in await keys(database)


async def test_other_tasks_never_see_half_a_transaction(database: Database) -> None:
    inside, seen = asyncio.Event(), []

    async def write() -> None:
        async with database.transaction() as tx:
            await tx.execute(ADD, ["a"])
            inside.set()
            await asyncio.wait([reader], timeout=0)
            await tx.execute(ADD, ["b"])

    async def read() -> None:
        await inside.wait()
        seen.append(await keys(database))

    reader = asyncio.create_task(read())
    await write()
    await reader
    assert seen == [["a", "b"]]


async def test_many_writers_lose_nothing(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as tx:
            await tx.execute(ADD, [f"{number:03}"])

    await asyncio.gather(*(write(number) for number in range(100)))
    assert len(await keys(database)) == 100


async def test_a_full_disk_is_one_sentence_changes_nothing_and_passes(database: Database) -> None:
    pages = await database.fetch_value("PRAGMA page_count")
    await database.alone(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageTrouble, match="full"):
        async with database.transaction() as tx:
            await tx.execute(ADD, ["a"])
            await tx.execute(ADD, ["b" * 100_000])
    assert await keys(database) == []
    await database.alone("PRAGMA max_page_count = 100000")
    async with database.transaction() as tx:
        await tx.execute(ADD, ["c"])
    assert await keys(database) == ["c"]


async def test_a_locked_file_is_one_sentence_and_passes(database: Database) -> None:
    await database.alone("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageTrouble, match="locked"):
        async with database.transaction() as tx:
            await tx.execute(ADD, ["a"])
    other.execute("ROLLBACK")
    other.close()
    async with database.transaction() as tx:
        await tx.execute(ADD, ["a"])
    assert await keys(database) == ["a"]


async def test_a_mistake_in_our_own_sql_stays_an_error_of_sqlite(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await database.fetch_all("SELECT * FROM nowhere")


async def test_what_was_committed_is_there_after_reopening(tmp_path: Path) -> None:
    for number in range(3):
        database = await Database.open(tmp_path / "steward.db", "steward")
        async with database.transaction() as tx:
            await tx.execute(ADD, [str(number)])
        await database.close()
    database = await Database.open(tmp_path / "steward.db", "steward")
    assert await keys(database) == ["0", "1", "2"]
    await database.close()


async def test_the_connection_is_set_up_as_the_design_says(database: Database) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 2}
    for pragma, value in wanted.items():
        assert await database.fetch_value(f"PRAGMA {pragma}") == value


async def test_a_failing_migration_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    first = Step(1, "first", "CREATE TABLE a (x); INSERT INTO a VALUES (1);")
    broken = Step(2, "broken", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);")
    migrate(path, "steward", [first])
    with pytest.raises(sqlite3.Error):
        migrate(path, "steward", [first, broken])
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]
    connection.close()


async def test_an_upgrade_leaves_a_copy_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    first = Step(1, "first", "CREATE TABLE a (x); INSERT INTO a VALUES (7);")
    migrate(path, "steward", [first])
    assert not list(tmp_path.glob("*before*"))
    migrate(path, "steward", [first, Step(2, "second", "DELETE FROM a;")])
    copy = sqlite3.connect(tmp_path / "steward.db.before-0002")
    assert copy.execute("SELECT x FROM a").fetchall() == [(7,)]
    copy.close()


async def test_files_and_copies_are_for_their_owner_alone_and_old_copies_go(
    tmp_path: Path,
) -> None:
    path = tmp_path / "reports.db"
    first = Step(1, "first", "CREATE TABLE a (x);")
    migrate(path, "reports", [first])
    stale = tmp_path / "reports.db.before-0001"
    stale.write_bytes(b"")
    os.utime(stale, (0, 0))
    migrate(path, "reports", [first, Step(2, "second", "CREATE TABLE b (x);")])
    modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert modes == {"reports.db": 0o600, "reports.db.before-0002": 0o600}


async def test_a_database_from_the_future_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    await (await Database.open(path, "steward")).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DataError, match="newer Steward"):
        await Database.open(path, "steward")
    assert path.read_bytes() == before


async def test_another_programs_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DataError, match="not Steward's"):
        await Database.open(path, "steward")
    assert path.read_bytes() == before


async def test_the_two_files_cannot_be_mixed_up(tmp_path: Path) -> None:
    await (await Database.open(tmp_path / "x.db", "reports")).close()
    with pytest.raises(DataError, match="not Steward's"):
        await Database.open(tmp_path / "x.db", "steward")


async def test_something_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "steward.db").write_text("a letter to the editor, not a database at all" * 100)
    with pytest.raises(DataError, match="not a database"):
        await Database.open(tmp_path / "steward.db", "steward")


async def test_a_transaction_at_once_is_kept_whole_and_gives_its_result(
    database: Database,
) -> None:
    async def write(tx: Transaction) -> list[object]:
        changed = await tx.execute(ADD, ["a"])
        await tx.insert(ADD, ["b"])
        await tx.executemany(ADD, [["c"], ["d"]])
        return [changed, await tx.fetch_value("SELECT count(*) FROM meta")]

    assert await database.run(write) == [1, 4]
    assert await keys(database) == ["a", "b", "c", "d"]


async def test_an_error_undoes_all_of_a_transaction_at_once(database: Database) -> None:
    async def write(tx: Transaction) -> None:
        await tx.execute(ADD, ["a"])
        await tx.execute(ADD, ["a"])

    with pytest.raises(sqlite3.IntegrityError):
        await database.run(write)
    assert await keys(database) == []
    await database.run(lambda tx: tx.execute(ADD, ["b"]))
    assert await keys(database) == ["b"]


async def test_a_transaction_at_once_may_not_wait_for_anything_else(database: Database) -> None:
    async def write(tx: Transaction) -> None:
        await tx.execute(ADD, ["a"])
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="awaited something else"):
        await database.run(write)
    assert await keys(database) == []


@pytest.mark.parametrize("steps_before_cancel", range(5))
async def test_cancelling_a_transaction_at_once_leaves_no_half(
    database: Database, steps_before_cancel: int
) -> None:
    async def write(tx: Transaction) -> None:
        await tx.execute(ADD, ["a"])
        await tx.execute(ADD, ["b"])

    task = asyncio.create_task(database.run(write))
    for _ in range(steps_before_cancel):
        await asyncio.wait([task], timeout=0)
    task.cancel()
    await asyncio.wait([task])
    assert await keys(database) in ([], ["a", "b"])
    await database.run(lambda tx: tx.execute(ADD, ["c"]))
    assert "c" in await keys(database)


async def test_a_full_disk_changes_nothing_of_a_transaction_at_once(database: Database) -> None:
    pages = await database.fetch_value("PRAGMA page_count")
    await database.alone(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageTrouble, match="full"):
        await database.run(lambda tx: tx.execute(ADD, ["b" * 100_000]))
    await database.alone("PRAGMA max_page_count = 100000")
    await database.run(lambda tx: tx.execute(ADD, ["c"]))
    assert await keys(database) == ["c"]


async def test_after_a_transaction_at_once_the_commit_is_told(database: Database) -> None:
    told: list[int] = []

    async def note(connection: aiosqlite.Connection) -> None:
        told.append(connection.total_changes)

    database.after_each_commit(note)
    await database.run(lambda tx: tx.execute(ADD, ["a"]))
    assert len(told) == 1
