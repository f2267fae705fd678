"""What the command line does with sealed reports, away from the bot's machine."""

from collections.abc import Sequence
from pathlib import Path

from bot.errors import DataError, NotFound
from bot.reports.away.answers import AnswerFile
from bot.reports.bundle import Bundle
from bot.reports.consent import permitted
from bot.reports.inbox import FATES
from bot.reports.keys import write_key
from bot.reports.messages import RESTORED, MessageKind
from bot.reports.model import OpenedMessage, OpenedReport
from bot.reports.questions import CATEGORIES, EMPLOYERS, REGIONS, STATUSES, USES, label
from bot.reports.returning import Checked
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


def replies(checked: Checked) -> str:
    """What a receipt opens, as plain text that cannot steer a terminal; not the report's words."""
    parts = [f"The report was kept. Status: {checked.status}."]
    for told in checked.conversation.told:
        parts += [RULE, told.text]
    if not checked.conversation.told:
        parts.append("Nothing was replied.")
    return plain("\n".join(parts))


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
            f"May be used: {permitted(report).words}",
            *(f"{name}: {value}" for name, value in report.around.described()),
            *(["Urgent: its reporter had moderators told at once"] if report.urgent else []),
        ]
    parts = [RULE, *head, "", _words(report.text)]
    for message in report.messages:
        parts += ["", f"[{told(message)}, week {message.week}]"]
        if message.text != "":
            parts.append(_words(message.text))
    return plain("\n".join(parts))


def answer(bundle: Bundle, path: Path, name: str, kind: str, text: str) -> str:
    """Write one answer to the file of answers; what to say.

    Args:
        name: the report's, or its beginning.
        kind: ``reply``, ``note`` or ``status``, whose text is a code or a label.

    Raises:
        InvalidInput, NotFound: nothing was written.
        DataError: the file could not be written.
    """
    wanted = name.strip().lower()
    found = [report for report in bundle.reports if report.id.hex().startswith(wanted)]
    if len(found) != 1 or len(wanted) < 4:
        raise NotFound(f"No one report in this bundle is called {name}.")
    answers = AnswerFile(path, bundle)
    try:
        if kind == "status":
            said = text.strip().lower()
            code = next((each.code for each in STATUSES if said == each.label.lower()), said)
            answers.set_status(found[0], code)
        else:
            answers.write(found[0], MessageKind(kind), text)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    return f"Kept in {path} ({counted(len(answers), 'answer')}). Bring it back with /inbox import."


def told(message: OpenedMessage) -> str:
    """What a message is, in a few words and without those of the message itself."""
    match message.kind:
        case MessageKind.ADDITION:
            return "added by the reporter"
        case MessageKind.CONSENT:
            return _new_use(message)
        case MessageKind.ANSWER:
            return f"the reporter says {'yes' if message.more.get('yes') == '1' else 'no'}"
        case MessageKind.REPLY:
            return f"reply, {_fetched(message)}"
        case MessageKind.QUOTE:
            return f"the reporter was asked about these words, {_fetched(message)}"
        case MessageKind.USED:
            fate = label(FATES, message.more.get("how", ""))
            return f"what became of it: {fate}, {_fetched(message)}"
        case MessageKind.NOTE:
            return "note for moderators"
        case MessageKind.LABEL:
            return "label"
        case MessageKind.HANDED:
            return "handed to another moderator"
        case MessageKind.PROPOSED:
            return "words proposed to quote"
        case MessageKind.AGREED:
            return "a second moderator agreed"


def _new_use(message: OpenedMessage) -> str:
    use = label(USES, message.more.get("use", ""))
    if message.more.get("why") == RESTORED:
        return f"{use}, until the reporter chooses again: restored from a backup"
    return f"the reporter's new choice: {use}"


def _fetched(message: OpenedMessage) -> str:
    return "fetched" if message.collected else "not fetched as of the last notice"


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
