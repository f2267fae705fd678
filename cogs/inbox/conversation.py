"""One report with everything under it. A reporter's words are escaped: nothing in them can act."""

from collections.abc import Iterable, Mapping, Sequence

import discord

from bot.reports.consent import permitted
from bot.reports.fates import FATES
from bot.reports.messages import RESTORED, MessageKind
from bot.reports.model import OpenedMessage, OpenedReport, short_name
from bot.reports.questions import CATEGORIES, EMPLOYERS, REGIONS, STATUSES, USES, Option, label
from bot.reports.quotations import Quotation, Standing
from bot.text import cut, escape, plain, utf16_len
from cogs.common.components import Buttons, Style
from cogs.common.replies import COLOUR

SEALED = (
    "(Sealed to a key that is not on this machine. Whoever keeps that key can open it from "
    "`/inbox export`.)"
)
_DESCRIPTION_LIMIT = 3_900  # Discord: 4,096 in a description
_MESSAGE_LIMIT = 5_500  # Discord: 6,000 in all embeds of a message

STANDINGS: Mapping[Standing, str] = {
    Standing.SECOND: "waits for a second moderator",
    Standing.UNASKED: "agreed; its reporter was not asked yet",
    Standing.REPORTER: "waits for its reporter, as of the last notice",
    Standing.FREE: "approved: may be used publicly as it stands",
    Standing.DECLINED: "its reporter said no",
    Standing.STOPPED: "stopped",
}


def report_messages(
    report: OpenedReport,
    same: Sequence[bytes] = (),
    quotations: Sequence[Quotation] = (),
    groups: Sequence[Option] = CATEGORIES,
) -> list[list[discord.Embed]]:
    """A report as one or more messages' embeds; no word is left out.

    Args:
        same: the other reports under its matter.
        quotations: those proposed from it, as they stand now.
        groups: all that the server has, in its words.
    """
    allowed = permitted(report)
    head = discord.Embed(title=f"Report {report.name}", colour=COLOUR)
    for name, value in (
        ("About", escape(label(groups, report.category))),
        ("Employer", label(EMPLOYERS, report.employer)),
        ("Where", label(REGIONS, report.region)),
        ("May be used", allowed.words + (" (changed)" if allowed.changed else "")),
        ("Status", label(STATUSES, report.status)),
        ("Seen from", report.week),
        ("Label", escape(_last(report, MessageKind.LABEL, "text"))),
        ("Handed to", _person(_last(report, MessageKind.HANDED, "to"))),
        ("Same matter", ", ".join(f"`{short_name(each)}`" for each in same[:20])),
        *report.around.described(),
        ("Urgent", "its reporter had you told at once" if report.urgent else ""),
    ):
        if value or name in ("About", "Employer", "Where", "May be used", "Status", "Seen from"):
            head.add_field(name=name, value=value or "-")
    title = "What happened" + (" (moderators took more out)" if report.redacted else "")
    embeds = [head, *_texts(title, report.text)]
    standing = {each.id: each for each in quotations}
    for message in report.messages:
        embeds += _message(message, standing)
    return _packed(embeds)


def _last(report: OpenedReport, kind: MessageKind, name: str) -> str:
    for message in reversed(report.messages):
        if message.kind is kind:
            return (message.text or "") if name == "text" else message.more.get(name, "")
    return ""


def _person(user_id: str) -> str:
    return f"<@{user_id}>" if user_id.isdigit() else ""


def _new_use(more: Mapping[str, str], week: str | None) -> str:
    use = label(USES, more.get("use", ""))
    if more.get("why") == RESTORED:
        return f"{use}, until the reporter chooses again: restored from a backup"
    return f"The reporter changed how it may be used, {week}: {use}"


def _message(message: OpenedMessage, quotations: Mapping[str, Quotation]) -> list[discord.Embed]:
    week, more = message.week, message.more
    fetched = "fetched" if message.collected else "not fetched yet, as of the last notice"
    by = _person(more.get("by", ""))
    quotation = quotations.get(more.get("quote", ""))
    match message.kind:
        case MessageKind.ADDITION:
            return _texts(f"Added by the reporter, {week}", message.text)
        case MessageKind.CONSENT:
            return [_line(_new_use(more, week))]
        case MessageKind.ANSWER:
            said = {"1": "approved", "": "took back an answer to"}.get(
                more.get("yes", "0"), "declined"
            )
            return [_line(f"The reporter {said} the quotation `{more.get('quote', '')}`, {week}")]
        case MessageKind.REPLY:
            return _texts(f"Your reply, {week} ({fetched})", message.text)
        case MessageKind.QUOTE:
            return [_line(f"Its reporter was asked about `{more.get('quote', '')}`, {week}")]
        case MessageKind.USED:
            fate = label(FATES, more.get("how", ""))
            return _texts(f"Told to the reporter, {week}: {fate} ({fetched})", message.text)
        case MessageKind.NOTE:
            return _texts(f"Note for moderators, {week}", message.text, by)
        case MessageKind.LABEL:
            return [_line(f"Labelled “{escape(message.text or '')}”, {week}, by {by}")]
        case MessageKind.HANDED:
            return [_line(f"Handed to {_person(more.get('to', ''))}, {week}, by {by}")]
        case MessageKind.PROPOSED:
            stands = STANDINGS[quotation.standing] if quotation else "stopped"
            return _texts(f"Quotation {more.get('quote', '')}, {week}: {stands}", message.text, by)
        case MessageKind.AGREED:
            return [_line(f"Agreed to the quotation `{more.get('quote', '')}`, {week}, {by}")]


def _line(text: str) -> discord.Embed:
    return discord.Embed(description=f"-# {text}", colour=COLOUR)


def _texts(title: str, text: str | None, by: str = "") -> list[discord.Embed]:
    pieces = [SEALED] if text is None else list(_pieces(escape(plain(text))))
    if by:
        pieces = [f"-# {by}", *pieces] if not pieces else [f"-# {by}\n{pieces[0]}", *pieces[1:]]
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


def report_buttons(report: OpenedReport, *, joined: bool = False) -> Buttons:
    """What can be done with a report; every press asks for the right again.

    Args:
        joined: it is under a matter with others.
    """
    report_id = report.id.hex()
    done = report.status == "closed"
    buttons = (
        Buttons()
        .select(
            f"inbox:status:{report_id}",
            "Change the status; the reporter sees it",
            [
                discord.SelectOption(
                    label=f"Status: {option.label}",
                    value=option.code,
                    default=option.code == report.status,
                )
                for option in STATUSES
            ],
        )
        .button("Reply", f"inbox:reply:{report_id}", style=Style.primary, row=1)
        .button("Note", f"inbox:note:{report_id}", row=1)
        .button("Label", f"inbox:label:{report_id}", row=1)
        .button("What became of it", f"inbox:used:{report_id}", row=1)
        .button(
            "Reopen" if done else "Close",
            f"inbox:set:{report_id}:{'looking' if done else 'closed'}",
            row=1,
        )
        .button("Quote", f"inbox:quote:{report_id}", row=2)
        .button("Redact more", f"inbox:redact:{report_id}", row=2)
        .button("Same matter", f"inbox:same:{report_id}", row=2)
        .button("Hand on", f"inbox:hand:{report_id}", row=2)
        .button("Stop this sender", f"inbox:stop:{report_id}", row=3)
    )
    if joined:
        buttons.button("Not this matter", f"inbox:apart:{report_id}:", row=2)
    return buttons
