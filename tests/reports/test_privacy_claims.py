"""Every number, time and file in PRIVACY.md is the program's, and a test watches it."""

import ast
import re
from pathlib import Path

import pytest

from bot.feeds.imports.store import KEPT_DAYS
from bot.feeds.model import UNDO_DAYS
from bot.knowledge.editing.store import DRAFT_LIFETIME
from bot.knowledge.helpful.service import KEPT_WEEKS
from bot.reports import drafts, visits
from bot.reports.choices import DEFAULT_DAYS, FEWEST_DAYS, MOST_DAYS
from bot.reports.figures.rollup import LEAST
from bot.reports.figures.service import KEPT_YEARS
from bot.reports.keeping.retention import INACTIVE_DAYS
from bot.reports.receipts import WORDS
from bot.reports.sealing import SIZES
from bot.reports.traces import DELETED_NAME
from bot.servers.service import OTHERS_KEPT, REPORTS_KEPT
from bot.storage.leftovers import BEFORE_RESTORE
from bot.storage.migrations import KEEP_COPIES_S
from tests.reports.conftest import Office

ROOT = Path(__file__).parent.parent.parent
SPELT: dict[float, str] = {1: "a", 2: "two", 3: "three", 5: "five", 8: "eight", 15: "fifteen"}


def spelt(number: float) -> str:
    return SPELT[number]  # exactly


