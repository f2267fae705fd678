"""/inbox as moderators meet it, and that nobody else does."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.config import Config
from bot.reports.away.answers import AnswerFile
from bot.reports.bundle import new_keypair, open_bundle, read_bundle
from bot.reports.keys import write_key
from bot.reports.messages import MessageKind
from bot.sandbox import CannotUse, Reply, Sandbox
from tests.cogs.reporting import WORDS, checked, sent
from tests.conftest import HandClock
from tests.harness import RunningSteward


async def listed(sandbox: Sandbox, steward: RunningSteward, number: int = 1) -> list[str]:
    """The names of the reports, once moderators have been shown them."""
    desk = steward.bot.services.reports
    await desk.serve(NoChannel())
    lines = await desk.inbox.list(sandbox.guild.id)
    assert len(lines) == number
    return [line.name for line in lines]


class NoChannel:
    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        return False


async def test_a_report_is_listed_read_answered_and_closed(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    text = WORDS + "\n[a link](https://example.org) **bold** @everyone x123456"
    receipt = await sent(sandbox, member, text, region="w", use="conf")
    (name,) = await listed(sandbox, steward)
    overview = await moderator.run("inbox list")
    assert "New · Workload and hours" in overview.text
    assert "rota" not in overview.text
    read = await moderator.run("inbox read", report=name)
    for needed in ("Nobody has had supervision", "Wales", "In confidence", "[CRN removed]"):
        assert needed in read.text.replace("\\", "")
    assert "[a link](" not in read.text  # nothing in a reporter's words can act
    form = await moderator.press(read, "Reply")
    answered = await moderator.submit(form.modal, {"reply": "Thank you. Is the rota written?"})
    assert "Kept" in answered.text
    await moderator.press(read, "Close")
    back = await checked(member, receipt)
    assert "Thank you. Is the rota written?" in back.text
    assert "Status: **Closed**" in back.text
    await listed(sandbox, steward)
    again = await moderator.run("inbox read", report=name)
    assert "Reopen" in again.buttons
    assert "(fetched)" in again.text.replace("\\", "")
    chosen = await moderator.choose(again, "Change the status; the reporter sees it", "acted")
    assert "Acted on" in chosen.text
    assert all(reply.ephemeral for reply in (overview, read, answered, back, again, chosen))
    for channel in ("general", "news", "bulletins", "moderators"):
        assert sandbox.messages(channel) == []


async def test_moderators_read_filter_and_choose_by_the_servers_own_words(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    groups = steward.bot.services.reports.groups
    await groups.reword(sandbox.guild.id, "it", "Lone *working*", "")
    await sent(sandbox, member, category="it")
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    overview = await moderator.run("inbox list", category="Lone *working*")
    (found,) = await moderator.autocomplete("inbox read", "report", name)
    (choice,) = await moderator.autocomplete("inbox list", "category", "lone")
    for text in (read.text, overview.text):
        assert "Lone \\*working\\*" in text
    for text in (found["name"], choice["name"]):
        assert "Lone *working*" in text
    assert choice["value"] == "it"
    assert "IT, records" not in read.text + overview.text + found["name"]


async def test_what_moderators_do_is_in_the_audit_without_a_word_of_the_report(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    await sent(sandbox, member)
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    form = await moderator.press(read, "Reply")
    await moderator.submit(form.modal, {"reply": "Thank you"})
    await moderator.press(read, "Close")
    await moderator.run("inbox export")
    entries = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert sorted(entry.action for entry in entries) == [
        *("inbox.export", "inbox.read"),
        *("inbox.reply", "inbox.status.closed"),
    ]
    assert {entry.actor_id for entry in entries} == {moderator.id}
    assert all(entry.target in (name, "") for entry in entries)


async def test_members_are_not_offered_the_inbox_and_are_refused_at_every_button(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    await sent(sandbox, member)
    (name,) = await listed(sandbox, steward)
    for command in ("inbox list", "inbox export", "inbox settings"):
        with pytest.raises(CannotUse):
            await member.run(command)
    with pytest.raises(CannotUse):
        await member.run("inbox read", report=name)
    read = await moderator.run("inbox read", report=name)
    form = await moderator.press(read, "Reply")
    settings = await moderator.run("inbox settings")
    key_form = await moderator.press(settings, "Enter a public key")
    # The inbox role is narrowed to one that the moderator does not hold.
    role = sandbox.add_role("Readers")
    await steward.bot.services.servers.change(sandbox.guild.id, inbox_role_id=role.id)
    for refused in (
        await moderator.run("inbox list"),
        await moderator.run("inbox read", report=name),
        await moderator.run("inbox export"),
        await moderator.run("inbox settings"),
        await moderator.press(read, "Reply"),
        await moderator.press(read, "Close"),
        await moderator.choose(read, "Change the status; the reporter sees it", "closed"),
        await moderator.submit(form.modal, {"reply": "hello"}),
        await moderator.submit(key_form.modal, {"key": "ab" * 32}),
    ):
        assert "Only the people who read reports here" in refused.text
        assert refused.ephemeral
    assert await moderator.autocomplete("inbox read", "report", "") == []
    assert (await steward.bot.services.reports.inbox.list(sandbox.guild.id))[0].status == "new"


async def test_autocomplete_says_what_the_list_says_and_no_more(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    await sent(sandbox, member)
    (name,) = await listed(sandbox, steward)
    (choice,) = await moderator.autocomplete("inbox read", "report", name[:3])
    week, status, category = choice["name"].split(" · ")[1:]
    overview = (await moderator.run("inbox list")).text
    assert f"{week} · {status} · {category}" in overview
    assert "rota" not in choice["name"]
    assert (await moderator.run("inbox read", report=choice["value"])).buttons
    assert len(await moderator.autocomplete("inbox list", "status", "")) == 6
    assert len(await moderator.autocomplete("inbox list", "category", "")) == 8


async def test_lists_are_narrowed_and_paged(sandbox: Sandbox, config: Config) -> None:
    steward = RunningSteward(replace(config, report_daily_limit=50))
    await steward.start()
    try:
        member, moderator = sandbox.person("member"), sandbox.person("moderator")
        for number in range(17):
            await sent(sandbox, member, f"number {number}", category="it" if number else "pay")
        names = await listed(sandbox, steward, 17)
        first = await moderator.run("inbox list")
        assert "17 reports" in first.text
        assert sum(name in first.text for name in names) == 15
        second = await moderator.press(first, "More")
        assert sum(name in second.text for name in names) == 2
        assert "1 report" in (await moderator.run("inbox list", category="pay")).text
        assert "0 reports" in (await moderator.run("inbox list", status="closed")).text
        assert "choose from the list" in (await moderator.run("inbox list", status="x")).text
    finally:
        await steward.stop()


async def test_nonsense_and_what_is_gone_get_a_clear_sentence(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    receipt = await sent(sandbox, member)
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    back = await checked(member, receipt)
    asked = await member.press(back, "Withdraw")
    gone = await member.press(asked.messages[0], "Withdraw")
    await sandbox.until(lambda: "**Withdrawn.**" in gone.text)
    await steward.bot.services.reports.serve(NoChannel())
    for reply in (
        await moderator.run("inbox read", report=name),
        await moderator.run("inbox read", report="no such"),
        await moderator.press(read, "Close"),
    ):
        assert "no such report here" in reply.text


async def test_what_was_read_goes_from_the_screen(
    sandbox: Sandbox, steward: RunningSteward, monkeypatch: pytest.MonkeyPatch
) -> None:
    # discord.py has loaded the cog's modules anew for this bot.
    monkeypatch.setattr(sys.modules["cogs.inbox.reading"], "VANISH_AFTER_S", 0.05)
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    long = ("Every word of a long report counts. *" * 80)[:2_990]
    await sent(sandbox, member, long)
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    await sandbox.until(lambda: not read.messages)


async def on_screens(steward: RunningSteward, number: int) -> None:
    """Wait until the bot has heard that so many messages of opened reports have arrived."""
    cog: Any = steward.bot.get_cog("InboxCog")
    async with asyncio.timeout(10):
        while len(cog._on_screens) < number:  # noqa: ASYNC110  nothing tells a test of it
            await asyncio.sleep(0)


async def test_a_restart_takes_what_was_read_from_every_screen(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    await sent(sandbox, member, ("*_`~|" * 600)[:2_990])  # shown in two messages
    (name,) = await listed(sandbox, steward)
    reads = [await moderator.run("inbox read", report=name) for _ in range(2)]
    await on_screens(steward, 4)
    assert [len(read.messages) for read in reads] == [2, 2]
    await steward.stop()
    assert [read.messages for read in reads] == [[], []]
    assert moderator.messages("general") == []


async def test_stopping_does_not_wait_long_for_screens_to_clear(
    sandbox: Sandbox, steward: RunningSteward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["cogs.inbox.reading"], "CLEARING_S", 0.05)
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    await sent(sandbox, member)
    (name,) = await listed(sandbox, steward)
    await moderator.run("inbox read", report=name)
    await on_screens(steward, 1)
    cut_short = asyncio.Event()

    async def hang(*_: object, **__: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cut_short.set()

    monkeypatch.setattr(discord.WebhookMessage, "delete", hang)
    await asyncio.wait_for(steward.stop(), 10)
    assert cut_short.is_set()


async def test_a_reply_whose_confirmation_is_lost_is_not_said_to_have_failed(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    receipt = await sent(sandbox, member)
    (name,) = await listed(sandbox, steward)
    form = await moderator.press(await moderator.run("inbox read", report=name), "Reply")
    sandbox.faults.order("POST", r"/webhooks/", "404:10015")
    said = ""
    with suppress(TimeoutError):  # no answer comes: that is what was ordered
        async with asyncio.timeout(3):
            said = (await moderator.submit(form.modal, {"reply": "Thank you"})).text
    await sandbox.until(lambda: any(each.status == 404 for each in sandbox.requests))
    assert "Thank you" in (await checked(member, receipt)).text
    assert "Something broke" not in said


async def test_a_long_report_full_of_markdown_is_shown_whole(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    long = ("*_`~|" * 600)[:2_990].rstrip()
    await sent(sandbox, member, long)
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)

    def shown() -> str:
        embeds = [embed for message in read.messages for embed in message.embeds]
        return "".join(embed.get("description", "") for embed in embeds).replace("\\", "")

    await sandbox.until(lambda: long in shown())


async def test_the_notice_counts_and_waits_for_a_channel(sandbox: Sandbox, config: Config) -> None:
    clock = HandClock()
    steward = RunningSteward(replace(config, report_notice_times=(time(18, 0),)), clock)
    await steward.start()
    try:
        desk = steward.bot.services.reports
        cog: Any = steward.bot.get_cog("InboxCog")
        for name in ("member", "colleague"):
            await sent(sandbox, sandbox.person(name))
        await desk.serve(cog)
        clock.advance(timedelta(hours=7))
        await desk.serve(cog)
        assert sandbox.messages("moderators") == []
        await steward.bot.services.servers.change(
            sandbox.guild.id, notice_channel_id=sandbox.channel("moderators").id
        )
        await desk.serve(cog)
        await desk.serve(cog)
        (notice,) = sandbox.messages("moderators")
        assert notice.text == (
            "In the report inbox: 2 new reports. `/inbox list` shows what is there."
        )
    finally:
        await steward.stop()


@pytest.fixture
async def sealed(config: Config) -> AsyncIterator[RunningSteward]:
    steward = RunningSteward(replace(config, report_reading="sealed"))
    await steward.start()
    yield steward
    await steward.stop()


async def test_sealed_reading_from_the_key_to_the_bundle(
    sandbox: Sandbox, sealed: RunningSteward, tmp_path: Path
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    await sealed.bot.services.servers.change(
        sandbox.guild.id, notice_channel_id=sandbox.channel("moderators").id
    )
    refused = await member.run("report new")
    assert "the key to seal them with" in refused.text
    private, public = new_keypair()
    settings = await moderator.run("inbox settings")
    assert "no key yet" in settings.text
    form = await moderator.press(settings, "Enter a public key")
    assert "Nothing was changed" in (await moderator.submit(form.modal, {"key": "12 34"})).text
    taken = await moderator.submit(form.modal, {"key": public.hex()})
    assert " ".join(public.hex()[start : start + 4] for start in (0, 4, 8, 12)) in taken.text
    assert moderator.user.name in sandbox.messages("moderators")[0].text or (
        f"<@{moderator.id}>" in sandbox.messages("moderators")[0].text
    )
    await sent(sandbox, member)
    (name,) = await listed(sandbox, sealed)
    overview = (await moderator.run("inbox list")).text
    assert "Workload" not in overview
    assert "inbox export" in (await moderator.run("inbox read", report=name)).text
    exported = await moderator.run("inbox export")
    bundle, key = _saved(sandbox, exported, tmp_path), tmp_path / "away.key"
    write_key(key, private)
    assert WORDS not in bundle.read_text()
    (report,) = read_bundle(bundle, key)
    assert (report.text, report.category, report.name) == (WORDS, "load", name)
    assert not (sealed.config.keys / f"{sandbox.guild.id}.key").exists()


async def test_answers_from_sealed_reading_are_brought_back(
    sandbox: Sandbox, sealed: RunningSteward, tmp_path: Path
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    private, public = new_keypair()
    await sealed.bot.services.reports.keyring.use_away_key(sandbox.guild.id, public.hex())
    receipt = await sent(sandbox, member)
    await listed(sandbox, sealed)
    bundle, key = _saved(sandbox, await moderator.run("inbox export"), tmp_path), tmp_path / "k"
    write_key(key, private)
    opened = open_bundle(bundle, key)
    answers = AnswerFile(tmp_path / "answers.json", opened)
    answers.write(opened.reports[0], MessageKind.REPLY, "Thank you, from far away.")
    content = answers.path.read_bytes()
    with pytest.raises(CannotUse):
        await member.run("inbox import", file=("answers.json", content))
    done = await moderator.run("inbox import", file=("answers.json", content))
    assert "Brought back 1 answer." in done.text
    assert "Thank you, from far away." in (await checked(member, receipt)).text
    again = await moderator.run("inbox import", file=("answers.json", content))
    assert "not doubled" in again.text
    wrong = await moderator.run("inbox import", file=("answers.json", b"hello"))
    assert "not a file of answers" in wrong.text
    assert "brought back answers" in (await moderator.run("audit")).text
    await sealed.bot.services.servers.change(
        sandbox.guild.id, inbox_role_id=sandbox.add_role("Readers").id
    )
    refused = await moderator.run("inbox import", file=("answers.json", content))
    assert "Only the people who read reports here" in refused.text
    assert all(each.ephemeral for each in (done, again, wrong, refused))


def _saved(sandbox: Sandbox, exported: Reply, folder: Path) -> Path:
    assert exported.message is not None
    (attachment,) = exported.message.raw["attachments"]
    content = next(
        stored.data
        for stored in sandbox._core.files.values()
        if stored.name == attachment["filename"]
    )
    assert json.loads(content)["steward_inbox"] == 1
    path = folder / str(attachment["filename"])
    path.write_bytes(content)
    return path
