"""The bot as a whole: connecting, staying connected, one path for errors, closing."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands
from discord.ext import commands

from bot import runner
from bot.app import Interaction, Steward
from bot.app.explaining import why_stopped
from bot.config import Config
from bot.errors import UserError
from bot.routing import Fields, component, modal
from bot.sandbox import NoAnswer, Sandbox
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons, Form
from cogs.common.replies import reply, think, update
from tests.harness import RunningSteward


class BreakingCog(commands.Cog):
    """Everything in it goes wrong in a different way."""

    @app_commands.command(description="Goes wrong.")
    async def broken(self, interaction: Interaction, how: str) -> None:
        if how == "deferred":
            await think(interaction)
        if how == "user":
            raise UserError("That is not a feed.")
        raise RuntimeError(f"secret {how} {interaction.user.id}")

    @broken.autocomplete("how")
    @suggest()
    async def _how(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        raise RuntimeError(f"autocomplete {interaction.user.id}")

    @app_commands.command(description="Goes wrong.", extras={"private": True})
    async def quiet(self, interaction: Interaction) -> None:
        raise RuntimeError("the words of a report")

    @app_commands.command(description="Shows buttons.")
    async def pieces(self, interaction: Interaction) -> None:
        buttons = (
            Buttons()
            .button("Break", "test:break")
            .button("Form", "test:open:7")
            .button("Old", "test:gone")
        )
        await reply(interaction, "Press one.", view=buttons)

    @component("test:break")
    async def on_break(self, interaction: Interaction) -> None:
        raise RuntimeError("button")

    @component("test:open")
    async def on_open(self, interaction: Interaction, number: str) -> None:
        form = Form("A form", "test:form", number).text("what", "What happened", max_length=3000)
        await interaction.response.send_modal(form)

    @modal("test:form")
    async def on_form(self, interaction: Interaction, fields: Fields, number: str) -> None:
        if fields["what"] == "break":
            raise RuntimeError("form")
        await update(interaction, f"{number}: {fields['what']}")


@pytest.fixture
async def broken(steward: RunningSteward) -> RunningSteward:
    await steward.bot.add_cog(BreakingCog())
    await steward.bot.tree.sync()
    return steward


async def test_a_known_error_is_told_as_it_is_and_not_logged(
    broken: RunningSteward, sandbox: Sandbox, log_text: Callable[[], str]
) -> None:
    answer = await sandbox.person("member").run("broken", how="user")
    assert answer.text == "That is not a feed."
    assert answer.ephemeral
    assert log_text() == ""


@pytest.mark.parametrize("how", ["plain", "deferred"])
async def test_a_bug_gets_a_reference_that_stands_in_the_log_without_the_person(
    broken: RunningSteward, sandbox: Sandbox, log_text: Callable[[], str], how: str
) -> None:
    member = sandbox.person("member")
    answer = await member.run("broken", how=how)
    assert answer.ephemeral
    reference = answer.text.split("`")[1]
    assert reference in log_text()
    assert "Traceback" in log_text()
    assert str(member.id) not in log_text()


async def test_a_bug_in_a_private_command_leaves_no_line(
    broken: RunningSteward, sandbox: Sandbox, log_text: Callable[[], str]
) -> None:
    answer = await sandbox.person("member").run("quiet")
    assert "Something broke" in answer.text
    assert "words of a report" not in answer.text
    assert log_text() == ""
    assert broken.bot.private_errors == {"RuntimeError": 1}


@pytest.mark.answers_within(3)
async def test_an_answer_that_cannot_be_given_leaves_no_line_either(
    broken: RunningSteward,
    sandbox: Sandbox,
    log_text: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A time-out while answering must not let discord.py write where it happened."""
    tried = asyncio.Event()

    async def too_slow(*_: object, **__: object) -> None:
        tried.set()
        raise TimeoutError

    monkeypatch.setattr(discord.InteractionResponse, "send_message", too_slow)
    with pytest.raises(NoAnswer):
        await sandbox.person("member").run("quiet")
    assert tried.is_set()
    assert log_text() == ""


async def test_autocomplete_that_breaks_offers_nothing_and_logs_nobody(
    broken: RunningSteward, sandbox: Sandbox, log_text: Callable[[], str]
) -> None:
    assert await sandbox.person("member").autocomplete("broken", "how", "x") == []
    assert log_text() == ""


@pytest.mark.answers_within(3)
async def test_suggestions_that_come_too_late_are_not_logged(
    steward: RunningSteward, sandbox: Sandbox, log_text: Callable[[], str]
) -> None:
    sandbox.faults.order("POST", r"/interactions/.*/callback$", "404:10062", times=1)
    with pytest.raises(NoAnswer):
        await sandbox.person("moderator").autocomplete("inbox read", "report", "a")
    assert log_text() == ""


