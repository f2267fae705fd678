"""A small content folder with an entry of every kind, and a bot that knows it and nothing else."""

from pathlib import Path

from bot.knowledge import Knowledge
from bot.knowledge.helpful.service import Helpful
from bot.knowledge.names.service import Names
from bot.sandbox import Sandbox
from bot.sandbox.world import Message
from bot.storage import Database
from tests.harness import RunningSteward

SOURCES = """
[report]
title = "A report (with [brackets])"
publisher = "The inspectorate"
date = "2015-03"
link = "https://example.org/report_(2015)"
"""
TOPICS = """
[categories]
union = "Union"
[topics]
law = "Law"
"""
COMMON = """
topics = ["law"]
sources = ["report"]
confidence = "corroborated"
checked = 2026-01-31
"""


def entry(table: str, identifier: str, question: str, answer: str, more: str = "") -> str:
    """A table of the content; ``more`` holds further lines."""
    return (
        f'[[{table}]]\nid = "{identifier}"\nquestion = "{question}"\nanswer = "{answer}"\n'
        f'also = ["Tell of {identifier} as it was"]\n{COMMON}\n{more}\n'
    )


ENTRIES = "\n".join(
    [
        entry(
            "entry",
            "raise-concern",
            "How do I raise a concern about workload?",
            "Write it down, and tell your representative.",
            'steps = ["Note dates and hours.", "Write to your manager."]\nrelated = ["rar"]',
        ),
        entry(
            "entry",
            "vote-day",
            "When was the vote on the merger?",
            "Members voted in the spring.",
            'dates = ["2015-04-20"]',
        ),
        entry(
            "term",
            "rar",
            "What is the RAR?",
            "A part of a court's order.",
            'term = "RAR"\nstands_for = "Rehabilitation Activity Requirement"',
        ),
        entry("term", "crc", "What was a CRC?", "A company.", 'term = "CRC"'),
        entry("term", "carats", "What was CARATS?", "A drug service.", 'term = "CARATS"'),
        entry("term", "oasys", "What is OASys?", "A tool to assess risk.", 'term = "OASys"'),
        entry(
            "person", "grey", "Who was Ada Grey?", "The minister of the day.", 'name = "Ada Grey"'
        ),
        entry("body", "guild", "What is the Guild?", "A staff body.", 'name = "The Guild"'),
        entry(
            "figure",
            "cost",
            "What did the change cost?",
            "It was the extra money for the companies.",
            'claim = "It cost £467 million"\ncareful = "It was not the whole cost."',
        ),
        *(
            entry(
                "action",
                f"action-{year}",
                f"What was the walkout of {year}?",
                f"Members walked out in the year {year}.",
                f'name = "Walkout {year}"\ndate = "{year}-11-05"\nend = "{year}-11-06"\n'
                f'took_part = "They stayed away."\noutcome = "It ended with talks in {year}."',
            )
            for year in range(2003, 2010)
        ),
        entry(
            "action",
            "petition",
            "What was the petition?",
            "Members signed for a change of the rules.",
            'name = "The petition"\ndate = "by 2006-05"\ntook_part = "They signed."\n'
            'outcome = "It is not known what came of it."',
        ),
    ]
)


def write(folder: Path, entries: str = ENTRIES) -> Path:
    """The content as files."""
    folder.mkdir(exist_ok=True)
    for name, text in {
        "sources.toml": SOURCES,
        "topics.toml": TOPICS,
        "entries.toml": entries,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


async def teach(steward: RunningSteward, folder: Path) -> None:
    """Let a bot that runs know what is in a folder; again after each restart."""
    services = steward.bot.services
    await services.knowledge._synced()
    known = Knowledge(database(steward), steward.bot.clock, folder)
    await known.sync()
    services.knowledge = known
    services.names = Names(database(steward), known)
    services.helpful = Helpful(database(steward), steward.bot.clock, known)


def database(steward: RunningSteward) -> Database:
    """The bot's own database, to see what it has kept."""
    return steward.bot.services.knowledge._store._database


def public(sandbox: Sandbox, where: str = "general") -> list[Message]:
    """What the bot has written in a channel for everybody."""
    bot = sandbox.world.bot.id
    return [m for m in sandbox.messages(where) if m.author_id == bot and not m.ephemeral]
