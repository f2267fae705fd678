"""/glossary, /who, /figures and /actions through the real client."""

from pathlib import Path
from typing import Any

import pytest
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.sandbox import Person, Sandbox
from bot.sandbox.replies import Reply
from cogs.common.replies import reply
from tests.cogs import knowing
from tests.harness import RunningSteward

HOSTILE = "@everyone **b** <@&1> [x](https://evil.example) \u200b\u202e"


@pytest.fixture
async def member(sandbox: Sandbox, steward: RunningSteward, tmp_path: Path) -> Person:
    await knowing.teach(steward, knowing.write(tmp_path / "content"))
    return sandbox.person("member")


async def run(person: Person, command: str, option: str, typed: str) -> Reply:
    options: dict[str, Any] = {option: typed}
    return await person.run(command, **options)


def shown(answer: Reply) -> dict[str, object]:
    """The embed of an answer."""
    assert answer.message is not None
    embed: dict[str, object] = answer.message.raw["embeds"][0]
    return embed


def fields(answer: Reply) -> dict[str, str]:
    """The fields of an answer's embed."""
    listed = shown(answer).get("fields", [])
    assert isinstance(listed, list)
    return {field["name"]: field["value"] for field in listed}


async def test_each_kind_is_shown_under_its_name_to_the_asker_alone(member: Person) -> None:
    term = await member.run("glossary", term="rar")
    assert shown(term)["title"] == "RAR: Rehabilitation Activity Requirement"
    person = await member.run("who", name="ada grey")
    assert shown(person)["title"] == "Ada Grey"
    body = await member.run("who", name="the guild")
    assert shown(body)["title"] == "The Guild"
    figure = await member.run("figures", claim="it cost £467 million")
    assert shown(figure)["title"] == "It cost £467 million"
    assert "A figure that people quote" in figure.text
    assert fields(figure)["What it does not say"] == "It was not the whole cost."
    action = await member.run("actions show", action="walkout 2005")
    assert shown(action)["title"] == "Walkout 2005"
    assert str(shown(action)["description"]).startswith("**5 November to 6 November 2005**")
    assert fields(action)["How members took part"] == "They stayed away."
    assert fields(action)["How it ended"] == "It ended with talks in 2005."
    for answer in (term, person, body, figure, action):
        assert answer.ephemeral
        assert "https://example.org/report_%282015%29" in fields(answer)["Sources"]
        assert "Last checked on 31 January 2026" in answer.text


async def test_steps_are_numbered_and_a_date_stands_where_the_answer_has_none(
    member: Person,
) -> None:
    steps = await member.run("faq", question="How do I raise a concern about workload?")
    assert str(shown(steps)["description"]).endswith(
        "1. Note dates and hours.\n2. Write to your manager."
    )
    dated = await member.run("faq", question="When was the vote on the merger?")
    assert str(shown(dated)["description"]).startswith("**20 April 2015**\n\nMembers voted")


async def test_names_that_begin_so_are_offered_first_then_those_that_contain_it_then_found_ones(
    member: Person,
) -> None:
    async def offered(command: str, option: str, typed: str) -> list[str]:
        return [each["name"] for each in await member.autocomplete(command, option, typed)]

    assert await offered("glossary", "term", "") == [
        "RAR: Rehabilitation Activity Requirement", "CRC", "CARATS", "OASys",
    ]  # fmt: skip
    assert await offered("glossary", "term", "rA") == [
        "RAR: Rehabilitation Activity Requirement", "CARATS",
    ]  # fmt: skip
    assert await offered("glossary", "term", "activity req") == [
        "RAR: Rehabilitation Activity Requirement"
    ]
    assert (await offered("glossary", "term", "drug"))[:1] == ["CARATS"]
    assert await offered("who", "name", "g") == ["Ada Grey", "The Guild"]
    assert "CRC" not in await offered("who", "name", "company")
    assert (await offered("actions show", "action", ""))[:5] == [
        "Walkout 2009", "Walkout 2008", "Walkout 2007", "Walkout 2006", "The petition",
    ]  # fmt: skip
    for typed in ('"', "' OR 1", "%", "*", "x" * 6000, HOSTILE):
        assert len(await member.autocomplete("glossary", "term", typed)) <= 25


async def test_a_choice_is_answered_by_what_was_chosen(member: Person) -> None:
    for command, option in (
        ("glossary", "term"), ("who", "name"), ("figures", "claim"), ("actions show", "action"),
    ):  # fmt: skip
        for choice in await member.autocomplete(command, option, ""):
            answer = await run(member, command, option, choice["value"])
            assert shown(answer)["title"] == choice["name"]


async def test_words_that_are_no_name_are_looked_for_in_the_kind_alone(member: Person) -> None:
    found = await member.run("who", name="the minister of the day")
    assert shown(found)["title"] == "Ada Grey"
    term = await member.run("glossary", term="what is the rehabilitation activity requirement")
    assert "RAR" in str(shown(term)["title"])
    assert "I don't know" in (await member.run("glossary", term="minister")).text


