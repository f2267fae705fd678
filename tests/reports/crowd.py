"""Forty members who report, come back, err, are refused and are cut off; and what they sent.

For the byte search. Every text has a word of ``WORDS`` that stands nowhere else, and every number
of a report decides what else its writer does: no two go quite the same way.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import time

from bot.sandbox import Message, Person, Reply, Sandbox
from bot.sandbox.constants import InteractionKind
from tests.cogs.reporting import checked, pressed, receipt_in

WORDS = {
    "report": "zephyrine",
    "long": "verbosely",
    "draft": "flummeries",
    "addition": "taradiddles",
    "reply": "plumages",
    "note": "marginalia",
    "label": "bibelotry",
    "fate": "comeuppance",
}
PATIENCE_S = 120  # on a machine that is busy with something else
AT_ONCE = 8  # members at one moment
# What happens to the answer to Send: which request of it fails, and how.
FAULTS = {
    1: ("PATCH", "", "429"),
    3: ("POST", "/callback", "429"),
    5: ("PATCH", "", "500"),
    7: ("POST", "/callback", "503"),
    9: ("PATCH", "", "lost"),
    11: ("PATCH", "", "403:50013"),
    13: ("POST", "/callback", "404:10062"),
    15: ("PATCH", "", "429:global"),
}
FAULTY = 20  # of so many reports, as many as there are faults


@dataclass
class Sent:
    """A report as its writer knows it.

    Attributes:
        text: word for word, as the preview showed it.
        state: what must be true of it; ``perhaps`` where its writer was cut off before an answer.
        added: what was added.
        answered: whether moderators did something to it.
    """

    member: Person
    receipt: str
    text: str
    use: str
    state: str = "kept"
    added: list[str] = field(default_factory=list)
    answered: bool = False


class Crowd:
    """The members.

    Attributes:
        sent: their reports.
        spans: when nobody but them did anything, in seconds since 1970.
    """

    def __init__(self, sandbox: Sandbox, members: int) -> None:
        self.sandbox = sandbox
        self.members = [sandbox.add_person(f"quillfeather{number}x") for number in range(members)]
        self.sent: list[Sent] = []
        self.spans: list[tuple[float, float]] = []
        self._gate = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """A time in which nobody else does anything."""
        begin = time()
        yield
        self.spans.append((begin, time()))

    async def all_of(self, acts: Iterable[Awaitable[object]]) -> None:
        """Do many things, some at one moment."""

        async def one(act: Awaitable[object]) -> None:
            async with self._gate:
                await act

        await asyncio.gather(*map(one, acts))

    # Reporting

    async def report(self, member: Person, number: int) -> None:
        """One report, from the first screen to the answer that it was sent, or to its loss."""
        if number % 10 == 0:
            in_private = await member.run("report new", where="dm")
            assert in_private.ephemeral
        if number % 12 == 0:
            await self._discarded(member)
        sent, shown = await self._previewed(member, number)
        ready = await self._confirmed(member, shown, number)
        self.sent.append(sent)
        if number % 19 == 0:
            asked = await member.press(ready, "Harm soon? Tell moderators now")
            await self._send(member, asked, "Send and tell moderators now", number)
        else:
            await self._send(member, ready, "Send", number)

    async def _previewed(self, member: Person, number: int) -> tuple[Sent, Reply]:
        screen = await member.run("report new")
        use = ("count", "conf", "ask", "pub")[number % 4]
        form = await member.press(screen, "Write a report")
        values: dict[str, object] = {
            "what": text_of(number),
            "category": [("load", "pay", "safe", "else")[number % 4]],
            "region": [("no", "w", "n")[number % 3]],
            "use": [use],
        }
        if number % 14 == 0:  # nothing but blanks: refused
            assert (await member.submit(form.modal, {**values, "what": " \n "})).ephemeral
        shown = await member.submit(form.modal, values)
        if number % 11 == 0:
            again = await member.press(shown, "Edit")
            text = f"{WORDS['report']} number {number}, mended"
            shown = await member.submit(again.modal, {"what": text})
        assert shown.message is not None, shown.text
        words = shown.message.embeds[0]["description"]
        return Sent(member, receipt_in(shown), words, use), shown

    async def _confirmed(self, member: Person, shown: Reply, number: int) -> Reply:
        if number % 6 == 0:
            return await member.press(shown, "Skip this check")
        asked = await member.press(shown, "I have saved the receipt")
        if number % 9 == 0:
            wrong = await member.submit(asked.modal, {"receipt": "zoo " * 8})
            assert "not the words above" in wrong.text
        return await member.submit(asked.modal, {"receipt": receipt_in(shown)})

    async def _discarded(self, member: Person) -> None:
        screen = await member.run("report new")
        form = await member.press(screen, "Write a report")
        given = {"what": f"{WORDS['draft']}, all of it", "category": ["load"]}
        shown = await member.submit(form.modal, given)
        await member.press(shown, "Discard")

    async def _send(self, member: Person, on: Reply, button: str, number: int) -> None:
        before = len(self.sandbox._core.requests)
        made = pressed(member, on, button)
        fault = FAULTS.get(number % FAULTY)
        if fault is not None:
            method, path, kind = fault
            self.sandbox.faults.order(method, re.escape(made.token) + ".*" + path, kind)

        def over() -> bool:
            return any(
                request.method == "PATCH"
                and made.token in request.path
                and request.status not in (429, 500, 503)
                for request in self.sandbox._core.requests[before:]
            )

        await self.sandbox.until(over, PATIENCE_S)
        if fault is None:
            assert Reply(made).text.startswith(("**Sent", "###")), Reply(made).text

    async def cut_off(
        self, child: asyncio.subprocess.Process, numbers: Iterable[int], by: int
    ) -> None:
        """Have several press Send, and end the bot by a signal when the first hears of it."""
        ready = []
        for number, member in zip(numbers, self.members, strict=False):
            sent, shown = await self._previewed(member, number * 2 + 10_000)
            sent.state = "perhaps"
            self.sent.append(sent)
            ready.append((member, await self._confirmed(member, shown, 1)))
        presses = [pressed(member, on, "Send") for member, on in ready]
        await self.sandbox.until(lambda: any(each.acknowledged for each in presses), PATIENCE_S)
        child.send_signal(by)
        await child.wait()

    # Coming back

    async def come_back(self, sent: Sent, number: int) -> None:
        """Use a receipt; then add, change the use, answer a quotation, or withdraw."""
        member = sent.member
        back = await checked(member, sent.receipt)
        if sent.state in ("withdrawn", "lost"):
            assert "No report here matches" in back.text
            return
        if sent.state == "perhaps" and "No report here matches" in back.text:
            sent.state = "lost"
            return
        assert "Your report was kept" in back.text, back.text
        sent.state = "kept"
        for message in back.messages[1:]:
            if "May these words be used publicly?" in message.text:
                await self._approve(member, message)
        match number % 8:
            case 0:
                await self._add(sent, back, number)
            case 2:
                shown = await member.press(back, "Change how it may be used")
                changed = await member.choose(shown, "From now on it may be used …", "conf")
                await self.sandbox.until(lambda: "**Changed to" in changed.text, PATIENCE_S)
            case 4:
                await self._withdraw(sent, back)

    async def _approve(self, member: Person, asked: Message) -> None:
        await member.press(asked, "Approve")
        await self.sandbox.until(lambda: "**Approved.**" in asked.text, PATIENCE_S)

    async def _add(self, sent: Sent, back: Reply, number: int) -> None:
        member = sent.member
        form = await member.press(back, "Add more")
        text = f"{WORDS['addition']} of {number}, ring 020 7946 0000"
        shown = await member.submit(form.modal, {"what": text})
        assert shown.message is not None
        words = shown.message.embeds[0]["description"]
        added = await member.press(shown, "Add this")
        await self.sandbox.until(lambda: "**Added.**" in added.text, PATIENCE_S)
        sent.added.append(words)

    async def _withdraw(self, sent: Sent, back: Reply) -> None:
        asked = await sent.member.press(back, "Withdraw")
        gone = await sent.member.press(asked.messages[0], "Withdraw")
        await self.sandbox.until(lambda: "**Withdrawn.**" in gone.text, PATIENCE_S)
        sent.state = "withdrawn"

    # Slips

    async def slips(self) -> None:
        """Receipts that are none, buttons that are stale or broken, one report too many."""
        first, second, third = self.members[:3]
        for typed in ("zoo " * 8, "zzzz " * 8, f"{WORDS['draft']} is no receipt", "1234"):
            assert (await checked(first, typed)).ephemeral
        for custom_id in ("reports:chosen:nothing", "reports:gone:a:b", "reports:nosuch:1"):
            made = self.sandbox.interactions.start(
                InteractionKind.COMPONENT,
                second.id,
                second.place("general"),
                {"component_type": 3, "custom_id": custom_id, "values": []},
                source=second.messages("general")[-1],
            )
            assert (await second.settle(made)).ephemeral
        for command in ("report privacy", "report check"):
            await third.run(command, where="dm")
        await third.run("report privacy")

    async def too_many(self, member: Person, number: int) -> None:
        """Report until the limit says no."""
        while True:
            screen = await member.run("report new")
            form = await member.press(screen, "Write a report")
            if form.modal is None:
                assert "from one person in a day" in form.text
                return
            await self.report(member, number)
            number += 2  # no faults


def text_of(number: int) -> str:
    """A report's words, as they are typed."""
    text = f"{WORDS['report']} number {number}: nobody relieves us, crn x{123_456 + number}."
    if number % 5 == 0:
        text += (
            "\n\n**Twice** a week; _really_ 😐 `always`, <@123> and [a link](https://example.org)"
        )
    if number % 16 == 0:
        text += f"\nMore {WORDS['long']}" * 180
    return text
