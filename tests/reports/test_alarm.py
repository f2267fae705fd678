""" "Someone may come to harm soon": the one report that is seen before its notice time."""

from datetime import timedelta

import pytest

from bot.reports.alarm import Alarm, Heard
from bot.reports.inbox import Line
from bot.reports.sending import LimitReached
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, WORDS, Office, OpenOffice, answers


class Bell:
    """The moderators' channel as the alarm knows it."""

    def __init__(self, alarm: Alarm) -> None:
        self.works = True
        self.rung: list[tuple[int, str]] = []
        alarm.ring = self.ring

    async def ring(self, guild_id: int, name: str) -> bool:
        if self.works:
            self.rung.append((guild_id, name))
        return self.works


async def send_urgent(office: Office, text: str = "Urgent words.") -> tuple[str, str]:
    """Send an urgent report; its receipt and the outcome."""
    draft = office.desk.draft(GUILD, office.desk.drafts.new_id(), answers(text))
    outcome = await office.desk.send(draft, PERSON, urgent=True)
    return draft.receipt, outcome


async def test_an_urgent_report_is_seen_at_once_and_nothing_else_with_it(
    office: Office, clock: HandClock
) -> None:
    bell = Bell(office.desk.alarm)
    await office.send()
    receipt, outcome = await send_urgent(office)
    await office.send("Another one that waits.")
    assert outcome == "told"
    (line,) = await office.desk.inbox.list(GUILD)
    assert bell.rung == [(GUILD, line.name)]
    report = await office.desk.inbox.open(GUILD, line.id)
    assert (report.text, report.urgent) == ("Urgent words.", True)
    await office.serve()
    assert office.board.posted == []  # told already, and of the others nothing
    assert len(await office.desk.inbox.list(GUILD)) == 1
    assert (await office.check(receipt)).shown
    clock.advance(timedelta(hours=7))
    await office.serve()
    assert office.board.posted == [(GUILD, 2, 0)]
    opened = [await office.desk.inbox.open(GUILD, each.id) for each in await _list(office)]
    assert sorted(each.urgent for each in opened) == [False, False, True]
    assert bell.rung == [(GUILD, line.name)]


async def test_what_is_added_to_an_urgent_report_waits_like_any_addition(
    office: Office, clock: HandClock
) -> None:
    Bell(office.desk.alarm)
    receipt, _ = await send_urgent(office)
    await office.desk.add(GUILD, PERSON, (await office.check(receipt)).visit, "One thing more.")
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert report.messages == ()
    clock.advance(timedelta(hours=7))
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert [message.text for message in report.messages] == ["One thing more."]


async def test_a_ping_that_was_not_heard_is_tried_again_each_round(office: Office) -> None:
    bell = Bell(office.desk.alarm)
    bell.works = False
    office.board.reachable = False
    _, outcome = await send_urgent(office)
    assert outcome == "untold"
    assert len(await _list(office)) == 1
    await office.serve()
    bell.works = office.board.reachable = True
    await office.serve()
    await office.serve()
    assert [guild for guild, _ in bell.rung] == [GUILD]
    assert office.board.posted == []


@pytest.mark.parametrize("broken", ["none", "raises"])
async def test_the_report_is_kept_whatever_becomes_of_the_ping(office: Office, broken: str) -> None:
    async def raising(guild_id: int, name: str) -> bool:
        raise RuntimeError

    office.desk.alarm.ring = None if broken == "none" else raising
    receipt, outcome = await send_urgent(office)
    assert outcome == "untold"
    assert (await office.check(receipt)).shown


async def test_after_a_restart_the_ordinary_notice_tells_of_it_within_a_round(
    office: Office, open_office: OpenOffice
) -> None:
    await send_urgent(office)
    office = await open_office()
    await office.serve()
    assert office.board.posted == [(GUILD, 1, 0)]


