"""A machine's clock that is wrong for a while neither betrays a report nor buries it."""

from datetime import timedelta

import pytest

from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice
from tests.reports.test_promises import AFTERNOON, DAY

MONTH = timedelta(days=30)


async def visible(office: Office) -> int:
    return len(await office.desk.inbox.list(GUILD))


def set_hands(clock: HandClock, step: timedelta) -> None:
    """Set the time as the network does, which no measured second shows."""
    clock._now += step


@pytest.mark.parametrize("behind", [timedelta(hours=1), DAY, MONTH])
async def test_a_clock_that_starts_behind_shows_nothing_before_the_notice_time(
    office: Office, open_office: OpenOffice, clock: HandClock, behind: timedelta
) -> None:
    clock.advance(AFTERNOON)  # 19:00, and 18:00 has been served
    await office.serve()
    await office.send()
    set_hands(clock, -behind)
    started = await open_office()
    await started.serve()
    set_hands(clock, behind)
    await started.serve()
    assert await visible(started) == 0
    clock.advance(DAY)
    await started.serve()
    assert await visible(started) == 1


async def test_the_clock_going_back_in_autumn_serves_each_notice_time_once(
    office: Office, clock: HandClock
) -> None:
    set_hands(clock, timedelta(days=237))  # 25 October 2026, when the hour is gone back
    await office.serve()
    await office.send()
    for _ in range(5):
        clock.advance(timedelta(hours=1))
        await office.serve()
        assert await visible(office) == 0
    clock.advance(timedelta(hours=1))  # 18:00 in London is 18:00 UTC again
    await office.serve()
    assert await visible(office) == 1


async def test_a_clock_that_ran_ahead_once_delays_reports_by_a_day_at_most(
    office: Office, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    set_hands(clock, MONTH)
    await office.serve()
    set_hands(clock, -MONTH)
    await office.send()
    for _ in range(5 * 60 + 59):
        await office.serve()
        clock.advance(60)
    assert await visible(office) == 0  # 17:59
    clock.advance(60)
    await office.serve()
    assert await visible(office) == 1
    (warning,) = [record for record in caplog.records if record.name == "bot.reports.slots"]
    assert "clock says 2026-03-02 12:00 UTC" in warning.getMessage()
    await office.send("And from now on as always.")
    clock.advance(DAY)
    await office.serve()
    assert await visible(office) == 2


async def test_a_notice_time_within_the_hour_is_left_to_a_clock_that_may_still_be_set_right(
    office: Office, clock: HandClock
) -> None:
    clock.advance(AFTERNOON + timedelta(hours=5))  # midnight
    await office.serve()
    await office.send()
    behind = timedelta(days=1, hours=6, minutes=30)  # so it says 17:30, yesterday
    set_hands(clock, -behind)
    for _ in range(45):
        await office.serve()
        clock.advance(60)
    await office.serve()
    set_hands(clock, behind)
    await office.serve()
    assert await visible(office) == 0
