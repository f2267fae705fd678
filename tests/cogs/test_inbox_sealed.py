"""Sealed reading as moderators do it: /inbox export, `python -m bot inbox`, /inbox import."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.reports.bundle import new_keypair
from bot.reports.keys import write_key
from bot.sandbox import Person, Reply, Sandbox
from tests.cogs.reporting import checked, sent
from tests.cogs.test_inbox import listed, saved, sealed
from tests.cogs.test_inbox_acting import second_moderator
from tests.harness import RunningSteward

__all__ = ["sealed"]

NAMED = "Nobody has had supervision since October, and Jane Doe shouts at us."


@dataclass
class Desk:
    """A moderator's own machine, with the key: what is exported there and worked on."""

    sandbox: Sandbox
    person: Person
    folder: Path
    keys: tuple[Path, ...]
    run_main: Callable[[list[str], str, int], str]

    async def export(self) -> None:
        """Into this machine's folder, without what was answered before."""
        for old in self.folder.glob("*.json"):
            old.unlink()
        saved(self.sandbox, await self.person.run("inbox export"), self.folder)

    def refused(self, *options: str) -> str:
        return self.inbox(*options, ends=1)

    def inbox(self, *options: str, said: str = "", ends: int = 0) -> str:
        (bundle,) = [each for each in self.folder.glob("inbox*.json") if "answers" not in each.name]
        keys = [part for key in self.keys for part in ("--key", str(key))]
        return self.run_main(["inbox", str(bundle), *keys, *options], said, ends)

    async def bring(self, by: Person | None = None) -> Reply:
        (answers,) = self.folder.glob("*.answers.json")
        content = answers.read_bytes()
        return await (by or self.person).run("inbox import", file=("answers.json", content))


Desks = Callable[[Person, str, tuple[Path, ...]], Desk]


@pytest.fixture
def desks(
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Desks:
    def run_main(arguments: list[str], said: str, ends: int) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO(said))
        code = main(arguments)
        printed = capsys.readouterr()
        assert code == ends, printed.err
        return printed.err if ends else printed.out

    def made(person: Person, name: str, keys: tuple[Path, ...]) -> Desk:
        folder = tmp_path / name
        folder.mkdir()
        return Desk(sandbox, person, folder, keys, run_main)

    return made


async def a_key(sandbox: Sandbox, sealed: RunningSteward, path: Path) -> Path:
    """A private key on the moderators' machines, whose public key the bot seals to."""
    private, public = new_keypair()
    write_key(path, private)
    await sealed.bot.services.reports.keyring.use_away_key(sandbox.guild.id, public.hex())
    return path


