"""Two moderators who read and answer the reports of the byte search, and carry files away."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from bot.reports.bundle import Bundle, open_bundle
from bot.reports.messages import MessageKind
from bot.sandbox import Person, Reply, Sandbox
from tests.reports.crowd import AT_ONCE, PATIENCE_S, WORDS, Sent
from tests.reports.hosting import Host

TAKEN_OUT = "nobody relieves us"


class Readers:
    """A moderator and a second one.

    Args:
        away: a folder on another machine, where sealed reports are opened.
    """

    def __init__(self, sandbox: Sandbox, away: Path) -> None:
        self.sandbox = sandbox
        self.first = sandbox.person("moderator")
        self.second = sandbox.person("colleague")
        sandbox.set_roles(self.second, ["Members", "Moderators"])
        self._away = away
        away.mkdir()

    async def choose_channel(self) -> None:
        """Have notices posted in #moderators."""
        admin = self.sandbox.person("administrator")
        await admin.press(await admin.run("setup"), "Channels")
        page = admin.messages("general")[-1]
        await admin.choose(page, "setup:channel:notices", "moderators")

    async def export(self, host: Host) -> tuple[Path, Bundle]:
        """The sealed bundle, which is searched as well, and what it holds."""
        before = set(self.sandbox._core.files)
        await self.first.run("inbox export")
        (new,) = set(self.sandbox._core.files) - before
        stored = self.sandbox._core.files[new]
        host.keep(f"the exported {stored.name} {new}", stored.data)
        path = self._away / stored.name
        path.write_bytes(stored.data)
        return path, open_bundle(path, [*host.data.glob("keys/*.key")])

    async def work(self, host: Host, sent: list[Sent]) -> None:
        """Do to a few reports all that can be done to one."""
        _, bundle = await self.export(host)
        names = {report.text: report.name for report in bundle.reports}
        open_ones = [each for each in sent if names.get(each.text) and each.state == "kept"]
        for number, each in enumerate(open_ones[:24]):
            each.answered = True
            await self._act(names[each.text], each, number)
        asking = [each for each in open_ones[24:] if each.use in ("ask", "pub")]
        for each in asking[:4]:
            each.answered = True
            await self._quote(names[each.text], each)
        read = await self.first.run("inbox read", report=names[open_ones[0].text])
        asked = await self.first.press(read, "Stop this sender")
        await self._offers(asked, "Stop for today")
        before = asked.text
        done = await self.first.press(asked, "Stop for today")
        await self.sandbox.until(lambda: done.text != before, PATIENCE_S)
        joined = await filled(self.first, read, "Same matter", other=names[open_ones[1].text])
        assert "one matter now" in joined.text
        await self.first.run("inbox list")
        await self.first.run("audit")

    async def _act(self, name: str, sent: Sent, number: int) -> None:
        moderator = (self.first, self.second)[number % 2]
        read = await moderator.run("inbox read", report=name)
        match number % 6:
            case 0:
                done = await filled(moderator, read, "Reply", reply=WORDS["reply"])
            case 1:
                done = await filled(moderator, read, "Note", note=WORDS["note"])
            case 2:
                done = await filled(moderator, read, "Label", label=WORDS["label"])
            case 3:
                done = await filled(
                    moderator, read, "What became of it", fate=["count"], words=WORDS["fate"]
                )
            case 4:
                menu = "Change the status; the reporter sees it"
                done = await moderator.choose(read, menu, "looking")
            case _ if TAKEN_OUT in sent.text:
                left = sent.text.replace(TAKEN_OUT, "")
                asked = await filled(moderator, read, "Redact more", text=left)
                await self._offers(asked, "Delete for good")
                done = await moderator.press(asked, "Delete for good")
                await self.sandbox.until(lambda: "**Done.**" in done.text, PATIENCE_S)
                sent.text = sent.text.replace(TAKEN_OUT, "[removed]")
            case _:
                done = read
        assert done.ephemeral, done.text

    async def _quote(self, name: str, sent: Sent) -> None:
        words = sent.text.split(":")[0]
        first, second = self.first, self.second
        screen = await first.press(await first.run("inbox read", report=name), "Quote")
        await self._offers(screen, "Propose words")
        shown = await filled(first, screen, "Propose words", words=words)
        await self._offers(shown, "Propose these")
        done = await first.press(shown, "Propose these")
        await self.sandbox.until(lambda: "**Proposed**" in done.text, PATIENCE_S)
        theirs = await second.press(await second.run("inbox read", report=name), "Quote")
        await self._offers(theirs, "Agree")
        (agree,) = [each for each in theirs.buttons if each.startswith("Agree")]
        await second.press(theirs, agree)

    async def _offers(self, shown: Reply, button: str) -> None:
        """Wait for a button: with everything shown at once the file is often being rewritten."""
        await self.sandbox.until(
            lambda: any(each.startswith(button) for each in shown.buttons), PATIENCE_S
        )

    async def read_all(self, host: Host, sent: list[Sent]) -> None:
        """Every report that was kept is there to be read, word for word, and no other."""
        path, bundle = await self.export(host)
        kept = [each for each in sent if each.state == "kept"]
        texts = {report.name: report.text for report in bundle.reports}
        assert Counter(texts.values()) == Counter(each.text for each in kept)
        added = Counter(text for each in kept for text in each.added)
        assert added == Counter(
            message.text
            for report in bundle.reports
            for message in report.messages
            if message.kind is MessageKind.ADDITION
        )
        gate = asyncio.Semaphore(AT_ONCE)

        async def is_read(name: str, text: str) -> None:
            async with gate:
                read = await self.first.run("inbox read", report=name)
            assert squeezed(text) in squeezed(shown_in(read)), name

        await asyncio.gather(*(is_read(name, text or "") for name, text in texts.items()))
        (key,) = host.data.glob("keys/*.key")
        printed = await host.command("inbox", str(path), "--key", str(key))
        assert all(squeezed(text or "") in squeezed(printed) for text in texts.values())
        # Opened away from the host it shows the words, and nobody.
        host.opened["the bundle at a terminal"] = printed.encode()

    async def close(self, host: Host, sent: list[Sent]) -> None:
        """Close reports: their time runs from now."""
        _, bundle = await self.export(host)
        names = {report.text: report.name for report in bundle.reports}
        for each in sent:
            read = await self.first.run("inbox read", report=names[each.text])
            await self.first.press(read, "Close")
            each.state = "closed"

    async def figures(self) -> None:
        """Have the figures of the last quarter posted in public."""
        shown = await self._until("inbox figures", "count reports, not people")
        await self.first.press(shown, "Post in channel")

    async def until_deleted(self) -> None:
        """Wait until nothing that was closed is listed."""
        await self._until("inbox list", "0 reports", status="closed")

    async def _until(self, command: str, wanted: str, **options: Any) -> Reply:
        """Ask until the first round of the bot's desk is over."""
        async with asyncio.timeout(PATIENCE_S):
            while wanted not in (reply := await self.first.run(command, **options)).text:
                pass
        return reply


async def filled(person: Person, on: Reply, button: str, **values: Any) -> Reply:
    """Press a button that opens a form, and send the form."""
    opened = await person.press(on, button)
    return await person.submit(opened.form, values)


def shown_in(reply: Reply) -> str:
    """The descriptions of an opened report's embeds, without the signs that keep words inert."""
    texts = [
        embed.get("description") or "" for message in reply.messages for embed in message.embeds
    ]
    return "".join(texts).replace("\\", "")


def squeezed(text: str) -> str:
    """A text without its white space: it may be wrapped, or cut into messages."""
    return "".join(text.split())
