"""Discord's limits: each is refused with its code and at its path, and what just fits passes."""

import contextlib
import io
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import Sandbox
from bot.sandbox.command_forms import read_commands
from bot.sandbox.component_forms import number
from bot.sandbox.core import Core, SandboxClock
from bot.sandbox.errors import ApiError, Problems
from bot.sandbox.message_forms import message_form, read_message
from bot.sandbox.modal_forms import read_modal
from bot.sandbox.seed import default_world
from bot.sandbox.snowflakes import Snowflakes, created_at
from bot.sandbox.validation import Form, units
from bot.sandbox.world import walk
from tests.sandbox.conftest import Api

BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "a"}
OPTION = {"label": "A", "value": "a"}
SELECT = {"type": 3, "custom_id": "a", "options": [OPTION]}
TEXT = {"type": 10, "content": "x"}
FIELD = {"name": "n", "value": "v"}
V2 = 1 << 15


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"components": [{"type": 1, "components": list(components)}]}


def v2(*components: dict[str, Any]) -> dict[str, Any]:
    return {"flags": V2, "components": list(components)}


def embed(**fields: Any) -> dict[str, Any]:
    return {"embeds": [fields]}


FITS: list[dict[str, Any]] = [
    {"content": "x" * 2000},
    {"content": "\U0001f600" * 1000},
    embed(title="x" * 256, description="x" * 4096),
    embed(fields=[FIELD] * 25),
    embed(image={"url": "https://a.example/b.png"}),
    {"embeds": [{"title": "x"}] * 10},
    row(*({**BUTTON, "custom_id": str(n)} for n in range(5))),
    row({**BUTTON, "label": "x" * 80, "custom_id": "x" * 100}),
    row({"type": 2, "style": 2, "emoji": {"name": "👍"}, "custom_id": "a"}),
    row({"type": 2, "style": 5, "label": "Go", "url": "https://a.example"}),
    row({**SELECT, "options": [{"label": "x", "value": str(n)} for n in range(25)]}),
    row({**SELECT, "placeholder": "x" * 150, "min_values": 0}),
    {
        "content": "x",
        "components": [row({**BUTTON, "custom_id": str(n)})["components"][0] for n in range(5)],
    },
    v2(TEXT, {"type": 14, "spacing": 2}, {"type": 17, "components": [TEXT]}),
    v2(*[TEXT] * 40),
    v2({"type": 9, "components": [TEXT], "accessory": BUTTON}),
    v2({"type": 12, "items": [{"media": {"url": "https://a.example/b.png"}}]}),
    {"content": "x", "nonce": "n" * 25},
    {"content": "x", "allowed_mentions": {"parse": [], "roles": ["1"]}},
]

REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({}, 50006, ""),
    ({"content": "  \n "}, 50006, ""),
    ({"content": "", "embeds": []}, 50006, ""),
    ({"content": "x" * 2001}, 50035, "content"),
    ({"content": "\U0001f600" * 1001}, 50035, "content"),
    ({"content": {"a": 1}}, 50035, "content"),
    (embed(title="x" * 257), 50035, "embeds.0.title"),
    (embed(description="x" * 4097), 50035, "embeds.0.description"),
    (embed(fields=[FIELD] * 26), 50035, "embeds.0.fields"),
    (embed(fields=[{"name": "", "value": "v"}]), 50035, "embeds.0.fields.0.name"),
    (embed(fields=[{"name": "n", "value": "x" * 1025}]), 50035, "embeds.0.fields.0.value"),
    (embed(fields=[{"name": "x" * 257, "value": "v"}]), 50035, "embeds.0.fields.0.name"),
    (embed(title="t", footer={"text": "x" * 2049}), 50035, "embeds.0.footer.text"),
    (embed(title="t", author={"name": "x" * 257}), 50035, "embeds.0.author.name"),
    (embed(title="t", author={"url": "https://a.example"}), 50035, "embeds.0.author.name"),
    (embed(title="t", color=0x1000000), 50035, "embeds.0.color"),
    (embed(title="t", url="javascript:alert(1)"), 50035, "embeds.0.url"),
    (embed(title="t", url="not a url"), 50035, "embeds.0.url"),
    (embed(title="t", image={"url": "ftp://a.example/x"}), 50035, "embeds.0.image.url"),
    (embed(title="t", timestamp="yesterday"), 50035, "embeds.0.timestamp"),
    (embed(color=1), 50035, "embeds.0.description"),
    ({"embeds": [{"title": "x"}] * 11}, 50035, "embeds"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, 50035, "embeds"),
    (row({**BUTTON, "label": "x" * 81}), 50035, "components.0.components.0.label"),
    (row({**BUTTON, "custom_id": "x" * 101}), 50035, "components.0.components.0.custom_id"),
    (row({**BUTTON, "custom_id": ""}), 50035, "components.0.components.0.custom_id"),
    (row(BUTTON, BUTTON), 50035, "components.0.components.1.custom_id"),
    (row(*({**BUTTON, "custom_id": str(n)} for n in range(6))), 50035, "components.0.components"),
    (row(), 50035, "components.0.components"),
    (row({"type": 2, "style": 1, "custom_id": "a"}), 50035, "components.0.components.0.label"),
    (row({"type": 2, "style": 5, "label": "x"}), 50035, "components.0.components.0.url"),
    (
        row({**BUTTON, "style": 5, "url": "https://a.example"}),
        50035,
        "components.0.components.0.custom_id",
    ),
    (row({**BUTTON, "style": 9}), 50035, "components.0.components.0.style"),
    (row({**BUTTON, "emoji": {"name": "thumb"}}), 50035, "components.0.components.0.emoji.name"),
    (row(SELECT, {**BUTTON, "custom_id": "b"}), 50035, "components.0.components"),
    (row({**SELECT, "options": []}), 50035, "components.0.components.0.options"),
    (
        row({**SELECT, "options": [OPTION, OPTION]}),
        50035,
        "components.0.components.0.options.1.value",
    ),
    (
        row({**SELECT, "options": [{"label": "x" * 101, "value": "a"}]}),
        50035,
        "components.0.components.0.options.0.label",
    ),
    (
        row({**SELECT, "options": [{"label": "x", "value": str(n)} for n in range(26)]}),
        50035,
        "components.0.components.0.options",
    ),
    (row({**SELECT, "placeholder": "x" * 151}), 50035, "components.0.components.0.placeholder"),
    (row({**SELECT, "max_values": 2}), 50035, "components.0.components.0.max_values"),
    ({"content": "x", "components": [BUTTON]}, 50035, "components.0.type"),
    (
        {"content": "x", "components": [{"type": 1, "components": [{"type": 4}]}]},
        50035,
        "components.0.components.0.type",
    ),
    ({"content": "x", "components": [row(BUTTON)["components"][0]] * 6}, 50035, "components"),
    ({"components": [TEXT]}, 50035, "components.0.type"),
    (v2(TEXT) | {"content": "x"}, 50035, "content"),
    (v2(TEXT) | {"embeds": [{"title": "x"}]}, 50035, "embeds"),
    (v2(*[{"type": 17, "components": [TEXT] * 20}] * 2), 50035, "components"),
    (v2(TEXT, {"type": 10, "content": "x" * 4000}), 50035, "components"),
    (v2({"type": 9, "components": [TEXT]}), 50035, "components.0.accessory"),
    (
        v2({"type": 9, "components": [TEXT] * 4, "accessory": BUTTON}),
        50035,
        "components.0.components",
    ),
    (v2({"type": 13, "file": {"url": "attachment://no.txt"}}), 50035, "components.0.file.url"),
    (
        v2({"type": 17, "components": [{"type": 17, "components": [TEXT]}]}),
        50035,
        "components.0.components.0.type",
    ),
    ({"content": "x", "flags": 64}, 50035, "flags"),
    ({"content": "x", "nonce": "n" * 26}, 50035, "nonce"),
    ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, 50035, "allowed_mentions.parse.0"),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        50035,
        "allowed_mentions",
    ),
    (
        {"content": "x", "allowed_mentions": {"roles": [str(n) for n in range(101)]}},
        50035,
        "allowed_mentions.roles",
    ),
    ({"content": "x", "message_reference": {"message_id": "1"}}, 50035, "message_reference"),
    ({"content": "x", "attachments": [{"id": 0, "filename": "a"}]}, 50035, "attachments.0.id"),
    ({"content": "x", "sticker_ids": ["1"]}, 50035, "sticker_ids"),
]


def errors_at(body: dict[str, Any], path: str) -> Any:
    """The problems noted at a path of a refusal."""
    node = body.get("errors", {})
    for step in path.split("."):
        node = node.get(step, {})
    return node.get("_errors")


