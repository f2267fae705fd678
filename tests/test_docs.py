"""What the documents say is what the program does."""

import re
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.app import Steward
from bot.app.permissions import INVITE_PERMISSIONS, missing_permissions, permission_words
from cogs.common.listing import rows
from cogs.setup import frontdesk
from tests.commands_table import DOCUMENT, document, unconnected

ROOT = Path(__file__).parent.parent


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Steward]:
    made = await unconnected(tmp_path)
    yield made
    await made.close()


async def test_the_command_table_is_the_trees_own(bot: Steward) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(rows(bot.tree)), "run: make docs"


async def test_every_command_has_help_that_fits_and_no_name_twice(bot: Steward) -> None:
    listed = rows(bot.tree)
    assert len({row.path for row in listed}) == len(listed)
    for row in listed:
        assert 5 <= len(row.description) <= 100, row.path
        assert row.description != "…", row.path


async def test_the_front_desk_has_no_button_that_nobody_answers(bot: Steward) -> None:
    for item in frontdesk.buttons().children:
        bot.router.find("component", str(getattr(item, "custom_id", "")))


@pytest.mark.parametrize("name", ["README.md", "docs/operations.md", "CONTRIBUTING.md"])
def test_every_command_line_that_a_document_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    known = set(command_line.parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]
    for word in re.findall(r"-m bot ([a-z]+)", text):
        assert word in known, word
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for word in re.findall(r"`make ([a-z]+)`", text):
        assert word in targets, word


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_names_the_permissions_of_the_invite_link() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for name, wanted in INVITE_PERMISSIONS:
        if wanted:
            assert permission_words(name) in readme
    assert str(INVITE_PERMISSIONS.value) in readme
    assert missing_permissions(INVITE_PERMISSIONS) == []


def test_the_package_carries_its_data() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["bot"]
    for pattern in patterns:
        assert list((ROOT / "bot").glob(pattern)), pattern
