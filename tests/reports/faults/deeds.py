"""The deeds of reporters, of moderators and of the clock, each with what must be so afterwards."""

from collections.abc import Mapping

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.casework import matters, quoting, redacting
from bot.reports.drafts import Draft
from bot.reports.messages import MessageKind
from tests.reports.conftest import GUILD, PERSON, WORDS, answers
from tests.reports.faults.deed import REPLY, Deed, Scene, Tell
from tests.reports.faults.keeping import KEEPING
from tests.reports.moderating import ANN, BOB

MORE = "One vexatious thing more."
LONG = "They cancelled every meeting since October and nobody answers in the vexatious office."
QUOTED = "nobody answers"
MARKED = "is marked"


async def nothing(_: Scene) -> None:
    """Nothing was before, or nothing is to be seen."""


async def a_report(scene: Scene, text: str = WORDS, **choices: str) -> None:
    """A report that moderators can see."""
    given = answers(text, **choices)
    draft = scene.desk.draft(GUILD, scene.desk.drafts.new_id(), given)
    assert await scene.desk.send(draft, PERSON) == "sent"
    scene.state["receipt"] = draft.receipt
    known = {line.id for line in await scene.desk.inbox.list(GUILD)}
    await scene.next_notice()
    (fresh,) = {line.id for line in await scene.desk.inbox.list(GUILD)} - known
    scene.state["id"] = fresh


# Sending


async def a_draft(scene: Scene) -> None:
    scene.state["receipt"] = scene.desk.draft(GUILD, "draft", answers()).receipt


async def send(scene: Scene, tell: Tell) -> None:
    draft = Draft("draft", GUILD, answers(), scene.state["receipt"])  # as the message rebuilds it
    tell(await scene.desk.send(draft, PERSON))


async def send_urgently(scene: Scene, tell: Tell) -> None:
    async def ring(guild_id: int, name: str) -> bool:
        scene.state.setdefault("rung", []).append(name)
        return True

    scene.desk.alarm.ring = ring
    draft = Draft("draft", GUILD, answers(), scene.state["receipt"])
    tell(await scene.desk.send(draft, PERSON, urgent=True))


async def sent_or_never_arrived(scene: Scene) -> None:
    kept = await scene.kept(scene.state["receipt"])
    if any(text in ("sent", "told", "already") for text in scene.told):
        assert kept
    if any("Nothing of it was kept" in text for text in scene.told):
        assert not kept


async def one_report(scene: Scene) -> None:
    assert scene.told[-1] in ("sent", "told", "already")
    assert await scene.kept(scene.state["receipt"])
    await scene.next_notice()
    assert await scene.texts() == [WORDS]


# Adding and choosing


async def add(scene: Scene, tell: Tell) -> None:
    # Whoever comes back counts, and does not write again what is there.
    checked = await scene.office.check(scene.state["receipt"])
    if not checked.additions:
        await scene.desk.add(GUILD, PERSON, checked.visit, MORE)
    tell("added")


async def added_or_not(scene: Scene) -> None:
    there = (await scene.office.check(scene.state["receipt"])).additions
    if "added" in scene.told:
        assert there == 1
    elif scene.told:
        assert there == 0  # refused: nothing was kept
    assert there < 2


async def one_addition(scene: Scene) -> None:
    await scene.next_notice()
    assert await scene.messages(scene.state["id"]) == [f"addition: {MORE}"]
    assert (await scene.office.check(scene.state["receipt"])).additions == 1


async def chosen_before(scene: Scene) -> None:
    await a_report(scene)
    await scene.desk.change_use(GUILD, PERSON, await scene.visit(scene.state["receipt"]), "pub")


async def change(scene: Scene, tell: Tell) -> None:
    visit = await scene.visit(scene.state["receipt"])
    await scene.desk.change_use(GUILD, PERSON, visit, "count")
    tell("changed")


