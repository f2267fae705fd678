"""Which rows are compared with a question: as SQLite would choose, and none too few."""

from collections.abc import Sequence

import pytest

from bot.knowledge import Knowledge, judging, library, search
from bot.knowledge.proposing import Proposal, matching, proposals
from bot.knowledge.scope import Scope
from bot.storage import Database

HERE = 1
ENTRIES = library.load().entries
ASKED = [
    text
    for number, entry in enumerate(ENTRIES[::6])
    for text in (
        entry.also[number % len(entry.also)],
        f"{' '.join(entry.question.split()[2:])} {ENTRIES[number].answer[:60]}",
        "who when why " + " ".join(entry.answer.split()[: number % 9]),
    )
]


async def test_rows_match_as_sqlite_itself_would_have_it(
    knowledge: Knowledge, database: Database
) -> None:
    scope = await knowledge._scopes.of(HERE)
    for text in ASKED[::5]:
        query = search.prepare(scope.words, scope.vocabulary, text)
        tokens = query.searched(scope.vocabulary)
        places = await knowledge._store.places(tokens)
        rows = await database.fetch_all(
            """SELECT rowid, bm25(knowledge_search, 4.0, 3.0, 1.0, 1.5) AS rank
               FROM knowledge_search WHERE knowledge_search MATCH ?""",
            [" OR ".join(f'"{token}"' for token in tokens)],
        )
        expected = {row["rowid"]: -row["rank"] for row in rows}
        assert matching(places, scope.lengths, scope.average) == pytest.approx(expected)


async def proposed(
    knowledge: Knowledge, text: str, *, partial: bool
) -> tuple[Scope, search.Query, list[Proposal]]:
    scope = await knowledge._scopes.of(HERE)
    query = search.prepare(scope.words, scope.vocabulary, text, partial=partial)
    tokens = query.searched(scope.vocabulary)
    places = await knowledge._store.places(tokens)
    scores = matching(places, scope.lengths, scope.average)
    left_out = {t for t in query.tokens if t in scope.vocabulary} - {*tokens}
    chosen = {row: scope.kinds[row] for row in scores}
    return scope, query, proposals(query, places, left_out, chosen, scores, scope.lengths)


@pytest.mark.parametrize("partial", [False, True])
async def test_no_row_is_worth_more_than_was_foreseen(
    knowledge: Knowledge, partial: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that of some questions not every token is looked up.
    monkeypatch.setattr(search, "SEARCHED_ENTRIES", 150)
    judged, left_out = 0, 0
    for text in [*ASKED[::4], *(entry.question for entry in ENTRIES[::40])]:
        scope, query, some = await proposed(knowledge, text, partial=partial)
        left_out += len(query.searched(scope.vocabulary)) <= len(query.tokens)
        at_most = {each.row: each.at_most for each in some}
        for each in await knowledge._store.candidates(HERE, list(at_most)):
            score = judging.judge(query, each.indexed, scope.vocabulary, event=each.is_event)
            assert score.order <= at_most[each.row], (text, each.question)
            judged += 1
    assert judged > 1_000
    assert left_out


async def test_what_is_not_compared_could_not_have_been_among_the_best(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = 0
    candidates = knowledge._store.candidates

    async def counted(guild_id: int, rows: Sequence[int]) -> object:
        nonlocal read
        read += len(rows)
        return await candidates(guild_id, rows)

    monkeypatch.setattr(knowledge._store, "candidates", counted)
    some = [await knowledge._comparing.ranked(HERE, text, wanted=4) for text in ASKED]
    few, read = read, 0
    every = [await knowledge._comparing.ranked(HERE, text, wanted=1_000) for text in ASKED]
    assert [[(row, score.order) for row, _, score in ranked[:4]] for ranked in some] == [
        [(row, score.order) for row, _, score in ranked[:4]] for ranked in every
    ]
    assert few < 0.8 * read
