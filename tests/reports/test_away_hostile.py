"""Files of answers that were written by somebody who means ill; pure reading, no desk."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.errors import InvalidInput
from bot.reports.away.answers import (
    Agree,
    Answer,
    Contents,
    Matter,
    Propose,
    Replace,
    Resealed,
    Status,
    Stop,
    as_json,
    read_answers,
)
from bot.reports.figures.elsewhere import adds_up
from bot.reports.figures.rollup import Cell
from bot.reports.figures.tables import Published, Quarter
from bot.reports.messages import MessageKind, payload
from bot.reports.sealing import identity, new_keypair, seal, wraps

GUILD = 5
WRONG: tuple[Any, ...] = (
    *(None, True, -1, 10**400, 1.5, "", "ab", "💥", "ab" * 16, "zz" * 32, "AAAA", [], [[]], {}),
    *([None], ["note"], [["note", 5]], {"do": []}, {"do": "agree"}, float("nan"), "2026-W99"),
)


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, bytes]:
    """Of the server, and of a reporter."""
    return new_keypair()[1], new_keypair()[1]


@pytest.fixture(scope="module")
def whole(keys: tuple[bytes, bytes]) -> Contents:
    """One of everything."""
    ours, reporter = keys
    note = seal(payload(MessageKind.NOTE, "note"), [ours])
    reply = seal(payload(MessageKind.REPLY, "reply"), [ours, reporter])
    digest = identity(note)
    acts = (
        None,
        Status("new", "closed"),
        Matter(b"", b"12345678"),
        Replace(digest, note, (digest,), ((digest, "note", note), (digest, "moderator", reply))),
        Propose((digest,)),
        Agree(digest),
        Stop("2026-03-02"),
    )
    answers = [Answer(b"i" * 16, reporter, (("note", note),), act) for act in acts]
    answers.append(Answer(b"i" * 16, reporter, (("moderator", reply),)))
    quarter = Quarter(2026, 1)
    cells = (Cell(("load",), 15), Cell(("pay", "it"), 5))
    table = Published(quarter, quarter, 20, cells, (Cell(("n",), 20),))
    resealed = Resealed(b"i" * 16, digest, wraps(note))
    return Contents(tuple(answers), (resealed,), (table,))


def test_what_is_written_is_read_as_it_was(whole: Contents, keys: tuple[bytes, bytes]) -> None:
    assert read_answers(as_json(whole, GUILD, keys[:1]).encode(), GUILD, keys[:1]) == whole


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    if isinstance(value, dict | list):
        named = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inside in named:
            yield from places(inside, (*at, name))


def test_whatever_stands_anywhere_in_a_file_is_read_or_refused_in_one_sentence(
    whole: Contents, keys: tuple[bytes, bytes]
) -> None:
    text = as_json(whole, GUILD, keys[:1])
    read = refused = 0
    for at in places(json.loads(text)):
        for wrong in (*WRONG, ...):
            changed = _with(json.loads(text), at, wrong)
            content = json.dumps(changed).encode()
            try:
                found = read_answers(content, GUILD, keys[:1])
            except InvalidInput as problem:
                assert "Nothing was brought back" in str(problem)
                refused += 1
                continue
            read += 1
            # What was read has the form of what could have been written.
            assert read_answers(as_json(found, GUILD, keys[:1]).encode(), GUILD, keys[:1]) == found
            for table in found.figures:
                adds_up(table)
    assert read > 50
    assert refused > 1_000


def _with(value: Any, at: tuple[Any, ...], wrong: Any) -> Any:
    """The value with something else at a place; with ``...``, without that place."""
    if not at:
        return None if wrong is ... else wrong
    first, rest = at[0], at[1:]
    if not rest and wrong is ...:
        del value[first]
    else:
        value[first] = _with(value[first], rest, wrong)
    return value