async def changed_or_not(scene: Scene) -> None:
    use = (await scene.office.check(scene.state["receipt"])).conversation.use
    if "changed" in scene.told:
        assert use is not None
        assert use.value == "count"
    elif scene.told:
        assert use is None or use.value == "pub"


async def one_change(scene: Scene) -> None:
    await scene.next_notice()
    report = await scene.desk.inbox.open(GUILD, scene.state["id"])
    uses = [each.more["use"] for each in report.messages if each.kind is MessageKind.CONSENT]
    assert uses == ["count"]


async def a_question(scene: Scene) -> None:
    await a_report(scene, LONG, use="ask")
    inbox, report_id = scene.desk.inbox, scene.state["id"]
    quote = await quoting.propose(inbox, GUILD, report_id, ANN, QUOTED)
    await quoting.agree(inbox, GUILD, report_id, BOB, quote)
    scene.state["quote"] = quote


async def answer(scene: Scene, tell: Tell) -> None:
    visit = await scene.visit(scene.state["receipt"])
    try:
        await scene.desk.answer(GUILD, PERSON, visit, scene.state["quote"], yes=True)
    except NotAllowed:
        assert "approved" in scene.told  # moderators have it
    tell("approved")


async def answered_or_not(scene: Scene) -> None:
    found = (await scene.office.check(scene.state["receipt"])).conversation.answers
    if "approved" in scene.told:
        assert found[scene.state["quote"]].value == "1"
    elif scene.told:
        assert found == {}


async def one_answer(scene: Scene) -> None:
    await scene.next_notice()
    report = await scene.desk.inbox.open(GUILD, scene.state["id"])
    assert [each.kind for each in report.messages].count(MessageKind.ANSWER) == 1


# Reading replies


async def a_reply(scene: Scene) -> None:
    await a_report(scene)
    await scene.desk.inbox.reply(GUILD, scene.state["id"], REPLY)


async def collect(scene: Scene, tell: Tell) -> None:
    checked = await scene.office.check(scene.state["receipt"])
    assert checked.replies == (REPLY,)
    await scene.desk.collected(GUILD, checked)
    tell("noted")


async def not_lost(scene: Scene) -> None:
    assert (await scene.office.check(scene.state["receipt"])).replies == (REPLY,)


async def collected_once(scene: Scene) -> None:
    await not_lost(scene)
    await scene.next_notice()
    report = await scene.desk.inbox.open(GUILD, scene.state["id"])
    assert [each.collected for each in report.messages] == [True]
    await not_lost(scene)


# Withdrawing


async def just_sent(scene: Scene) -> None:
    scene.state["receipt"] = await scene.office.send()


async def _withdraw(scene: Scene, tell: Tell, *, hide_now: bool) -> None:
    try:
        visit = await scene.visit(scene.state["receipt"])
    except NotFound:
        tell("withdrawn")  # it is gone, and that is what was wanted
        return
    await scene.desk.withdraw(GUILD, visit, hide_now=hide_now)
    tell("withdrawn")


async def withdraw(scene: Scene, tell: Tell) -> None:
    await _withdraw(scene, tell, hide_now=False)


async def withdraw_and_hide(scene: Scene, tell: Tell) -> None:
    await _withdraw(scene, tell, hide_now=True)


async def withdrawn_or_not(scene: Scene) -> None:
    try:
        checked = await scene.office.check(scene.state["receipt"])
    except NotFound:
        assert not any("Nothing was changed" in text for text in scene.told)
        return
    assert "withdrawn" not in scene.told
    assert checked.marked == any(MARKED in text for text in scene.told)


async def gone(scene: Scene) -> None:
    assert scene.told[-1] == "withdrawn"
    assert not await scene.kept(scene.state["receipt"])
    await scene.next_notice()
    assert await scene.texts() == []
    rows = await scene.office.database.fetch_value("SELECT count(*) FROM report")
    assert rows == 1
    assert await scene.office.database.fetch_value("SELECT count(*) FROM message") == 2


