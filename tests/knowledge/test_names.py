"""Entries by their names, and whether they helped, for each server on a real database."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import InvalidInput, NotFound
from bot.knowledge import Kind, Knowledge
from bot.knowledge.helpful.service import Helpful
from bot.knowledge.names.service import Names
from bot.storage import Database
from tests.cogs import knowing
from tests.conftest import HandClock

HERE, ELSEWHERE = 1, 2
TERMS = (Kind.TERM,)


@pytest.fixture
async def knowledge(empty_database: Database, clock: HandClock, tmp_path: Path) -> Knowledge:
    """The small content."""
    service = Knowledge(empty_database, clock, knowing.write(tmp_path / "content"))
    await service.sync()
    return service


@pytest.fixture
def known(empty_database: Database, knowledge: Knowledge) -> Names:
    return Names(empty_database, knowledge)


@pytest.fixture
def helpful(empty_database: Database, clock: HandClock, knowledge: Knowledge) -> Helpful:
    return Helpful(empty_database, clock, knowledge)


async def own(database: Database, server: int, identifier: str, name: str, **more: int) -> None:
    """A server's own term, as moderators' editing writes it."""
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO knowledge_entry (guild_id, id, kind, name, position, question, details, "
            "hidden) SELECT ?, ?, 'term', ?, 0, ?, details, ? FROM knowledge_entry "
            "WHERE id = 'crc' AND guild_id IS NULL",
            (server, identifier, name, f"{name}?", more.get("hidden", 0)),
        )


@pytest.mark.parametrize("typed", ["rar", "  RAR ", "R\u200bAR", "rehabilitation activity"])
async def test_a_name_is_found_however_it_is_typed(known: Names, typed: str) -> None:
    found = await known.look_up(HERE, TERMS, typed)
    assert found.entry is not None
    assert found.entry.id == "rar"


async def test_a_name_counts_in_its_kind_alone(known: Names) -> None:
    assert (await known.look_up(HERE, TERMS, "Ada Grey")).entry is None
    assert (await known.look_up(HERE, (Kind.BODY,), "Ada Grey")).entry is None
    both = await known.look_up(HERE, (Kind.PERSON, Kind.BODY), "ada grey")
    assert both.entry is not None
    nearest = (await known.look_up(HERE, TERMS, "Ada Grey")).nearest
    assert {entry.kind for entry in nearest} == {Kind.TERM}
    assert len(nearest) == 3


async def test_what_has_nothing_to_read_is_refused(known: Names) -> None:
    with pytest.raises(InvalidInput):
        await known.look_up(HERE, TERMS, " \u200b ")


async def test_names_are_each_servers_own(known: Names, empty_database: Database) -> None:
    await own(empty_database, HERE, "rar", "RAR", hidden=1)
    await own(empty_database, HERE, "crc", "CRC, as we say")
    assert (await known.look_up(HERE, TERMS, "RAR")).entry is None
    assert (await known.look_up(ELSEWHERE, TERMS, "RAR")).entry is not None
    here = [name for _, name in await known.suggest(HERE, TERMS, "")]
    assert here[0] == "CRC, as we say"
    assert "RAR" not in here
    assert "CRC" not in here
    elsewhere = [name for _, name in await known.suggest(ELSEWHERE, TERMS, "")]
    assert elsewhere == ["RAR", "CRC", "CARATS", "OASys"]
    # A name that both have is the server's own.
    await own(empty_database, ELSEWHERE, "our-crc", "crc")
    found = await known.look_up(ELSEWHERE, TERMS, "CRC")
    assert found.entry is not None
    assert found.entry.id == "our-crc"


async def test_no_name_is_offered_twice_and_never_more_than_25(
    known: Names, empty_database: Database
) -> None:
    for number in range(40):
        await own(empty_database, HERE, f"own-{number}", f"RAR {number}")
    for typed in ("", "r", "rar", "company"):
        names = [name for _, name in await known.suggest(HERE, TERMS, typed)]
        assert len(names) == len(set(names)) <= 25


async def test_actions_come_newest_first(known: Names) -> None:
    page = await known.actions(HERE)
    assert (page.number, page.pages, page.total) == (0, 2, 8)
    assert [action.name for action in page.actions] == [
        "Walkout 2009", "Walkout 2008", "Walkout 2007", "Walkout 2006", "The petition",
    ]  # fmt: skip
    assert page.actions[0].outcome == "It ended with talks in 2009."
    more = await known.actions(HERE, 1)
    assert [action.name for action in more.actions] == [
        "Walkout 2005", "Walkout 2004", "Walkout 2003",
    ]  # fmt: skip
    assert await known.actions(HERE, 7) == page


async def test_what_helped_least_comes_first_of_the_last_weeks_on_one_server(
    helpful: Helpful, empty_database: Database, clock: HandClock
) -> None:
    await helpful.count(HERE, "oasys", helped=False)
    clock.advance(timedelta(weeks=30))
    for helped in (True, True, False):
        await helpful.count(HERE, "rar", helped=helped)
    clock.advance(timedelta(weeks=1))
    await helpful.count(HERE, "crc", helped=False)
    await helpful.count(HERE, "crc", helped=False)
    await helpful.count(HERE, "carats", helped=False)
    await helpful.count(ELSEWHERE, "rar", helped=False)
    await own(empty_database, HERE, "carats", "CARATS", hidden=1)
    await helpful.count(HERE, "action-2009", helped=True)
    found, total = await helpful.unhelpful(HERE, 10)
    assert total == 2
    assert [(each.id, each.title, each.yes, each.no) for each in found] == [
        ("crc", "CRC", 0, 2),
        ("rar", "RAR: Rehabilitation Activity Requirement", 2, 1),
    ]
    first, total = await helpful.unhelpful(HERE, 1)
    assert ([each.id for each in first], total) == (["crc"], 2)
    weeks = {
        weeks: [each.id for each in (await helpful.unhelpful(HERE, 10, weeks))[0]]
        for weeks in (1, 40)
    }
    assert weeks == {1: ["crc"], 40: ["crc", "oasys", "rar"]}
    rows = await empty_database.fetch_all("SELECT DISTINCT week FROM knowledge_helpful")
    assert {row["week"] for row in rows} == {"2026-W10", "2026-W40", "2026-W41"}
    clock.advance(timedelta(weeks=80))
    await helpful.count(HERE, "rar", helped=True)
    rows = await empty_database.fetch_all(
        "SELECT min(week) AS first FROM knowledge_helpful WHERE guild_id = ?", [HERE]
    )
    assert rows[0]["first"] == "2026-W40"


async def test_an_answer_that_is_gone_cannot_be_judged(helpful: Helpful) -> None:
    with pytest.raises(NotFound):
        await helpful.count(HERE, "gone", helped=True)
