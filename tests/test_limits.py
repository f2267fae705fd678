"""Limits per person and day, and what they leave behind."""

from datetime import timedelta

from bot.limits import DailyLimits, MinuteLimits
from tests.conftest import HandClock

GUILD, PERSON, OTHER = 111_111, 222_222, 333_333


def test_a_limit_counts_by_purpose_server_and_person_until_midnight(clock: HandClock) -> None:
    limits = DailyLimits(clock)
    assert [limits.take("wrong", GUILD, PERSON, 2) for _ in range(3)] == [True, True, False]
    assert limits.used("wrong", GUILD, PERSON) == 2
    assert limits.take("pass", GUILD, PERSON, 2)
    assert limits.take("wrong", GUILD, OTHER, 2)
    assert limits.take("wrong", OTHER, PERSON, 2)
    clock.advance(timedelta(hours=11, minutes=59))
    assert not limits.take("wrong", GUILD, PERSON, 2)
    clock.advance(timedelta(minutes=1))
    assert limits.take("wrong", GUILD, PERSON, 2)


def test_what_did_not_happen_is_given_back(clock: HandClock) -> None:
    limits = DailyLimits(clock)
    assert limits.take("wrong", GUILD, PERSON, 1)
    limits.give_back("wrong", GUILD, PERSON)
    limits.give_back("wrong", GUILD, PERSON)
    assert [limits.take("wrong", GUILD, PERSON, 1) for _ in range(2)] == [True, False]


def test_a_count_does_not_name_its_person_and_the_key_lives_for_a_day(clock: HandClock) -> None:
    limits = DailyLimits(clock)
    limits.take("wrong", GUILD, PERSON, 1)
    (first,) = limits._counts
    assert str(PERSON).encode() not in first
    again = DailyLimits(clock)
    again.take("wrong", GUILD, PERSON, 1)
    assert first not in again._counts
    clock.advance(timedelta(days=1))
    limits.take("wrong", GUILD, PERSON, 1)
    assert first not in limits._counts


def test_a_minutes_limits_count_for_all_ids_or_for_none(clock: HandClock) -> None:
    limits = MinuteLimits(clock)
    assert [limits.take({PERSON: 2, GUILD: 3}) for _ in range(3)] == [True, True, False]
    assert limits.take({OTHER: 2, GUILD: 3})  # what was refused was not counted for the channel
    assert not limits.take({OTHER: 2, GUILD: 3})
    clock.advance(59)
    assert not limits.take({PERSON: 2})
    clock.advance(1)
    assert limits.take({PERSON: 2, GUILD: 3})
    assert len(limits._recent) == 2  # what is older is forgotten
    assert not any(str(PERSON).encode() in name for _, name in limits._recent)
