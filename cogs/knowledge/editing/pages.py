"""What moderators see while they write: the preview, what was saved, what somebody else changed."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord

from bot.errors import UserError
from bot.knowledge import Entry
from bot.knowledge.editing.differences import Difference, Piece, differences
from bot.knowledge.editing.model import Conflict, Review, Saved, Table
from bot.knowledge.editing.tables import (
    KIND_WORDS,
    LABELS,
    MORE,
    OWN_FORMS,
    TOPICS,
    WORDS,
    source_line,
)
from bot.text import counted, cut, escape, utf16_len
from cogs.common.components import Buttons, Style
from cogs.common.replies import COLOUR
from cogs.knowledge import embeds
from cogs.knowledge.embeds import size

FIELD_LIMIT = 1024  # Discord: characters of an embed's field
CONTENT_LIMIT = 2000  # Discord: characters of a message
MESSAGE_LIMIT = 6000  # Discord: characters of all embeds of a message
FIELDS = 25  # Discord: fields of an embed
ALIKE = 3
SMALL_MEND = (
    "A small mend is for slips of the pen: what was posted in channels is changed without the line "
    "that dates the correction."
)

Shown = dict[str, Any]
"""Content, embeds and view, as ``reply`` and ``update`` take them."""


def preview(review: Review, text: str = "") -> Shown:
    """A draft as /faq would show it, what is wrong with it, and what can be done.

    Args:
        text: in place of the line that says what this is.
    """
    draft = review.draft
    answer = embeds.answer_embed(review.entry)
    notes = discord.Embed(title="Before you save", colour=COLOUR)
    room = MESSAGE_LIMIT - size(answer)
    if review.mistakes:
        add(notes, "To mend", bulleted(review.mistakes), room)
    if review.alike:
        found = bulleted(f"“{each.question}”" for each in review.alike)
        add(notes, "Is it answered already? Look at", found, room)
    if review.built_in is not None:
        _built_in(notes, review, room)
    if not draft.is_new and not review.same:
        changed = differences(draft.base.entry, review.entry)
        add(notes, "What you change", [f"**{e.label}**: {said(e)}" for e in changed], room)
        notes.set_footer(text=SMALL_MEND)
    else:
        add(notes, "Also found by", bulleted(review.entry.also), room)
        add(notes, "Related", bulleted(each.question for each in review.related), room)
    if not notes.fields:
        notes.description = "Nothing is in the way."
    return {
        "content": text or _what(review),
        "embeds": [answer, notes],
        "view": _draft_buttons(review),
    }


def _what(review: Review) -> str:
    kind = KIND_WORDS[review.draft.kind]
    if review.draft.is_new:
        return f"**Preview** of a new {kind}. Nobody sees it before you press Save."
    hidden = " It is hidden from members at present." if review.draft.base.hidden else ""
    if review.same:
        return f"This {kind} as it is now. Change what you want, then press Save.{hidden}"
    return f"**Preview** of your changes. Members see them once you press Save.{hidden}"


def _built_in(notes: discord.Embed, review: Review, room: int) -> None:
    changed = differences(review.draft.base.built_in, review.built_in)
    lines = ["This server has its own version. In the built-in one this is new:"]
    lines += [f"**{each.label}**: {said(each)}" for each in changed]
    add(notes, "The built-in answer has changed since", lines, room)


def _draft_buttons(review: Review) -> Buttons:
    draft, key = review.draft, review.draft.id
    stuck = bool(review.mistakes) or review.same
    view = Buttons().button(
        "Save", f"knowledge:draft-save:{key}", style=Style.success, disabled=stuck, row=0
    )
    if not draft.is_new:
        view.button("Save as small mend", f"knowledge:draft-mend:{key}", disabled=stuck, row=0)
    view.button("Discard", f"knowledge:draft-drop:{key}", row=0)
    view.button(WORDS, f"knowledge:draft-words:{key}", style=Style.primary, row=1)
    if draft.kind in OWN_FORMS:
        view.button(OWN_FORMS[draft.kind], f"knowledge:draft-own:{key}", style=Style.primary, row=1)
    view.button(TOPICS, f"knowledge:draft-topics:{key}", style=Style.primary, row=1)
    view.button(MORE, f"knowledge:draft-more:{key}", style=Style.primary, row=1)
    if not draft.is_new:
        view.button("Checked today", f"knowledge:draft-checked:{key}", row=1)
    for each in review.alike[:ALIKE]:
        view.button(f"Show: {each.question}", f"knowledge:show:{each.id}", row=2)
    if review.built_in is not None:
        built_in_buttons(view, draft.entry_id, row=3)
    return view


def built_in_buttons(view: Buttons, identifier: str, *, row: int) -> None:
    """What can be done when the built-in answer has changed."""
    view.button("Take the built-in one", f"knowledge:take:{identifier}", row=row)
    view.button("Keep ours", f"knowledge:ours:{identifier}", row=row)


def saved(done: Saved, entry: Entry) -> Shown:
    """What was done, with Undo."""
    hidden = done.change.after.hidden
    parts = [
        "**Saved.** It stays hidden from members until it is shown again in `/knowledge history`."
        if hidden
        else "**Saved.** Members get this answer from now on."
    ]
    parts += followed(done)
    if not done.findable:
        parts.append(
            f"But who asks “{escape(done.asked)}” would still not find it: add that under "
            f"{LABELS['also']}."
        )
    return {
        "content": " ".join(parts),
        "embeds": [embeds.answer_embed(entry)],
        "view": after_buttons(done),
    }


def followed(done: Saved) -> list[str]:
    """That posted answers are changed too, where there are any."""
    if not done.copies:
        return []
    what = "is" if done.copies == 1 else "are"
    return [f"{counted(done.copies, 'posted answer')} {what} being changed too."]


def after_buttons(done: Saved) -> Buttons:
    """Undo, and the history."""
    change = done.change
    return (
        Buttons()
        .button("Undo", f"knowledge:undo:{change.id}")
        .button("Edit", f"knowledge:edit:{change.entry_id}")
        .button("History", f"knowledge:past:{change.entry_id}:0")
    )


def conflict(found: Conflict, review: Review) -> Shown:
    """What somebody else changed meanwhile, and the draft on top of it."""
    theirs = found.theirs
    if theirs is not None:
        who, when = f"<@{theirs.moderator_id}>", f"<t:{int(theirs.at.timestamp())}:R>"
        text = f"**Not saved yet:** {who} changed this {when}, while you were writing."
    else:
        text = "**Not saved yet:** a new version of me changed this while you were writing."
    text += " Below is what was changed, then your version on top of it."
    if found.both:
        listed = " and ".join(LABELS.get(key, key) for key in found.both)
        text += (
            f" You both changed: {listed}. There your words stand; Save puts them in the place of "
            "the others, which stay in the history."
        )
    shown = preview(review, text)
    room = MESSAGE_LIMIT - sum(size(embed) for embed in shown["embeds"])
    other = discord.Embed(title="Changed meanwhile", colour=COLOUR)
    if found.after is None:
        other.description = "The entry was taken away. Save makes it anew."
    else:
        add_differences(other, differences(found.before, found.after), min(room, 1500))
    return {**shown, "embeds": [other, *shown["embeds"]]}


def given_back(error: UserError, typed: Table) -> str:
    """Why a form could not be taken, with what was typed into it, so that it is not lost."""
    texts: list[str] = []
    for value in typed.values():
        values = value if isinstance(value, list) else [value]
        texts += [source_line(each) if isinstance(each, dict) else str(each) for each in values]
    words = "\n".join(filter(None, texts))
    return cut(f"{error} This is what you wrote:\n>>> {escape(words)}", CONTENT_LIMIT)


# Differences


def add_differences(embed: discord.Embed, found: Sequence[Difference], room: int) -> None:
    """A field for each key that differs, as far as they fit."""
    room -= 80
    for number, each in enumerate(found):
        left = room - size(embed) - len(each.label)
        if left < 60 or number >= FIELDS - 1:
            embed.add_field(name="…", value="and more", inline=False)
            return
        embed.add_field(name=each.label, value=said(each, min(left, FIELD_LIMIT)), inline=False)


def said(difference: Difference, limit: int = 400) -> str:
    """A difference with what went struck through and what came in bold."""
    if difference.listed:
        return _fitted([_listed(piece) for piece in difference.pieces], limit)
    whole = _joined(difference.pieces)
    if utf16_len(whole) > limit:
        # Cut inside each piece: a cut through a mark would leave it open.
        share = max(limit // len(difference.pieces) - 8, 30)
        pieces = [(mark, cut(words, share)) for mark, words in difference.pieces]
        while utf16_len(whole := _joined(pieces)) > limit and pieces:
            pieces = [*pieces[: len(pieces) // 2], ("skipped", "…")] if pieces[2:] else []
    return whole or "(nothing)"


def _joined(pieces: Iterable[Piece]) -> str:
    return " ".join(_marked(mark, words) for mark, words in pieces)


def _listed(piece: Piece) -> str:
    mark, line = piece
    return (
        f"− ~~{escape(cut(line, 150))}~~" if mark == "gone" else f"+ **{escape(cut(line, 150))}**"
    )


def _marked(mark: str, words: str) -> str:
    text = escape(" ¶ ".join(" ".join(part.split()) for part in words.split("\n\n")))
    if mark == "gone":
        return f"~~{text}~~"
    return f"**{text}**" if mark == "new" else text


# Embeds within Discord's limits


def add(embed: discord.Embed, name: str, lines: Sequence[str], room: int) -> None:
    """A field of lines, as far as they fit; none without lines."""
    if not lines:
        return
    limit = min(FIELD_LIMIT, room - size(embed) - len(name) - 40)
    if limit > 60:
        embed.add_field(name=name, value=_fitted(lines, limit), inline=False)


def bulleted(texts: Iterable[str]) -> list[str]:
    """Each text as a line that shows it as it is."""
    return [f"• {escape(text)}" for text in texts]


def _fitted(lines: Sequence[str], limit: int) -> str:
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if utf16_len(longer) > limit - 12:
            return f"{text}\n… and more" if text else cut(line, limit)
        text = longer
    return text
