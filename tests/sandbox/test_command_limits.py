"""Discord's limits on commands and forms: each is refused at its path."""

from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.errors import Problems
from bot.sandbox.modal_forms import read_modal
from bot.sandbox.validation import Form
from bot.sandbox.world import walk
from tests.sandbox.conftest import Api
from tests.sandbox.test_limits import BUTTON, SELECT, errors_at

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
