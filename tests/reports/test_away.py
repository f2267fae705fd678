"""Answers from sealed reading: sealed where the key is, brought back once, to their own server."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import InvalidInput, NotAllowed
from bot.reports.away import acts
from bot.reports.away.bringing import Bringing, Brought
from bot.reports.away.exporting import export
from bot.reports.away.file import AnswerFile
from bot.reports.bundle import Bundle, open_bundle
from bot.reports.keys import write_key
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport
from bot.reports.sealing import new_keypair, seal
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, WORDS, Office, OpenOffice
from tests.reports.moderating import ANN, notice_time, shown

ANSWER = "Is the rota written down anywhere?"


@dataclass
class Away:
    """A bundle opened where the key is, and the bot's machine that it came from."""

    office: Office
    folder: Path
    receipt: str
    report_id: bytes

    async def exported(self) -> Path:
        path = self.folder / "inbox.json"
        path.write_bytes(await export(self.office.desk, GUILD))
        return path

    async def bundle(self) -> Bundle:
        return open_bundle(await self.exported(), self.folder / "away.key")

    async def report(self) -> OpenedReport:
        (found,) = (await self.bundle()).reports
        return found

    async def answers(self, name: str = "answers.json") -> AnswerFile:
        return AnswerFile(self.folder / name, await self.bundle())

    async def bring(
        self, name: str = "answers.json", by: int = ANN, *, keeper: bool = False
    ) -> Brought:
        content = (self.folder / name).read_bytes()
        return await bring(self.office, content, by, keeper=keeper)

    async def status(self) -> str:
        (line,) = await self.office.desk.inbox.list(GUILD)
        return line.status


async def bring(office: Office, content: bytes, by: int = ANN, *, keeper: bool = False) -> Brought:
    return await Bringing(office.desk).bring(GUILD, by, content, keeper=keeper)


@pytest.fixture
async def away(open_office: OpenOffice, clock: HandClock, tmp_path: Path) -> AsyncIterator[Away]:
    office = await open_office(report_reading="sealed")
    await office.serve()
    private, public = new_keypair()
    write_key(tmp_path / "away.key", private)
    await office.desk.keyring.use_away_key(GUILD, public.hex())
    receipt, report_id = await shown(office, clock, WORDS)
    yield Away(office, tmp_path, receipt, report_id)


async def test_answers_reach_their_reporter_and_nobody_can_read_them_on_the_way(
    away: Away, clock: HandClock
) -> None:
    answers, report = await away.answers(), await away.report()
    acts.write(answers, report, MessageKind.REPLY, ANSWER)
    acts.write(answers, report, MessageKind.NOTE, "The third one from there.")
    acts.used(answers, report, "conf", "Raised with an MP.")
    acts.set_status(answers, report, "looking")
    content = answers.path.read_bytes()
    for words in (b"rota written", b"third one", b"with an MP"):
        assert words not in content
    assert answers.path.stat().st_mode & 0o777 == 0o600
    assert await away.bring() == Brought(4, 0, 0)
    assert await away.status() == "looking"
    checked = await away.office.check(away.receipt)
    assert checked.replies == (ANSWER, "Raised with an MP.")
    assert checked.status == "Looking into it"
    assert b"rota written" not in away.office.bytes_on_disk()
    told = [(each.kind, each.text) for each in (await away.report()).messages]
    assert told == [
        (MessageKind.REPLY, ANSWER),
        (MessageKind.NOTE, "The third one from there."),
        (MessageKind.USED, "Raised with an MP."),
        (MessageKind.NOTE, "Status set to Looking into it, in sealed reading."),
    ]


async def test_the_same_file_again_changes_nothing(away: Away) -> None:
    answers, report = await away.answers(), await away.report()
    acts.write(answers, report, MessageKind.REPLY, ANSWER)
    acts.set_status(answers, report, "closed")
    assert await away.bring() == Brought(2, 0, 0)
    await away.office.desk.inbox.set_status(GUILD, away.report_id, "new")
    assert await away.bring() == Brought(0, 2, 0)
    assert await away.status() == "new"
    assert len((await away.office.check(away.receipt)).replies) == 1
    # Going on with the file brings only what is new in it.
    acts.write((await away.answers()), report, MessageKind.REPLY, "One thing more.")
    assert await away.bring() == Brought(1, 2, 0)