# What the page says, its numbers taken from the program, and the test that fails when it is not so.
WATCHED = {
    "cogs/test_editing_copies_noted.py": [
        (
            "its channel and the minute of the last message there",
            "test_what_is_noted_before_an_answer_is_posted_does_not_lead_to_who_asked",
        ),
    ],
    "reports/test_documents.py": [
        (
            "until the next notice time the disk tells them when something last came in",
            "test_whoever_runs_the_bot_sees_when_something_last_came_in_and_reporters_read_it",
        ),
        (
            "Moderators read your words within seconds",
            "test_privacy_md_says_what_the_command_says_without_notice_times",
        ),
        (
            "the second in which something last came in",
            "test_whoever_runs_the_bot_sees_when_something_last_came_in_and_reporters_read_it",
        ),
        ("a test keeps the two alike", "test_privacy_md_says_what_the_command_says"),
        (
            "A lone report between two notice times can be guessed",
            "test_privacy_md_says_what_the_command_says",
        ),
        (
            "is passed on, to 999 or to those who protect them",
            "test_privacy_md_says_what_the_command_says",
        ),
        (
            "above and below that speak of notice times",
            "test_without_notice_times_the_command_promises_none",
        ),
        (
            "the sealed words, the week, whether a reply was fetched",
            "test_every_column_is_told_and_nothing_else_is",
        ),
        ("the tables `report` and `message` of `reports.db`", "test_every_table_is_named"),
    ],
    "reports/test_promises.py": [
        (
            "everything that came in between two notice times at once",
            "test_a_report_is_seen_at_the_notice_time_and_not_before",
        ),
        (
            "the week from which moderators could see each",
            "test_the_week_is_the_notice_times_not_the_reporters",
        ),
        ("of the time only the week", "test_the_tables_have_no_room_for_a_person_or_a_time"),
        ("they see each report within seconds of its sending", "test_now_shows_everything_at_once"),
        (
            "and the last notice time that was served",
            "test_a_notice_time_missed_while_switched_off_is_made_up_for_and_served_once",
        ),
        ("or a time finer than a week", "test_the_tables_have_no_room_for_a_person_or_a_time"),
        (
            "with a key that is thrown away at midnight UTC and never written",
            "test_the_key_of_the_day_is_never_written_and_changes",
        ),
        (
            "Reports withdrawn since the last notice time, sealed",
            "test_a_withdrawal_is_seen_at_the_notice_time_and_not_before",
        ),
    ],
    "reports/test_figures_kept.py": [
        (
            "where the key was missing when it was deleted",
            "test_the_age_of_a_report_ends_it_also_while_the_key_is_away_and_then_uncounted",
        ),
        (
            "quarters that ended after the backup are counted anew",
            "test_a_restore_changes_no_published_figures_or_moderators_are_told_not_to_publish_again",
        ),
    ],
    "reports/test_restoring.py": [
        (
            "made between notice times tell when about a report came in",
            "test_a_backup_says_when_backups_are_to_be_made",
        ),
        (
            f"kept in `{DELETED_NAME}` beside the database, and a copy of it beside each backup",
            "test_the_copy_of_the_list_beside_the_backups_is_applied_on_a_new_machine",
        ),
    ],
    "reports/test_restoring_later.py": [
        (
            "under which something later may be lost, of yours or to you, can only be counted",
            "test_a_question_lost_with_a_restore_frees_no_words_without_a_yes",
        ),
        (
            "not on the machine when a backup from before that key was made is restored",
            "test_counts_from_after_a_change_of_key_are_counted_with_the_backups_key",
        ),
    ],
    "reports/test_fates.py": [
        (
            "or once that approval has ended",
            "test_words_that_were_taken_open_nothing_once_their_reporter_wants_to_be_asked",
        ),
    ],
    "reports/test_returning.py": [
        (
            "A change of use counts from the notice time",
            "test_the_latest_use_wins_and_is_seen_at_the_notice_time_and_not_before",
        ),
    ],
    "reports/test_retention.py": [
        (
            "the weeks in which moderators last saw something happen to it and closed it",
            "test_the_weeks_of_closing_and_of_activity_are_kept_true",
        ),
        (
            f"deleted for good {DEFAULT_DAYS} days later, counted from the end of the week",
            "test_what_is_finished_with_is_deleted_after_180_days_and_not_before",
        ),
        (
            f"nothing happens for {INACTIVE_DAYS / 365 * 12:g} months closes by itself",
            "test_what_is_open_closes_after_12_months_alone_and_is_deleted_180_days_later",
        ),
        (
            "Closing and deleting happen at notice times",
            "test_nothing_is_deleted_between_two_notice_times",
        ),
        (
            f"from {FEWEST_DAYS} to {MOST_DAYS} days instead of {DEFAULT_DAYS}",
            "test_the_choice_is_each_servers_own_and_within_bounds",
        ),
        (
            f"(`{BEFORE_RESTORE}1.zip`), unless a legal hold is set",
            "test_what_a_restore_has_kept_goes_after_two_weeks_unless_a_hold_is_set",
        ),
        (
            "(`reports.db.before-0002`); it is overwritten and removed at the next notice time",
            "test_the_copy_from_before_an_upgrade_goes_with_the_first_notice_time",
        ),
    ],
    "reports/test_privacy_claims.py": [
        ("There are three more:", "test_there_are_three_more_tables"),
    ],
    "reports/test_sealing.py": [
        (
            (
                f"one of two sizes: {SIZES[0] / 1_024:g} KiB, which every report in English of the "
                f"usual length fits, or {SIZES[1] / 1_024:g} KiB"
            ),
            "test_the_longest_report_in_english_fits_the_first_size",
        ),
    ],
    "reports/test_withdrawing.py": [
        (
            "can still open it from memory until the next notice time",
            "test_one_withdrawn_quietly_shows_no_sign_of_it_in_an_export_before_the_notice_time",
        ),
    ],
    "storage/test_leftovers.py": [
        (
            f"deleted once they are {KEEP_COPIES_S / 86_400:g} days old",
            "test_backups_over_two_weeks_old_go_and_nothing_else_beside_them",
        ),
    ],
    "reports/test_figures.py": [
        (
            "When a quarter is over, the reports that moderators can see are counted",
            "test_a_quarter_that_is_over_is_counted_once_and_never_again",
        ),
        (
            f"No count under {spelt(LEAST)} is shown",
            "test_what_is_shown_adds_up_and_no_count_is_small",
        ),
        (
            f"until the quarter is counted, for {spelt(KEPT_YEARS)} years at most",
            "test_too_few_reports_to_be_counted_are_forgotten_in_the_end",
        ),
        (
            "The counts of a quarter never change afterwards",
            "test_a_quarter_that_is_over_is_counted_once_and_never_again",
        ),
    ],
    "reports/test_desk.py": [
        (
            f"A draft, for {spelt(drafts.LIFETIME_S / 60)} minutes",
            "test_a_draft_keeps_its_receipt_through_edits_and_is_forgotten_in_time",
        ),
        (
            f"what moderators told of its use, for {spelt(visits.LIFETIME_S / 60)} minutes",
            "test_a_visit_ends_after_a_quarter_of_an_hour_and_with_a_restart",
        ),
    ],
    "reports/test_senders.py": [
        (
            "so moderators can stop a sender for the rest of the day",
            "test_it_ends_with_the_days_key",
        ),
    ],
    "knowledge/test_names.py": [
        (
            (
                "found them helpful or not, for "
                f"{spelt(KEPT_WEEKS / 52)} years (older counts go with the next one)"
            ),
            "test_what_helped_least_comes_first_of_the_last_weeks_on_one_server",
        ),
    ],
    "test_limits.py": [
        (
            "is watched in memory, under a key that is thrown away each day",
            "test_a_limit_counts_by_purpose_server_and_person_until_midnight",
        ),
    ],
    "test_servers.py": [
        (
            "Steward keeps an audit trail in `steward.db`",
            "test_servers_do_not_see_each_others_settings_or_audit",
        ),
        (
            "Of that it holds the week, in no order within it",
            "test_of_what_is_done_to_reports_the_week_is_kept_and_no_order",
        ),
        (
            (
                f"for {spelt(REPORTS_KEPT.days / 365)} year; the rest of the trail for "
                f"{spelt(OTHERS_KEPT.days / 365)}"
            ),
            "test_the_trail_of_reports_is_kept_for_a_year_and_the_rest_for_two",
        ),
    ],
    "feeds/test_imports.py": [
        (
            (
                f"until {spelt(KEPT_DAYS / 30)} month after it ended (an older one goes with "
                "the next import)"
            ),
            "test_an_import_can_be_undone_for_a_week_and_is_forgotten_after_a_month",
        ),
    ],
    "knowledge/test_editing_service.py": [
        (
            f"cannot be used after {spelt(DRAFT_LIFETIME.days)} day",
            "test_drafts_are_bounded_in_number_and_age",
        ),
    ],
    "feeds/test_changes.py": [
        (
            f"(to undo it within {spelt(UNDO_DAYS / 7)} week; older ones go at the next change)",
            "test_a_change_can_be_taken_back_for_a_week_and_not_of_a_removed_feed",
        ),
    ],
    "test_command_line.py": [
        (
            f"give the {spelt(WORDS)} words to the controller",
            "test_a_report_is_withdrawn_by_its_receipt_for_somebody_who_left",
        ),
    ],
}
CLAIMS = [(said, path, test) for path, said_of in WATCHED.items() for said, test in said_of]
_NAMES_ONE = re.compile(
    r"\d|`[\w.-]+\.(?:db|txt|zip)\b|\bnotice times?\b|\bmidnight\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty)\b"
    r"|\b(?:second|minute|hour|day|week|month|quarter|year)s?\b",
    re.IGNORECASE,
)


