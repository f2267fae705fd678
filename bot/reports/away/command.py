"""``python -m bot inbox``: reading a bundle and working on it at a terminal."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.errors import DataError, InvalidInput
from bot.reports.away import acts, counting, quoting, resealing
from bot.reports.away.file import AnswerFile
from bot.reports.away.options import ACTS
from bot.reports.bundle import open_bundle
from bot.reports.fates import FATES
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport
from bot.reports.options import Option
from bot.reports.questions import STATUSES
from bot.reports.terminal import shown, summary
from bot.text import counted, plain

BACK = "Bring it back with /inbox import."
REDACTED = (
    "The words go when it is brought back. Until then, and in every copy of the bundle, they are "
    "there, sealed: bring it back now, delete the bundle, and export again."
)
STOPS = (
    "It works only if this file is brought back before midnight UTC today, and if the report was "
    "sent or added to since the last one. Nobody is told whether it took hold."
)
PUBLISH = "Publish none of them before that: from then on they never change."
BY_WHOM = "It takes somebody with Manage Server. Keep the older key until then."
NOT_YET = (
    "Everything that these keys open is sealed to the server's key already. Reports that came "
    "before the key was changed may show at the next notice time only: export and do this once "
    "more after it, before you destroy the older key."
)


def file_of(options: argparse.Namespace) -> AnswerFile:
    """The bundle that is meant, with the file that answers to it go to.

    Raises:
        InvalidInput, Unavailable: one of the files is not what it should be.
    """
    bundle = open_bundle(options.bundle, options.key)
    path = options.answers or options.bundle.with_suffix(".answers.json")
    return AnswerFile(path, bundle, options.signed.strip()[: acts.NAME_LIMIT])


def done(file: AnswerFile, options: argparse.Namespace) -> str:
    """Do what the options say; what to say of it.

    Raises:
        InvalidInput, NotAllowed, NotFound: nothing was written.
        DataError: the file of answers could not be written.
    """
    act = next((name for name in ACTS if getattr(options, name)), "")
    try:
        if act:
            return _acted(file, act, *getattr(options, act))
        if options.undo:
            file.undo()
            return f"Taken out. {counted(len(file), 'answer')} in {file.path}."
        if options.figures:
            return _counted(file)
        if options.reseal:
            return _resealed(file)
    except OSError as error:
        raise DataError(f"{file.path}: {error.strerror}") from error
    shown_all = [shown(each, file.groups, file.waiting(each.id)) for each in file.reports]
    return "\n".join([*shown_all, summary(file.reports)])


def _acted(file: AnswerFile, act: str, name: str, more: str = "") -> str:
    report, before, after = file.named(name), "", ""
    if act in ("quote", "agree", "ask", "take"):
        before = _quoted(file, report, act, more)
    elif act in ("reply", "note"):
        acts.write(file, report, MessageKind(act), sys.stdin.read())
    elif act == "redact":
        acts.take_out(file, report, sys.stdin.read().splitlines())
        left = file.report(report.id)
        before, after = shown(left, file.groups, file.waiting(left.id)) + "\n", f"\n{REDACTED}"
    elif act == "stop":
        acts.stop(file, report, datetime.now(UTC).date())
        after = f"\n{STOPS}"
    else:
        _sorted(file, report, act, more)
    return f"{before}Kept in {file.path} ({counted(len(file), 'answer')}). {BACK}{after}"


def _quoted(file: AnswerFile, report: OpenedReport, act: str, more: str) -> str:
    if act == "quote":
        quoting.propose(file, report, sys.stdin.read())
        return ""
    if not (more.isascii() and more.isdigit() and len(more) < 6):
        raise InvalidInput(f"{more} is not the number of a quotation.")
    done = {"agree": quoting.agree, "ask": quoting.ask, "take": quoting.take}[act]
    known = done(file, report, int(more))
    return plain(known.words) + "\n"


def _sorted(file: AnswerFile, report: OpenedReport, act: str, more: str) -> None:
    match act:
        case "used":
            acts.used(file, report, _code(FATES, more), sys.stdin.read())
        case "status":
            acts.set_status(file, report, _code(STATUSES, more))
        case "label":
            acts.set_label(file, report, more)
        case "hand":
            acts.hand(file, report, more)
        case "matter":
            acts.merge(file, report, file.named(more))
        case "apart":
            acts.apart(file, report)


def _counted(file: AnswerFile) -> str:
    fresh = counting.uncounted(file)
    lines = []
    for table in (*counting.settled(file), *fresh):
        lines += [*counting.as_lines(table, file.groups), ""]
    if not fresh:
        return "\n".join([*lines, counting.NOTHING])
    counting.keep(file)
    lines += [f"{counted(len(fresh), 'new period')}, kept in {file.path}. {BACK}", PUBLISH]
    return "\n".join(lines)


def _resealed(file: AnswerFile) -> str:
    number, closed = resealing.write(file)
    lines = [NOT_YET]
    if number:
        lines = [f"{counted(number, 'message')} resealed, kept in {file.path}. {BACK}", BY_WHOM]
    if closed:
        lines.append(f"None of these keys opens {counted(closed, 'message')}.")
    return "\n".join(lines)


def _code(options: Sequence[Option], typed: str) -> str:
    said = typed.strip().lower()
    return next((each.code for each in options if said == each.label.lower()), said)
