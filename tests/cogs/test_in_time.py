"""Discord waits three seconds for a first answer: whatever may take longer begins after it.

Each slow thing is held here until the first answer has come, so that no clock has a say in it. How
soon the answer comes: ``python -m benchmarks latency``.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
from aiohttp import web

from bot.reports import receipts
from bot.sandbox import Person, Reply, Sandbox
from tests.cogs.reporting import confirmed, preview, sent
from tests.cogs.test_inbox_figures import PERIODS, made
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward


class Gate:
    """Holds a slow thing up until it may begin; ``reached`` tells that it wanted to."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.reached = False

    def hold(self) -> None:
        """For what runs in a thread."""
        self.reached = True
        assert self.free.wait(60)

    async def pass_through(self) -> None:
        """For what runs in the loop."""
        await asyncio.to_thread(self.hold)

    def before(self, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """The same work, held up."""

        async def held(*given: Any, **named: Any) -> Any:
            await self.pass_through()
            return await work(*given, **named)

        return held


async def answered_first(sandbox: Sandbox, gate: Gate, act: Awaitable[Reply]) -> Reply:
    """The reply to what a person does, whose first answer came before the slow thing began."""
    known = sandbox.interactions._by_id
    before = set(known)
    doing = asyncio.ensure_future(act)
    try:
        await sandbox.until(
            lambda: doing.done() or any(known[key].acknowledged for key in known.keys() - before)
        )
        # Not so if the first answer was an error.
        await sandbox.until(lambda: gate.reached or (doing.done() and doing.exception()))
    finally:
        gate.free.set()
    return await doing


@pytest.fixture
def gate() -> Gate:
    return Gate()


async def test_before_a_site_is_read(
    sandbox: Sandbox, moderator: Person, site: Site, gate: Gate
) -> None:
    async def slow(_: web.Request) -> web.Response:
        await gate.pass_through()
        return web.Response(text=feed_of(1), content_type="application/rss+xml")

    act = moderator.run("feeds add", url=site.serve("/feed", slow), channel="news")
    assert "is added" in (await answered_first(sandbox, gate, act)).text


async def test_before_a_picture_is_drawn(
    sandbox: Sandbox, steward: RunningSteward, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    member, painter = sandbox.person("member"), steward.bot.services.painter
    monkeypatch.setattr(painter, "draw", gate.before(painter.draw))
    page = await member.run("timeline", year=2014)
    drawn = await answered_first(sandbox, gate, member.press(page, "As a picture"))
    assert drawn.message is not None
    assert drawn.message.attachments


async def test_before_a_picture_of_the_figures_is_drawn(
    sandbox: Sandbox, steward: RunningSteward, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    moderator, painter = sandbox.person("moderator"), steward.bot.services.painter
    monkeypatch.setattr(painter, "draw", gate.before(painter.draw))
    (first, last), store = PERIODS[-1], steward.bot.services.reports.figures._figures
    await store.settle(sandbox.guild.id, str(last), made(first, last, 9).to_json())
    shown = await moderator.run("inbox figures")
    drawn = await answered_first(sandbox, gate, moderator.press(shown, "As a picture"))
    assert drawn.message is not None
    assert drawn.message.attachments


async def test_before_an_answer_is_posted_for_everybody(
    sandbox: Sandbox, steward: RunningSteward, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = sandbox.person("member")
    answer = await member.run("faq", question="rar")
    send = discord.abc.Messageable.send
    monkeypatch.setattr(discord.abc.Messageable, "send", gate.before(send))
    await answered_first(sandbox, gate, member.press(answer, "Post in channel"))
    await sandbox.until(lambda: len(sandbox.messages("general")) == 1)


async def test_before_the_front_desk_is_posted(
    sandbox: Sandbox, steward: RunningSteward, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = sandbox.person("administrator")
    await admin.press(await admin.run("setup"), "Front desk")
    page = admin.messages("general")[-1]
    send = discord.abc.Messageable.send
    monkeypatch.setattr(discord.abc.Messageable, "send", gate.before(send))
    await answered_first(sandbox, gate, admin.choose(page, "setup:desk", "front-desk"))
    await sandbox.until(lambda: sandbox.messages("front-desk"))


@pytest.fixture
def derivations(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Calling it holds every derivation of a key from a receipt from then on."""
    derive = receipts.derive

    def held(receipt: str, salt: bytes) -> receipts.Derived:
        gate.hold()
        return derive(receipt, salt)

    return lambda: monkeypatch.setattr(receipts, "derive", held)


async def test_before_a_report_is_sealed(
    sandbox: Sandbox, steward: RunningSteward, gate: Gate, derivations: Callable[[], None]
) -> None:
    member = sandbox.person("member")
    ready = await confirmed(member, await preview(member))
    derivations()
    reply = await answered_first(sandbox, gate, member.press(ready, "Send"))
    await sandbox.until(lambda: "**Sent.**" in reply.text)


async def test_before_a_receipt_is_looked_up(
    sandbox: Sandbox, steward: RunningSteward, gate: Gate, derivations: Callable[[], None]
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    form = await member.run("report check")
    derivations()
    act = member.submit(form.modal, {"receipt": receipt})
    assert "was kept" in (await answered_first(sandbox, gate, act)).text
