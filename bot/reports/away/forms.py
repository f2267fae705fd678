"""The forms under a report on the local page; one for each thing that can be done."""

import secrets
from collections.abc import Mapping, Sequence
from html import escape

from bot.reports.away.acts import NAME_LIMIT
from bot.reports.away.file import AnswerFile
from bot.reports.casework.quoting import WORDS_LIMIT
from bot.reports.consent import permitted
from bot.reports.fates import FATES
from bot.reports.inbox import LABEL_LIMIT, REPLY_LIMIT
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport
from bot.reports.options import Option
from bot.reports.questions import STATUSES
from bot.reports.quotations import Quotation, Standing, quotations
from bot.reports.terminal import label_of, standing
from bot.text import plain

_WAYS = (
    Option(MessageKind.REPLY.value, "Reply to the reporter"),
    Option(MessageKind.NOTE.value, "Note for moderators"),
)
_STOP = (
    "Whoever sent this report, or added to it, can then send no more here for the day. It works "
    "only if your answers are brought back before midnight UTC today, if the report was sent or "
    "added to since the last midnight UTC, and if the bot was not restarted since. Nobody learns "
    "who it is, nor whether it took hold."
)


def all_of(file: AnswerFile, report: OpenedReport, sent: Mapping[str, str]) -> str:
    """Every form.

    Args:
        sent: the one that was sent just now and could not be kept; or empty.
    """
    return (
        _write(sent)
        + _used(sent)
        + _sorting(report)
        + _matter(file, report, sent)
        + _quoting(report, sent)
        + _folded("Stop this sender", f"<p>{_STOP}</p>" + form("stop", _button("Stop", "danger")))
    )


def _write(sent: Mapping[str, str]) -> str:
    draft = sent if sent.get("do") == "write" else {}
    return "<h2>Answer</h2>" + form(
        "write",
        chosen("kind", "What it is", _WAYS, draft.get("kind", ""))
        + textarea("text", "Your words; the reporter sees no name", draft.get("text", ""))
        + _button("Keep"),
    )


def _used(sent: Mapping[str, str]) -> str:
    draft = sent if sent.get("do") == "used" else {}
    inside = (
        chosen("fate", "What was done", FATES, draft.get("fate", ""))
        + textarea("text", "What the reporter reads", draft.get("text", ""))
        + _button("Keep")
    )
    return _folded("What became of it", form("used", inside), opened=bool(draft))


def _sorting(report: OpenedReport) -> str:
    status = chosen("status", "Status", STATUSES, report.status)
    return _folded(
        "Status, label, hand on",
        _in_a_row("status", status, "Set")
        + _in_a_row("label", line("text", "Label", LABEL_LIMIT, label_of(report)), "Label")
        + _in_a_row("hand", line("text", "Hand to (a name)", NAME_LIMIT), "Hand on"),
        opened=True,
    )


def _matter(file: AnswerFile, report: OpenedReport, sent: Mapping[str, str]) -> str:
    there = [each for each in file.reports if report.matter and each.matter == report.matter]
    others = ", ".join(
        f'<a href="{each.name}">{each.name}</a>' for each in there if each.id != report.id
    )
    name = line("other", "The other report's name", 32, sent.get("other", ""))
    inside = f"<p>One matter with {others}.</p>" if others else ""
    inside += _in_a_row("merge", name, "Join")
    if report.matter:
        inside += form("apart", _button("Take it out of its matter", "plain"))
    return _folded("Same matter as another report", inside, opened=sent.get("do") == "merge")


def _quoting(report: OpenedReport, sent: Mapping[str, str]) -> str:
    known = quotations(report)
    inside = "".join(_quotation(number, each) for number, each in enumerate(known, 1))
    if refused := permitted(report).public_refused:
        # Where a quotation ends for that reason, it says so itself.
        if not any(refused in standing(each) for each in known):
            inside += f"<p>{_without_code(refused)}</p>"
    else:
        draft = sent.get("text", "") if sent.get("do") == "quote" else ""
        inside += form(
            "quote",
            textarea("text", "The reporter's own words; mark gaps with […]", draft, WORDS_LIMIT)
            + '<p class="quiet">Somebody else has to agree in a file of their own, which they '
            "bring back themselves. Where the reporter wants to be asked, they are asked then.</p>"
            + _button("Propose"),
        )
    return _folded("Quote", inside, opened=bool(known) or sent.get("do") == "quote")


def _quotation(number: int, known: Quotation) -> str:
    hidden = f'<input type="hidden" name="number" value="{number}">'
    button, stands = "", standing(known)
    if known.standing is Standing.SECOND:
        button = form("agree", hidden + _button("Agree as the second moderator"))
    elif known.standing is Standing.UNASKED:
        button = form("ask", hidden + _button("Ask its reporter"))
    elif known.standing is Standing.FREE and not known.taken:
        button = form("take", hidden + _button("Take it; the reporter is told"))
    return (
        f"<article><strong>Quotation {number}</strong><p>“{escape(plain(known.words))}”</p>"
        f"<small>{_without_code(stands[:1].upper() + stands[1:])}</small>{button}</article>"
    )


def _without_code(text: str) -> str:
    """A sentence that is written for Discord too, without the marks that only Discord reads."""
    return escape(text.replace("`", ""))


def _in_a_row(do: str, inside: str, button: str) -> str:
    return form(do, f'<div class="row">{inside}{_button(button, "plain")}</div>')


def _folded(title: str, inside: str, *, opened: bool = False) -> str:
    return f"<details{' open' if opened else ''}><summary>{title}</summary>{inside}</details>"


def _button(text: str, kind: str = "") -> str:
    return f"<button{f' class={kind}' if kind else ''}>{text}</button>"


def form(do: str, inside: str, action: str = "") -> str:
    """A form that says what is to be done, with what it alone has: pressed twice, it is known."""
    to = f' action="{action}"' if action else ""
    once = secrets.token_urlsafe(9)
    return (
        f'<form method="post"{to}><input type="hidden" name="do" value="{do}">'
        f'<input type="hidden" name="once" autocomplete="off" value="{once}">{inside}</form>'
    )


def textarea(
    name: str, title: str, text: str = "", limit: int = REPLY_LIMIT, *, exact: bool = False
) -> str:
    """A field for several lines.

    Args:
        exact: with every character of the text, since it is compared with what is sent back.
    """
    # A line break right after the tag is dropped by browsers.
    return (
        f'<label>{escape(title)}<textarea name="{name}" maxlength="{limit}" required'
        f"{' class=tall' if exact else ''}>\n{escape(text if exact else plain(text))}"
        "</textarea></label>"
    )


def line(name: str, title: str, limit: int, text: str = "") -> str:
    """A field for one line."""
    return (
        f'<label>{escape(title)}<input type="text" name="{name}" maxlength="{limit}" '
        f'autocomplete="off" value="{escape(plain(text))}"></label>'
    )


def chosen(name: str, title: str, options: Sequence[Option], now: str = "") -> str:
    """A field for one of several."""
    inside = "".join(
        f'<option value="{escape(option.code)}"{" selected" if option.code == now else ""}>'
        f"{escape(option.label)}</option>"
        for option in options
    )
    return f'<label>{escape(title)}<select name="{name}">{inside}</select></label>'
