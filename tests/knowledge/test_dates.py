"""Dates in what people type, and the tokens by which they are found."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import PartialDate
from bot.knowledge.dates import Named, index_tokens, is_date_token, take_out, text_tokens
from bot.knowledge.model import MONTHS

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def written(day: date) -> list[str]:
    """One day in the ways in which people write it."""
    month = MONTHS[day.month - 1]
    return [
        f"{day.day} {month} {day.year}",
        f"{day.day} {month[:3].lower()} {day.year}",
        f"{day.day}th of {month}, {day.year}",
        f"{month.upper()} {day.day} {day.year}",
        f"{month[:3]}. {day.day}, {day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        day.isoformat(),
    ]


@given(DAYS)
def test_a_day_is_read_however_it_is_written(day: date) -> None:
    for text in written(day):
        rest, found = take_out(f"what happened on {text}?")
        assert found == (Named(day.year, day.month, day.day),), text
        assert rest.split() == ["what", "happened", "on", "?"], text


@given(DAYS)
def test_a_month_is_read_however_it_is_written(day: date) -> None:
    month = MONTHS[day.month - 1]
    for text in (f"{month} {day.year}", f"{month[:3]} {day.year}", f"{day.month}/{day.year}"):
        assert take_out(f"in {text} then")[1] == (Named(day.year, day.month, None),), text


@given(DAYS, st.sampled_from(written(date(2014, 11, 26))))
def test_what_is_asked_shares_its_token_with_what_is_indexed(day: date, _: str) -> None:
    (named,) = take_out(str(PartialDate.of(day)))[1]
    assert named.tokens[0] in index_tokens(PartialDate.of(day))
    assert set(index_tokens(PartialDate.of(day))) == set(text_tokens(f"on {PartialDate.of(day)}."))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("novmber 2014", [Named(2014, 11, None)]),
        ("in febuary 2015", [Named(2015, 2, None)]),
        ("26/11/14", [Named(2014, 11, 26)]),
        ("5-6 november 2013", [Named(2013, 11, 5), Named(2013, 11, 6)]),
        ("on the 1st of june", [Named(None, 6, 1)]),
        ("march on 3 september 2014", [Named(2014, 9, 3)]),
    ],
)
def test_slips_spans_and_days_without_a_year_are_read(typed: str, found: list[Named]) -> None:
    assert list(take_out(typed)[1]) == found


@pytest.mark.parametrize(
    "typed",
    ["8 of 10", "EDM 111", "33 of 35 trusts", "467 million", "2013/14", "24/7", "in 2014",
     "31/31/2014", "members 2014", "the match 2014"],
)  # fmt: skip
def test_other_numbers_are_left_alone(typed: str) -> None:
    assert take_out(typed) == (typed, ())


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    rest, found = take_out(text)
    assert found or rest == text
    assert all(is_date_token(token) and token.isalnum() for token in text_tokens(text))


@given(DAYS, st.integers(0, 31))
def test_every_day_of_a_short_span_finds_it(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    tokens = index_tokens(PartialDate.of(first), PartialDate.of(last))
    for step in range(length + 1):
        assert f"dd{first + timedelta(days=step):%Y%m%d}" in tokens


def test_a_span_of_years_is_known_by_its_ends() -> None:
    tokens = index_tokens(PartialDate(2013, 1, 9), PartialDate(2021, 6, 26))
    assert set(tokens) == set(index_tokens(PartialDate(2013, 1, 9))) | set(
        index_tokens(PartialDate(2021, 6, 26))
    )


def test_a_month_and_two_digits_may_be_a_day_or_a_year() -> None:
    rest, found = take_out("contracts awarded dec 14")
    assert rest.split() == ["contracts", "awarded"]
    assert found == (Named(None, 12, 14, either=True),)
    assert found[0].tokens == ("dm201412", "dy1214")
    assert take_out("14 dec")[1] == (Named(None, 12, 14),)
    assert take_out("june 30")[1] == (Named(None, 6, 30),)
