"""Figures: nothing small is shown, nor told by what is shown, now or by comparing two dates."""

import base64
import json
from collections import defaultdict
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import iso_week
from bot.reports.figures import Cell, Published, Quarter, rolled_up
from bot.reports.figures.rollup import LEAST
from bot.reports.figures.tables import LEAST_REPORTS, Counted, periods_of, published
from bot.reports.keeping.rotation import GRACE_S
from bot.reports.sealing import new_keypair, seal
from bot.storage import Row
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice, answers

GROUPS = ("a", "b", "c", "d", "e", "f", "g", "h")
Shown = tuple[tuple[tuple[str, ...], int], ...]
counts = st.lists(st.integers(0, 40), min_size=1, max_size=8).map(
    lambda numbers: dict(zip(GROUPS, numbers, strict=False))
)


@given(counts)
def test_what_is_shown_adds_up_and_no_count_is_small(counts: dict[str, int]) -> None:
    cells = rolled_up(counts)
    if not cells:
        assert sum(counts.values()) < LEAST
        return
    assert sum(cell.count for cell in cells) == sum(counts.values())
    assert sorted(code for cell in cells for code in cell.codes) == sorted(counts)
    assert all(cell.count >= LEAST for cell in cells)
    assert all(sum(counts[code] for code in cell.codes) == cell.count for cell in cells)


