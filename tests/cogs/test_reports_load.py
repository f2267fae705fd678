"""A hundred who send at the same moment. How fast it is: ``python -m benchmarks reports``."""

import asyncio
import importlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.reports import receipts
from bot.reports.receipts import Derived
from bot.sandbox import Person, Reply, Sandbox
from bot.sandbox.interactions import TOKEN_LIFE_S
from cogs.reports import pages
from tests.cogs.reporting import WORDS, checked, confirmed, preview, receipt_in
from tests.harness import RunningSteward
from tests.reports.conftest import Noticeboard

REPORTERS = 100
PATIENCE_S = 30.0


class Derivations:
    """Cheap derivations that wait until ``gate`` is set, and how many there are at a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = threading.Event()
        self.now = self.most = self.done = 0
        self._counting = threading.Lock()
        self._derive = receipts.derive
        monkeypatch.setattr(receipts, "MEMORY_BYTES", 64 * 1024)
        monkeypatch.setattr(receipts, "PASSES", 1)
        monkeypatch.setattr(receipts, "derive", self._counted)

    def _counted(self, receipt: str, salt: bytes) -> Derived:
        with self._counting:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            assert self.gate.wait(PATIENCE_S)
            return self._derive(receipt, salt)
        finally:
            with self._counting:
                self.now -= 1
                self.done += 1


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> Iterator[Derivations]:
    made = Derivations(monkeypatch)
    yield made
    made.gate.set()


async def test_of_a_hundred_at_once_all_are_told_before_two_are_sealed_and_none_is_lost(
    sandbox: Sandbox, derivations: Derivations, steward: RunningSteward
) -> None:
    ready = [
        await written(sandbox.add_person(f"reporter{number}"), f"{WORDS} Number {number}.")
        for number in range(REPORTERS)
    ]
    pressed = await asyncio.gather(*(person.press(reply, "Send") for person, reply, _ in ready))
    assert {reply.messages[0].content for reply in pressed} == {pages.SEALING_TEXT}
    await sandbox.until(lambda: derivations.now == receipts.AT_ONCE, PATIENCE_S)
    # Meanwhile the bot answers others as ever.
    other = await sandbox.person("colleague").run("help")
    assert other.text
    assert derivations.done == 0
    derivations.gate.set()
    await sandbox.until(lambda: all("**Sent.**" in reply.text for reply in pressed), PATIENCE_S)
    assert derivations.done == REPORTERS
    assert derivations.most == receipts.AT_ONCE == 2

    for person, _, receipt in ready[:: REPORTERS // 5]:
        assert "Your report was kept" in (await checked(person, receipt)).text
    desk, guild = steward.bot.services.reports, sandbox.guild.id
    for person, _, receipt in ready:
        assert (await desk.check(guild, person.id, receipt)).status
    await desk.serve(Noticeboard())
    lines = await desk.inbox.list(guild)
    texts = {(await desk.inbox.open(guild, line.id)).text for line in lines}
    assert texts == {f"{WORDS} Number {number}." for number in range(REPORTERS)}
    # In the file they lie in no order that has to do with when they were sent.
    assert abs(correlation(places(steward, [receipt for _, _, receipt in ready]))) < 0.5


async def test_whoever_waits_long_sees_that_it_goes_on_and_is_told_in_the_end(
    sandbox: Sandbox,
    derivations: Derivations,
    steward: RunningSteward,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Looked up now: the bot loads its cogs anew each time.
    writing = importlib.import_module("cogs.reports.writing")
    monkeypatch.setattr(writing, "STILL_EVERY_S", 0.05)
    member = sandbox.person("member")
    _, ready, receipt = await written(member, WORDS)
    reply = await member.press(ready, "Send")
    await sandbox.until(lambda: "**still** being sealed" in reply.text)
    assert "1 minute" not in reply.text
    assert WORDS in reply.text  # to be copied if all else fails
    derivations.gate.set()
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    assert "Your report was kept" in (await checked(member, receipt)).text


async def test_a_report_whose_turn_comes_after_the_interaction_is_over_is_kept_all_the_same(
    sandbox: Sandbox, derivations: Derivations, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    _, ready, receipt = await written(member, WORDS)
    reply = await member.press(ready, "Send")
    await sandbox.until(lambda: derivations.now == 1)
    reply.interaction.created_at -= TOKEN_LIFE_S + 1
    derivations.gate.set()
    await sandbox.until(lambda: refused(sandbox))
    assert "is being sealed" in reply.text
    assert "`/report check` with the receipt tells" in reply.text
    assert "Your report was kept" in (await checked(member, receipt)).text


async def test_who_comes_when_too_many_wait_is_told_so_and_can_send_again(
    sandbox: Sandbox,
    derivations: Derivations,
    steward: RunningSteward,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receipts, "MOST_WAITING", 1)
    first, second = sandbox.person("member"), sandbox.person("colleague")
    _, its_ready, _ = await written(first, WORDS)
    _, ready, receipt = await written(second, WORDS)
    reply = await first.press(its_ready, "Send")
    await sandbox.until(lambda: derivations.now == 1)
    turned_away = await second.press(ready, "Send")
    await sandbox.until(lambda: "**Not sent.**" in turned_away.text)
    assert "try again in some minutes" in turned_away.text
    derivations.gate.set()
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    again = await second.press(turned_away, "Send")
    await sandbox.until(lambda: "**Sent.**" in again.text)
    assert "Your report was kept" in (await checked(second, receipt)).text


async def written(person: Person, text: str) -> tuple[Person, Reply, str]:
    """A person, the message with Send before them, and their receipt."""
    shown = await preview(person, text)
    return person, await confirmed(person, shown), receipt_in(shown)


def places(steward: RunningSteward, in_order: list[str]) -> list[int]:
    """Where in the file the rows of some receipts begin."""
    with closing(sqlite3.connect(steward.config.reports_database)) as connection:
        (salt,) = connection.execute("SELECT value FROM setting WHERE name = 'salt'").fetchone()
    content = steward.config.reports_database.read_bytes()
    found = [content.find(receipts.derive(receipt, salt).lookup) for receipt in in_order]
    assert min(found) > 0
    return found


def correlation(values: list[int]) -> float:
    """Spearman's, between values and their order; chance gives 0.5 of a hundred once in 10^7."""
    ranks = {value: rank for rank, value in enumerate(sorted(values))}
    squares = sum((ranks[value] - place) ** 2 for place, value in enumerate(values))
    count = len(values)
    return 1 - 6 * squares / (count * (count**2 - 1))


def refused(sandbox: Sandbox) -> bool:
    return any(request.status == 401 for request in sandbox.requests)