async def test_after_a_restart_it_goes_on_ringing_for_what_was_not_heard_and_for_nothing_else(
    office: Office, open_office: OpenOffice, clock: HandClock
) -> None:
    office.board.reachable = False
    await office.send("An ordinary one that nobody was told of.")
    clock.advance(timedelta(hours=7))
    await office.serve()
    await send_urgent(office)
    urgent = {each.name for each in await _list(office)}
    urgent -= {
        each.name
        for each in await _list(office)
        if not (await office.desk.inbox.open(GUILD, each.id)).urgent
    }
    office = await open_office()
    bell = Bell(office.desk.alarm)
    await office.serve()
    assert {name for _, name in bell.rung} == urgent
    assert len(bell.rung) == 1
    assert office.board.posted == [(GUILD, 1, 0)]  # the ordinary one
    await office.serve()
    assert len(bell.rung) == 1


async def test_what_was_posted_without_a_ping_is_called_so_and_not_posted_again(
    office: Office,
) -> None:
    rung: list[str] = []

    async def ring(guild_id: int, name: str) -> Heard:
        rung.append(name)
        return "posted"

    office.desk.alarm.ring = ring
    assert (await send_urgent(office))[1] == "posted"
    await office.serve()
    assert len(rung) == 1
    assert office.board.posted == []


async def test_one_urgent_report_a_day_goes_beyond_every_limit(
    open_office: OpenOffice, clock: HandClock
) -> None:
    office = await open_office(report_daily_limit=2, report_server_limit=3)
    Bell(office.desk.alarm)
    await office.send(person=1)
    await office.send(person=1)
    await office.send(person=2)
    for person in (1, 2, 3):  # at the person's limit, and at the server's
        with pytest.raises(LimitReached) as caught:
            await office.send(person=person)
        assert caught.value.urgent
        draft = office.desk.draft(GUILD, office.desk.drafts.new_id(), answers())
        assert await office.desk.send(draft, person, urgent=True) == "told"
        again = office.desk.draft(GUILD, office.desk.drafts.new_id(), answers())
        with pytest.raises(LimitReached) as caught:
            await office.desk.send(again, person, urgent=True)
        assert not caught.value.urgent
    clock.advance(timedelta(days=1))
    await office.send(person=1)


async def test_one_that_was_withdrawn_before_it_was_heard_is_not_rung_for(office: Office) -> None:
    bell = Bell(office.desk.alarm)
    bell.works = False
    receipt, _ = await send_urgent(office)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    bell.works = True
    await office.serve()
    assert bell.rung == []


async def test_sent_twice_it_is_kept_and_rung_once(office: Office) -> None:
    bell = Bell(office.desk.alarm)
    draft = office.desk.draft(GUILD, office.desk.drafts.new_id(), answers())
    assert await office.desk.send(draft, PERSON, urgent=True) == "told"
    assert await office.desk.send(draft, PERSON, urgent=True) == "already"
    office.desk.drafts.drop(draft.id)  # forgotten, as in a restart
    assert await office.desk.send(draft, PERSON, urgent=True) == "already"
    assert len(bell.rung) == 1
    assert len(await _list(office)) == 1


async def test_that_it_is_urgent_is_sealed_too(office: Office) -> None:
    Bell(office.desk.alarm)
    await send_urgent(office)
    content = office.bytes_on_disk()
    assert b"urgent" not in content
    assert WORDS.encode() not in content


async def test_what_moderators_could_not_be_told_of_before_is_still_told(
    office: Office, clock: HandClock
) -> None:
    Bell(office.desk.alarm)
    office.board.reachable = False
    await office.send()
    clock.advance(timedelta(hours=7))
    await office.serve()
    await send_urgent(office)
    office.board.reachable = True
    await office.serve()
    assert office.board.posted == [(GUILD, 1, 0)]


async def _list(office: Office) -> list[Line]:
    return await office.desk.inbox.list(GUILD)