async def test_from_a_name_in_a_report_to_words_that_two_moderators_quote(
    sandbox: Sandbox,
    sealed: RunningSteward,
    tmp_path: Path,
    desks: Desks,
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    key = await a_key(sandbox, sealed, tmp_path / "inbox.key")
    receipt = await sent(sandbox, member, NAMED, use="pub")
    (name,) = await listed(sandbox, sealed)
    anns = desks(moderator, "ann", (key,))
    bobs = desks(second_moderator(sandbox), "bob", (key,))
    await anns.export()
    assert "Jane Doe" in anns.inbox()
    assert "[removed] shouts at us" in anns.inbox("--redact", name, said="Jane Doe")
    anns.inbox("--label", name, "supervision")
    anns.inbox("--status", name, "Returned: names someone")
    anns.inbox("--quote", name, said="Nobody has had supervision since October")
    done = await anns.bring()
    assert "Brought back 4 answers." in done.text
    assert "deleted here. Bundles that were exported before hold them still" in done.text
    assert "somebody else has to agree" in done.text
    assert "Returned: names someone" in (await moderator.run("inbox list")).text
    back = await checked(member, receipt)
    assert "took more details out of your report" in back.text
    await bobs.export()
    shown = bobs.inbox()
    assert "Jane Doe" not in shown
    assert "[quotation 1: a second moderator has to agree]" in shown
    bobs.inbox("--agree", name, "1")
    assert "you brought the words yourself" in (await bobs.bring(by=moderator)).text
    assert "You are the second moderator for 1 quotation" in (await bobs.bring()).text
    await anns.export()
    assert "free to be used publicly" in anns.inbox()
    assert anns.inbox("--take", name, "1").startswith("Nobody has had supervision since October\n")
    anns.inbox("--used", name, "Quoted publicly", said="In the bulletin of week 12.")
    await anns.bring()
    back = await checked(member, receipt)
    assert "taken to be used publicly" in back.text
    assert "In the bulletin of week 12." in back.text
    trail = (await moderator.run("audit")).text
    for needed in (
        *("exported all reports", "brought back answers", "deleted words for good from report"),
        *("returned, since it names someone", "proposed words to quote", "agreed to quote words"),
    ):
        assert needed in trail
    assert "supervision" not in trail
    for channel in ("general", "news", "bulletins", "moderators"):
        assert sandbox.messages(channel) == []


async def test_who_comes_to_want_to_be_asked_after_two_moderators_agreed_is_asked_away(
    sandbox: Sandbox,
    sealed: RunningSteward,
    tmp_path: Path,
    desks: Callable[[Person, str, tuple[Path, ...]], Desk],
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    key = await a_key(sandbox, sealed, tmp_path / "inbox.key")
    receipt = await sent(sandbox, member, NAMED, use="pub")
    (name,) = await listed(sandbox, sealed)
    anns = desks(moderator, "ann", (key,))
    bobs = desks(second_moderator(sandbox), "bob", (key,))
    await anns.export()
    anns.inbox("--quote", name, said="Nobody has had supervision since October")
    await anns.bring()
    await bobs.export()
    bobs.inbox("--agree", name, "1")
    await bobs.bring()
    shown = await member.press(await checked(member, receipt), "Change how it may be used")
    await member.choose(shown, "From now on it may be used …", "ask")
    await sandbox.until(lambda: "Changed to: Publicly, after" in shown.text)
    await listed(sandbox, sealed)
    await anns.export()
    assert "agreed; its reporter is still to be asked" in anns.inbox()
    for attempt in ("--agree", "--take"):
        assert "--ask" in anns.refused(attempt, name, "1")
    assert anns.inbox("--ask", name, "1").startswith("Nobody has had supervision since October\n")
    assert "is asked already" in anns.refused("--ask", name, "1")
    assert "Brought back 1 answer." in (await anns.bring()).text
    back = await checked(member, receipt)
    await sandbox.until(lambda: "Approve" in back.buttons)
    await member.press(back, "Approve")
    await sandbox.until(lambda: "**Approved.**" in back.text)
    await listed(sandbox, sealed)
    await anns.export()
    assert "free to be used publicly" in anns.inbox()


async def test_a_sender_is_stopped_by_what_is_brought_back_the_same_day(
    sandbox: Sandbox,
    sealed: RunningSteward,
    tmp_path: Path,
    desks: Desks,
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    key = await a_key(sandbox, sealed, tmp_path / "inbox.key")
    await sent(sandbox, member)
    (name,) = await listed(sandbox, sealed)
    anns = desks(moderator, "ann", (key,))
    await anns.export()
    assert "before midnight UTC today" in anns.inbox("--stop", name)
    done = await anns.bring()
    assert "I cannot tell you who, nor whether there was anybody to stop" in done.text
    assert str(member.id) not in done.text
    refused = await member.press(await member.run("report new"), "Write a report")
    assert "no more from you today" in refused.text
    assert "stopped for the day the sender" in (await moderator.run("audit")).text


async def test_a_changed_key_reaches_what_was_there_before_and_takes_somebody_who_may(
    sandbox: Sandbox,
    sealed: RunningSteward,
    tmp_path: Path,
    desks: Desks,
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    older = await a_key(sandbox, sealed, tmp_path / "older.key")
    await sent(sandbox, member, NAMED)
    await listed(sandbox, sealed)
    newer = await a_key(sandbox, sealed, tmp_path / "newer.key")
    both = desks(moderator, "both", (older, newer))
    await both.export()
    assert "1 message resealed" in both.inbox("--reseal")
    reader = sandbox.add_role("Readers")
    await sealed.bot.services.servers.change(sandbox.guild.id, inbox_role_id=reader.id)
    colleague, members = sandbox.person("colleague"), sandbox.guild.members
    sandbox.allow_command("inbox", "Readers")
    members[colleague.id].roles = [*members[member.id].roles, reader.id]
    refused = await both.bring(by=colleague)
    assert "Only somebody with Manage Server" in refused.text
    members[moderator.id].roles = [*members[moderator.id].roles, reader.id]
    assert "1 message resealed to the new key" in (await both.bring()).text
    alone = desks(moderator, "alone", (newer,))
    await alone.export()
    assert "Jane Doe" in alone.inbox()
    assert "resealed to the new key" in (await moderator.run("audit")).text