@pytest.mark.parametrize(
    ("command", "option", "typed"),
    [
        ("glossary", "term", "RRA"),
        ("who", "name", "Ada Blue the baker"),
        ("figures", "claim", "It cost the moon and stars"),
        ("actions show", "action", "The bake-off"),
    ],
)
async def test_what_is_no_name_is_not_known_and_the_nearest_of_the_kind_are_buttons(
    member: Person, command: str, option: str, typed: str
) -> None:
    answer = await run(member, command, option, typed)
    assert answer.ephemeral
    assert answer.text.startswith("I don't know")
    assert "/faq" in answer.text
    assert 1 <= len(answer.buttons) <= 3
    opened = await member.press(answer, answer.buttons[0])
    assert shown(opened)["title"] == answer.buttons[0]


@pytest.mark.parametrize("typed", [HOSTILE, "*" * 300, "> x\n# y", "🙂" * 140, "???"])
async def test_hostile_names_do_no_harm(member: Person, sandbox: Sandbox, typed: str) -> None:
    answer = await member.run("who", name=typed)
    assert answer.ephemeral
    assert "I don't know" in answer.text
    sent = [request for request in sandbox.requests if request.path.endswith("/callback")][-1]
    assert sent.body["data"]["allowed_mentions"] == {"parse": []}
    assert not any(mark in answer.text for mark in ("](", "**", "<@", "\u200b", "\u202e"))


async def test_the_history_is_paged_newest_first_with_how_each_ended_also_after_a_restart(
    sandbox: Sandbox, steward: RunningSteward, member: Person, tmp_path: Path
) -> None:
    first = await member.run("actions history")
    assert first.ephemeral
    text = str(shown(first)["description"])
    assert text.index("Walkout 2009") < text.index("Walkout 2008") < text.index("The petition")
    assert "By May 2006" in text
    assert "It ended with talks in 2009." in text
    assert "Walkout 2004" not in text
    assert "Page 1 of 2 · 8 actions" in first.text
    await steward.restart()
    await knowing.teach(steward, tmp_path / "content")
    second = await member.press(first, "Older")
    assert "Walkout 2003" in second.text
    opened = await member.choose(second, "Read one of these", "Walkout 2004")
    assert opened.ephemeral
    assert shown(opened)["title"] == "Walkout 2004"
    back = await member.press(second, "Newer")
    assert "Walkout 2009" in back.text


async def test_a_servers_own_entries_are_shown_and_its_hidden_ones_are_not(
    steward: RunningSteward, sandbox: Sandbox, member: Person
) -> None:
    async with knowing.database(steward).transaction() as tx:
        for guild, identifier, name, hidden in (
            (sandbox.guild.id, "rar", "RAR", 1),
            (sandbox.guild.id, "ours", "RAG", 0),
            (1, "theirs", "RAT", 0),
            (sandbox.guild.id, "action-2009", "Walkout 2009", 1),
        ):
            kind = "action" if "action" in identifier else "term"
            await tx.execute(
                "INSERT INTO knowledge_entry (guild_id, id, kind, name, position, question, "
                "details, hidden) SELECT ?, ?, ?, ?, 0, ? || '?', details, ? "
                "FROM knowledge_entry WHERE id = 'crc'",
                (guild, identifier, kind, name, name, hidden),
            )
    offered = [each["name"] for each in await member.autocomplete("glossary", "term", "ra")]
    assert offered == ["RAG", "CARATS"]
    assert shown(await member.run("glossary", term="rag"))["title"] == "RAG"
    assert "I don't know" in (await member.run("glossary", term="RAR")).text
    assert "I don't know" in (await member.run("glossary", term="RAT")).text
    assert "Walkout 2009" not in (await member.run("actions history")).text


async def test_without_any_action_the_history_says_so(
    steward: RunningSteward, sandbox: Sandbox, tmp_path: Path
) -> None:
    only = knowing.entry("term", "crc", "What was a CRC?", "A company.", 'term = "CRC"')
    await knowing.teach(steward, knowing.write(tmp_path / "content", only))
    member = sandbox.person("member")
    assert "No action" in (await member.run("actions history")).text
    unknown = await member.run("actions show", action="the strike")
    assert "I don't know" in unknown.text
    assert unknown.buttons == []


class LaterCog(commands.Cog):
    """Another job's cog, which adds to the group as cogs/knowledge/actions.py says."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self._group().add_command(
            app_commands.Command(name="upcoming", description="To come", callback=self.upcoming)
        )

    async def cog_unload(self) -> None:
        self._group().remove_command("upcoming")

    def _group(self) -> "app_commands.Group":
        group = self.bot.tree.get_command("actions")
        assert isinstance(group, app_commands.Group)
        return group

    async def upcoming(self, interaction: Interaction, place: str) -> None:
        await reply(interaction, f"{type(self).__name__} in {place}")


async def test_another_cog_can_add_a_command_to_the_actions_and_take_it_out(
    steward: RunningSteward, sandbox: Sandbox, member: Person
) -> None:
    await steward.bot.add_cog(LaterCog(steward.bot))
    await steward.bot.tree.sync()
    assert (await member.run("actions upcoming", place="York")).text == "LaterCog in York"
    assert "Walkout" in (await member.run("actions history")).text
    await steward.bot.remove_cog("LaterCog")
    group = steward.bot.tree.get_command("actions")
    assert isinstance(group, app_commands.Group)
    assert {command.name for command in group.commands} == {"show", "history"}
