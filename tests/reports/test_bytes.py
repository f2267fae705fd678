"""The byte search: what lies on the disk after many reports names nobody and shows no text.

The real bot in a process of its own at LOG_LEVEL=DEBUG, members and their reports with all that can
go wrong on the way, two moderators, SIGKILLs, backups, exports, retention. Then every byte is
searched for whatever must not be there. The other side: every receipt works, and moderators can
read every report, word for word.

``make test`` runs it with twenty members and a hundred reports, ``make long`` with forty and more
than 300. What a reporter does, and what goes wrong meanwhile, follows from the report's number, and
comes again every twenty reports at the latest (each nineteenth is urgent). So the short form has
every kind of act, of fault and of file that the long one has, only less often.

Bound: 25 s of wall clock on an idle machine of two cores, 60 s in the long form. It waits for
events alone, so that a busy machine only makes it longer.
"""

import json
import signal
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import Person, Sandbox
from tests.cogs.reporting import checked
from tests.reports.crowd import FAULTY, WORDS, Crowd, Sent
from tests.reports.hosting import Host
from tests.reports.readers import Readers
from tests.reports.traces import Finder, Times, digests, fresh, spellings, written

CLOSED = 4  # reports that run out in the end
BACK = 8  # ways of coming back, by number: see ``Crowd.come_back``


@dataclass(frozen=True, slots=True)
class Size:
    """How much happens.

    Attributes:
        each: how many reports each member sends in each of two parts.
        least: how many reports there are in the end, at least.
    """

    members: int
    each: int
    least: int

    @property
    def limit(self) -> dict[str, str]:
        return {"REPORT_DAILY_LIMIT": str(self.each + 1)}

    @property
    def in_a_part(self) -> int:
        return self.members * self.each


SHORT, LONG = Size(20, 2, least=90), Size(40, 4, least=300)


@pytest.mark.parametrize("size", [SHORT, pytest.param(LONG, marks=pytest.mark.long)], ids=repr)
@pytest.mark.timeout(900)
@pytest.mark.answers_within(60)  # many at once
async def test_nothing_on_the_disk_names_a_reporter_or_shows_a_word(
    sandbox: Sandbox, tmp_path: Path, filled_database: Path, size: Size
) -> None:
    host, crowd = Host(sandbox, tmp_path / "host", filled_database), Crowd(sandbox, size.members)
    readers = Readers(sandbox, tmp_path / "away")
    assert size.in_a_part >= 2 * FAULTY  # each fault twice before moderators look, and after
    await reports_wait(host, crowd, readers, size)
    await reports_are_answered(host, crowd, readers, size)
    await everything_is_there(host, crowd, readers, size)
    await half_a_year_later(host, crowd, readers, size)
    assert len(crowd.sent) >= size.least
    assert what_reporters_were_shown_to_others(sandbox, crowd) == []
    assert search(host, crowd) == []


# What happens