@pytest.mark.parametrize("body", FITS)
async def test_what_just_fits_is_taken(lenient: Sandbox, api: Api, body: dict[str, Any]) -> None:
    path = f"/channels/{lenient.channel('news').id}/messages"
    status, answer = await api("POST", path, body)
    assert status == 200, answer
    assert lenient.violations == []


@pytest.mark.parametrize(("body", "code", "where"), REFUSED)
async def test_what_does_not_fit_is_refused_at_its_path(
    lenient: Sandbox, api: Api, body: dict[str, Any], code: int, where: str
) -> None:
    path = f"/channels/{lenient.channel('news').id}/messages"
    status, answer = await api("POST", path, body)
    assert (status, answer["code"]) == (400, code), answer
    if where:
        assert errors_at(answer, where), answer
    assert lenient.messages("news") == []
    assert lenient.violations != []


COMMAND = {"name": "ask", "description": "Ask"}
STRING = {"type": 3, "name": "what", "description": "What"}


def option(**fields: Any) -> dict[str, Any]:
    return COMMAND | {"options": [STRING | fields]}


@pytest.mark.parametrize(
    ("command", "where"),
    [
        ({"description": "x"}, "name"),
        (COMMAND | {"name": "Ask"}, "name"),
        (COMMAND | {"name": "a b"}, "name"),
        (COMMAND | {"name": "x" * 33}, "name"),
        (COMMAND | {"description": ""}, "description"),
        (COMMAND | {"description": "x" * 101}, "description"),
        ({"name": "Menu", "type": 3, "description": "x"}, "description"),
        (COMMAND | {"options": [STRING] * 2}, "options.0.name"),
        (COMMAND | {"options": [STRING | {"name": f"a{n}"} for n in range(26)]}, "options"),
        (option(name="What"), "options.0.name"),
        (option(description="x" * 101), "options.0.description"),
        (option(choices=[{"name": "a", "value": 1}]), "options.0.choices.0.value"),
        (option(choices=[{"name": "", "value": "a"}]), "options.0.choices.0.name"),
        (option(choices=[{"name": str(n), "value": "a"} for n in range(26)]), "options.0.choices"),
        (
            option(choices=[{"name": "a", "value": "a"}], autocomplete=True),
            "options.0.autocomplete",
        ),
        (option(type=5, autocomplete=True), "options.0.autocomplete"),
        (option(min_length=9, max_length=3), "options.0.min_length"),
        (option(max_length=6001), "options.0.max_length"),
        (option(min_value=1), "options.0.min_value"),
        (option(type=12), "options.0.type"),
        (
            COMMAND | {"options": [STRING, STRING | {"name": "b", "required": True}]},
            "options.1.required",
        ),
        (COMMAND | {"options": [STRING, {"type": 1, "name": "s", "description": "x"}]}, "options"),
        (COMMAND | {"contexts": [7]}, "contexts"),
        (COMMAND | {"default_member_permissions": "many"}, "default_member_permissions"),
    ],
)
async def test_commands_that_do_not_fit_are_refused(
    lenient: Sandbox, api: Api, command: dict[str, Any], where: str
) -> None:
    path = f"/applications/{lenient.world.application_id}/commands"
    status, answer = await api("POST", path, command)
    assert (status, answer["code"]) == (400, 50035), answer
    assert errors_at(answer, where), answer
    status, answer = await api("PUT", path, [command])
    assert status == 400
    assert errors_at(answer, f"0.{where}"), answer


async def test_a_command_may_have_8000_units_in_all(lenient: Sandbox, api: Api) -> None:
    path = f"/applications/{lenient.world.application_id}/commands"
    choices = [{"name": f"{n:0100}", "value": f"{n:0100}"} for n in range(20)]
    options = [STRING | {"name": f"o{n}", "choices": choices} for n in range(2)]
    status, answer = await api("POST", path, COMMAND | {"options": options})
    assert status == 400 or len(str(answer)) < 8000
    status, _ = await api("POST", path, COMMAND | {"options": options[:1]})
    assert status == 201