async def test_two_imports_at_once_take_each_answer_in_once(away: Away) -> None:
    answers, report = await away.answers(), await away.report()
    for number in range(5):
        acts.write(answers, report, MessageKind.REPLY, f"Answer {number}.")
    brought = await asyncio.gather(*(away.bring() for _ in range(3)))
    assert sum(each.added for each in brought) == 5
    assert len((await away.office.check(away.receipt)).replies) == 5


async def test_bringing_a_file_again_does_not_tell_that_a_report_was_withdrawn(
    away: Away, clock: HandClock
) -> None:
    acts.write((await away.answers()), await away.report(), MessageKind.REPLY, ANSWER)
    await away.bring()
    before = await away.bring()
    visit = (await away.office.check(away.receipt)).visit
    await away.office.desk.withdraw(GUILD, visit)
    assert await away.bring() == before == Brought(0, 1, 0)
    await notice_time(away.office, clock)
    assert await away.bring() == Brought(0, 0, 1)


async def test_a_report_that_is_not_shown_yet_takes_no_answer(away: Away, clock: HandClock) -> None:
    bundle, report = await away.bundle(), await away.report()
    await away.office.send("Not shown yet.")
    row = await away.office.database.fetch_one(
        "SELECT id, reporter_key FROM report WHERE shown_week IS NULL"
    )
    assert row is not None
    hidden, key = bytes(row["id"]), bytes(row["reporter_key"])
    forged = replace(
        bundle,
        reports=(replace(report, id=hidden),),
        reporter_keys={hidden: key},
        stored=(replace(bundle.stored[0], id=hidden, reporter_key=key),),
    )
    answers = AnswerFile(away.folder / "answers.json", forged)
    acts.write(answers, forged.reports[0], MessageKind.REPLY, ANSWER)
    assert await away.bring() == Brought(0, 0, 1)


Change = Callable[[dict[str, Any]], object]


def first(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["answers"][0]
    return found


def words(content: dict[str, Any]) -> list[str]:
    found: list[str] = first(content)["messages"][0]
    return found


def act(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["answers"][1]["act"]
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content.update(guild_id="5"), "another server"),
        (lambda content: content.update(keys=["ab" * 32]), "keys that this server"),
        (lambda content: content.update(keys=None), "keys that this server"),
        (lambda content: content.update(steward_answers=1), "not a file of answers"),
        (lambda content: content.update(answers=[1]), "damaged"),
        (lambda content: content.update(answers=content["answers"] * 1_001), "more than 1,000"),
        (lambda content: first(content).update(messages=[]), "damaged"),
        (lambda content: first(content).update(messages=first(content)["messages"] * 4), "damaged"),
        (lambda content: words(content).__setitem__(0, "reporter"), "damaged"),
        (lambda content: words(content).__setitem__(0, "note"), "damaged"),
        (lambda content: act(content).update(to="gone"), "damaged"),
        (lambda content: act(content).update(do="delete"), "damaged"),
        (lambda content: act(content).update(do="replace"), "damaged"),
        (lambda content: act(content).update(do="stop", day="yesterday"), "damaged"),
        (lambda content: act(content).update(do="matter", was="", to="ab"), "damaged"),
        (lambda content: act(content).update(do="agree", to=5), "damaged"),
        (lambda content: act(content).update(do="propose", on=["ab" * 32] * 201), "damaged"),
        (lambda content: first(content).update(act={"do": "propose", "on": []}), "damaged"),
        (lambda content: first(content).update(report="ab"), "damaged"),
        (lambda content: words(content).__setitem__(1, "U1IBAA=="), "damaged"),
        (lambda content: words(content).__setitem__(1, "not base64!"), "damaged"),
        (lambda content: words(content).pop(), "damaged"),
        (lambda content: content.update(resealed={}), "damaged"),
        (lambda content: content.update(resealed=[["ab" * 16, "ab" * 32, "AAAA"]]), "damaged"),
        (lambda content: content.update(resealed=[[]] * 20_001), "more than 20,000"),
        (lambda content: content.update(figures=[{"first": "2026-Q9"}]), "damaged"),
        (lambda content: content.update(figures=[None]), "damaged"),
    ],
)
async def test_what_was_not_written_for_this_server_is_refused_whole(
    away: Away, change: Change, said: str
) -> None:
    answers, report = await away.answers(), await away.report()
    acts.write(answers, report, MessageKind.REPLY, ANSWER)
    acts.set_status(answers, report, "closed")
    content = json.loads(answers.path.read_bytes())
    change(content)
    answers.path.write_text(json.dumps(content))
    with pytest.raises(InvalidInput, match=said):
        await away.bring()
    assert await away.status() == "new"
    assert await away.office.database.fetch_value("SELECT count(*) FROM message") == 0


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000, b'"x"'])
async def test_nonsense_is_refused_with_a_sentence(away: Away, content: bytes) -> None:
    with pytest.raises(InvalidInput, match="not a file of answers"):
        await bring(away.office, content)