# Moderators


def writes(kind: str) -> Deed:
    """A reply or a note, whose form is sent again."""

    async def write(scene: Scene, tell: Tell) -> None:
        inbox, report_id = scene.desk.inbox, scene.state["id"]
        if kind == "reply":
            await inbox.reply(GUILD, report_id, MORE, once="form")
        elif kind == "note":
            await inbox.note(GUILD, report_id, ANN, MORE, once="form")
        else:
            await inbox.used(GUILD, report_id, "count", MORE, once="form")
        tell("kept")

    async def kept_or_not(scene: Scene) -> None:
        there = await scene.messages(scene.state["id"])
        if "kept" in scene.told:
            assert there == [f"{kind}: {MORE}"]
        elif scene.told:
            assert there == []

    async def one_message(scene: Scene) -> None:
        assert await scene.messages(scene.state["id"]) == [f"{kind}: {MORE}"]
        told = (await scene.office.check(scene.state["receipt"])).replies
        assert told == (() if kind == "note" else (MORE,))

    return Deed(kind, a_report, write, kept_or_not, one_message)


async def set_status(scene: Scene, tell: Tell) -> None:
    await scene.desk.inbox.set_status(GUILD, scene.state["id"], "acted")
    tell("set")


async def status_or_not(scene: Scene) -> None:
    status = (await scene.office.check(scene.state["receipt"])).status
    assert status in (("Acted on",) if "set" in scene.told else ("New", "Acted on"))
    if any("Nothing" in text for text in scene.told):
        assert status == "New"


async def status_set(scene: Scene) -> None:
    assert (await scene.office.check(scene.state["receipt"])).status == "Acted on"


async def mark(scene: Scene, tell: Tell) -> None:
    await scene.desk.inbox.label(GUILD, scene.state["id"], ANN, "nights")
    await scene.desk.inbox.hand(GUILD, scene.state["id"], ANN, BOB)
    tell("done")


async def marked(scene: Scene) -> None:
    (line,) = await scene.desk.inbox.list(GUILD, label="nights", handed=BOB)
    assert line.id == scene.state["id"]
    kinds = [text.partition(":")[0] for text in await scene.messages(line.id)]
    assert sorted(kinds) == ["handed", "label"]


async def marked_or_not(scene: Scene) -> None:
    if "done" in scene.told:
        await marked(scene)


async def take_out(scene: Scene, tell: Tell) -> None:
    left = LONG.replace(QUOTED, "[removed]")
    await redacting.redact(scene.desk.inbox, GUILD, scene.state["id"], ANN, redacting.REPORT, left)
    tell("taken out")


async def taken_out_or_not(scene: Scene) -> None:
    report = await scene.desk.inbox.open(GUILD, scene.state["id"])
    replies = (await scene.office.check(scene.state["receipt"])).replies
    kinds = {each.kind for each in report.messages}
    out = QUOTED not in (report.text or "")
    if "taken out" in scene.told:
        assert out
    elif scene.told:
        assert not out
    # All of it or nothing: the words, what quoted them, and that the reporter is told.
    assert (redacting.TOLD in replies) == out
    assert (MessageKind.QUOTE in kinds) != out
    assert (MessageKind.NOTE in kinds) == out


async def taken_out_once(scene: Scene) -> None:
    await taken_out_or_not(scene)
    assert (await scene.office.check(scene.state["receipt"])).replies == (redacting.TOLD,)


async def quotable(scene: Scene) -> None:
    await a_report(scene, LONG, use="pub")


async def quote(scene: Scene, tell: Tell) -> None:
    inbox, report_id = scene.desk.inbox, scene.state["id"]
    try:
        await quoting.propose(inbox, GUILD, report_id, ANN, QUOTED)
    except InvalidInput as error:
        assert "proposed already" in str(error)
    (known,) = await quoting.known_quotations(inbox, GUILD, report_id)
    await quoting.agree(inbox, GUILD, report_id, BOB, known.id)
    tell("agreed")
    await quoting.take(inbox, GUILD, report_id, known.id)
    tell("taken")


