"""The local page's HTML. Every word of a reporter's is escaped, and the page has no script."""

from collections.abc import Sequence
from html import escape

from bot.reports.consent import permitted
from bot.reports.inbox import FATES, REPLY_LIMIT
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport
from bot.reports.questions import CATEGORIES, EMPLOYERS, REGIONS, STATUSES, Option, label
from bot.reports.terminal import SEALED, summary, told
from bot.text import counted, plain

STYLE = """
:root { color-scheme: light dark; --quiet: #4a6a6d; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
a { color: inherit; }
li, article { margin: .5rem 0; padding: .5rem .8rem; border-left: 4px solid var(--quiet); }
article p { white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; }
small { opacity: .8; }
form { margin: 1rem 0; }
textarea { width: 100%; min-height: 6rem; font: inherit; box-sizing: border-box; }
button, select { font: inherit; padding: .3rem .8rem; margin: .2rem .4rem .2rem 0; }
[role=alert] { border: 2px solid #b3261e; padding: .5rem .8rem; }
"""

_WAYS = (
    Option(MessageKind.REPLY.value, "Reply to the reporter"),
    Option(MessageKind.NOTE.value, "Note for moderators"),
)


def listing(reports: Sequence[OpenedReport], status: str, week: str, file_name: str) -> str:
    """The list of a bundle, narrowed down to a status where one is given."""
    wanted = [report for report in reports if not status or report.status == status]
    links = ['<a href="./">All</a>'] + [
        f'<a href="./?status={option.code}">{escape(option.label)}</a>' for option in STATUSES
    ]
    items = "".join(
        f'<li><a href="r/{report.name}">{report.name}</a> {escape(report.week)} · '
        f"{escape(label(STATUSES, report.status))} · "
        f"{escape(label(CATEGORIES, report.category)) or 'not opened'} "
        f"<small>{counted(len(report.messages), 'message')}</small></li>"
        for report in wanted
    )
    return _page(
        f"Reports as of {escape(week)}",
        f"<p>{escape(summary(reports))}</p><p>{' · '.join(links)}</p>"
        f"<ul>{items or '<li>None here.</li>'}</ul>"
        f"<p><small>Answers are written to {escape(file_name)}; a moderator brings that back with "
        "/inbox import.</small></p>",
    )


def report_page(
    report: OpenedReport, written: Sequence[str], problem: str = "", draft: str = ""
) -> str:
    """One report with its conversation and forms.

    Args:
        written: what was answered here since this program started.
        problem: why what was sent just now was not kept.
        draft: the words that were sent with it.
    """
    head = " · ".join(
        escape(part)
        for part in (
            report.week,
            label(STATUSES, report.status),
            label(CATEGORIES, report.category),
            label(EMPLOYERS, report.employer),
            label(REGIONS, report.region),
            *(value for _, value in report.around.described()),
            "urgent: its reporter had moderators told at once" if report.urgent else "",
        )
        if part
    )
    parts = [
        '<p><a href="../">All reports</a></p>',
        f'<p role="alert">{escape(problem)}</p>' if problem else "",
        f"<p>{head}<br>May be used: <strong>{escape(permitted(report).words)}</strong></p>",
        _words("What happened", report.text),
        *(_words(f"{told(each)}, {each.week}", each.text) for each in report.messages),
        *(_words("Written here, to be brought back with /inbox import", text) for text in written),
        _form(
            "write",
            _choice("kind", _WAYS)
            + f'<textarea name="text" maxlength="{REPLY_LIMIT}" required aria-label="Your words">'
            f"{escape(draft)}</textarea><button>Keep</button>",
        ),
        _form(
            "used",
            "<strong>What became of it</strong>, for the reporter<br>"
            + _choice("fate", [option for option in FATES if option.code != "pub"])
            + f'<textarea name="text" maxlength="{REPLY_LIMIT}" required '
            'aria-label="What became of it"></textarea><button>Keep</button>',
        ),
        _form(
            "status", _choice("status", STATUSES, report.status) + "<button>Set the status</button>"
        ),
    ]
    return _page(f"Report {report.name}", "".join(parts))


def _words(title: str, text: str | None) -> str:
    shown = SEALED if text is None else plain(text)
    return f"<article><strong>{escape(title)}</strong><p>{escape(shown)}</p></article>"


def _form(action: str, inside: str) -> str:
    return f'<form method="post"><input type="hidden" name="do" value="{action}">{inside}</form>'


def _choice(name: str, options: Sequence[Option], chosen: str = "") -> str:
    inside = "".join(
        f'<option value="{option.code}"{" selected" if option.code == chosen else ""}>'
        f"{escape(option.label)}</option>"
        for option in options
    )
    return f'<select name="{name}" aria-label="{name}">{inside}</select>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="/style.css">'
        f"<h1>{title}</h1>{body}</html>"
    )
