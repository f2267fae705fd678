"""What the command line does with sealed reports, away from the bot's machine."""

from pathlib import Path

from bot.errors import DataError
from bot.reports.keys import write_key
from bot.reports.model import OpenedReport
from bot.reports.questions import CATEGORIES, EMPLOYERS, REGIONS, USES, label
from bot.reports.sealing import new_keypair
from bot.text import plain

RULE = "─" * 72


def write_new_key(path: Path) -> str:
    """Make a key pair, the private key in a new file of its owner's alone; the public key in hex.

    Raises:
        DataError: the file is there already, or cannot be written.
    """
    private, public = new_keypair()
    try:
        write_key(path, private)
    except FileExistsError as error:
        raise DataError(f"{path} is there already, and a key is never overwritten.") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    return public.hex()


def shown(report: OpenedReport) -> str:
    """A report with its conversation, as plain text that cannot steer a terminal."""
    head = [
        f"Report {report.name}   week {report.week}   {report.status}",
        (
            f"{label(CATEGORIES, report.category)}; {label(EMPLOYERS, report.employer)}; "
            f"{label(REGIONS, report.region)}"
        ),
        f"May be used: {label(USES, report.use)}",
    ]
    parts = [RULE, *head, "", report.text]
    for message in report.messages:
        parts += ["", f"[{message.author}, week {message.week}]", message.text]
    return plain("\n".join(parts))
