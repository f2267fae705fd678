"""PRIVACY.md, `/report privacy` and the threat model say what is so."""

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.reports import privacy
from bot.reports.casework import quoting
from bot.reports.choices import Keeping
from bot.reports.questions import CATEGORIES, EMPLOYERS, REGIONS, STATUSES, USES
from bot.reports.signposts import DEFAULTS
from cogs.reports import asking, telling
from tests.clock import HandClock
from tests.reports.conftest import GUILD, Office
from tests.reports.moderating import AFTERNOON, ANN, BOB, shown

ROOT = Path(__file__).parent.parent.parent
PHONE_SIGNS, PHONE_LINES = 36, 32  # of a message on a phone 390 points wide and 844 high


def words(path: str) -> str:
    return " ".join((ROOT / path).read_text(encoding="utf-8").split())


def told(*, at_once: bool) -> list[str]:
    """Every sentence of `/report privacy` but the names."""
    return [
        *(f"Can learn {observer.learns}" for observer in privacy.observers(at_once=at_once)),
        *privacy.remains(at_once=at_once),
        privacy.PURPOSE,
        privacy.COMPLAINTS,
        *privacy.WHATEVER,
        privacy.KEPT,
        privacy.not_hidden(at_once=at_once),
        privacy.kept_for(Keeping()),
        privacy.deleted(at_once=at_once),
    ]


def test_privacy_md_says_what_the_command_says() -> None:
    page = words("PRIVACY.md")
    for observer in privacy.observers(at_once=False):
        assert f"**{observer.who}** can learn {observer.learns}" in page
    for sentence in (
        *privacy.remains(at_once=False),
        privacy.PURPOSE,
        privacy.COMPLAINTS,
        *privacy.WHATEVER,
        privacy.KEPT,
        privacy.AGE,
        privacy.CHOSEN_THERE,
        privacy.HOLD_COULD_BE,
        privacy.deleted(at_once=False),
    ):
        assert sentence in page


def test_privacy_md_says_what_the_command_says_without_notice_times() -> None:
    page = words("PRIVACY.md")
    for observer in privacy.observers(at_once=True):
        assert f"**{observer.who}** can learn {observer.learns}" in page
    for sentence in (
        privacy.not_hidden(at_once=True),
        *privacy.remains(at_once=True),
        privacy.SEEN_AT_ONCE,
    ):
        assert sentence in page
    assert privacy.deleted(at_once=True).startswith(privacy.GONE)


def test_operators_and_reporters_read_that_copies_between_notice_times_tell_times() -> None:
    for path, sentence in (
        ("docs/operations.md", "**Make it just after a notice time**, by a timer"),
        (
            "docs/operations.md",
            "between which of them a report came in or was withdrawn",
        ),
        ("docs/operations.md", "and for snapshots of the disk"),
        ("docs/threat-model.md", "two of them, or two snapshots of the disk, tell between which"),
        ("docs/threat-model.md", "Make backups directly after a notice time."),
    ):
        assert sentence in words(path)
    copies = "Copies of the file made between notice times tell when about a report came in."
    assert copies in privacy.remains(at_once=False)
    assert copies not in privacy.remains(at_once=True)  # there everything is seen at once anyway


@pytest.mark.parametrize("at_once", [False, True])
async def test_whoever_runs_the_bot_sees_when_something_last_came_in_and_reporters_read_it(
    office: Office, clock: HandClock, *, at_once: bool
) -> None:
    file = office.config.reports_database
    before = file.stat().st_ctime_ns  # the one time that no program can set
    await office.send("Words.")
    sent = file.stat().st_ctime_ns
    assert sent > before
    clock.advance(AFTERNOON)
    await office.serve()
    assert file.stat().st_ctime_ns > sent
    (learns,) = [
        observer.learns
        for observer in privacy.observers(at_once=at_once)
        if observer.who == "Whoever runs the bot"
    ]
    assert "the second in which something last came in" in learns
    assert ("until the next notice time" in learns) == (not at_once)
    assert "nothing" not in learns
    assert learns in words("PRIVACY.md")
    # Also on what is read before anything is written, and no promise there of the contrary.
    short = telling.embed("short", at_once=at_once).description or ""
    first = asking.explanation(DEFAULTS, "at 18:00", at_once=at_once).description or ""
    assert ("until the next notice time" in short) == (not at_once)
    assert ("until then" in first) == (not at_once)
    for said in (short, first):
        assert "when something last came in" in said
        assert "of the time only the week" in said
        assert "account or time" not in said
    assert "account or time" not in words("PRIVACY.md")


