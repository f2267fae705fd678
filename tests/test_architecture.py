"""The import rules of docs/architecture.md, read from the source itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
JOBS = {"feeds", "knowledge", "reports", "actions", "bulletins", "servers"}
SPEAKS_DISCORD = "bot.app"
SHARED = "cogs.common"  # helpers of the cogs; not a cog, since it has no setup()
SQLITE = {"aiosqlite", "sqlite3"}
HTTP = {"aiohttp", "urllib.request", "http.client", "socket"}
DRAWING = {"matplotlib", "numpy", "PIL"}  # more memory than the bot may take
DRAWS, DRAWING_WORKER = "bot.charts.drawing", "bot.charts.worker"
PARSERS = {"feedparser", "bs4", "markdownify", "xml", "html.parser", "tomllib"}
SQL_WORDS = ("SELECT ", "INSERT INTO", "INSERT OR", "DELETE FROM", "CREATE TABLE", "PRAGMA ")


def modules() -> dict[str, ast.Module]:
    found = {}
    for path in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py")]:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


MODULES = modules()


def imports(tree: ast.AST) -> set[str]:
    """Every module that is named in an import, wherever it stands."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def below(name: str, *parents: str) -> bool:
    return any(name == parent or name.startswith(parent + ".") for parent in parents)


def job_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "bot" and len(parts) > 1 and parts[1] in JOBS else None


def offences(name: str, tree: ast.Module) -> list[str]:
    found = []
    sandbox = below(name, "bot.sandbox")
    store = below(name, "bot.storage") or (name.endswith(".store") and job_of(name) is not None)
    for used in imports(tree):
        if (
            below(used, "discord")
            and below(name, "bot")
            and not (sandbox or below(name, SPEAKS_DISCORD))
        ):
            found.append(f"{name} imports {used}: only bot.app and the sandbox speak Discord")
        if below(used, "cogs") and below(name, "bot"):
            found.append(f"{name} imports {used}: cogs are loaded by name")
        if below(used, *SQLITE) and not store and not sandbox:
            found.append(f"{name} imports {used}: SQLite belongs to storage and the stores")
        jobs = {job_of(used), job_of(name)} - {None}
        if len(jobs) == 2 and job_of(name) != "bulletins":
            found.append(f"{name} imports {used}: jobs do not import each other")
        if below(used, *DRAWING) and name != DRAWS:
            found.append(f"{name} imports {used}: only {DRAWS} draws")
        if below(used, DRAWS) and name != DRAWING_WORKER:
            found.append(f"{name} imports {used}: drawing is for {DRAWING_WORKER} alone")
        if below(used, "bot.sandbox") and not sandbox and name != "bot.__main__":
            found.append(f"{name} imports {used}: nothing depends on the sandbox")
        if below(name, "cogs"):
            found += cog_offences(name, used)
    return found


def cog_offences(name: str, used: str) -> list[str]:
    found = []
    ours = ".".join(name.split(".")[:2])
    if below(used, "cogs") and used != "cogs" and not below(used, ours, SHARED):
        found.append(f"{name} imports {used}: cogs do not import each other")
    # Two places tell a lost connection from a refusal, by aiohttp's errors.
    names_errors = name in {"cogs.feeds.publisher", "cogs.common.replies"}
    if below(used, *HTTP) and not (used == "aiohttp" and names_errors):
        found.append(f"{name} imports {used}: cogs do not speak HTTP")
    if below(used, *PARSERS):
        found.append(f"{name} imports {used}: cogs do not parse")
    if below(used, "bot.storage"):
        found.append(f"{name} imports {used}: cogs go through a service")
    return found


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_what_it_may(name: str) -> None:
    assert offences(name, MODULES[name]) == []


@pytest.mark.parametrize("name", sorted(MODULES))
def test_sql_is_written_only_in_storage_and_stores(name: str) -> None:
    if below(name, "bot.storage") or name.endswith(".store"):
        return
    strings = [
        node.value
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [text for text in strings if text.startswith(SQL_WORDS)] == []


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"bot.__main__", "bot.feeds.worker"}))
def test_importing_does_no_work(name: str) -> None:
    """At the top of a module stand definitions and constants, no calls made for their effect."""
    effects = [
        ast.unparse(node)
        for node in MODULES[name].body
        if isinstance(node, ast.For | ast.While | ast.With | ast.Try)
        or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant))
    ]
    assert effects == []


def test_the_rules_would_notice() -> None:
    """Each rule fails on a module that breaks it."""
    broken = {
        "bot.feeds.service": "import discord",
        "bot.knowledge.search": "import aiosqlite",
        "bot.feeds.outbox": "from bot.reports import desk",
        "bot.clock": "import cogs.help",
        "cogs.feeds.commands": "from cogs.knowledge import commands",
        "cogs.knowledge": "import aiohttp",
        "cogs.reports": "import feedparser",
        "cogs.inbox": "from bot.storage import Database",
        "bot.reports.desk": "from bot.sandbox import world",
        "bot.charts.painter": "import matplotlib",
        "bot.charts.words": "from bot.charts import drawing",
    }
    assert [name for name, source in broken.items() if not offences(name, ast.parse(source))] == []
