"""The command line: ``python -m bot``, or ``steward`` once installed.

Exit status 0 is good, also after SIGTERM; 1 that the check or the work failed; 2 wrong usage or
settings. Errors are plain lines on standard error, one per mistake, without a traceback.
"""

import argparse
import asyncio
import getpass
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from bot import __version__, logs
from bot.config import Config
from bot.errors import ConfigError, DataError, NotFound, UserError
from bot.reports.away import options as inbox_options
from bot.text import counted

if TYPE_CHECKING:
    from bot.reports.away.file import AnswerFile

BETWEEN = (
    "Make backups just after a notice time: two that are made between notice times tell whoever "
    "has both, and the key, between which of them a report came in or was withdrawn."
)
SETTINGS_FILE = Path("config.env")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of the command line; its exit status."""
    options = parser().parse_args(arguments)
    _leave_no_core_dump()
    # Until the bot listens for it itself, being told to stop is the same as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        config = Config.from_env(environment())
        logs.set_up(config.log_level)
        work: Callable[[Config, argparse.Namespace], int] = options.work
        return work(config, options)
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except (DataError, UserError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return (
            0
            if options.work in (run, sandbox) or getattr(options, "page", False)
            else _fail("Interrupted.")
        )


def _leave_no_core_dump() -> None:
    """What a crash would write to the disk can hold words of reports, and who sends them."""
    with suppress(ImportError):  # there are none where there is no such module
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        # Linux hands a dump to a program in spite of a limit of 0; at 1 it makes none at all.
        limit = 1 if most == resource.RLIM_INFINITY else min(most, 1)
        resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


def environment() -> dict[str, str]:
    """The settings as text: those of config.env, overruled by the environment's.

    Raises:
        ConfigError: the file cannot be read.
    """
    try:
        written = dotenv_values(SETTINGS_FILE, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{SETTINGS_FILE} cannot be read: {error}"]) from error
    return {**{name: value or "" for name, value in written.items()}, **os.environ}


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="steward", description="A Discord bot for a union community."
    )
    top.add_argument("--version", action="version", version=f"Steward {__version__}")
    top.set_defaults(work=run)
    commands = top.add_subparsers(title="commands", metavar="")

    def command(
        name: str, work: Callable[[Config, argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(work=work)
        return made

    command("run", run, "Run the bot (what happens without a command).")
    sandbox_ = command("sandbox", sandbox, "Try the bot on this machine, without Discord.")
    sandbox_.add_argument(
        "--port", type=inbox_options.port, default=8484, help="of the page (8484; 0: any)"
    )
    sandbox_.add_argument("--data", type=Path, default=Path("data/sandbox"), help="its folder")
    check_ = command("check", check, "Check the settings, the databases and the content.")
    check_.add_argument("--online", action="store_true", help="ask Discord and the feeds, too")
    command("sync", sync, "Register the slash commands with Discord now.")
    backup_ = command("backup", backup, "Copy both databases to a file; the bot may be running.")
    backup_.add_argument("file", type=Path)
    backup_.add_argument(
        "--keep-old", action="store_true", help="leave backups beside it that are over 14 days old"
    )
    restore_ = command("restore", restore, "Put a backup in place; the bot must be stopped.")
    restore_.add_argument("file", type=Path)
    restore_.add_argument(
        "--deletions", type=Path, metavar="FILE", help="the newest copy of deleted-reports.txt"
    )
    restore_.add_argument(
        "--without-deletions", action="store_true", help="even if withdrawn reports come back"
    )
    withdraw_ = command(
        "withdraw",
        withdraw,
        "Delete a report by its receipt, for somebody who has left the server; the bot must be "
        "stopped. The eight words come from standard input.",
    )
    withdraw_.add_argument(
        "--show",
        action="store_true",
        help="show what moderators wrote, the words that they would quote too, and delete nothing",
    )
    keys = command("keys", keys_usage, "Make keys for sealed reports.")
    new = keys.add_subparsers(title="commands", metavar="").add_parser(
        "new", help="Make a key pair.", description="Make a key pair for sealed reports."
    )
    new.add_argument("--out", type=Path, default=Path("steward-inbox.key"), help="the private key")
    new.set_defaults(work=keys_new)
    inbox_ = command("inbox", inbox, "Read exported sealed reports, away from the bot's machine.")
    inbox_options.add_to(inbox_)
    return top


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


# The heavy parts are imported where they are used, so that a wrong setting is told at once, and a
# signal is heard from the first moment on.


def run(config: Config, options: argparse.Namespace) -> int:
    """Connect to Discord; without a token, the sandbox."""
    from bot import runner
    from bot.storage.lock import exclusive

    if not config.discord_token:
        options.port, options.data = 8484, Path("data/sandbox")
        return sandbox(config, options)
    with exclusive(config.database.parent):
        try:
            asyncio.run(runner.run(config, announce=_announce))
        except runner.CannotRun as reason:
            return _fail(str(reason))
    return 0


def _announce(link: str) -> None:
    print(f"Invite Steward to a server with this link:\n{link}", flush=True)


def sandbox(config: Config, options: argparse.Namespace) -> int:
    """A stand-in for Discord, a page to use it from, and the bot connected to it."""
    from bot import runner
    from bot.sandbox import demo
    from bot.storage.lock import exclusive

    with exclusive(options.data):
        try:
            asyncio.run(demo.run(config, options.data, options.port))
        except (runner.CannotRun, OSError) as reason:
            return _fail(str(reason))
    return 0


def check(config: Config, options: argparse.Namespace) -> int:
    """Say what is wrong with settings, databases and content; 0 when nothing is.

    What is wrong with starter feeds that nobody has subscribed to is said as well, and no failure.
    """
    from bot import checks

    problems = checks.offline(config)
    if options.online and not problems:
        found = asyncio.run(checks.online(config))
        problems = found.problems
        for note in found.notes:
            print(note)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("Everything is in order.")
    return 1 if problems else 0


def sync(config: Config, options: argparse.Namespace) -> int:
    """Register the commands, whether or not they have changed; the bot may be running."""
    from bot import runner

    if not config.discord_token:
        raise ConfigError(["DISCORD_TOKEN: is needed to register commands"])
    try:
        asyncio.run(runner.sync(config))
    except runner.CannotRun as reason:
        return _fail(str(reason))
    print("The commands are registered. Discord may take a minute to show them.")
    return 0


def backup(config: Config, options: argparse.Namespace) -> int:
    """Write a backup, and beside it a copy of the list of what was deleted."""
    from bot.reports.restoring import copy_list
    from bot.storage import backups

    backups.backup(config.databases, options.file)
    print(f"Backup written to {options.file}. It holds no keys: keep those in another safe place.")
    if copy_list(config, options.file):
        print("Beside it: deleted-reports.txt. Keep it with the backup, which needs it.")
    if config.report_notice_times != "now":
        print(BETWEEN)
    return 0 if options.keep_old else _expire(config, options.file)


def _expire(config: Config, newest: Path) -> int:
    """Remove earlier backups whose time is over; not while a legal hold is set."""
    from bot.reports.choices import held_in
    from bot.reports.keeping.retention import believed
    from bot.storage.leftovers import expire_backups

    if config.reports_database.exists() and held_in(config.reports_database):
        print("A legal hold is set, or cannot be ruled out, so no earlier backup was deleted.")
        return 0
    if not believed(config, datetime.now(UTC)):
        print(
            "The clock is more than a month from the last notice time, so no earlier backup was "
            "deleted. If the clock is right, they go with the first backup after the next one."
        )
        return 0
    try:
        gone = expire_backups(newest, time.time())
    except OSError as error:
        return _fail(f"An earlier backup could not be deleted: {error}")
    if gone:
        print(f"Deleted, since older than 14 days: {', '.join(gone)}")
    return 0


def restore(config: Config, options: argparse.Namespace) -> int:
    """Put a backup in place of the databases, keeping what was there as a backup of its own."""
    from bot.reports.restoring import TO_CHECK, Restoring
    from bot.storage import backups
    from bot.storage.lock import exclusive, require_owner

    require_owner(config.reports_database, config.database, config.database.parent)
    restoring = Restoring(
        config, options.file, options.deletions, without=options.without_deletions
    )
    with exclusive(config.database.parent):
        restored = backups.restore(options.file, config.databases, restoring.prepare)
    if restored.kept is not None:
        print(f"What was there is kept in {restored.kept}; delete it when you are content.")
    if restoring.deleted:
        print(f"{counted(restoring.deleted, 'report')} deleted since that backup: deleted again.")
    if restoring.set_back:
        print(
            f"{counted(restoring.set_back, 'report')} may be counted only, until their reporters "
            "choose again: a later choice, or a question to them, may be lost."
        )
    if not restoring.complete:
        print("What was withdrawn and is not on the list is back. The moderators will be told.")
    if restoring.counts_anew:
        print("Quarters that ended after that backup are counted anew: publish them only once.")
    print(f"Check before anything else: {TO_CHECK}. What was decided since may be undone.")
    print("Restored. Steward will look at what it posted before it posts anything.")
    return 0


def withdraw(config: Config, options: argparse.Namespace) -> int:
    """Do by its receipt what its writer cannot do on a server where they are no more."""
    from bot.storage.lock import exclusive, require_owner

    path = config.reports_database
    if not path.exists():
        raise DataError(
            f"There is no {path.name} in {path.parent}, so nothing was looked for. Run this in "
            "Steward's folder, with the same DATABASE as Steward."
        )
    require_owner(path)
    with exclusive(path.parent):
        print(asyncio.run(_by_receipt(config, _typed_receipt(), show=options.show)))
    return 0


def _typed_receipt() -> str:
    if sys.stdin.isatty():  # a terminal keeps what it showed
        return getpass.getpass("The receipt, eight words (they are not shown): ")
    return sys.stdin.readline()


async def _by_receipt(config: Config, receipt: str, *, show: bool) -> str:
    from bot.clock import SystemClock
    from bot.reports.desk import Desk
    from bot.reports.terminal import replies
    from bot.storage import Database

    database = await Database.open(config.reports_database, "reports")
    try:
        desk = Desk(database, config, SystemClock())
        await desk.open()
        try:
            guild_id, checked = await desk.check_anywhere(receipt)
            if show:
                return replies(checked, await desk.choices.keeping(guild_id))
            await desk.withdraw(guild_id, checked.visit)
        except NotFound:
            raise DataError(
                f"No report in {database.path} matches that receipt. Please compare all eight "
                "words, and whether that is the file that Steward runs with. If both are right, "
                "the report never arrived, came after the backup that was restored, was "
                "withdrawn, or was deleted when its time was over."
            ) from None
        finally:
            await desk.close()
    finally:
        await database.close()
    return (
        "Deleted. From the next start on moderators find it without its subject, and from the next "
        "notice time on not at all. Backups made before hold it sealed until they are deleted."
    )


def keys_usage(config: Config, options: argparse.Namespace) -> int:
    """``keys`` without ``new``."""
    raise ConfigError(["usage: steward keys new [--out FILE]"])


def keys_new(config: Config, options: argparse.Namespace) -> int:
    """Make a key pair: the private key in a file of its own, the public key to paste."""
    from bot.reports.terminal import write_new_key

    public = write_new_key(options.out)
    print(f"Private key written to {options.out}. Keep it off the bot's machine, with a copy in a")
    print("safe: without it sealed reports can never be read. Public key, to give to Steward with")
    print(f"/inbox settings:\n{public}")
    return 0


def inbox(config: Config, options: argparse.Namespace) -> int:
    """Open an exported bundle: show the reports, here or on a page, or work on one."""
    from bot.reports.away import command

    file = command.file_of(options)
    if options.page:
        return asyncio.run(_inbox_page(file, options.port))
    print(command.done(file, options))
    return 0


async def _inbox_page(file: "AnswerFile", port: int) -> int:
    from bot.reports.away.page import InboxPage

    page = InboxPage(file)
    try:
        address = await page.start(port)
    except OSError as error:
        return _fail(f"The page cannot listen on port {port}: {error.strerror}.")
    try:
        print("Open this address on this machine, and give it to nobody:")
        print(address, flush=True)
        print("Ctrl-C ends it. Answers go to", file.path, flush=True)
        await asyncio.Event().wait()
    finally:
        await page.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
