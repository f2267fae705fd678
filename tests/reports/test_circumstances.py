"""What may be said besides, and how it reads."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.reports.circumstances import (
    EFFECTS,
    NOTHING_SAID,
    TOLD,
    Circumstances,
    joined,
    month_label,
    months,
)
from bot.reports.model import open_report
from bot.reports.questions import Answers
from bot.reports.sealing import new_keypair, seal
from bot.reports.stored import StoredReport

FIRST = date(2001, 1, 1)


@given(st.integers(0, 35_000))
def test_months_are_this_one_and_the_twelve_before_each_once(days: int) -> None:
    today = FIRST + timedelta(days=days)
    unsaid, this, *before, last = months(today)
    assert (unsaid.code, this.code, last.code) == ("no", f"{today:%Y-%m}", "old")
    firsts = [date.fromisoformat(f"{option.code}-01") for option in before]
    assert len(firsts) == 12
    assert firsts[-1] == today.replace(year=today.year - 1, day=1)
    assert sorted(set(firsts), reverse=True) == firsts


@given(
    st.sampled_from([option.code for option in months(date(2026, 11, 27))]),
    st.sampled_from([option.code for option in TOLD]),
    st.sets(st.sampled_from([option.code for option in EFFECTS])),
)
def test_every_choice_survives_the_custom_id(month: str, told: str, effects: set[str]) -> None:
    chosen = Circumstances.of([month, told, joined(effects)])
    assert Circumstances.of(":".join(chosen.codes).split(":")) == chosen


@pytest.mark.parametrize(
    "codes",
    [["2026-13"], ["1999-01"], ["no", "boss"], ["no", "no", "us"], ["no", "no", "x"], ["no"] * 4],
)
def test_what_is_not_on_the_list_is_refused(codes: list[str]) -> None:
    with pytest.raises(InvalidInput, match="not on the list any more"):
        Circumstances.of(codes)


def test_what_is_missing_is_unsaid() -> None:
    assert Circumstances.of() == Circumstances.of(["", ""]) == NOTHING_SAID
    assert NOTHING_SAID.described() == []


def test_a_report_from_before_these_questions_opens_with_nothing_said() -> None:
    private, public = new_keypair()
    payload = Answers("load", "ps", "n", "conf", "Words.").payload()
    for name in ("month", "told", "effect"):
        assert payload.pop(name) == "no"
    stored = StoredReport(b"i" * 16, 1, b"k" * 32, seal(payload, [public]), "new", "2026-W01")
    report = open_report(stored, [private])
    assert (report.text, report.around) == ("Words.", NOTHING_SAID)


def test_months_read_in_words() -> None:
    assert [month_label(code) for code in ("2026-01", "2026-11", "old", "2027-99")] == [
        "January 2026",
        "November 2026",
        "Longer than a year ago",
        "2027-99",
    ]
