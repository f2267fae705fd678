"""What the command line does with sealed reports, away from the bot's machine."""

from collections.abc import Sequence
from pathlib import Path

from bot.errors import DataError
from bot.reports.keys import write_key
from bot.reports.model import OpenedReport
from bot.reports.questions import CATEGORIES, EMPLOYERS, REGIONS, USES, label
from bot.reports.sealing import new_keypair
from bot.text import counted, plain

RULE = "─" * 72
SEALED = "(Sealed to another key: not opened.)"


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
    head = [f"Report {report.name}   week {report.week}   {report.status}"]
    if report.text is not None:
        head += [
            "; ".join(
                (
                    label(CATEGORIES, report.category),
                    label(EMPLOYERS, report.employer),
                    label(REGIONS, report.region),
                )
            ),
            f"May be used: {label(USES, report.use)}",
            *(f"{name}: {value}" for name, value in report.around.described()),
            *(["Urgent: its reporter had moderators told at once"] if report.urgent else []),
        ]
    parts = [RULE, *head, "", _words(report.text)]
    for message in report.messages:
        parts += ["", f"[{message.author}, week {message.week}]", _words(message.text)]
    return plain("\n".join(parts))


def summary(reports: Sequence[OpenedReport]) -> str:
    """How many reports there are, and how much of them the keys did not open."""
    closed = sum(report.text is None for report in reports)
    messages = sum(message.text is None for report in reports for message in report.messages)
    text = f"{counted(len(reports), 'report')}."
    if closed or messages:
        text += (
            f" Sealed to another key, and not opened: {counted(closed, 'report')} and "
            f"{counted(messages, 'message')} under reports. If you have an older or a newer key, "
            "give it as well."
        )
    return text


def _words(text: str | None) -> str:
    return SEALED if text is None else text
