"""The local page's HTML. Every word of a reporter's is escaped, and the page has no script."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bot.reports.away import forms
from bot.reports.away.counting import as_rows
from bot.reports.away.file import AnswerFile
from bot.reports.away.forms import chosen, form, textarea
from bot.reports.casework.redacting import MARK, REPORT, targets
from bot.reports.consent import permitted
from bot.reports.figures.tables import Published
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedMessage, OpenedReport
from bot.reports.options import Option
from bot.reports.questions import EMPLOYERS, MARKED_LIMIT, REGIONS, STATUSES, label
from bot.reports.store import ENDED
from bot.reports.terminal import SEALED, handed_to, label_of, summary, told
from bot.text import counted, plain

BACK = "A moderator brings it back with /inbox import."


@dataclass(frozen=True, slots=True)
class Problem:
    """What was sent just now and could not be kept.

    Attributes:
        said: why.
        sent: the form, by the names of its fields.
    """

    said: str
    sent: Mapping[str, str]


def listing(file: AnswerFile, wanted: Mapping[str, str], reseal: int) -> str:
    """The list of a bundle.

    Args:
        wanted: what it is narrowed down by: ``status``, ``group``, ``label``, ``to``, ``matter``.
        reseal: how many messages could be sealed to the newer key.
    """
    reports, under = file.reports, Counter(report.matter for report in file.reports)
    shown = [report for report in reports if _takes(report, wanted)]
    items = "".join(_item(file, report, under[report.matter]) for report in shown)
    nothing = "<p>No reports here.</p>"
    return page(
        f"Reports as of {file.bundle.week}",
        f'<p>{escape(summary(reports))} <a href="figures">Figures</a></p>'
        + (_reseal(reseal) if reseal else "")
        + _narrowing(file, wanted)
        + (f'<ul class="reports">{items}</ul>' if items else nothing)
        + (
            form("undo", '<button class="plain">Undo the last thing</button>')
            if file.can_undo
            else ""
        )
        + f'<p class="quiet">What you do here is written to {escape(file.path.name)} at once '
        f"({counted(len(file), 'answer')} so far) and nowhere else. {BACK}</p>",
    )


def _takes(report: OpenedReport, wanted: Mapping[str, str]) -> bool:
    has = {
        "status": report.status,
        "group": report.category,
        "label": label_of(report),
        "to": handed_to(report),
        "matter": report.matter,
    }
    return all(not wanted.get(name) or wanted[name] == value for name, value in has.items())


def _item(file: AnswerFile, report: OpenedReport, in_matter: int) -> str:
    named = label_of(report)
    parts = [
        escape(report.week),
        escape(label(STATUSES, report.status)),
        escape(label(file.groups, report.category)) or "not opened",
        f"<strong>{escape(plain(named))}</strong>" if named else "",
        escape(f"with {plain(handed_to(report))}") if handed_to(report) else "",
        f'<a href="./?matter={report.matter}">one of {in_matter} of a matter</a>'
        if report.matter and in_matter > 1
        else "",
        "<strong>urgent</strong>" if report.urgent else "",
        _waits(report),
        "not brought back yet" if file.waiting(report.id) else "",
    ]
    told_of = " · ".join(part for part in parts if part)
    return f'<li><a class="name" href="r/{report.name}">{report.name}</a> {told_of}</li>'


def _waits(report: OpenedReport) -> str:
    talk = [each for each in report.messages if each.author != "note"]
    if len(talk) > 1 and talk[-1].author == "reporter" and report.status not in ENDED:
        return "waits for you"
    unfetched = sum(each.author == "moderator" and not each.collected for each in talk)
    return f"{counted(unfetched, 'message')} not fetched" if unfetched else ""


def _narrowing(file: AnswerFile, wanted: Mapping[str, str]) -> str:
    labels = sorted({label_of(report) for report in file.reports} - {""})
    names = sorted({handed_to(report) for report in file.reports} - {""})
    selects = [("status", "Status", STATUSES), ("group", "Group", file.groups)]
    if labels:
        selects.append(("label", "Label", [Option(each, plain(each)) for each in labels]))
    if names:
        selects.append(("to", "With", [Option(each, plain(each)) for each in names]))
    inside = "".join(
        chosen(name, title, [Option("", "All"), *options], wanted.get(name, ""))
        for name, title, options in selects
    )
    back = ' <a href="./">Show all</a>' if any(wanted.values()) else ""
    return (
        f'<form method="get" action="./"><div class="row">{inside}'
        f'<button class="plain">Show</button></div>{back}</form>'
    )


def _reseal(messages: int) -> str:
    return (
        f'<div role="status"><p>{counted(messages, "message")} here open with an older key only. '
        "Sealed to the server's new key and brought back, the older key opens nothing of them any "
        "more.</p>"
        + form("reseal", "<button>Seal to the new key</button>", action="reseal")
        + "</div>"
    )


def report_page(file: AnswerFile, report: OpenedReport, problem: Problem | None = None) -> str:
    """One report with its conversation and forms."""
    first_waiting = len(report.messages) - file.waiting(report.id)
    sent = problem.sent if problem is not None else {}
    body = [
        '<p><a href="../">All reports</a></p>',
        f'<p role="alert">{escape(problem.said)}</p>' if problem is not None else "",
        f"<p>{_head(file, report)}</p>",
        f"<p>May be used: <strong>{escape(permitted(report).words)}</strong></p>",
        '<div class="columns"><div>',
        _article("What happened", report.text, "reporter", _redacting(report, REPORT, sent)),
        *(
            _message(report, each, sent, waits=number >= first_waiting)
            for number, each in enumerate(report.messages)
        ),
        "</div><div>",
        forms.all_of(file, report, sent),
        "</div></div>",
    ]
    return page(f"Report {report.name}", "".join(body))


def _head(file: AnswerFile, report: OpenedReport) -> str:
    return " · ".join(
        escape(plain(part))
        for part in (
            report.week,
            label(STATUSES, report.status),
            label(file.groups, report.category),
            label(EMPLOYERS, report.employer),
            label(REGIONS, report.region),
            *(f"{name}: {value}" for name, value in report.around.described()),
            "urgent: its reporter had moderators told at once" if report.urgent else "",
            f"label: {label_of(report)}" if label_of(report) else "",
            f"with {handed_to(report)}" if handed_to(report) else "",
            "moderators took more out of it" if report.redacted else "",
        )
        if part
    )


def _message(
    report: OpenedReport, message: OpenedMessage, sent: Mapping[str, str], *, waits: bool
) -> str:
    when = "not brought back yet" if waits else message.week
    more = ""
    if message.kind is MessageKind.ADDITION:
        more = _redacting(report, str(message.turn), sent)
    kind = ("reporter" if message.author == "reporter" else "") + (" waiting" if waits else "")
    return _article(f"{told(message)}, {when}", message.text, kind, more)


def _article(title: str, text: str | None, kind: str, more: str = "") -> str:
    shown = SEALED if text is None else plain(text)
    words = f"<p>{escape(shown)}</p>" if shown else ""
    heading = escape(plain(title[:1].upper() + title[1:]))
    return f'<article class="{kind.strip()}"><strong>{heading}</strong>{words}{more}</article>'


def _redacting(report: OpenedReport, key: str, sent: Mapping[str, str]) -> str:
    text = next((each.text for each in targets(report) if each.key == key), None)
    if text is None:
        return ""
    again = sent.get("do") == "redact" and sent.get("key") == key
    inside = (
        f'<input type="hidden" name="key" value="{escape(key)}">'
        + textarea(
            "text",
            "Delete what has to go, and leave the rest as it is",
            sent.get("text", "") if again else text,
            MARKED_LIMIT,
            exact=True,
        )
        + '<button class="danger">Show what would be left</button>'
    )
    opened = " open" if again else ""
    return f"<details{opened}><summary>Redact more</summary>{form('redact', inside)}</details>"


def asking_back(report: OpenedReport, key: str, left: str) -> str:
    """What would be left of a text, before it is done for good.

    Args:
        key: of a ``redacting.Target``.
    """
    inside = (
        f'<input type="hidden" name="key" value="{escape(key)}">'
        f'<textarea name="text" hidden>{escape(left)}</textarea>'
        '<button class="danger">Delete for good</button>'
    )
    return page(
        f"Redact more of {report.name}",
        f'<p><a href="{report.name}">Leave it as it is</a></p>'
        f"<p>This is what would be left; {MARK} stands where words go. When it is brought back "
        "the words are deleted for good on the bot's machine, with quotations that have them, and "
        "the reporter is told.</p>"
        + _article("What would be left", left, "reporter")
        + form("redacted", inside)
        + '<p class="quiet">This bundle and every copy of it keep the words, sealed: delete them '
        "once it is brought back, and export again.</p>",
    )


def redacted_page(report: OpenedReport, text: str) -> str:
    """After words were taken out: what else is to be done."""
    return page(
        f"Redacted: {report.name}",
        f'<p role="status">{escape(text)}</p><p><a href="{report.name}">Back to the report</a></p>',
    )


def figures_page(
    file: AnswerFile, settled: Sequence[Published], fresh: Sequence[Published], said: str
) -> str:
    """The figures of all periods that are over.

    Args:
        fresh: those that the bot does not keep yet.
        said: why there is nothing more; or empty.
    """
    tables = "".join(_table(file, table) for table in settled)
    if fresh:
        kept = list(file.contents.figures) == list(fresh)
        tables += "<h2>Counted now</h2>" + "".join(_table(file, table) for table in fresh)
        tables += (
            f"<p>Kept in {escape(file.path.name)}. {BACK}</p>"
            if kept
            else "<p>Publish them once they are brought back; from then on they never change.</p>"
            + form("keep", "<button>Keep these figures</button>")
        )
    return page(
        "Figures",
        '<p><a href="./">All reports</a></p>'
        "<p>They count reports, not people. Whatever is under five is only shown added up with "
        "others, so that nobody can work out a single report.</p>"
        + tables
        + (f"<p>{escape(said)}</p>" if said else ""),
    )


def _table(file: AnswerFile, table: Published) -> str:
    parts = [f"<h2>{table.name}: {counted(table.total, 'report')}</h2>"]
    for name, rows in as_rows(table, file.groups):
        cells = "".join(f"<tr><td>{count}</td><td>{escape(who)}</td></tr>" for count, who in rows)
        parts.append(f'<table><tr><th colspan="2">{name}</th></tr>{cells}</table>')
    return "".join(parts)


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css">'
        f"<h1>{escape(title)}</h1>{body}</html>"
    )
