"""Several transactions in one commit: each is whole, and fails by itself."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StorageTrouble
from bot.storage import Database
from bot.storage.database import GROUP, Transaction

ADD = "INSERT INTO meta (key, value) VALUES (?, ?)"


async def keys(database: Database) -> list[str]:
    return [row[0] for row in await database.fetch_all("SELECT key FROM meta ORDER BY key")]


def adding(*added: str, text: str = "") -> Callable[[Transaction], Coroutine[Any, Any, str]]:
    async def work(tx: Transaction) -> str:
        for key in added:
            await tx.execute(ADD, [key, text])
        return added[-1]

    return work


async def statements(database: Database) -> list[str]:
    """The statements that the connection runs from now on."""
    run: list[str] = []
    await database._connection.set_trace_callback(run.append)
    return run


async def test_what_is_asked_for_at_once_is_committed_together(database: Database) -> None:
    run = await statements(database)
    wanted = [f"{number:03}" for number in range(3 * GROUP)]
    assert await asyncio.gather(*(database.run(adding(key)) for key in wanted)) == wanted
    assert await keys(database) == wanted
    assert run.count("COMMIT") == 3


async def test_one_that_fails_is_undone_by_itself(database: Database) -> None:
    outcomes = await asyncio.gather(
        database.run(adding("a")),
        database.run(adding("b", "b")),
        database.run(adding("c")),
        return_exceptions=True,
    )
    assert [outcomes[0], type(outcomes[1]), outcomes[2]] == ["a", sqlite3.IntegrityError, "c"]
    assert await keys(database) == ["a", "c"]


async def test_who_has_gone_harms_nobody(database: Database) -> None:
    asked = [asyncio.create_task(database.run(adding(key))) for key in ("a", "b", "c")]
    await asyncio.wait(asked, timeout=0)
    asked[1].cancel()
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [outcomes[0], type(outcomes[1]), outcomes[2]] == ["a", asyncio.CancelledError, "c"]
    assert await keys(database) == ["a", "b", "c"]  # it was under way, and is whole
    assert await database.run(adding("d")) == "d"


async def test_a_full_disk_undoes_all_and_is_told_to_each(database: Database) -> None:
    pages = await database.fetch_value("PRAGMA page_count")
    await database.alone(f"PRAGMA max_page_count = {pages}")
    outcomes = await asyncio.gather(
        database.run(adding("a")),
        database.run(adding("b", text="x" * 200_000)),
        database.run(adding("c")),
        return_exceptions=True,
    )
    told = [isinstance(outcome, StorageTrouble) for outcome in outcomes]
    kept = await keys(database)
    assert told[1]
    assert [key for key, trouble in zip("abc", told, strict=True) if not trouble] == kept
    await database.alone("PRAGMA max_page_count = 100000")
    assert await database.run(adding("d")) == "d"


async def test_what_comes_first_is_kept_whatever_comes_after(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await database.run(adding("b", "b"), first=adding("a"))
    assert await keys(database) == ["a"]
    with pytest.raises(sqlite3.IntegrityError):
        await database.run(adding("c"), first=adding("a"))
    assert await keys(database) == ["a"]  # without its first, the rest is not done


async def test_only_what_must_be_on_the_disk_is_waited_for(database: Database) -> None:
    run = await statements(database)
    await database.run(adding("a"), durable=False)
    assert await database.fetch_value("PRAGMA synchronous") == 2  # FULL, again
    await database.run(adding("b"))
    assert run.count("PRAGMA synchronous = NORMAL") == 1
    begun = [text.split()[0] for text in run if text.startswith(("BEGIN", "PRAGMA synchronous ="))]
    assert begun == ["PRAGMA", "BEGIN", "PRAGMA", "BEGIN"]


async def test_a_transaction_of_several_statements_has_the_connection_to_itself(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await tx.execute(ADD, ["a", ""])
        asked = asyncio.create_task(database.run(adding("b")))
        read = asyncio.create_task(keys(database))
        await asyncio.wait([asked, read], timeout=0.05)
        assert not asked.done()
        assert not read.done()
        await tx.execute(ADD, ["c", ""])
    assert await asked == "b"
    assert set(await read) >= {"a", "c"}


async def test_closing_answers_what_was_asked_for_before(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "steward.db", "steward")
    asked = [asyncio.create_task(database.run(adding(str(n)))) for n in range(2 * GROUP)]
    await asyncio.wait(asked, timeout=0)
    await database.close()
    kept = sorted(await asyncio.gather(*asked))
    again = await Database.open(tmp_path / "steward.db", "steward")
    assert await keys(again) == kept
    await again.close()
