"""What happens by itself, or to all reports: the start, notice times, deleting by age, keys."""

import contextlib

from bot.errors import InvalidInput, NotFound
from bot.reports.away.answers import Act, Answer, Contents, Replace, Status, as_json
from bot.reports.away.bringing import Bringing
from bot.reports.keeping import rotation
from bot.reports.keys import read_key
from bot.reports.messages import AUTHORS, MessageKind, payload
from bot.reports.sealing import CannotOpen, identity, open_envelope, seal
from bot.reports.stored import StoredReport
from tests.reports.conftest import GUILD, PERSON, WORDS
from tests.reports.faults.deed import DAY, REPLY, Deed, Scene, Tell

MORE = "One vexatious thing more."


async def _shown(scene: Scene, status: str = "") -> None:
    known = {line.id for line in await scene.desk.inbox.list(GUILD)}
    scene.state["receipt"] = await scene.office.send()
    await scene.next_notice()
    (fresh,) = {line.id for line in await scene.desk.inbox.list(GUILD)} - known
    scene.state["id"] = fresh
    if status:
        await scene.desk.inbox.set_status(GUILD, fresh, status)


# The start


async def withdrawn_elsewhere(scene: Scene) -> None:
    """A report that is on the list of the deleted and still there, as after a restore."""
    await _shown(scene)
    scene.desk._deleted.add(scene.state["id"])


async def start(scene: Scene, tell: Tell) -> None:
    await scene.desk.prepare(GUILD)
    tell("started")


async def gone(scene: Scene) -> None:
    assert not await scene.kept(scene.state["receipt"])


# A notice time


async def all_kinds_wait(scene: Scene) -> None:
    """A report, an addition, a collected reply and a withdrawal that moderators do not see yet."""
    await _shown(scene)
    scene.state["withdrawn"] = scene.state["receipt"]
    await _shown(scene)
    await scene.desk.inbox.reply(GUILD, scene.state["id"], REPLY)
    checked = await scene.office.check(scene.state["receipt"])
    await scene.desk.collected(GUILD, checked)
    await scene.desk.add(GUILD, PERSON, checked.visit, MORE)
    await scene.desk.withdraw(GUILD, await scene.visit(scene.state["withdrawn"]))
    scene.state["new"] = await scene.office.send("A new vexatious report.")
    scene.clock.advance(DAY)


class Board:
    """The moderators' channel, which tells of each post at once, and by which mark."""

    def __init__(self, scene: Scene, tell: Tell) -> None:
        self._scene, self._tell = scene, tell

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        mark = await self._scene.desk.notice_mark(guild_id)
        assert len(mark) == 24
        self._tell(f"posted {reports} {additions} {mark}")
        return True


async def serve(scene: Scene, tell: Tell) -> None:
    await scene.desk.serve(Board(scene, tell))
    tell("served")


async def all_or_nothing_shown(scene: Scene) -> None:
    texts = await scene.texts()
    assert sorted(filter(None, texts)) in ([WORDS], ["A new vexatious report.", WORDS])
    for receipt in (scene.state["receipt"], scene.state["new"]):
        assert await scene.kept(receipt)
    assert not await scene.kept(scene.state["withdrawn"])
    assert (await scene.office.check(scene.state["receipt"])).replies == (REPLY,)


async def all_shown_and_told_once(scene: Scene) -> None:
    assert sorted(filter(None, await scene.texts())) == ["A new vexatious report.", WORDS]
    report = await scene.desk.inbox.open(GUILD, scene.state["id"])
    assert [(each.text, each.collected) for each in report.messages] == [
        (REPLY, True),
        (MORE, False),
    ]
    posted = [text for text in scene.told if text.startswith("posted")]
    assert len(set(posted)) == 1  # Discord knows it by its mark
    assert posted[0].startswith("posted 1 1 ")
    assert await scene.desk._notices.waiting() == []
    assert len(posted) == 1 or "served" not in scene.told[:-1]
    if any(text.startswith("refused") for text in scene.told):
        assert len(posted) == 1  # the same process knows it without Discord


# By age


async def time_is_over(scene: Scene) -> None:
    await _shown(scene, "closed")
    for days in (30, 30, 30, 30, 30, 30, 4):
        scene.clock.advance(days * DAY)
        await scene.office.serve()
    assert await scene.kept(scene.state["receipt"])
    scene.clock.advance(DAY)


