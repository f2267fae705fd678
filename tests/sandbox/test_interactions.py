"""Commands, components, forms and menus, from a person through discord.py and back."""

import asyncio
from typing import Any

import discord
import pytest

from bot.sandbox import CannotUse, NoAnswer, Sandbox
from tests.sandbox.trial_bot import TrialBot, add_commands


async def test_options_of_every_type_arrive_resolved(sandbox: Sandbox, bot: TrialBot) -> None:
    reply = await sandbox.person("member").run(
        "options",
        text="text",
        whole=3,
        number=1.5,
        flag=True,
        person="colleague",
        place="news",
        role="Members",
        either="Moderators",
        file=("note.txt", b"12345"),
    )
    expected = "text 3 1.5 True colleague news Members Moderators note.txt 5"
    assert reply.text.startswith(expected)
    assert not reply.ephemeral
    assert sandbox.messages("general")[-1].text == reply.text


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"whole": 3}, "required"),
        ({"text": "x", "whole": 3}, "too short"),
        ({"text": "text", "whole": 11}, "from 1 to 9"),
        ({"text": "text", "whole": "three"}, "number"),
        ({"unknown": 1}, "no option"),
    ],
)
async def test_a_client_does_not_send_options_that_do_not_fit(
    sandbox: Sandbox, bot: TrialBot, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CannotUse, match=reason):
        await sandbox.person("member").run("options", **options)


async def test_choices_are_given_by_name_or_value(sandbox: Sandbox, bot: TrialBot) -> None:
    member = sandbox.person("member")
    assert (await member.run("pick", size="Small")).text == "size 1"
    assert (await member.run("pick", size=1)).text == "size 1"
    with pytest.raises(CannotUse, match="not among the choices"):
        await member.run("pick", size=2)


