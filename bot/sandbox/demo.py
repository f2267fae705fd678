"""`python -m bot sandbox`: the stand-in, its sample feeds, and the real bot, in one process."""

import logging
from dataclasses import replace
from pathlib import Path

from bot import runner
from bot.app import Steward
from bot.config import Config
from bot.errors import DataError
from bot.sandbox.constants import TRIAL_PERMISSIONS
from bot.sandbox.people import Person
from bot.sandbox.replies import Reply
from bot.sandbox.samples import Samples
from bot.sandbox.server import Sandbox

READERS = "News readers"  # a role that articles may mention, and members may take
POLL_S = 5  # of the sample feeds; an article each 20 seconds is soon seen

WELCOME = (
    "Welcome to the sandbox. Everything here is invented and stays on this machine.\n"
    "Type `/` to see what Steward can do: `/faq` answers with its sources, `/report new` takes a "
    "report without your name. New sample articles appear in <#{news}> by themselves.\n"
    "Choose who you are at the bottom left: as the moderator you also see `/feeds`, `/inbox` and "
    "`/setup`."
)


async def run(config: Config, data: Path, port: int) -> None:
    """Run until SIGTERM or SIGINT; what is in ``data`` is found again the next time.

    Args:
        config: settings; those that say where Discord and the database are do not count here.
        port: of the page; 0 for any that is free.

    Raises:
        CannotRun, DataError: as from running the bot.
    """
    if config.log_level == "INFO":  # who tries it out wants the address, not a log
        logging.getLogger("bot").setLevel(logging.WARNING)
    sandbox = Sandbox(data=data / "discord", bot_permissions=TRIAL_PERMISSIONS)
    samples = Samples()
    samples.attach(sandbox)
    try:
        await sandbox.start(port)
    except OSError as error:
        raise DataError(
            f"Port {port} cannot be used ({error.strerror}). Is a sandbox running already? "
            "`python -m bot sandbox --port 0` takes any that is free."
        ) from error
    try:
        print(f"The sandbox, on this machine only: {sandbox.page_url}", flush=True)  # noqa: T201
        await runner.run(
            settings(config, sandbox, data),
            beside=lambda bot: furnish(bot, sandbox, samples),
        )
    finally:
        await sandbox.close()


def settings(config: Config, sandbox: Sandbox, data: Path) -> Config:
    """The settings of a bot on the sandbox: quick, and open for reports."""
    return replace(
        config,
        discord_token=sandbox.token,
        discord_api_url=sandbox.api_url,
        discord_gateway_url=sandbox.gateway_url,
        database=data / "steward.db",
        sync_commands="changed",
        feed_min_interval_s=POLL_S,
        feed_max_interval_s=POLL_S,
        feed_allow_private=True,
        reports="on",
        report_notice_times="now",
    )


async def furnish(bot: Steward, sandbox: Sandbox, samples: Samples) -> None:
    """Set the server up as its administrator would, by the bot's own commands, once."""
    await bot.commands_registered.wait()
    administrator = sandbox.person("administrator")
    before = await bot.services.servers.settings(sandbox.guild.id)
    if before.news_channel_id is None:
        sandbox.add_role(READERS, mentionable=True)
        await _set_up(administrator)
        await administrator.say(WELCOME.format(news=sandbox.channel("news").id), where="general")
    wanted = samples.addresses(sandbox)
    followed = {}
    for listed in await bot.services.feeds.overview.listing(sandbox.guild.id):
        followed[listed.subscription.title] = listed.subscription
    for title, address in wanted.items():
        known = followed.get(title)
        if known is not None and known.url.startswith(sandbox.page_url):
            continue
        if known is not None:  # the page has another port than last time
            await bot.services.feeds.remove(sandbox.guild.id, known.id)
        added = await administrator.run(
            "feeds add", where="moderators", url=address, channel="news", backlog=1
        )
        _dismiss(administrator, added)


async def _set_up(administrator: Person) -> None:
    shown = await administrator.run("setup", where="moderators")
    await administrator.press(shown, "Channels")
    for key, channel in (("news", "news"), ("notices", "moderators"), ("bulletins", "bulletins")):
        await administrator.choose(shown, f"setup:channel:{key}", channel)
    await administrator.press(shown, "Back")
    await administrator.press(shown, "Front desk")
    await administrator.choose(shown, "setup:desk", "front-desk")
    _dismiss(administrator, shown)


def _dismiss(person: Person, reply: Reply) -> None:
    for message in reply.messages:
        person.dismiss(message)