def test_what_is_left_of_a_report_that_was_never_counted_is_said_of_each_reading() -> None:
    page = words("PRIVACY.md")
    assert "Where reports are read in Discord, a report that is deleted for its age before" in page
    assert "In sealed reading, where the bot cannot open reports, it leaves nothing behind." in page
    assert "Nor does it where the key was missing when it was deleted, or was lost for good" in page


def test_the_union_answers_for_reports_and_complaints_go_to_it_first() -> None:
    page = words("PRIVACY.md")
    assert "The controller is the union" in page
    assert "with the union" not in page
    assert "first. After that you can complain to the Information Commissioner's" in page
    assert "Information Commissioner's" in words("docs/dpia-template.md")


async def test_what_a_receipt_opens_of_the_reporters_words_is_said(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, "No rota works. I have asthma.", use="pub")
    where = (office.desk.inbox, GUILD, report_id)
    quote = await quoting.propose(*where, ANN, "No rota works.")
    await quoting.agree(*where, BOB, quote)
    await quoting.take(*where, quote)
    opened = " ".join((await office.check(receipt)).replies)
    assert "No rota works." in opened
    assert "asthma" not in opened
    assert (
        "Whoever you give the receipt to can read all that moderators wrote to you, and with it "
        "those words of yours that they asked to quote or took to be used publicly; not your "
        "report or what you added."
    ) in words("PRIVACY.md")


def test_without_notice_times_the_command_promises_none() -> None:
    assert "notice time" in " ".join(told(at_once=False))
    assert "notice time" not in " ".join(told(at_once=True))
    assert "so when it was sent" in " ".join(told(at_once=True))


def test_the_command_says_what_the_server_has_chosen() -> None:
    assert "180 days" in privacy.kept_for(Keeping())
    chosen = privacy.kept_for(Keeping(days=45, hold=True))
    assert "45 days" in chosen
    assert "180" not in chosen
    assert privacy.HOLD_IS_SET in chosen
    assert privacy.at_check(Keeping(hold=True)) == privacy.HOLD_IS_SET
    kept = telling.embed("kept", at_once=False, keeping=Keeping(days=45, hold=True))
    assert chosen in {field.value for field in kept.fields}
    first = telling.embed("short", at_once=False, keeping=Keeping(days=45)).description or ""
    assert "A report is deleted 45 days after moderators have finished with it." in first
    nowhere = telling.embed("short", at_once=False).description or ""
    assert privacy.CHOSEN_THERE in nowhere
    assert "A report is deleted 180 days" not in nowhere
    assert privacy.CHOSEN_THERE in privacy.kept_for(None)
    held = telling.embed("short", at_once=False, keeping=Keeping(days=45, hold=True)).description
    assert privacy.HOLD_IS_SET in (held or "")


@pytest.mark.parametrize("at_once", [False, True])
def test_the_command_says_all_of_it_in_three_messages_that_fit(*, at_once: bool) -> None:
    embeds = [
        telling.embed(part, at_once=at_once, keeping=Keeping()) for part in get_args(telling.Part)
    ]
    for embed in embeds:
        assert len(embed) < 5_950
        assert all(len(field.value or "") <= 1_024 for field in embed.fields)
    shown = " ".join(
        [
            *(each.description or "" for each in embeds),
            *(f.value or "" for e in embeds for f in e.fields),
        ]
    )
    assert all(sentence in shown for sentence in told(at_once=at_once))