async def reports_wait(host: Host, crowd: Crowd, readers: Readers, size: Size) -> None:
    """Reports that wait for a notice time; killed while several are being sealed."""
    later = datetime.now(ZoneInfo("Europe/London")) + timedelta(hours=12)
    async with host.running(REPORT_NOTICE_TIMES=f"{later:%H:%M}", **size.limit) as child:
        await readers.choose_channel()
        async with crowd.alone():
            await crowd.all_of(in_turn(crowd, size, 0))
            host.look("while running", child)
            some = crowd.sent[:: size.in_a_part // (BACK + 1)]
            await crowd.all_of(crowd.come_back(each, n) for n, each in enumerate(some))
            await crowd.slips()
            await crowd.too_many(crowd.members[-1], 5_002)
            host.look("after the first part", child)
        await crowd.cut_off(child, range(8), signal.SIGKILL)
        host.look("after a SIGKILL")


async def reports_are_answered(host: Host, crowd: Crowd, readers: Readers, size: Size) -> None:
    """Reports that moderators see at once, read and answer; a crash."""
    async with host.running(REPORT_NOTICE_TIMES="now", **size.limit) as child:
        async with crowd.alone():
            await crowd.all_of(in_turn(crowd, size, size.in_a_part))
            host.look("while running, shown at once", child)
        await readers.work(host, crowd.sent)
        await host.command("backup", "while-running.zip")
        async with crowd.alone():
            await crowd.all_of(crowd.come_back(each, n) for n, each in returning(crowd))
            await crowd.slips()
            host.look("after they came back", child)
        await crowd.cut_off(child, range(8, 16), signal.SIGABRT)
        host.look("after a crash that would leave an image of its memory")
    await host.command("backup", "after-the-kill.zip")


async def everything_is_there(host: Host, crowd: Crowd, readers: Readers, size: Size) -> None:
    """The other side: each receipt works, and each report can be read."""
    async with host.running(REPORT_NOTICE_TIMES="now", **size.limit) as child:
        async with crowd.alone():
            await crowd.all_of(crowd.come_back(each, 1) for each in crowd.sent)
        assert {each.state for each in crowd.sent} <= {"kept", "withdrawn", "lost"}
        await readers.read_all(host, crowd.sent)
        await readers.close(host, [each for each in crowd.sent if each.state == "kept"][:CLOSED])
        host.look("when all was read", child)
    await host.command("backup", "in-the-end.zip")


async def half_a_year_later(host: Host, crowd: Crowd, readers: Readers, size: Size) -> None:
    """What was closed is deleted, and the quarter is counted."""
    closed = [each for each in crowd.sent if each.state == "closed"]
    # After a gap of months nothing is deleted before the second day.
    for days in (200, 201):
        async with host.running(
            REPORT_NOTICE_TIMES="now", DAYS_AHEAD=str(days), **size.limit
        ) as child:
            await readers.figures()
            if days == 201:
                await readers.until_deleted()
                for each in closed:
                    gone = await checked(each.member, each.receipt)
                    assert "No report here matches" in gone.text, gone.text
            host.look(f"after {days} days", child)


def in_turn(crowd: Crowd, size: Size, first: int) -> Iterator[Awaitable[None]]:
    """Each member's reports, one after the other; the members beside each other."""

    async def one(member: Person, place: int) -> None:
        for turn in range(size.each):
            await crowd.report(member, first + place + turn * size.members)

    return (one(member, place) for place, member in enumerate(crowd.members))


def returning(crowd: Crowd) -> Iterator[tuple[int, Sent]]:
    """Those who come back in the second part: who was answered, and of the others every third."""
    return (
        (number, each) for number, each in enumerate(crowd.sent) if each.answered or number % 3 == 0
    )


# What must not be there


def what_reporters_were_shown_to_others(sandbox: Sandbox, crowd: Crowd) -> list[str]:
    """Answers to reporters that were not for them alone, and posts that name a person."""
    members = {member.id for member in crowd.members}
    found = []
    answers = 0
    for made in sandbox.interactions._by_id.values():
        if made.person_id in members:
            shown = [made.source, made.original, *made.followups]
            answers += len(shown)
            found += [each.text for each in shown if each is not None and not each.ephemeral]
    assert answers > len(crowd.sent) * 5
    posts = [each for name in ("moderators", "general") for each in sandbox.messages(name)]
    assert posts
    found += [each.text for each in posts if "interaction_metadata" in each.raw]
    return found


def search(host: Host, crowd: Crowd) -> list[str]:
    """Everything that was found, as what it is and where."""
    people, times = who(host, crowd), Times(crowd.spans)
    words = {each: f"the word {word}" for word in WORDS.values() for each in written(word)}
    finder = Finder({**people, **words, **times.traces()})
    known: set[bytes] = set()
    found = []
    for name, content in host.seen.items():
        new = fresh(content, known)
        found += [f"{what} in {name}" for what in finder.found_in(new) | times.numbers_in(new)]
    nobody = Finder(people)
    for name, content in {**host.opened, **posted(host.sandbox, crowd)}.items():
        found += [f"{what} in {name}" for what in nobody.found_in(content)]
    for where, number in host.numbers:
        if times.told_by(number):
            found.append(f"the time {number} in {where}")
    for name, moments in host.times.items():
        if any(map(times.within, moments)):
            found.append(f"the time of {name}")
    return sorted(set(found))


def who(host: Host, crowd: Crowd) -> dict[bytes, str]:
    """Every trace of a reporter, with what it would mean."""
    return {
        trace: meaning
        for meaning, traces in (
            *of_members(host, crowd),
            *of_interactions(host.sandbox, {member.id for member in crowd.members}),
            *of_receipts(crowd),
        )
        for trace in traces
    }


def of_members(host: Host, crowd: Crowd) -> Iterator[tuple[str, set[bytes]]]:
    """Their ids, names, and what could be made of them with any secret on the disk."""
    secrets, guild_id = host.secrets(), host.sandbox.guild.id
    for member in crowd.members:
        display = member.name.capitalize()
        ids = spellings(member.id)
        names = {member.name.encode(), display.encode()}
        joined = {f"{guild_id}{sign}{member.id}".encode() for sign in ("", ":", "-", "/", " ")}
        yield f"the id of {display}", ids
        yield f"the name of {display}", written(member.name)
        yield f"a hash of {display}", digests(ids | names | joined, secrets)


def of_interactions(sandbox: Sandbox, people: set[int]) -> Iterator[tuple[str, set[bytes]]]:
    """Ids and tokens of what they did, ids of the answers, and of direct messages."""
    for made in sandbox.interactions._by_id.values():
        if made.person_id in people:
            yield "the id of an interaction", spellings(made.id)
            # The part of it that no other token begins with.
            yield "the token of an interaction", {made.token.rpartition(".")[2].encode()}
            for message in (made.original, *made.followups):
                if message is not None:
                    yield "the id of an answer to a reporter", spellings(message.id)
    for channel in sandbox.world.channels.values():
        if channel.recipient_id in people:
            yield "the id of a direct-message channel", spellings(channel.id)
            for number in sandbox.world.messages.get(channel.id, {}):
                yield "the id of a direct message", spellings(number)


def of_receipts(crowd: Crowd) -> Iterator[tuple[str, set[bytes]]]:
    """The words of all receipts, however they are joined."""
    for each in crowd.sent:
        for sign in (" ", "-", "_", ",", ""):
            # Without its beginning: the first word alone may stand anywhere.
            yield "a receipt", written(each.receipt[3:].replace(" ", sign))


def posted(sandbox: Sandbox, crowd: Crowd) -> dict[str, bytes]:
    """What moderators and everybody could see: posts, and answers to moderators."""
    reporters = {member.id for member in crowd.members}
    seen = [
        message
        for channel in sandbox.world.messages.values()
        for message in channel.values()
        if not message.ephemeral
    ]
    for made in sandbox.interactions._by_id.values():
        if made.person_id not in reporters:
            seen += [each for each in (made.original, *made.followups) if each is not None]
    return {f"the message {each.id}": json.dumps(each.raw).encode() for each in seen}
