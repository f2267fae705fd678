"""What moderators do with a report where the key is; each is written to a file of answers."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.away.answers import Matter, Replace, Status, Stop
from bot.reports.away.applying import replacement, texts
from bot.reports.away.file import AnswerFile
from bot.reports.casework import redacting
from bot.reports.casework.matters import MATTER_BYTES
from bot.reports.casework.refusals import lost, resealed
from bot.reports.fates import CODES, not_allowed
from bot.reports.inbox import LABEL_LIMIT, REPLY_LIMIT
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport, open_report
from bot.reports.questions import STATUSES, label
from bot.reports.quotations import (
    GAP,
)
from bot.reports.sealing import identity, open_envelope, seal
from bot.text import one_line, utf16_len

NAME_LIMIT = 40

NOTHING_THERE = "That report is sealed to a key that is not here, so its words cannot be changed."
ON_HOLD = (
    "A legal hold was set when this was exported, and taking words out destroys them. So nothing "
    "can be taken out until it is lifted. If somebody is in danger from words that moderators can "
    "read, ask the union's solicitor today."
)


def write(file: AnswerFile, report: OpenedReport, kind: MessageKind, text: str) -> None:
    """Write a reply or a note.

    Raises:
        InvalidInput: it is empty or too long, or not among what can be written here.
        NotAllowed, OSError: as with ``AnswerFile.add``.
    """
    if kind not in (MessageKind.REPLY, MessageKind.NOTE):
        raise InvalidInput("That cannot be written here.")
    file.add(report, [file.sealed(report, kind, _within(text))])


def used(file: AnswerFile, report: OpenedReport, fate: str, text: str) -> None:
    """Tell the reporter what became of the report.

    Args:
        fate: a code of FATES.

    Raises:
        InvalidInput: as with ``write``, or no such fate.
        NotAllowed: the reporter does not allow it, or as with ``AnswerFile.add``.
        OSError: as with ``AnswerFile.add``.
    """
    text = _within(text)
    if fate not in CODES:
        raise InvalidInput("That choice is not on the list.")
    if refused := not_allowed(report, fate):
        raise NotAllowed(
            f"{refused} Nothing was written. If it happened all the same, tell the reporter so in "
            "a reply."
        )
    file.add(report, [file.sealed(report, MessageKind.USED, text, how=fate)])


def set_status(file: AnswerFile, report: OpenedReport, status: str) -> None:
    """Change a status; a note tells it.

    Raises:
        InvalidInput: no such status.
        NotAllowed, OSError: as with ``AnswerFile.add``.
    """
    if status not in {option.code for option in STATUSES}:
        raise InvalidInput("That status is not on the list.")
    text = f"Status set to {label(STATUSES, status)}, in sealed reading."
    note = file.sealed(report, MessageKind.NOTE, text)
    file.add(report, [note], Status(report.status, status))


def set_label(file: AnswerFile, report: OpenedReport, text: str) -> None:
    """Label a report, instead of what label it had; an empty one takes it off.

    Raises:
        InvalidInput: it is too long.
        NotAllowed, OSError: as with ``AnswerFile.add``.
    """
    found = one_line(re.sub("[:~]", " ", text))
    if utf16_len(found) > LABEL_LIMIT:
        raise InvalidInput(f"A label has at most {LABEL_LIMIT} characters.")
    file.add(report, [file.sealed(report, MessageKind.LABEL, found)])


def hand(file: AnswerFile, report: OpenedReport, name: str) -> None:
    """Hand a report to a moderator, by the name that moderators know them by.

    Raises:
        InvalidInput: the name is empty or too long.
        NotAllowed, OSError: as with ``AnswerFile.add``.
    """
    found = one_line(name)
    if not found or utf16_len(found) > NAME_LIMIT:
        raise InvalidInput(f"A name has from 1 to {NAME_LIMIT} characters.")
    file.add(report, [file.sealed(report, MessageKind.HANDED, "", to=found)])


def merge(file: AnswerFile, report: OpenedReport, other: OpenedReport) -> None:
    """Put a report under the same matter as another one. Others of its old matter stay there.

    Raises:
        InvalidInput: they are the same report, or under the same matter already.
        NotAllowed, OSError: as with ``AnswerFile.add``.
    """
    if report.id == other.id:
        raise InvalidInput("That is the same report. Give the name of the other one.")
    if report.matter and report.matter == other.matter:
        raise InvalidInput("They are under the same matter already. Nothing was changed.")
    matter = other.matter or secrets.token_hex(MATTER_BYTES)
    if not other.matter:
        _put_under(file, other, matter, f"Joined as one matter with {report.name}.")
    _put_under(file, report, matter, f"Joined as one matter with {other.name}.")


def apart(file: AnswerFile, report: OpenedReport) -> None:
    """Take a report out of its matter.

    Raises:
        InvalidInput: it is under none.
        NotAllowed, OSError: as with ``AnswerFile.add``.
    """
    if not report.matter:
        raise InvalidInput("That report is under no matter.")
    _put_under(file, report, "", "Taken out of its matter.")


def _put_under(file: AnswerFile, report: OpenedReport, matter: str, text: str) -> None:
    act = Matter(bytes.fromhex(report.matter), bytes.fromhex(matter))
    file.add(report, [file.sealed(report, MessageKind.NOTE, text)], act)


def stop(file: AnswerFile, report: OpenedReport, today: date) -> None:
    """Ask to stop a sender, which works only if the file comes back before the day in UTC is over.

    Raises:
        NotAllowed, OSError: as with ``AnswerFile.add``.
    """
    text = "Asked to stop whoever sent this, for the day, in sealed reading."
    file.add(report, [file.sealed(report, MessageKind.NOTE, text)], Stop(today.isoformat()))


# Taking words out


def left_of(file: AnswerFile, report: OpenedReport, key: str, typed: str) -> str:
    """A text as it would be, for asking back.

    Args:
        key: of a ``redacting.Target``.
        typed: the text as it is to be, as ``redacting.taken_out`` takes it.

    Raises:
        InvalidInput: as with ``redacting.taken_out``.
        NotAllowed: a legal hold is set.
        NotFound: there is no such text.
    """
    _require_no_hold(file)
    return redacting.taken_out(_target(report, key).text, typed)


def redact(
    file: AnswerFile, report: OpenedReport, key: str, typed: str, *, first: bool = True
) -> redacting.Redacted:
    """Seal a text anew without some of its words, to take the place of the old one for good.

    Args:
        key, typed: as with ``left_of``.
        first: of the texts that something is taken out of at once: the reporter is told with it,
            and the others are taken back with it.

    Raises:
        InvalidInput, NotFound: as with ``left_of``.
        NotAllowed: a legal hold is set, or as with ``AnswerFile.add``.
        OSError: as with ``AnswerFile.add``.
    """
    _require_no_hold(file)
    chosen = _target(report, key)
    new = redacting.taken_out(chosen.text, typed)
    stored = file.stored(report.id)
    old = next(
        sealed
        for turn, sealed in texts(stored).values()
        if str(turn) == key or (turn is None and key == redacting.REPORT)
    )
    inside = {**open_envelope(old, file.bundle.private), "text": new, "redacted": "1"}
    act = Replace(identity(old), seal(inside, file.bundle.keys), ())
    after = open_report(redacting.swapped(stored, replacement(stored, act)), file.bundle.private)
    gone = lost(report, after, chosen.text, redacting.gaps(chosen.text, typed))
    keys, reporter_key = file.bundle.keys, file.bundle.reporter_keys[report.id]
    shorten = resealed(gone.refused, file.bundle.private, keys, reporter_key)
    act = replace(
        act,
        drop=tuple(identity(envelope) for envelope in gone.drop),
        shorten=tuple(
            (identity(envelope), each.author, short)
            for each, (envelope, short) in zip(gone.refused, shorten, strict=True)
        ),
    )
    messages = [file.sealed(report, MessageKind.NOTE, redacting.NOTED)]
    if first:
        messages.append(file.sealed(report, MessageKind.REPLY, redacting.TOLD))
    file.add(report, messages, act, joined=not first)
    return redacting.Redacted(gone.quotations, redacting.still(chosen, new, report, gone.drop))


def take_out(file: AnswerFile, report: OpenedReport, passages: Sequence[str]) -> int:
    """Take passages out of everything that the reporter wrote; in how many texts they stood.

    Args:
        passages: words, however they are spaced and whatever their capitals. Words of a mark that
            stands where something was taken out before are none of the reporter's.

    Raises:
        InvalidInput: there are none, or one stands nowhere; nothing was taken out then.
        NotAllowed, OSError: as with ``AnswerFile.add``.
    """
    wanted = [re.compile(_as_pattern(each), re.IGNORECASE) for each in passages if each.split()]
    if not wanted:
        raise InvalidInput("Say what has to go, each passage on a line of its own.")
    found = redacting.targets(report)
    for passage, pattern in zip([each for each in passages if each.split()], wanted, strict=True):
        if not any(_out_of(target.text, pattern)[1] for target in found):
            raise InvalidInput(f"“{passage.strip()}” is not in the report. Nothing was taken out.")
    done = 0
    for target in found:
        left = target.text
        for pattern in wanted:
            left, _ = _out_of(left, pattern)
        if left != target.text:
            redact(file, file.report(report.id), target.key, left, first=not done)
            done += 1
    return done


def _out_of(text: str, pattern: re.Pattern[str]) -> tuple[str, int]:
    """The text with a mark for each place of the pattern, and how many there are; marks that
    stand in it already are left as they are."""
    number = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal number
        if GAP.fullmatch(found[0]):
            return found[0]
        number += 1
        return f" {redacting.MARK} "

    both = re.compile(f"{pattern.pattern}|{GAP.pattern}", re.IGNORECASE)
    return both.sub(mark, text), number


def _as_pattern(passage: str) -> str:
    joined = r"\s+".join(re.escape(word) for word in passage.split())
    return rf"(?<!\w){joined}(?!\w)"


def _require_no_hold(file: AnswerFile) -> None:
    if file.bundle.hold:
        raise NotAllowed(ON_HOLD)


def _target(report: OpenedReport, key: str) -> redacting.Target:
    for found in redacting.targets(report):
        if found.key == key:
            return found
    raise NotFound(NOTHING_THERE)


def _within(text: str) -> str:
    found = text.strip()
    if not found or utf16_len(found) > REPLY_LIMIT:
        raise InvalidInput(f"It has from 1 to {REPLY_LIMIT:,} characters.")
    return found
