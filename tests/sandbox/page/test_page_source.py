"""Rules for the page's own files, which need no browser to be checked."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "bot" / "sandbox" / "page"
FILES = sorted(path for path in PAGE.rglob("*") if path.is_file())
SCRIPTS = [path for path in FILES if path.suffix == ".js"]
# Ways by which text could become markup or code, and which the policy of the page forbids anyway.
DANGEROUS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|createContextual"
    r"|\beval\(|new Function|srcdoc"
)


def test_no_script_can_turn_text_into_markup_or_code() -> None:
    assert SCRIPTS
    found = [path.name for path in SCRIPTS if DANGEROUS.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    outside = re.compile(r"""(?:src|href|from|import|url\()\s*[=(]?\s*["']?(?:https?:)?//""")
    for path in FILES:
        if path.suffix in {".js", ".css", ".html"}:
            assert outside.search(path.read_text(encoding="utf-8")) is None, path.name


def test_scripts_and_styles_are_files_of_one_thing_each() -> None:
    for path in FILES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path.name


def test_every_part_that_is_imported_exists_and_every_script_is_used() -> None:
    imports = {path.name: set[str]() for path in SCRIPTS}
    for path in SCRIPTS:
        imports[path.name].update(
            re.findall(r'from "\./(\w+\.js)"', path.read_text(encoding="utf-8"))
        )
    used = set().union(*imports.values())
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    used.update(name for name in imports if f"js/{name}" in page)
    assert used == set(imports)
