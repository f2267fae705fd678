"""/help: every command that the asker may use, in a message that fits."""

import pytest

from bot.sandbox import Sandbox
from bot.text import utf16_len
from cogs.common.listing import rows
from tests.harness import RunningSteward


@pytest.mark.parametrize("person", ["member", "moderator"])
async def test_help_says_what_each_command_does_that_the_asker_may_use_and_is_not_cut(
    sandbox: Sandbox, steward: RunningSteward, person: str
) -> None:
    answer = await sandbox.person(person).run("help")
    assert answer.message is not None
    texts = [each["description"] for each in answer.message.raw["embeds"]]
    for row in rows(steward.bot.tree):
        line = f"`{row.path}` {row.description}"
        assert (line in "\n".join(texts).split("\n")) == (
            not row.moderators or person == "moderator"
        )
    assert not any("…" in text for text in texts)
    assert all(utf16_len(text) <= 4096 for text in texts)
    assert utf16_len(str(answer.message.raw["embeds"])) < 6000
    assert "after my name" in answer.text


async def test_help_lists_what_the_asker_may_use(steward: RunningSteward, sandbox: Sandbox) -> None:
    member = await sandbox.person("member").run("help")
    assert "/faq" in member.text
    assert "/setup" not in member.text
    assert member.ephemeral
    moderator = await sandbox.person("moderator").run("help")
    assert "/setup" in moderator.text