async def there_or_gone(scene: Scene) -> None:
    if await scene.kept(scene.state["receipt"]) and scene.told:
        # What is added meanwhile is refused, or it keeps the report.
        with contextlib.suppress(NotFound):
            await scene.desk.add(GUILD, PERSON, await scene.visit(scene.state["receipt"]), MORE)
            scene.told.append("added")


async def over_and_gone(scene: Scene) -> None:
    await scene.next_notice()
    if "added" in scene.told:
        assert (await scene.office.check(scene.state["receipt"])).additions == 1
        return
    assert not await scene.kept(scene.state["receipt"])
    assert await scene.office.database.fetch_value("SELECT count(*) FROM report") == 1


# Keys


async def rotate(scene: Scene, tell: Tell) -> None:
    rotation.REPORTS_AT_ONCE, rotation.GRACE_S = 1, 0.0
    with contextlib.suppress(InvalidInput):  # it is being changed already
        await scene.desk.rotation.begin(GUILD)
    tell("begun")
    await scene.desk.rotation.round()
    tell("destroyed")


async def before_rotation(scene: Scene) -> None:
    await _shown(scene)
    await scene.desk.inbox.reply(GUILD, scene.state["id"], REPLY)
    scene.state["old"] = read_key(scene.office.folder / "keys" / f"{GUILD}.key")


async def all_open(scene: Scene) -> None:
    assert await scene.texts() == [WORDS]
    assert (await scene.office.check(scene.state["receipt"])).replies == (REPLY,)


async def new_key_alone(scene: Scene) -> None:
    await all_open(scene)
    folder = scene.office.folder / "keys"
    assert [path.name for path in folder.iterdir()] == [f"{GUILD}.key"]
    for row in await scene.office.database.fetch_all(
        "SELECT sealed FROM report UNION SELECT sealed FROM message"
    ):
        with contextlib.suppress(CannotOpen):
            open_envelope(bytes(row["sealed"]), [scene.state["old"]])
            raise AssertionError("the old key still opens something")


# Answers from sealed reading


async def answers_written(scene: Scene) -> None:
    await _shown(scene)
    report = await scene.desk._store.shown_one(GUILD, scene.state["id"])
    assert report is not None
    readers = await scene.desk.keyring.sealing(GUILD)
    scene.state["file"] = _answers(readers, report)


def _answers(readers: list[bytes], report: StoredReport) -> bytes:
    def each(kind: MessageKind, text: str, act: Act | None = None) -> Answer:
        to = [*readers, report.reporter_key] if AUTHORS[kind] == "moderator" else readers
        message = (AUTHORS[kind], seal(payload(kind, text), to))
        return Answer(report.id, report.reporter_key, (message,), act)

    less = Replace(identity(report.sealed or b""), seal({"v": "1", "text": "less"}, readers), ())
    answers = (
        each(MessageKind.REPLY, "first"),
        each(MessageKind.NOTE, "status", Status("new", "acted")),
        each(MessageKind.NOTE, "redacted", less),
        each(MessageKind.REPLY, "second"),
    )
    return as_json(Contents(answers), GUILD, readers).encode()


async def bring_back(scene: Scene, tell: Tell) -> None:
    brought = await Bringing(scene.desk).bring(GUILD, 7, scene.state["file"], keeper=False)
    assert brought.gone == brought.stale == 0
    if not brought.cut:
        tell("brought")


async def brought_or_not(scene: Scene) -> None:
    checked = await scene.office.check(scene.state["receipt"])
    if "brought" in scene.told:
        await all_brought(scene)
    assert checked.replies in ((), ("first",), ("first", "second"))
    if "second" in checked.replies:
        assert checked.status == "Acted on"


async def all_brought(scene: Scene) -> None:
    checked = await scene.office.check(scene.state["receipt"])
    assert (checked.replies, checked.status) == (("first", "second"), "Acted on")


KEEPING = (
    Deed("start", withdrawn_elsewhere, start, gone, gone, starts=True),
    Deed("notice time", all_kinds_wait, serve, all_or_nothing_shown, all_shown_and_told_once),
    Deed("delete by age", time_is_over, serve, there_or_gone, over_and_gone),
    Deed("change the key", before_rotation, rotate, all_open, new_key_alone),
    Deed(
        "bring answers back",
        answers_written,
        bring_back,
        brought_or_not,
        all_brought,
        settings={"report_reading": "sealed"},
    ),
)
