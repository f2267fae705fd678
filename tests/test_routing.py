"""Components and forms find their handler by what their custom_id says."""

import pytest

from bot.errors import Forgotten
from bot.routing import CUSTOM_ID_LIMIT, Fields, Router, checked_id, component, form_id, modal


class Cog:
    def __init__(self) -> None:
        self.calls: list[object] = []

    @component("feeds:undo")
    async def undo(self, interaction: object, number: str) -> None:
        self.calls.append(number)

    @modal("reports:draft", private=True)
    async def drafted(self, interaction: object, fields: Fields, *arguments: str) -> None:
        self.calls.append((dict(fields), arguments))


def test_arguments_come_from_the_custom_id_and_the_random_end_is_dropped() -> None:
    router = Router()
    router.add_from(Cog())
    _, _, arguments = router.find("component", "feeds:undo:42")
    assert arguments == ["42"]
    route, _, arguments = router.find("modal", form_id("reports:draft", "a", 7))
    assert arguments == ["a", "7"]
    assert route.private


def test_two_showings_of_a_form_have_different_ids() -> None:
    assert form_id("reports:draft") != form_id("reports:draft")


@pytest.mark.parametrize("custom_id", ["feeds:undo", "feeds:undo:1:2"])
def test_a_custom_id_with_too_few_or_many_arguments_is_forgotten_too(custom_id: str) -> None:
    router = Router()
    router.add_from(Cog())
    with pytest.raises(Forgotten, match="/help"):
        router.find("component", custom_id)


@pytest.mark.parametrize("custom_id", ["", ":", "feeds", "feeds:gone:1", "~", "a:b:c~d", "é" * 90])
def test_what_nobody_handles_is_forgotten_with_a_next_step(custom_id: str) -> None:
    router = Router()
    router.add_from(Cog())
    for kind in ("component", "modal"):
        with pytest.raises(Forgotten, match="/help"):
            router.find(kind, custom_id)


def test_two_handlers_for_one_name_are_a_mistake_told_at_once() -> None:
    router = Router()
    router.add_from(Cog())
    with pytest.raises(ValueError, match="two handlers"):
        router.add_from(Cog())


def test_an_unloaded_cog_answers_no_more() -> None:
    router, cog = Router(), Cog()
    router.add_from(cog)
    router.remove_from(cog)
    with pytest.raises(Forgotten):
        router.find("component", "feeds:undo:42")


def test_a_custom_id_beyond_discords_limit_is_a_mistake_told_at_once() -> None:
    assert checked_id("x" * CUSTOM_ID_LIMIT)
    with pytest.raises(ValueError, match="100"):
        checked_id("x" * (CUSTOM_ID_LIMIT + 1))


def test_fields_are_read_from_labels_and_from_rows() -> None:
    fields = Fields.from_payload(
        [
            {"type": 18, "component": {"type": 4, "custom_id": "what", "value": "text"}},
            {"type": 18, "component": {"type": 3, "custom_id": "kind", "values": ["a", "b"]}},
            {"type": 18, "component": {"type": 3, "custom_id": "none", "values": []}},
            {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": ""}]},
            {"type": 10, "content": "a text that is not a field"},
        ]
    )
    assert dict(fields) == {"what": "text", "kind": "a", "none": "", "old": ""}
    assert fields.values_of("kind") == ["a", "b"]
    assert fields.values_of("unknown") == []
    with pytest.raises(KeyError):
        fields["unknown"]
