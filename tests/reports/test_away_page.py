"""The local page of sealed reading, and the same at a terminal."""

import asyncio
import io
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.__main__ import main
from bot.errors import NotAllowed
from bot.reports.away import acts, quoting
from bot.reports.away.bringing import Brought
from bot.reports.away.file import AnswerFile
from bot.reports.away.page import InboxPage
from bot.reports.bundle import open_bundle
from bot.reports.messages import MessageKind
from tests.conftest import HandClock
from tests.reports.conftest import GUILD
from tests.reports.moderating import ANN, BOB, notice_time, shown
from tests.reports.test_away import ANSWER, Away, away

__all__ = ["away"]

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = Path("/usr/bin/chromium")


class Browser:
    """Asks the page as a browser on this machine would."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self.session = session
        self.address = address
        self.origin = re.match(r"http://[^/]+", address)[0]  # type: ignore[index]

    async def get(self, path: str = "", **headers: str) -> tuple[int, str]:
        async with self.session.get(self.address + path, headers=headers) as response:
            assert response.status != 200 or response.headers["Cache-Control"] == "no-store"
            return response.status, await response.text()

    async def post(self, path: str, origin: str | None = "", **form: str) -> tuple[int, str]:
        headers = {} if origin is None else {"Origin": origin or self.origin}
        async with self.session.post(self.address + path, data=form, headers=headers) as response:
            return response.status, await response.text()


@pytest.fixture
async def browser(away: Away) -> AsyncIterator[Browser]:
    bundle = await away.bundle()
    page = InboxPage(AnswerFile(away.folder / "answers.json", bundle))
    address = await page.start()
    async with aiohttp.ClientSession() as session:
        yield Browser(session, address)
    await page.close()


async def test_a_report_is_read_answered_and_brought_back(away: Away, browser: Browser) -> None:
    assert browser.address.startswith("http://127.0.0.1:")
    name = away.report_id.hex()[:8]
    status, listed = await browser.get()
    assert status == 200
    assert f'href="r/{name}"' in listed
    assert "supervision" not in listed
    assert name not in (await browser.get("?status=closed"))[1]
    _, read = await browser.get(f"r/{name}")
    assert "cancelled every supervision meeting" in read
    assert "In confidence" in read
    status, after = await browser.post(f"r/{name}", do="write", kind="reply", text=ANSWER)
    assert status == 200
    assert ANSWER in after
    await browser.post(f"r/{name}", do="write", kind="note", text="A note.")
    await browser.post(f"r/{name}", do="used", fate="count", text="Counted in week 12.")
    await browser.post(f"r/{name}", do="status", status="acted")
    assert await away.bring() == Brought(4, 0, 0)
    assert await away.status() == "acted"
    assert (await away.office.check(away.receipt)).replies == (ANSWER, "Counted in week 12.")


async def test_what_cannot_be_kept_is_said_and_the_words_stay_in_the_form(
    away: Away, browser: Browser
) -> None:
    name = away.report_id.hex()[:8]
    status, said = await browser.post(f"r/{name}", do="write", text="<x>" * 700)
    assert status == 400
    assert "1,800 characters" in said
    assert "&lt;x&gt;&lt;x&gt;" in said
    assert (await browser.post(f"r/{name}", do="status", status="nonsense"))[0] == 400
    assert not (away.folder / "answers.json").exists()


async def test_nothing_in_a_reporters_words_can_act_on_the_page(
    away: Away, clock: HandClock
) -> None:
    _, report_id = await shown(away.office, clock, "<script>alert(1)</script> & \u202e<b>bold")
    bundle = await away.bundle()
    page = InboxPage(AnswerFile(away.folder / "answers.json", bundle))
    address = await page.start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{address}r/{report_id.hex()[:8]}") as response,
        ):
            text = await response.text()
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    finally:
        await page.close()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold" in text
    assert "<script" not in text


async def test_the_page_answers_nobody_without_its_address_and_no_other_site(
    away: Away, browser: Browser
) -> None:
    path = f"r/{away.report_id.hex()[:8]}"
    right = browser.address
    assert (await browser.get(Host="evil.example"))[0] == 403
    assert (await browser.get(Origin="http://evil.example"))[0] == 403
    for origin in (None, "http://evil.example", "null"):
        status, _ = await browser.post(path, origin, do="write", kind="reply", text="forged")
        assert status == 403
    browser.address = browser.origin + "/"
    assert (await browser.get())[0] == 404
    browser.address = right[:-2] + ("A/" if right[-2] != "A" else "B/")
    for reached in ("", path):
        assert (await browser.get(reached))[0] == 404
    assert (await browser.post(path, do="write", kind="reply", text="forged"))[0] == 404
    assert not (away.folder / "answers.json").exists()
    assert len(right.split("/")[3]) >= 32


async def test_the_same_can_be_done_at_a_terminal(
    away: Away, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await away.bundle()
    monkeypatch.chdir(away.folder)
    name = away.report_id.hex()[:8]
    key = ["--key", "away.key"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(ANSWER))
    assert main(["inbox", "inbox.json", *key, "--reply", name]) == 0
    assert "1 answer" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.StringIO("A note.\n"))
    assert main(["inbox", "inbox.json", *key, "--note", name[:4]]) == 0
    assert main(["inbox", "inbox.json", *key, "--status", name, "Acted on"]) == 0
    assert "3 answers" in capsys.readouterr().out
    assert main(["inbox", "inbox.json", *key, "--status", name, "nonsense"]) == 1
    assert main(["inbox", "inbox.json", *key, "--status", "ffff0000", "new"]) == 1
    assert capsys.readouterr().err.count("\n") == 2
    assert await away.bring("inbox.answers.json") == Brought(3, 0, 0)
    assert Path("inbox.json").exists()
    await away.bundle()
    assert main(["inbox", "inbox.json", *key]) == 0
    shown = capsys.readouterr().out
    assert f"[reply, not fetched as of the last notice, week 2026-W10]\n{ANSWER}" in shown
    assert "[note for moderators, week 2026-W10]\nA note." in shown
    assert "Acted on" in shown


async def test_the_command_serves_the_page_until_it_is_told_to_stop(away: Away) -> None:
    await away.bundle()
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "inbox", str(away.folder / "inbox.json")),
        *("--key", str(away.folder / "away.key"), "--page"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert started.stdout is not None
    try:
        async with asyncio.timeout(30):
            await started.stdout.readline()
            address = (await started.stdout.readline()).decode().strip()
            async with aiohttp.ClientSession() as session:
                assert (await Browser(session, address).get())[0] == 200
            started.terminate()
            _, problems = await started.communicate()
    finally:
        if started.returncode is None:
            started.kill()
    assert started.returncode == 0
    assert problems == b""


async def test_a_real_browser_can_send_the_forms(away: Away, browser: Browser) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    said: list[str] = []
    async with playwright.async_playwright() as driver:
        chromium = await driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        page = await chromium.new_page(viewport={"width": 420, "height": 900})
        page.on("console", lambda message: said.append(message.text))
        await page.goto(browser.address)
        await page.click(f"text={away.report_id.hex()[:8]}")
        await page.fill("textarea:visible >> nth=0", ANSWER)
        await page.click("text=Keep >> nth=0")
        await page.wait_for_selector("text=not brought back yet", timeout=10_000)
        await chromium.close()
    assert said == []
    assert await away.bring() == Brought(1, 0, 0)


def once(page: str, do: str) -> str:
    """What the form alone has that does this."""
    (found,) = re.findall(
        rf'name="do" value="{do}"><input type="hidden" name="once" [^>]*"(.+?)">', page
    )
    return str(found)


async def test_pressed_twice_each_form_does_its_work_once(away: Away, browser: Browser) -> None:
    where = f"r/{away.report_id.hex()[:8]}"
    _, page = await browser.get(where)
    reply = {"do": "write", "kind": "reply", "text": ANSWER, "once": once(page, "write")}
    used = {"do": "used", "fate": "count", "text": "Counted.", "once": once(page, "used")}
    for form in (reply, used):
        both = await asyncio.gather(*(browser.post(where, **form) for _ in range(2)))
        assert [status for status, _ in both] == [200, 200]
    # What could not be kept is no work done.
    wrong = {"do": "label", "text": "x" * 99, "once": once(page, "label")}
    assert (await browser.post(where, **wrong))[0] == 400
    await browser.post(where, **(wrong | {"text": "rota"}))
    _, asked = await browser.post(where, do="redact", key="report", text="They")
    gone = {"do": "redacted", "key": "report", "text": "They", "once": once(asked, "redacted")}
    first, second = [await browser.post(where, **gone) for _ in range(2)]
    assert "deleted for good when it is brought back" in first[1]
    assert second[0] == 200
    assert "This was pressed before, and was done then." in second[1]
    assert len(await away.answers()) == 4
    _, listed = await browser.get()
    undo = {"do": "undo", "once": once(listed, "undo")}
    await asyncio.gather(*(browser.post("", **undo) for _ in range(2)))
    assert len(await away.answers()) == 3
    # What was taken back can be done again, from the same screen.
    await browser.post(where, **gone)
    assert await away.bring() == Brought(4)
    assert (await away.office.check(away.receipt)).replies[:2] == (ANSWER, "Counted.")


async def test_everything_on_the_page_is_written_and_brought_back(
    away: Away, clock: HandClock
) -> None:
    _, other = await shown(away.office, clock, "Our manager Jane Doe shouted at us.", use="pub")
    answers = await away.answers()
    page = InboxPage(answers)
    async with aiohttp.ClientSession() as session:
        browser = Browser(session, await page.start())
        name, first = f"r/{other.hex()[:8]}", away.report_id.hex()[:8]
        left = "Our manager shouted at us."
        _, asked = await browser.post(name, do="redact", key="report", text=left)
        assert "Our manager [removed] shouted at us." in asked
        assert not answers.path.exists()
        _, done = await browser.post(name, do="redacted", key="report", text=left)
        assert "deleted for good when it is brought back" in done
        for form in (
            {"do": "label", "text": "shouting"},
            {"do": "hand", "text": "Bob"},
            {"do": "merge", "other": first},
            {"do": "quote", "text": "shouted at us"},
            {"do": "stop"},
        ):
            assert (await browser.post(name, **form))[0] == 200, form
        for form, said in (
            ({"do": "agree", "number": "1"}, "in this very file"),
            ({"do": "take", "number": "1"}, "has to agree first"),
            ({"do": "agree", "number": "²"}, "no quotation of that number"),
            ({"do": "merge", "other": "ffff0000"}, "No one report"),
            ({"do": "apart"}, ""),
            ({"do": "apart"}, "under no matter"),
            ({"do": "nonsense"}, "cannot be done here"),
            ({"do": "redact", "key": "9", "text": "x"}, "cannot be changed"),
        ):
            status, text = await browser.post(name, **form)
            assert (status, said in text) == (400 if said else 200, True), form
        _, listed = await browser.get("?label=shouting&to=Bob")
        assert name in listed
        assert first not in listed
        _, undone = await browser.post("")
        assert "one of 2 of a matter" in undone
        assert "nothing to count yet" in (await browser.get("figures"))[1]
        assert (await browser.post("figures"))[0] == 400
        assert (await browser.post("reseal"))[0] == 200
    await page.close()
    brought = await away.bring()
    assert (brought.added, brought.late) == (6, 1)  # the test's clock is another day
    assert len(answers) == 7


async def test_the_rest_can_be_done_at_a_terminal(
    away: Away,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, other = await shown(away.office, clock, "Our manager Jane Doe shouted at us.", use="pub")
    await away.exported()
    monkeypatch.chdir(away.folder)
    name, first = other.hex()[:8], away.report_id.hex()[:8]

    def run(*options: str, said: str = "", key: str = "away.key") -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(said))
        status = main(["inbox", "inbox.json", "--key", "away.key", "--key", key, *options])
        told = capsys.readouterr()
        return status, told.out + told.err

    status, told = run("--redact", name, said="jane doe\n\n")
    assert status == 0
    assert "Our manager [removed] shouted at us." in told
    assert "delete the bundle" in told
    assert run("--used", name, "Counted", said="In the bulletin of week 12.")[0] == 0
    assert run("--label", name, "shouting", "--as", "Ann")[0] == 0
    assert run("--hand", name, "Bob")[0] == 0
    assert run("--matter", name, first)[0] == 0
    assert run("--apart", name)[0] == 0
    assert run("--undo")[0] == 0
    assert run("--quote", name, said="shouted at us")[0] == 0
    assert run("--stop", name)[0] == 0
    assert run("--agree", name, "1")[0] == 1
    assert run("--take", name, "x")[0] == 1
    assert run("--redact", name, said="nowhere")[0] == 1
    status, told = run()
    assert "[label, by Ann, not brought back yet]" in told
    assert "[quotation 1: a second moderator has to agree]" in told
    assert "nothing to count yet" in run("--figures")[1]
    assert "sealed to the server's key already" in run("--reseal")[1]
    brought = await away.bring("inbox.answers.json")
    assert (brought.added, brought.late) == (7, 1)
    await away.exported()
    assert "nothing here that is not brought back" not in run("--undo")[1]  # the stop that was late
    assert "nothing here that is not brought back" in run("--undo")[1]


async def test_under_a_legal_hold_nothing_is_taken_out_there_or_here(away: Away) -> None:
    answers, report = await away.answers(), await away.report()
    acts.take_out(answers, report, ["supervision"])
    acts.write(answers, report, MessageKind.REPLY, ANSWER)
    await away.office.desk.choices.set_hold(GUILD, on=True)
    assert await away.bring() == Brought(1, on_hold=1)
    assert "supervision" in ((await away.report()).text or "")
    later = await away.answers("later.json")
    with pytest.raises(NotAllowed, match="legal hold"):
        acts.take_out(later, later.reports[0], ["supervision"])
    await away.office.desk.choices.set_hold(GUILD, on=False)
    assert await away.bring() == Brought(1, 1)
    assert "supervision" not in ((await away.report()).text or "")


async def test_nothing_in_a_bundle_of_a_hostile_machine_can_act_on_the_page(away: Away) -> None:
    path, evil = await away.exported(), "<script>alert(1)</script>"
    content = json.loads(path.read_bytes())
    table = {"first": "2026-Q1", "last": "2026-Q1", "total": evil, "categories": [], "regions": []}
    content |= {"week": evil, "groups": [["load", evil]], "figures": [table]}
    content["reports"][0] |= {"week": evil, "status": evil}
    path.write_text(json.dumps(content))
    file = AnswerFile(away.folder / "a.json", open_bundle(path, away.folder / "away.key"))
    page = InboxPage(file)
    async with aiohttp.ClientSession() as session:
        browser = Browser(session, await page.start())
        for shown_at in ("", f"?status={evil}", f"r/{away.report_id.hex()[:8]}", "figures"):
            status, text = await browser.get(shown_at)
            assert status == 200
            assert "<script" not in text, shown_at
        assert "The bundle is damaged" in text
    await page.close()


async def test_a_report_with_signs_that_cannot_be_seen_is_redacted_on_the_page(
    away: Away, clock: HandClock
) -> None:
    hidden = "Our manager\u200bJane shouted\u202e at us."
    _, report_id = await shown(away.office, clock, hidden, use="pub")
    page = InboxPage(await away.answers())
    async with aiohttp.ClientSession() as session:
        browser = Browser(session, await page.start())
        name = f"r/{report_id.hex()[:8]}"
        _, text = await browser.get(name)
        offered = re.search(r"<textarea[^>]*tall>\n(.*?)</textarea>", text, re.DOTALL)
        assert offered is not None
        left = offered[1].replace("shouted", "")
        assert (await browser.post(name, do="redact", key="report", text=left))[0] == 200
    await page.close()


async def test_on_the_page_a_reporter_who_has_come_to_want_it_is_asked(
    away: Away, clock: HandClock
) -> None:
    desk = away.office.desk
    receipt, report_id = await shown(away.office, clock, "Our manager shouts at us.", use="pub")
    for name, by, act in (("a.json", ANN, "quote"), ("b.json", BOB, "agree")):
        file = await away.answers(name)
        report = file.report(report_id)
        if act == "quote":
            quoting.propose(file, report, "Our manager shouts")
        else:
            quoting.agree(file, report, 1)
        await away.bring(name, by)
    await desk.change_use(GUILD, 1, (await away.office.check(receipt)).visit, "ask")
    await notice_time(away.office, clock)
    page = InboxPage(await away.answers())
    async with aiohttp.ClientSession() as session:
        browser = Browser(session, await page.start())
        where = f"r/{report_id.hex()[:8]}"
        assert "Ask its reporter" in (await browser.get(where))[1]
        status, after = await browser.post(where, do="ask", number="1")
    await page.close()
    assert status == 200
    assert "Ask its reporter" not in after
    assert await away.bring() == Brought(1)
    assert (await away.office.check(receipt)).replies == ("Our manager shouts",)