async def test_answers_sealed_before_the_key_was_changed_are_refused(away: Away) -> None:
    acts.write((await away.answers()), await away.report(), MessageKind.REPLY, ANSWER)
    await away.office.desk.keyring.use_away_key(GUILD, new_keypair()[1].hex())
    with pytest.raises(InvalidInput, match="export"):
        await away.bring()


async def test_a_reply_swapped_to_another_report_is_not_taken(away: Away, clock: HandClock) -> None:
    answers, report = await away.answers(), await away.report()
    acts.write(answers, report, MessageKind.REPLY, ANSWER)
    _, other = await shown(away.office, clock, "Another report.")
    content = json.loads(answers.path.read_bytes())
    first(content)["report"] = other.hex()
    answers.path.write_text(json.dumps(content))
    assert await away.bring() == Brought(0, 0, 1)


async def test_where_reports_are_read_in_discord_nothing_is_brought(
    away: Away, open_office: OpenOffice
) -> None:
    acts.write((await away.answers()), await away.report(), MessageKind.REPLY, ANSWER)
    content = (away.folder / "answers.json").read_bytes()
    office = await open_office()
    with pytest.raises(NotAllowed, match="read in Discord here"):
        await bring(office, content)


async def test_what_the_reporter_does_not_allow_cannot_be_written_away_either(
    away: Away, clock: HandClock
) -> None:
    _, report_id = await shown(away.office, clock, "Only to be counted.", use="count")
    bundle = await away.bundle()
    (report,) = [each for each in bundle.reports if each.id == report_id]
    answers = AnswerFile(away.folder / "answers.json", bundle)
    with pytest.raises(NotAllowed, match="counting only"):
        acts.used(answers, report, "conf", "Given to an MP.")
    with pytest.raises(NotAllowed, match="counting only"):
        acts.used(answers, report, "pub", "In the paper.")
    with pytest.raises(NotAllowed, match="employer"):
        acts.used(answers, report, "raise", "At the quarterly meeting.")
    with pytest.raises(InvalidInput):
        acts.used(answers, report, "nonsense", "In the paper.")
    for text in ("", " ", "x" * 1_801):
        with pytest.raises(InvalidInput):
            acts.write(answers, report, MessageKind.REPLY, text)
    with pytest.raises(InvalidInput):
        acts.write(answers, report, MessageKind.AGREED, "A second moderator's word.")
    assert not answers.path.exists()


async def test_a_bundle_without_keys_can_be_read_and_not_answered(away: Away) -> None:
    bundle = await away.bundle()
    answers = AnswerFile(away.folder / "answers.json", replace(bundle, keys=()))
    assert [each.text for each in answers.reports] == [WORDS]
    with pytest.raises(InvalidInput, match="older version"):
        acts.write(answers, answers.reports[0], MessageKind.REPLY, ANSWER)


def test_seal_of_the_wrong_readers_does_not_look_sealed() -> None:
    from bot.reports.sealing import looks_sealed

    one, two = new_keypair()[1], new_keypair()[1]
    assert looks_sealed(seal({"text": "x"}, [one]), 1)
    assert looks_sealed(seal({"text": "x" * 5_000}, [one, two]), 2)
    assert not looks_sealed(seal({"text": "x"}, [one, two]), 1)
    assert not looks_sealed(seal({"text": "x"}, [one])[:-1], 1)
    assert not looks_sealed(b"", 0)
