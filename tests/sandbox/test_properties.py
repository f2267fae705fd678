"""What holds for whatever is given: bodies, texts, components, times."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.command_forms import read_commands
from bot.sandbox.component_forms import number
from bot.sandbox.core import Core, SandboxClock
from bot.sandbox.errors import ApiError
from bot.sandbox.message_forms import message_form, read_message
from bot.sandbox.modal_forms import read_modal
from bot.sandbox.seed import default_world
from bot.sandbox.snowflakes import Snowflakes, created_at
from bot.sandbox.validation import units
from tests.sandbox.test_command_limits import COMMANDS, labelled, modal
from tests.sandbox.test_limits import FITS, SELECT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 1 << 70) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside a body, itself included."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nodes(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], fresh: Any) -> Any:
    """A copy with something else at a path."""
    if not path:
        return fresh
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = replaced(value[path[0]], path[1:], fresh)
    return copied


@given(st.data())
@settings(max_examples=300)
def test_whatever_is_sent_is_taken_or_refused_but_breaks_nothing(data: st.DataObject) -> None:
    ids = Snowflakes(time.time)
    core = Core(default_world(ids, 0), ids, SandboxClock(), "token")
    good = [*FITS, modal(), labelled(SELECT), *([each] for each in COMMANDS)]
    body = data.draw(st.sampled_from(good))
    body = replaced(body, data.draw(st.sampled_from(list(nodes(body)))), data.draw(JSON))
    for read in (
        lambda: read_message(core, message_form(body), []),
        lambda: read_modal(message_form(body)),
        lambda: read_commands(body),
    ):
        with contextlib.suppress(ApiError):
            read()


@given(st.text())
def test_length_is_counted_in_utf16_units(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(
    st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=8, unique_by=lambda x: x or object())
)
def test_numbered_components_have_unique_ids_and_keep_their_own(
    given_ids: list[int | None],
) -> None:
    components = [{"type": 10, "content": "x"} | ({"id": n} if n else {}) for n in given_ids]
    ids = [each["id"] for each in number(components, {})]
    assert len(set(ids)) == len(ids)
    assert [mine for mine, wanted in zip(ids, given_ids, strict=True) if wanted] == [
        wanted for wanted in given_ids if wanted
    ]


@given(st.lists(st.floats(1.5e9, 2e9), min_size=1, max_size=50))
def test_snowflakes_always_rise_and_tell_their_time(times: list[float]) -> None:
    clock = iter(times)
    ids = Snowflakes(lambda: next(clock))
    made = [ids() for _ in times]
    assert made == sorted(set(made))
    assert abs(created_at(made[0]) - times[0]) < 0.002
