"""What moderators do with an opened report, as they meet it in Discord."""

from typing import Any

import pytest

from bot.reports.casework import quoting
from bot.sandbox import Person, Reply, Sandbox
from tests.cogs.reporting import WORDS, checked, sent
from tests.cogs.test_inbox import listed
from tests.harness import RunningSteward


@pytest.fixture
async def name(sandbox: Sandbox, steward: RunningSteward) -> str:
    """One report that moderators may see."""
    await sent(sandbox, sandbox.person("member"))
    (found,) = await listed(sandbox, steward)
    return found


def second_moderator(sandbox: Sandbox) -> Person:
    """A colleague who may read reports too."""
    colleague = sandbox.person("colleague")
    moderator = sandbox.person("moderator")
    guild = sandbox.guild
    guild.members[colleague.id].roles = [*guild.members[moderator.id].roles]
    return colleague


async def filled(person: Person, on: Reply, button: str, **values: Any) -> Reply:
    """Press a button that opens a form, and send the form."""
    opened = await person.press(on, button)
    return await person.submit(opened.form, values)


async def test_note_label_and_fate_stand_under_the_report(
    sandbox: Sandbox, steward: RunningSteward, name: str
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    receipt = await sent(sandbox, member, "Another one.", use="conf")
    names = await listed(sandbox, steward, 2)
    (other,) = set(names) - {name}
    read = await moderator.run("inbox read", report=other)
    noted = await filled(moderator, read, "Note", note="Seen **before**?")
    assert "not told" in noted.text
    labelled = await filled(moderator, read, "Label", label="night shifts")
    assert "night shifts" in labelled.text
    refused = await filled(moderator, read, "What became of it", fate=["pub"], words="In the paper")
    assert "in confidence only" in refused.text
    told = await filled(
        moderator, read, "What became of it", fate=["count"], words="Counted in week 12."
    )
    assert "Kept" in told.text
    again = await moderator.run("inbox read", report=other)
    for needed in (
        *("Note for moderators", "Seen \\*\\*before\\*\\*?", f"<@{moderator.id}>"),
        *("Labelled “night shifts”", "Told to the reporter", "Counted (not fetched yet"),
    ):
        assert needed in again.text
    back = await checked(member, receipt)
    assert "Counted in week 12." in back.text
    assert "Seen" not in back.text
    assert "night shifts" not in back.text
    overview = await moderator.run("inbox list", label="night shifts")
    assert "1 report" in overview.text
    assert "**night shifts**" in overview.text
    (choice,) = await moderator.autocomplete("inbox list", "label", "night")
    assert choice == {"name": "night shifts · 1 report", "value": "night shifts"}
    assert all(each.ephemeral for each in (noted, labelled, refused, told, again, overview))


async def test_two_reports_become_one_matter_and_are_taken_apart_again(
    sandbox: Sandbox, steward: RunningSteward, name: str
) -> None:
    moderator = sandbox.person("moderator")
    await sent(sandbox, sandbox.person("member"), "The same rota again.")
    (other,) = set(await listed(sandbox, steward, 2)) - {name}
    read = await moderator.run("inbox read", report=name)
    joined = await filled(moderator, read, "Same matter", other=other)
    assert "one matter now" in joined.text
    (choice,) = await moderator.autocomplete("inbox list", "matter", other)
    assert "2 reports" in choice["name"]
    for matter in (choice["value"], other):
        overview = await moderator.run("inbox list", matter=matter)
        assert overview.text.count("one of 2 of a matter") == 2
    assert f"`{other}`" in (await moderator.run("inbox read", report=name)).text
    await moderator.press(joined, "Undo")
    assert await moderator.autocomplete("inbox list", "matter", "") == []
    assert "one of" not in (await moderator.run("inbox list")).text
    await filled(moderator, read, "Same matter", other=other)
    again = await moderator.run("inbox read", report=name)
    await moderator.press(again, "Not this matter")
    assert "one of" not in (await moderator.run("inbox list")).text


async def test_a_report_is_handed_only_to_somebody_who_reads_reports(
    sandbox: Sandbox, steward: RunningSteward, name: str
) -> None:
    moderator = sandbox.person("moderator")
    menu = "Somebody who reads reports"
    asked = await moderator.press(await moderator.run("inbox read", report=name), "Hand on")
    refused = await moderator.choose(asked, menu, "member")
    await sandbox.until(lambda: "does not read reports" in refused.text)
    colleague = second_moderator(sandbox)
    asked = await moderator.press(await moderator.run("inbox read", report=name), "Hand on")
    done = await moderator.choose(asked, menu, colleague)
    await sandbox.until(lambda: "is with" in done.text)
    assert "1 report" in (await colleague.run("inbox list", mine=True)).text
    assert "0 reports" in (await moderator.run("inbox list", mine=True)).text
    assert f"with <@{colleague.id}>" in (await moderator.run("inbox list")).text
    assert sandbox.messages("moderators") == []


async def test_more_is_taken_out_after_asking_back(
    sandbox: Sandbox, steward: RunningSteward, name: str
) -> None:
    moderator = sandbox.person("moderator")
    read = await moderator.run("inbox read", report=name)
    form = (await moderator.press(read, "Redact more")).form
    assert form.fields["text"]["value"] == WORDS
    added = await moderator.submit(form, {"text": WORDS + " Indeed."})
    assert "only take words out" in added.text
    left = await moderator.submit(form, {"text": WORDS.replace("since October", "")})
    assert "Not done yet" in left.text
    assert "supervision [removed], and the rota" in left.text
    kept = await moderator.press(left, "Leave it")
    assert "Nothing was changed" in kept.text
    assert "October" in (await moderator.run("inbox read", report=name)).text
    left = await moderator.submit(form, {"text": WORDS.replace("since October", "")})
    done = await moderator.press(left, "Delete for good")
    await sandbox.until(lambda: "**Done.**" in done.text)
    again = await moderator.run("inbox read", report=name)
    assert "October" not in again.text
    assert "moderators took more out" in again.text


async def test_words_are_quoted_once_a_second_moderator_agrees(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    receipt = await sent(sandbox, member, use="pub")
    (name,) = await listed(sandbox, steward)
    colleague = second_moderator(sandbox)
    screen = await moderator.press(await moderator.run("inbox read", report=name), "Quote")
    assert "Publicly, as in the preview" in screen.text
    form = (await moderator.press(screen, "Propose words")).form
    wrong = await moderator.submit(form, {"words": "Everybody has supervision."})
    assert "not the reporter's words" in wrong.text
    shown = await moderator.submit(form, {"words": "Nobody has had supervision […] the rota"})
    assert "Not proposed yet" in shown.text
    done = await moderator.press(shown, "Propose these")
    await sandbox.until(lambda: "**Proposed**" in done.text)
    own = await moderator.press(await moderator.run("inbox read", report=name), "Quote")
    assert [each for each in own.buttons if each.startswith("Agree")] == []
    theirs = await colleague.press(await colleague.run("inbox read", report=name), "Quote")
    (button,) = [each for each in theirs.buttons if each.startswith("Agree")]
    agreed = await colleague.press(theirs, button)
    assert "may be used publicly" in agreed.text
    free = await moderator.press(await moderator.run("inbox read", report=name), "Quote")
    (button,) = [each for each in free.buttons if each.startswith("Copy")]
    words = await moderator.press(free, button)
    assert "```\nNobody has had supervision […] the rota\n```" in words.text
    assert "taken to be used publicly" in (await checked(member, receipt)).text
    assert all(each.ephemeral for each in (screen, wrong, shown, own, theirs, agreed, free, words))


async def test_where_the_reporter_approves_the_words_nothing_leaves_the_inbox_before(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    receipt = await sent(sandbox, member, "The rota of our team is impossible.", use="ask")
    (name,) = await listed(sandbox, steward)
    screen = await member.press(await checked(member, receipt), "Change how it may be used")
    assert "Before that no word of it leaves the inbox, in confidence either." in screen.text

    async def told(fate: str) -> str:
        read = await moderator.run("inbox read", report=name)
        await sandbox.until(lambda: "What became of it" in read.buttons)
        done = await filled(moderator, read, "What became of it", fate=[fate], words="It was used.")
        return done.text

    assert "wants to approve words before they leave this inbox" in await told("conf")
    assert "does not allow that the employer hears of it" in await told("raise")
    assert "It was used." not in (await checked(member, receipt)).text
    where = (steward.bot.services.reports.inbox, sandbox.guild.id)
    (line,) = await where[0].list(where[1])
    quote = await quoting.propose(*where, line.id, moderator.id, "The rota of our team")
    await quoting.agree(*where, line.id, second_moderator(sandbox).id, quote)
    back = await checked(member, receipt)
    await sandbox.until(lambda: "Approve" in back.buttons)
    await member.press(back, "Approve")
    await sandbox.until(lambda: "**Approved.**" in back.text)
    await listed(sandbox, steward)
    await quoting.take(*where, line.id, quote)
    assert "Kept" in await told("conf")
    assert "Kept" in await told("raise")


async def test_a_report_to_be_counted_only_is_not_quoted_and_it_is_said_why(
    sandbox: Sandbox, steward: RunningSteward, name: str
) -> None:
    moderator = sandbox.person("moderator")
    screen = await moderator.press(await moderator.run("inbox read", report=name), "Quote")
    assert "counting only" in screen.text
    assert "Propose words" not in screen.buttons


async def test_every_new_button_and_form_asks_for_the_right_again(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator = sandbox.person("moderator")
    await sent(sandbox, sandbox.person("member"), use="pub")
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    opened = {
        button: await moderator.press(read, button)
        for button in ("Note", "Label", "What became of it", "Same matter", "Redact more")
    }
    hand = await moderator.press(read, "Hand on")
    quote = await moderator.press(read, "Quote")
    propose = await moderator.press(quote, "Propose words")
    proposing = await moderator.submit(propose.form, {"words": "Nobody has had supervision"})
    redacting = await moderator.submit(opened["Redact more"].form, {"text": "Nobody"})
    role = sandbox.add_role("Readers")
    await steward.bot.services.servers.change(sandbox.guild.id, inbox_role_id=role.id)
    forms: dict[str, dict[str, Any]] = {
        "Note": {"note": "hello"},
        "Label": {"label": "hello"},
        "What became of it": {"fate": ["count"], "words": "hello"},
        "Same matter": {"other": name},
        "Redact more": {"text": "Nobody"},
    }
    refused = [await moderator.press(read, button) for button in [*opened, "Hand on", "Quote"]]
    refused += [await moderator.submit(opened[each].form, forms[each]) for each in forms]
    refused += [
        await moderator.choose(hand, "Somebody who reads reports", "member"),
        await moderator.press(quote, "Propose words"),
        await moderator.submit(propose.form, {"words": "Nobody has had supervision"}),
        await moderator.press(proposing, "Propose these"),
        await moderator.press(redacting, "Delete for good"),
    ]
    for reply in refused:
        assert "Only the people who read reports here" in reply.text
        assert reply.ephemeral
    for option in ("label", "matter"):
        assert await moderator.autocomplete("inbox list", option, "") == []
