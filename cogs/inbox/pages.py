"""What those who read reports see. A reporter's words are escaped: nothing in them can act."""

from collections.abc import Iterable, Sequence

import discord

from bot.reports.inbox import Line
from bot.reports.model import OpenedReport
from bot.reports.questions import CATEGORIES, EMPLOYERS, REGIONS, STATUSES, USES, label
from bot.text import counted, cut, escape, plain, utf16_len
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import COLOUR

PAGE = 15
SEALED = (
    "(Sealed to a key that is not on this machine. Whoever keeps that key can open it from "
    "`/inbox export`.)"
)
_DESCRIPTION_LIMIT = 3_900  # Discord: 4,096 in a description
_MESSAGE_LIMIT = 5_500  # Discord: 6,000 in all embeds of a message


def line_text(line: Line) -> str:
    """One report in a list, and in autocomplete: nothing more there than here."""
    parts = [line.name, line.week, label(STATUSES, line.status)]
    if line.category is not None:
        parts.append(label(CATEGORIES, line.category))
    return " · ".join(parts)


def list_embed(lines: Sequence[Line], page: int, when: str) -> discord.Embed:
    """One page of the list.

    Args:
        page: from 0.
        when: the next reports are shown, as ``at 18:00``.
    """
    shown = lines[page * PAGE : (page + 1) * PAGE]
    text = "\n".join(f"`{line.name}` {line_text(line)[len(line.name) + 3 :]}" for line in shown)
    embed = discord.Embed(
        title=counted(len(lines), "report"),
        description=text or "None here, as of the last notice time.",
        colour=COLOUR,
    )
    return embed.set_footer(text=f"New ones show {when}. Open one with /inbox read.")


def list_buttons(total: int, page: int, status: str, category: str) -> Buttons | None:
    """Back and on, where there is more than one page."""
    if total <= PAGE:
        return None

    def to(number: int) -> str:
        return f"inbox:page:{number}:{status}:{category}"

    return (
        Buttons()
        .button("Back", to(page - 1), disabled=page == 0)
        .button("More", to(page + 1), disabled=(page + 1) * PAGE >= total)
    )


def report_messages(report: OpenedReport) -> list[list[discord.Embed]]:
    """A report as one or more messages' embeds; no word is left out."""
    head = discord.Embed(title=f"Report {report.name}", colour=COLOUR)
    for name, value in (
        ("About", label(CATEGORIES, report.category)),
        ("Employer", label(EMPLOYERS, report.employer)),
        ("Where", label(REGIONS, report.region)),
        ("May be used", label(USES, report.use)),
        ("Status", label(STATUSES, report.status)),
        ("Seen from", report.week),
        *report.around.described(),
        *([("Urgent", "its reporter had you told at once")] if report.urgent else []),
    ):
        head.add_field(name=name, value=value or "-")
    embeds = [head, *_texts("What happened", report.text)]
    for message in report.messages:
        if message.author == "reporter":
            embeds += _texts(f"Added by the reporter, {message.week}", message.text)
        else:
            fetched = "fetched" if message.collected else "not fetched yet, as of the last notice"
            embeds += _texts(f"Your reply, {message.week} ({fetched})", message.text)
    return _packed(embeds)


def _texts(title: str, text: str | None) -> list[discord.Embed]:
    pieces = [SEALED] if text is None else list(_pieces(escape(plain(text))))
    return [
        discord.Embed(title=title if number == 0 else None, description=piece, colour=COLOUR)
        for number, piece in enumerate(pieces or ["-"])
    ]


def _pieces(text: str) -> Iterable[str]:
    while text:
        piece = text
        if utf16_len(text) > _DESCRIPTION_LIMIT:
            # Not inside an escape; cut() would leave words out.
            end = len(cut(text, _DESCRIPTION_LIMIT)) - 1
            piece = text[:end].rstrip("\\") or text[:end]
        yield piece
        text = text[len(piece) :].lstrip()


def _packed(embeds: list[discord.Embed]) -> list[list[discord.Embed]]:
    messages: list[list[discord.Embed]] = [[]]
    for embed in embeds:
        if messages[-1] and (
            len(messages[-1]) == 10 or sum(map(_size, [*messages[-1], embed])) > _MESSAGE_LIMIT
        ):
            messages.append([])
        messages[-1].append(embed)
    return messages


def _size(embed: discord.Embed) -> int:
    texts = [embed.title, embed.description]
    texts += [part for field in embed.fields for part in (field.name, field.value)]
    return sum(utf16_len(text or "") for text in texts)


def report_buttons(report: OpenedReport) -> Buttons:
    report_id = report.id.hex()
    done = report.status == "closed"
    return (
        Buttons()
        .select(
            f"inbox:status:{report_id}",
            "Change the status; the reporter sees it",
            [
                discord.SelectOption(
                    label=option.label, value=option.code, default=option.code == report.status
                )
                for option in STATUSES
            ],
        )
        .button("Reply", f"inbox:reply:{report_id}", style=Style.primary)
        .button(
            "Reopen" if done else "Close",
            f"inbox:set:{report_id}:{'looking' if done else 'closed'}",
        )
    )


def reply_form(report_id: str, limit: int) -> Form:
    return Form("Reply to the reporter", "inbox:replied", report_id).text(
        "reply",
        "Your reply",
        hint="Signed by nobody. Do not ask who they are, or for what would tell.",
        long=True,
        max_length=limit,
    )


def key_form() -> Form:
    return Form("The key to seal reports with", "inbox:key").text(
        "key",
        "Public key",
        hint="64 digits and letters, as `python -m bot keys new` prints it.",
        max_length=200,
    )


def notice(reports: int, additions: int) -> str:
    """What moderators are told: a count, and nothing of what is in it."""
    parts = []
    if reports:
        parts.append(counted(reports, "new report"))
    if additions:
        parts.append(counted(additions, "addition"))
    return f"In the report inbox: {' and '.join(parts)}. `/inbox list` shows what is there."