async def test_buttons_and_forms_end_in_the_same_path(
    broken: RunningSteward, sandbox: Sandbox
) -> None:
    member = sandbox.person("member")
    shown = await member.run("pieces")
    assert "reference" in (await member.press(shown, "Break")).text
    form = await member.press(shown, "Form")
    assert form.modal is not None
    assert "reference" in (await member.submit(form.modal, {"what": "break"})).text


async def test_buttons_and_forms_work_after_a_restart(
    broken: RunningSteward, sandbox: Sandbox
) -> None:
    member = sandbox.person("member")
    shown = await member.run("pieces")
    form = await member.press(shown, "Form")
    assert form.modal is not None
    await broken.restart()
    await broken.bot.add_cog(BreakingCog())
    assert (await member.press(shown, "Form")).modal is not None
    await member.submit(form.modal, {"what": "written before the restart"})
    assert "7: written before the restart" in member.messages("general")[-1].text


async def test_a_button_that_nobody_remembers_gets_a_next_step(
    broken: RunningSteward, sandbox: Sandbox, log_text: Callable[[], str]
) -> None:
    member = sandbox.person("member")
    answer = await member.press(await member.run("pieces"), "Old")
    assert "/help" in answer.text
    assert answer.ephemeral
    assert log_text() == ""


async def test_commands_are_registered_once_and_again_only_when_they_changed(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    def registrations() -> int:
        return sum(
            request.method == "PUT" and request.path.endswith("/commands")
            for request in sandbox.requests
        )

    assert registrations() == 1
    await steward.restart()
    assert registrations() == 1
    async with steward.bot.services.meta._database.transaction() as tx:
        await tx.execute("UPDATE meta SET value = 'other' WHERE key LIKE 'commands:%'")
    await steward.restart()
    assert registrations() == 2


async def test_never_means_never(config: Config, sandbox: Sandbox) -> None:
    running = RunningSteward(replace(config, sync_commands="never"))
    await running.start()
    await running.stop()
    assert not any(request.method == "PUT" for request in sandbox.requests)


@pytest.mark.parametrize("how", ["drop", "ask_reconnect", "invalid", "resumable"])
async def test_the_connection_comes_back_through_our_own_gateway(
    steward: RunningSteward, sandbox: Sandbox, how: str
) -> None:
    gateway = sandbox.gateway
    before = gateway.identified + gateway.resumed
    match how:
        case "drop":
            await gateway.drop()
        case "ask_reconnect":
            await gateway.ask_reconnect()
        case "invalid":
            await gateway.invalidate(resumable=False)
        case "resumable":
            await gateway.invalidate(resumable=True)
    await sandbox.until(lambda: gateway.identified + gateway.resumed > before, timeout=60)
    await sandbox.until(lambda: gateway.online, timeout=60)
    assert "What I can do" in (await sandbox.person("member").run("help")).text


async def test_only_the_permissions_and_intents_that_the_readme_names(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    link = yarl.URL(steward.bot.invite_link)
    assert link.query["scope"] == "bot applications.commands"
    held = discord.Permissions(int(link.query["permissions"]))
    assert not held & discord.Permissions.elevated()
    privileged = discord.Intents(members=True, presences=True, message_content=True)
    assert steward.bot.intents.value & privileged.value == 0


async def test_a_missing_permission_is_named_in_one_line(
    config: Config, log_text: Callable[[], str]
) -> None:
    poor = Sandbox(bot_permissions=discord.Permissions(view_channel=True, send_messages=True).value)
    await poor.start(port=0)
    running = RunningSteward(
        replace(
            config,
            discord_token=poor.token,
            discord_api_url=poor.api_url,
            discord_gateway_url=poor.gateway_url,
        )
    )
    await running.start()
    await running.stop()
    await poor.close()
    lines = [line for line in log_text().splitlines() if "I lack" in line]
    assert len(lines) == 1
    assert "Embed Links" in lines[0]
    assert "Send Messages," not in lines[0]


async def test_a_wrong_token_is_one_clear_sentence(config: Config) -> None:
    with pytest.raises(runner.CannotRun, match="does not accept the token"):
        await runner.run(replace(config, discord_token="wrong"))


async def test_an_unreachable_discord_is_one_clear_sentence(config: Config) -> None:
    nowhere = replace(config, discord_api_url="http://127.0.0.1:9/api/v10")
    with pytest.raises(runner.CannotRun, match=r"cannot be reached at http://127\.0\.0\.1:9"):
        await runner.run(nowhere)


def test_every_expected_end_has_a_sentence_and_a_bug_has_none() -> None:
    config = Config()
    for error in (discord.LoginFailure(), TimeoutError(), aiohttp.ServerDisconnectedError()):
        assert why_stopped(error, config)
    assert why_stopped(ZeroDivisionError(), config) is None


async def test_closing_twice_or_before_connecting_is_harmless(config: Config) -> None:
    bot = Steward(config)
    await bot.close()
    await bot.close()
    running = RunningSteward(config)
    await running.start()
    await asyncio.gather(running.bot.close(), running.bot.close())
    with contextlib.suppress(asyncio.CancelledError):
        await running.stop()