@pytest.mark.parametrize(("groups", "most"), [(2, 16), (3, 15), (4, 10)])
def test_whoever_knows_the_rule_cannot_work_out_a_small_count(groups: int, most: int) -> None:
    """Every table of a few groups: what is published of it is published of others as well, in
    which each count of a sum has at least three different values."""
    same: dict[Shown, list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(range(most + 1), repeat=groups):
        cells = rolled_up(dict(zip(GROUPS, numbers, strict=False)))
        same[tuple((cell.codes, cell.count) for cell in cells)].append(numbers)
    looked_at = 0
    for shown, tables in same.items():
        for codes, total in (pair for pair in shown if len(pair[0]) > 1):
            if total > most:
                continue  # its other tables have counts that were not tried
            for code in codes:
                values = {numbers[GROUPS.index(code)] for numbers in tables}
                assert len(values) >= 3 or min(values) >= LEAST, (shown, code, values)
                looked_at += 1
    assert looked_at > groups


def weeks(week: str, number: int) -> list[Counted]:
    return [Counted(week, "load", "n")] * number


def test_a_quarter_with_few_reports_is_joined_with_the_next_and_none_overlap() -> None:
    reports = [
        *weeks("2025-W02", LEAST_REPORTS),
        *weeks("2025-W15", 3),
        *weeks("2025-W45", LEAST_REPORTS),
        *weeks("2026-W01", 2),
    ]
    now = Quarter(2026, 2)
    found = [(str(first), str(last), len(r)) for first, last, r in periods_of(reports, None, now)]
    assert found == [("2025-Q1", "2025-Q1", 10), ("2025-Q2", "2025-Q4", 13)]
    after = [str(last) for _, last, _ in periods_of(reports, Quarter(2025, 1), now)]
    assert after == ["2025-Q4"]
    assert periods_of(weeks("2026-W20", 99), None, now) == []  # it is not over


@given(st.dates().filter(lambda day: day.year > 1))
def test_a_week_belongs_to_the_quarter_of_its_thursday(day: object) -> None:
    year, week, _ = day.isocalendar()  # type: ignore[attr-defined]
    quarter = Quarter.of_week(f"{year}-W{week:02}")
    assert Quarter.parse(str(quarter)) == quarter
    assert quarter.year == year
    first, last = quarter.weeks
    assert first <= f"{year}-W{week:02}" <= last
    assert Quarter.of_week(first) == Quarter.of_week(last) == quarter


def test_figures_are_read_as_they_were_written() -> None:
    made = published(
        Quarter(2026, 1), Quarter(2026, 2), weeks("2026-W03", 12), ("load", "pay"), ("n",)
    )
    assert Published.from_json(made.to_json()) == made


# On the desk


async def kept(office: Office, number: int, category: str = "load", region: str = "n") -> None:
    """Reports as they lie in the file, without the long calculation of each receipt."""
    readers = await office.desk.keyring.sealing(GUILD)
    for _ in range(number):
        sealed = seal(answers(category=category, region=region).payload(), readers)
        lookup = (await office.database.fetch_value("SELECT randomblob(32)")) or b""
        _, reporter = new_keypair()
        await office.desk._store.insert(GUILD, bytes(lookup), reporter, sealed)


async def to_next_quarter(office: Office, clock: HandClock) -> None:
    """Past the next notice time, and past one in the next quarter."""
    await office.serve()
    clock.advance(timedelta(days=1))
    await office.serve()
    clock.advance(timedelta(days=91))
    await office.serve()


async def test_a_quarter_that_is_over_is_counted_once_and_never_again(
    office: Office, open_office: OpenOffice, clock: HandClock
) -> None:
    await kept(office, 9)
    await kept(office, 7, "pay", "w")
    await kept(office, 1, "fear", "l")
    await office.serve()
    assert await office.desk.figures.periods(GUILD) == []
    await to_next_quarter(office, clock)
    (before,) = await office.desk.figures.periods(GUILD)
    assert before.total == 17
    assert ("fear",) not in [cell.codes for cell in before.categories]
    assert str(before.last) == "2026-Q1"
    # Withdrawn later: what was published stays as it is, or the difference would tell.
    line = (await office.desk.inbox.list(GUILD))[0]
    await office.desk._store.withdraw(GUILD, line.id, leave_row=False)
    again = await open_office()
    await to_next_quarter(again, clock)
    assert await again.desk.figures.periods(GUILD) == [before]


async def a_six_and_three_fours_are_one_sum(office: Office, clock: HandClock) -> None:
    for category, number in (("load", 6), ("well", 4), ("role", 4), ("else", 4)):
        await kept(office, number, category)
    await to_next_quarter(office, clock)
    (table,) = await office.desk.figures.periods(GUILD)
    (cell,) = table.categories
    assert sorted(cell.codes) == ["else", "load", "role", "well"]
    assert cell.count == 18


async def test_a_group_that_is_not_offered_hides_nothing(office: Office, clock: HandClock) -> None:
    """Three counts of four: their sum alone, beside a six, would tell each of them to whoever
    knows that no other group could be chosen."""
    await office.desk.groups.offer(GUILD, ["load", "well", "role"])
    clock.advance(timedelta(days=91))
    await a_six_and_three_fours_are_one_sum(office, clock)


async def test_a_group_that_was_left_out_before_the_first_report_hides_nothing(
    office: Office, clock: HandClock
) -> None:
    """As in /setup. Beside a six, three small counts that make twelve can only be fours."""
    await office.desk.groups.offer(GUILD, ["load", "well", "role", "it"])
    await office.desk.groups.offer(GUILD, ["load", "well", "role"])
    await a_six_and_three_fours_are_one_sum(office, clock)


async def test_a_group_counts_as_a_part_in_each_quarter_in_which_it_could_be_chosen(
    office: Office, open_office: OpenOffice, clock: HandClock
) -> None:
    async def parts() -> list[str]:
        quarter = Quarter.of_week(iso_week(clock.now()))
        return await office.desk.groups.offered_between(GUILD, *quarter.weeks)

    groups = office.desk.groups
    await office.send()  # where there is no report, none can be in what is left out
    assert "pay" in await parts()
    await groups.offer(GUILD, ["load"])
    assert "pay" in await parts()  # it could be chosen until now
    clock.advance(timedelta(days=91))
    assert await parts() == ["load", "else"]
    await groups.offer(GUILD, ["load", "pay"])
    assert await parts() == ["load", "pay", "else"]
    clock.advance(timedelta(days=91))
    assert await parts() == ["load", "pay", "else"]
    before = clock.now() - timedelta(days=91)
    quarter = Quarter.of_week(iso_week(before))
    assert "pay" in await groups.offered_between(GUILD, *quarter.weeks)
    # What was kept before weeks were: not offered for as long as is known.
    old = json.dumps({"words": {}, "left_out": ["it"]})
    await office.desk.choices.put(GUILD, "categories", old)
    assert "it" not in await parts()
    assert "pay" in await parts()


async def test_what_was_withdrawn_before_a_quarter_was_over_is_not_counted(
    office: Office, clock: HandClock
) -> None:
    await kept(office, 12)
    receipt = await office.send()
    clock.advance(timedelta(days=1))
    await office.serve()
    checked = await office.check(receipt)
    await office.desk.withdraw(GUILD, checked.visit)
    await to_next_quarter(office, clock)
    (table,) = await office.desk.figures.periods(GUILD)
    assert table.total == 12


async def test_what_no_key_opens_is_counted_and_never_guessed(
    office: Office, clock: HandClock
) -> None:
    await kept(office, 12)
    for key in office.config.keys.glob("*.key"):
        key.unlink()
    await office.desk.rotation.begin(GUILD)  # given up
    await kept(office, 10, "pay")
    await to_next_quarter(office, clock)
    (table,) = await office.desk.figures.periods(GUILD)
    assert table.total == 22
    assert {"?", "pay"} <= {code for cell in table.categories for code in cell.codes}


async def test_in_sealed_reading_the_host_counts_nothing(
    open_office: OpenOffice, clock: HandClock
) -> None:
    office = await open_office(report_reading="sealed")
    await office.desk.keyring.use_away_key(GUILD, "ab" * 32)
    await kept(office, 20)
    await to_next_quarter(office, clock)
    assert await office.desk.figures.periods(GUILD) == []


async def close_all(office: Office) -> None:
    for line in await office.desk.inbox.list(GUILD):
        await office.desk.inbox.set_status(GUILD, line.id, "closed")


async def months(office: Office, clock: HandClock, number: float) -> None:
    """So many times thirty days, in steps in which the clock is believed."""
    for days in [30.0] * int(number) or [30 * number]:
        clock.advance(timedelta(days=days))
        await office.serve()


async def tallies(office: Office) -> list[Row]:
    """What is kept of reports that were deleted before they were counted."""
    return await office.database.fetch_all(
        "SELECT name, value FROM choice WHERE name GLOB 'uncounted:*'"
    )


@pytest.mark.parametrize("rekeyed", [False, True])
async def test_reports_that_are_deleted_before_their_quarter_is_counted_are_counted_with_it(
    office: Office, clock: HandClock, *, rekeyed: bool
) -> None:
    await office.desk.choices.keep_for(GUILD, "30")
    await kept(office, 9, "pay", "w")
    await months(office, clock, 0.1)
    await close_all(office)
    await months(office, clock, 2)
    assert await office.desk.inbox.list(GUILD) == []
    (tally,) = await tallies(office)
    assert "2026-Q1" in tally["name"]
    assert "pay" not in base64.b64decode(tally["value"]).decode("latin-1")
    if rekeyed:  # it is sealed to the new key as reports are
        await office.desk.rotation.begin(GUILD)
        clock.advance(GRACE_S)
        await office.desk.rotation.round()
        assert [row["value"] for row in await tallies(office)] != [tally["value"]]
    await kept(office, 5, "pay", "w")
    await kept(office, 6)
    await months(office, clock, 0.1)
    await close_all(office)
    await months(office, clock, 4)
    assert await office.desk.inbox.list(GUILD) == []
    (table,) = await office.desk.figures.periods(GUILD)
    assert (str(table.first), str(table.last), table.total) == ("2026-Q1", "2026-Q2", 20)
    assert Cell(("pay",), 14) in table.categories
    assert Cell(("w",), 14) in table.regions
    assert await tallies(office) == []  # counted, and gone


async def test_too_few_reports_to_be_counted_are_forgotten_in_the_end(
    office: Office, clock: HandClock
) -> None:
    await office.desk.choices.keep_for(GUILD, "30")
    await kept(office, 4)
    await months(office, clock, 0.1)
    await close_all(office)
    await months(office, clock, 20)
    assert len(await tallies(office)) == 1
    await months(office, clock, 8)
    assert await tallies(office) == []
    assert await office.desk.figures.periods(GUILD) == []
