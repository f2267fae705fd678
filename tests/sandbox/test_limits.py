"""Discord's limits: each is refused with its code and at its path, and what just fits passes."""

import io
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
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