async def quoted_or_not(scene: Scene) -> None:
    known = await quoting.known_quotations(scene.desk.inbox, GUILD, scene.state["id"])
    if "agreed" in scene.told:
        assert [each.agreed_by for each in known] == [BOB]
    if "taken" in scene.told:
        await quoted_once(scene)


async def quoted_once(scene: Scene) -> None:
    (known,) = await quoting.known_quotations(scene.desk.inbox, GUILD, scene.state["id"])
    assert known.taken
    (told,) = (await scene.office.check(scene.state["receipt"])).replies
    assert QUOTED in told


async def ask_for_answer(scene: Scene, tell: Tell) -> None:
    inbox, report_id = scene.desk.inbox, scene.state["id"]
    known = await quoting.agree(inbox, GUILD, report_id, BOB, scene.state["quote"])
    tell(known.standing.name)


async def a_proposal(scene: Scene) -> None:
    await a_report(scene, LONG, use="ask")
    scene.state["quote"] = await quoting.propose(
        scene.desk.inbox, GUILD, scene.state["id"], ANN, QUOTED
    )


async def asked_or_not(scene: Scene) -> None:
    if "REPORTER" in scene.told:
        assert (await scene.office.check(scene.state["receipt"])).replies == (QUOTED,)


async def asked_once(scene: Scene) -> None:
    assert (await scene.office.check(scene.state["receipt"])).replies == (QUOTED,)


async def merge(scene: Scene, tell: Tell) -> None:
    other = await _other(scene)
    try:
        await matters.merge(scene.desk.inbox, GUILD, scene.state["id"], other)
    except InvalidInput as error:
        assert "the same matter already" in str(error)
    tell("merged")


async def _other(scene: Scene) -> bytes:
    (other,) = {line.id for line in await scene.desk.inbox.list(GUILD)} - {scene.state["id"]}
    return other


async def both_or_neither(scene: Scene) -> None:
    lines = {line.matter for line in await scene.desk.inbox.list(GUILD)}
    assert len(lines) == 1
    if "merged" in scene.told:
        assert lines != {""}


_SENDING = (
    Deed("send", a_draft, send, sent_or_never_arrived, one_report),
    Deed("send urgently", a_draft, send_urgently, sent_or_never_arrived, one_report),
)
_RETURNING = (
    Deed("add", a_report, add, added_or_not, one_addition),
    Deed("change the use", a_report, change, changed_or_not, one_change),
    Deed("change the use again", chosen_before, change, changed_or_not, one_change),
    Deed("answer a quotation", a_question, answer, answered_or_not, one_answer),
    Deed("collect a reply", a_reply, collect, not_lost, collected_once),
    Deed("withdraw before it was seen", just_sent, withdraw, withdrawn_or_not, gone),
    Deed("withdraw", a_reply, withdraw, withdrawn_or_not, gone),
    Deed("withdraw and hide", a_reply, withdraw_and_hide, withdrawn_or_not, gone),
)
_MODERATING = (
    *(writes(kind) for kind in ("reply", "note", "used")),
    Deed("status", a_report, set_status, status_or_not, status_set),
    Deed("label and hand on", a_report, mark, marked_or_not, marked),
    Deed("take out", a_question, take_out, taken_out_or_not, taken_out_once),
    Deed("quote", quotable, quote, quoted_or_not, quoted_once),
    Deed("ask about a quotation", a_proposal, ask_for_answer, asked_or_not, asked_once),
    Deed("merge", a_report, merge, both_or_neither, both_or_neither),
)

DEEDS: Mapping[str, Deed] = {
    deed.name: deed for deed in (*_SENDING, *_RETURNING, *_MODERATING, *KEEPING)
}