async def test_commands_keep_their_ids_over_a_bulk_overwrite_and_are_limited_in_number(
    lenient: Sandbox, api: Api
) -> None:
    path = f"/applications/{lenient.world.application_id}/commands"
    _, before = await api("PUT", path, [COMMAND, COMMAND | {"name": "other"}])
    _, after = await api("PUT", path, [COMMAND | {"description": "New"}])
    assert after[0]["id"] == before[0]["id"]
    assert after[0]["version"] != before[0]["version"]
    assert [each["name"] for each in lenient.commands] == ["ask"]
    status, answer = await api("PUT", path, [COMMAND | {"name": f"c{n}"} for n in range(101)])
    assert (status, answer["code"]) == (400, 30032)
    assert (await api("PUT", path, [COMMAND, COMMAND]))[1]["code"] == 50035


COMMANDS: list[dict[str, Any]] = [
    option(required=True, choices=[{"name": "a", "value": "a"}], name_localizations={"de": "was"}),
    option(type=4, autocomplete=True, min_value=1, max_value=3),
    option(type=7, channel_types=[0, 15]),
    COMMAND
    | {
        "contexts": [0],
        "default_member_permissions": "32",
        "options": [
            {"type": 2, "name": "g", "description": "G", "options": [{"type": 1} | COMMAND]}
        ],
    },
]

INPUT = {"type": 4, "custom_id": "a", "style": 1}


def modal(**fields: Any) -> dict[str, Any]:
    label = {"type": 18, "label": "L", "component": INPUT}
    return {"custom_id": "m", "title": "T", "components": [label]} | fields


def labelled(component: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return modal(components=[{"type": 18, "label": "L", "component": component} | fields])


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (modal(title="x" * 46), "title"),
        (modal(title=""), "title"),
        (modal(custom_id="x" * 101), "custom_id"),
        (modal(components=[]), "components"),
        (
            modal(
                components=[
                    {"type": 18, "label": "L", "component": INPUT | {"custom_id": str(n)}}
                    for n in range(6)
                ]
            ),
            "components",
        ),
        (labelled(INPUT, label="x" * 46), "components.0.label"),
        (labelled(INPUT, label=""), "components.0.label"),
        (labelled(INPUT, description="x" * 101), "components.0.description"),
        (labelled(BUTTON), "components.0.component.type"),
        (labelled(INPUT | {"label": "L"}), "components.0.component.label"),
        (labelled(INPUT | {"placeholder": "x" * 101}), "components.0.component.placeholder"),
        (labelled(INPUT | {"max_length": 4001}), "components.0.component.max_length"),
        (labelled(INPUT | {"value": "xx", "max_length": 1}), "components.0.component.value"),
        (labelled(INPUT | {"min_length": 9, "max_length": 3}), "components.0.component.min_length"),
        (labelled(SELECT | {"min_values": 0}), "components.0.component.min_values"),
        (labelled(SELECT | {"disabled": True}), "components.0.component.disabled"),
        (modal(components=[{"type": 1, "components": [INPUT]}]), "components.0.components.0.label"),
        (modal(components=[{"type": 1, "components": [SELECT]}]), "components.0.components.0.type"),
        (modal(components=[modal()["components"][0]] * 2), "components.1.component.custom_id"),
    ],
)
def test_forms_that_do_not_fit_are_refused(data: dict[str, Any], where: str) -> None:
    problems = Problems()
    with pytest.raises(Exception, match="50035") as refused:
        read_modal(Form(data, problems))
    assert errors_at(refused.value.extra, where), refused.value.extra  # type: ignore[attr-defined]


def test_a_form_that_fits_is_taken_and_numbered() -> None:
    read = read_modal(Form(modal(), Problems()))
    assert [each["id"] for each in walk(read["components"])] == [1, 2]


async def test_files_over_ten_megabytes_are_refused(lenient: Sandbox, api: Api) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", "{}")
    form.add_field("files[0]", io.BytesIO(bytes(10 * 1024 * 1024 + 1)), filename="big.bin")
    path = f"/channels/{lenient.channel('news').id}/messages"
    status, answer = await api("POST", path, data=form)
    assert (status, answer["code"]) == (413, 40005)


async def test_what_is_no_json_is_refused(lenient: Sandbox, api: Api) -> None:
    path = f"/channels/{lenient.channel('news').id}/messages"
    headers = {"Content-Type": "application/json"}
    status, answer = await api("POST", path, data=b"{", headers=headers)
    assert (status, answer["code"]) == (400, 50109)
    assert (await api("POST", path, ["x"]))[1]["code"] == 50035


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