def page() -> str:
    return (ROOT / "PRIVACY.md").read_text(encoding="utf-8")


def sentences(text: str) -> list[str]:
    """Sentences without their line breaks, each point of a list by itself; no headings."""
    parts = re.split(r"\n\s*\n|\n(?=- |#)", re.sub(r"\]\([^)]*\)", "]", text))
    return [
        sentence
        for part in parts
        if not part.startswith("#")
        for sentence in re.split(r"(?<=[.:;?])\s+(?=[A-Z“(*`])", " ".join(part.split()))
    ]


def test_every_sentence_with_a_number_a_time_or_a_file_has_its_test() -> None:
    found = [each for each in sentences(page()) if _NAMES_ONE.search(each)]
    assert len(found) > 40
    assert [each for each in found if not any(said in each for said, *_ in CLAIMS)] == []


@pytest.mark.parametrize(("said", "path", "test"), CLAIMS)
def test_the_page_says_it_and_its_test_is_there(said: str, path: str, test: str) -> None:
    assert said in " ".join(page().split())
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    assert test in {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_a_sentence_that_nobody_watches_would_be_noticed() -> None:
    (said,) = sentences("Bills are kept for\nninety days.")
    assert _NAMES_ONE.search(said)
    assert not any(claim in said for claim, *_ in CLAIMS)


async def test_there_are_three_more_tables(office: Office) -> None:
    rows = await office.database.fetch_all(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    assert len(rows) == 2 + 3
