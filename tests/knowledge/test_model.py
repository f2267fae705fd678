"""Dates as exactly as they are known."""

from dataclasses import replace

import pytest

from bot.knowledge.model import Event, PartialDate


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2014-06-01", "1 June 2014"),
        ("2014-06", "June 2014"),
        ("2014", "2014"),
        ("by 2013-01", "by January 2013"),
        ("by 2013-09-27", "by 27 September 2013"),
    ],
)
def test_a_date_is_read_and_written_with_its_precision(text: str, words: str) -> None:
    read = PartialDate.parse(text)
    assert str(read) == words
    assert read.iso == text


@pytest.mark.parametrize("text", ["", "2014-13", "2015-02-29", "14-06-01", "June 2014", "2014-6-1"])
def test_what_cannot_be_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day"):
        PartialDate.parse(text)


def test_a_month_sorts_before_its_days_and_a_year_before_its_months() -> None:
    texts = ["2014-06-01", "2015", "2014", "2014-06"]
    ordered = sorted(map(PartialDate.parse, texts), key=lambda day: day.order)
    assert [day.iso for day in ordered] == ["2014", "2014-06", "2014-06-01", "2015"]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2013-11-05", "2013-11-06", "5 November to 6 November 2013"),
        ("2017-01", "2017-02", "January to February 2017"),
        ("2013-12-31", "2014-01-01", "31 December 2013 to 1 January 2014"),
        ("2014-06-01", None, "1 June 2014"),
    ],
)
def test_a_span_names_its_year_once(
    example_event: Event, start: str, end: str | None, words: str
) -> None:
    event = replace(
        example_event,
        date=PartialDate.parse(start),
        end=PartialDate.parse(end) if end else None,
    )
    assert event.when == words