@pytest.mark.parametrize("at_once", [False, True])
def test_the_first_screen_holds_the_essentials_and_fits_a_phone(*, at_once: bool) -> None:
    """What is hidden, what is not, how to withdraw, where to complain."""
    controller = ("Branch of the union in a large town", "reports.office@branch.example.org")
    first = telling.embed("short", at_once=at_once, keeping=Keeping(), controller=controller)
    text = first.description or ""
    lines = sum(-(-len(line) // PHONE_SIGNS) for line in text.split("\n"))
    assert lines <= PHONE_LINES
    assert not first.fields
    for said in (
        privacy.HIDDEN,
        privacy.not_hidden(at_once=at_once),
        privacy.TAKE_BACK,
        "180 days",
        "Branch of the union",
        privacy.COMPLAINTS,
    ):
        assert said in text
    page = words("PRIVACY.md")
    for said in (privacy.HIDDEN, privacy.NOT_HIDDEN, privacy.TAKE_BACK):
        assert said in page
    for part in get_args(telling.Part):
        reached = [
            button["custom_id"]
            for row in telling.buttons(part).to_components()
            for button in row["components"]
        ]
        assert len(reached) == 2
        assert f"reports:privacy:{part}" not in reached


# What PRIVACY.md calls each column of the two tables that hold what reporters sent.
CALLED = {
    "report": {
        "id": "a random number",
        "guild_id": "this server's number",
        "lookup": "a number to find the report by",
        "reporter_key": "a key that replies are sealed to",
        "sealed": "the sealed words and choices",
        "status": "its status",
        "shown_week": "the week from which moderators could see it",
        "announced": "whether moderators were told",
        "matter": "a random number that reports of one matter share",
        "closed_week": "closed it",
        "active_week": "the weeks in which moderators last saw something happen to it",
    },
    "message": {
        "report_id": "For each message under it",
        "turn": "its place in the conversation",
        "guild_id": "this server's number",
        "author": "whether you or a moderator wrote it, and for whom",
        "sealed": "the sealed words",
        "shown_week": "the week",
        "announced": "whether moderators were told",
        "collected": "whether a reply was fetched",
        "brought_by": "which of them brought it",
        "agreed_by": "or agreed to it",
    },
}


@pytest.mark.parametrize("table", CALLED)
async def test_every_column_is_told_and_nothing_else_is(office: Office, table: str) -> None:
    rows = await office.database.fetch_all(f"PRAGMA table_info({table})")
    assert {row["name"] for row in rows} == set(CALLED[table])
    for name in CALLED[table].values():
        assert name in privacy.KEPT


async def test_every_table_is_named(office: Office) -> None:
    page = words("PRIVACY.md")
    rows = await office.database.fetch_all("SELECT name FROM sqlite_master WHERE type = 'table'")
    for row in rows:
        assert f"`{row['name']}`" in page


def test_every_test_that_the_threat_model_names_is_there() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    named = 0
    for line in page.splitlines():
        path = ""
        for found, test in re.findall(r"`([a-z_/]+\.py)?(?:::(test_[a-z0-9_]+))?`", line):
            path = found or path
            if path and (found or test):
                source = (ROOT / "tests" / path).read_text(encoding="utf-8")
                assert not test or f"def {test}(" in source, test
                named += 1
    assert named >= 20


def test_choices_fit_discord_and_their_codes_fit_a_button() -> None:
    assert len(CATEGORIES) <= 8
    for options in (CATEGORIES, EMPLOYERS, REGIONS, USES, STATUSES):
        assert len({option.code for option in options}) == len(options) <= 25
        assert all(len(option.code) <= 8 and ":" not in option.code for option in options)
        assert all(len(option.label) <= 100 and len(option.hint) <= 100 for option in options)
