"""Queries stay quick when a server has very many entries of its own."""

import pytest

from bot.knowledge.model import Kind
from bot.knowledge.names.store import NameStore
from bot.knowledge.store import VISIBLE_ENTRY, VISIBLE_EVENT, KnowledgeStore
from bot.storage import Database
from bot.storage.database import Row


class Explaining:
    """Asks the database how it would do what it is asked to do."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.plans: list[str] = []

    async def fetch_all(self, sql: str, parameters: object = ()) -> list[Row]:
        plan = await self._database.fetch_all(f"EXPLAIN QUERY PLAN {sql}", parameters)  # type: ignore[arg-type]
        self.plans.append("\n".join(row["detail"] for row in plan))
        return []


@pytest.mark.parametrize(
    ("table", "visible"),
    [("knowledge_entry", VISIBLE_ENTRY), ("knowledge_event", VISIBLE_EVENT)],
)
async def test_what_stands_in_a_built_in_ones_place_is_looked_up_by_its_id(
    empty_database: Database, table: str, visible: str
) -> None:
    rows = await empty_database.fetch_all(
        f"EXPLAIN QUERY PLAN SELECT e.* FROM {table} e WHERE {visible}", {"guild": 1}
    )
    plan = [row["detail"] for row in rows]
    assert f"SEARCH own USING INDEX {table}_by_id (id=?)" in plan


async def test_names_and_actions_are_read_by_their_kind(empty_database: Database) -> None:
    explaining = Explaining(empty_database)
    store = NameStore(explaining)  # type: ignore[arg-type]
    await store.named(1, [Kind.TERM], "a", 25)
    await store.actions(1, 5, 0)
    assert len(explaining.plans) == 2
    for plan in explaining.plans:
        assert "SEARCH e USING INDEX knowledge_entry_by_name (kind=?)" in plan
        assert "SEARCH own USING INDEX knowledge_entry_by_id (id=?)" in plan


async def test_what_was_found_is_read_by_its_row(empty_database: Database) -> None:
    explaining = Explaining(empty_database)
    await KnowledgeStore(explaining).by_row(1, [1, -1])  # type: ignore[arg-type]
    assert len(explaining.plans) == 2
    for plan in explaining.plans:
        assert "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)" in plan