async def test_autocomplete_sees_what_is_typed_and_the_other_options(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    member = sandbox.person("member")
    choices = await member.autocomplete("ask", "question", "when did", year=2014)
    assert choices == [{"name": "when did?", "value": "when did"}]
    assert bot.seen["namespace"] == {"question": "when did", "year": 2014}
    years = await member.autocomplete("ask", "year", "20")
    assert [each["value"] for each in years] == [2014, 2021]
    with pytest.raises(CannotUse, match="does not complete"):
        await member.autocomplete("pick", "size", "1")


async def test_sub_commands_of_groups_are_found_at_each_depth(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    moderator = sandbox.person("moderator")
    reply = await moderator.run("feeds add", url="https://a.example", channel="news")
    assert reply.text == "https://a.example into news"
    assert (await moderator.run("feeds deep bottom")).text == "the bottom"
    with pytest.raises(CannotUse, match="needs one of: add, deep"):
        await moderator.run("feeds")


async def test_a_command_is_hidden_from_those_without_its_default_permission(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    member = sandbox.person("member")
    with pytest.raises(CannotUse, match="does not offer"):
        await member.run("feeds deep bottom")
    sandbox.allow_command("feeds", "Members")
    assert (await member.run("feeds deep bottom")).text == "the bottom"
    permissions = await bot.http.get_application_command_permissions(
        bot.application_id or 0, sandbox.guild.id, int(sandbox.command("feeds")["id"])
    )
    assert permissions["permissions"][0]["permission"] is True
    sandbox.allow_command("ask", "@everyone", allowed=False)
    with pytest.raises(CannotUse, match="does not offer"):
        await member.run("ask", question="really?")


async def test_ephemeral_answers_are_seen_by_their_person_alone(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    member, colleague = sandbox.person("member"), sandbox.person("colleague")
    reply = await member.run("ask", question="why?")
    assert reply.ephemeral
    assert reply.message in member.messages("general")
    assert colleague.messages("general") == []
    assert sandbox.messages("general") == []
    assert reply.message is not None
    with pytest.raises(discord.NotFound):
        await bot.place("general").fetch_message(reply.message.id)
    member.dismiss(reply.message)
    assert member.messages("general") == []


async def test_a_deferred_answer_is_filled_in_followed_up_and_edited(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    reply = await sandbox.person("member").run("slow")
    await sandbox.until(lambda: "original" in bot.seen)
    assert [each.text for each in reply.messages] == ["first, edited", "second"]
    assert all(each.ephemeral for each in reply.messages)
    # The first follow-up fills in the deferred answer instead of adding a message.
    assert bot.seen["first"].id == bot.seen["original"].id
    assert reply.messages[1].raw["message_reference"]["message_id"] == reply.messages[0].raw["id"]


async def test_buttons_open_forms_and_edit_their_message(sandbox: Sandbox, bot: TrialBot) -> None:
    member = sandbox.person("member")
    reply = await member.run("controls")
    assert reply.buttons == ["Form", "Change", "Later", "Chain", "Off"]
    form = await member.press(reply, "Form")
    assert form.form.labels == {
        "what": "What happened?",
        "kind": "Kind",
        "where": "Where",
        "who": "Who",
    }
    sent = await member.submit(
        form.modal,
        {"What happened?": "It fell.", "kind": ["Workload"], "where": "news", "who": ["colleague"]},
    )
    assert sent.text == "It fell. | w | news | colleague"
    form = await member.press(reply, "Form")
    # What was not touched keeps its default.
    assert (await member.submit(form.modal, {"what": "Again."})).text == "Again. | s |  |"
    later = await member.press(reply, "t:later")
    assert later.message is reply.message
    assert later.text.startswith("later")
    await member.press(reply, "Change")
    assert reply.text == "changed"
    assert reply.buttons == []


async def test_what_cannot_be_pressed_or_filled_in_says_so(sandbox: Sandbox, bot: TrialBot) -> None:
    member = sandbox.person("member")
    reply = await member.run("controls")
    with pytest.raises(CannotUse, match="disabled"):
        await member.press(reply, "Off")
    with pytest.raises(CannotUse, match="there are: Form, Change, Later, Chain"):
        await member.press(reply, "Nothing")
    with pytest.raises(CannotUse, match="not there"):
        await sandbox.person("colleague").press(reply, "Form")
    form = await member.press(reply, "Form")
    with pytest.raises(CannotUse, match="no field"):
        await member.submit(form.modal, {"other": "x"})
    with pytest.raises(CannotUse, match="required"):
        await member.submit(form.modal, {"what": ""})
    with pytest.raises(CannotUse, match="takes 0 to 300"):
        await member.submit(form.modal, {"what": "x" * 301})


async def test_select_menus_of_each_kind(sandbox: Sandbox, bot: TrialBot) -> None:
    member = sandbox.person("member")
    reply = await member.run("menus")
    assert (await member.choose(reply, "Texts", "Red", "blue")).text == "texts: red,blue"
    assert (await member.choose(reply, "People", "colleague")).text == "people: colleague"
    assert (await member.choose(reply, "m:role", "Members")).text == "roles: Members"
    assert (await member.choose(reply, "Either", "Moderators")).text == "either: Moderators"
    assert (await member.choose(reply, "Places", "news")).text == "places: news"
    with pytest.raises(CannotUse, match="type of channel"):
        await member.choose(reply, "Places", "library")
    with pytest.raises(CannotUse, match="not offered"):
        await member.choose(reply, "Texts", "Green")


async def test_context_menus_on_messages_and_people(sandbox: Sandbox, bot: TrialBot) -> None:
    member = sandbox.person("member")
    message = await member.say("good words")
    assert (await member.run("Quote this", target=message)).text == "quoted good words"
    greeted = await member.run("Greet", target=sandbox.person("colleague"))
    assert greeted.text == "hello colleague"


async def test_commands_work_in_direct_messages_unless_kept_to_the_server(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    moderator = sandbox.person("moderator")
    reply = await moderator.run("ask", question="hello", where="dm")
    assert reply.text == "hello None"
    with pytest.raises(CannotUse, match="does not offer"):
        await moderator.run("feeds deep bottom", where="dm")


async def test_an_unanswered_interaction_fails_after_its_time_and_is_unknown_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Sandbox(answer_within_s=0.2) as sandbox:
        bot = TrialBot(sandbox, monkeypatch)
        add_commands(bot)
        await bot.connect_to(sandbox)
        await bot.tree.sync()
        with pytest.raises(NoAnswer, match="did not respond"):
            await sandbox.person("member").run("silent")
        with pytest.raises(discord.NotFound) as late:
            await bot.seen["silent"].response.send_message("too late")
        assert late.value.code == 10062
        await bot.stop()


async def test_answering_twice_is_refused_and_a_token_lasts_fifteen_minutes(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    await sandbox.person("member").run("twice")
    await sandbox.until(lambda: "twice" in bot.seen)
    interaction = bot.seen["twice"]
    # discord.py itself refuses a second answer, so ask it through a fresh response object.
    second = discord.InteractionResponse(interaction)
    with pytest.raises(discord.HTTPException) as again:
        await second.send_message("again")
    assert again.value.code == 40060
    assert [each.where for each in sandbox.violations] == ["400 40060"]
    sandbox.violations.clear()
    await interaction.followup.send("in time")
    sandbox.clock.advance(15 * 60 + 1)
    with pytest.raises(discord.HTTPException) as late:
        await interaction.followup.send("too late")
    assert late.value.code == 50027


async def test_a_form_is_not_answered_with_a_form(sandbox: Sandbox, bot: TrialBot) -> None:
    member = sandbox.person("member")
    # A form that comes from a message may answer by changing that message; neither may open one.
    for opened, allowed in (
        (await member.run("chain"), "{4, 5}"),
        (await member.press(await member.run("controls"), "Chain"), "{4, 5, 6, 7}"),
    ):
        reply = await member.submit(opened.modal, {"text": "x"})
        assert reply.text.startswith("50035")
        assert allowed in reply.text
    assert sandbox.violations
    sandbox.violations.clear()


async def test_at_most_25_choices_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Sandbox(answer_within_s=0.3) as sandbox:
        bot = TrialBot(sandbox, monkeypatch)
        add_commands(bot)
        await bot.connect_to(sandbox)
        await bot.tree.sync()
        member = sandbox.person("member")
        assert len(await member.autocomplete("many", "what", "25")) == 25
        with pytest.raises(NoAnswer):
            await member.autocomplete("many", "what", "26")
        assert any("choices" in str(each) for each in sandbox.violations)
        await bot.stop()


async def test_concurrent_people_do_not_get_each_others_answers(
    sandbox: Sandbox, bot: TrialBot
) -> None:
    people = [sandbox.add_person(f"person{number}") for number in range(20)]
    replies = await asyncio.gather(*(each.run("ask", question=each.name) for each in people))
    for person, reply in zip(people, replies, strict=True):
        assert reply.text == f"{person.name} None"
        assert person.messages("general") == [reply.message]
        assert reply.latency_s < 3


async def test_messages_of_interactions_name_who_asked(sandbox: Sandbox, bot: TrialBot) -> None:
    member = sandbox.person("member")
    reply = await member.run("menus")
    assert reply.message is not None
    metadata = reply.message.raw["interaction_metadata"]
    assert (metadata["type"], metadata["name"]) == (2, "menus")
    assert metadata["user"]["id"] == str(member.id)
    chosen = await member.choose(reply, "Roles", "Members")
    assert chosen.message is not None
    metadata = chosen.message.raw["interaction_metadata"]
    assert (metadata["type"], metadata["interacted_message_id"]) == (3, reply.message.raw["id"])
