"""The forms in which moderators write: the words, what belongs to the kind, and more."""

from collections.abc import Mapping, Sequence

import discord

from bot.knowledge import Confidence, Kind
from bot.knowledge.editing.model import Draft, Table
from bot.knowledge.editing.tables import (
    KIND_WORDS,
    LABELS,
    OWN_FORMS,
    fitting,
    lines,
    read_source_line,
    source_line,
)
from bot.knowledge.reading import (
    ANSWER_LIMIT,
    NAME_KEYS,
    NAME_LIMIT,
    NOTE_LIMIT,
    QUESTION_LIMIT,
    SECTION_LIMIT,
    STANDS_FOR_LIMIT,
)
from bot.routing import Fields
from bot.text import cut, one_line, plain
from cogs.common.components import Form

FIELD_LIMIT = 4000  # Discord: characters of a text field
OPTIONS = 25  # Discord: options of a select
SELECTS = 5  # Discord: components of a form

SURE = {
    Confidence.CORROBORATED: ("Sure", "At least one independent public source bears it out"),
    Confidence.ONE_SOURCE: (
        "One source",
        "One document says so; say in the answer whose word it is",
    ),
    Confidence.DISPUTED: ("Disputed", "Sources contradict each other; give both accounts"),
    Confidence.NOT_FOUND: ("Not found out", "We looked, and it could not be found out"),
}
_ONE_A_LINE = "One to a line."
_LISTS = {"also", "sources", "dates", "steps", "related"}


def new_form(kind: Kind, typed: Table, *arguments: str) -> Form:
    """The first form of a new entry; ``arguments`` go with it."""
    title = f"A new {KIND_WORDS[kind]}"
    return _words(Form(title, "knowledge:new", kind.value, *arguments), typed)


def words_form(draft: Draft) -> Form:
    """The words of a draft."""
    return _words(Form("The words", "knowledge:draft-words", draft.id), draft.typed)


def _words(form: Form, typed: Table) -> Form:
    sure = Confidence(typed.get("confidence") or Confidence.CORROBORATED)
    return (
        form.text(
            "question",
            LABELS["question"],
            hint="As members would ask it, in full.",
            default=typed.get("question"),
            max_length=QUESTION_LIMIT,
        )
        .text(
            "also",
            LABELS["also"],
            hint=f"{_ONE_A_LINE} The more different from each other, the better it is found.",
            default=_joined(typed, "also"),
            long=True,
            required=False,
        )
        .text(
            "answer",
            LABELS["answer"],
            hint="The answer first, dates in full. An empty line begins a new paragraph.",
            default=typed.get("answer"),
            long=True,
            max_length=ANSWER_LIMIT,
        )
        .text(
            "sources",
            LABELS["sources"],
            hint=f"{_ONE_A_LINE} Title | publisher | date | link",
            placeholder="Pay circular | Napo | 2026-03-02 | https://…",
            default=_joined(typed, "sources"),
            long=True,
            required=False,
        )
        .select(
            "confidence",
            LABELS["confidence"],
            [
                discord.SelectOption(
                    label=name, value=value, description=what, default=value is sure
                )
                for value, (name, what) in SURE.items()
            ],
        )
    )


def own_form(draft: Draft) -> Form:
    """What only the kind of a draft has."""
    form = Form(OWN_FORMS[draft.kind], "knowledge:draft-own", draft.id)
    key, typed = NAME_KEYS[draft.kind], draft.typed
    hints = {
        Kind.TERM: "The word or the letters",
        Kind.FIGURE: "The figure as people quote it; the answer says what is right about it",
    }
    form.text(
        key,
        LABELS[key],
        hint=hints.get(draft.kind, "As people say it"),
        default=typed.get(key),
        max_length=NAME_LIMIT,
    )
    if draft.kind is Kind.TERM:
        form.text(
            "stands_for",
            LABELS["stands_for"],
            hint="Where it is made of letters",
            default=typed.get("stands_for"),
            required=False,
            max_length=STANDS_FOR_LIMIT,
        )
    if draft.kind is Kind.FIGURE:
        _section(form, typed, "careful", "Or what people get wrong about it", required=False)
    if draft.kind is Kind.ACTION:
        for name, needed in (("date", True), ("end", False)):
            form.text(
                name,
                LABELS[name],
                hint="2013-11-05, 2013-11 or 2013" + ("" if needed else "; only if it lasted"),
                default=typed.get(name),
                required=needed,
                max_length=20,
            )
        _section(form, typed, "took_part", "What a member did", required=True)
        _section(form, typed, "outcome", "If nobody knows, say so", required=True)
    return form


def _section(form: Form, typed: Table, key: str, hint: str, *, required: bool) -> None:
    form.text(
        key,
        LABELS[key],
        hint=hint,
        default=typed.get(key),
        long=True,
        required=required,
        max_length=SECTION_LIMIT,
    )


def topics_form(draft: Draft, topics: Mapping[str, str]) -> Form:
    """All topics by name, 25 to a select."""
    form = Form(LABELS["topics"], "knowledge:draft-topics", draft.id)
    chosen = draft.typed.get("topics", [])
    offered = sorted(topics.items(), key=lambda item: item[1].casefold())
    for number in range(0, min(len(offered), SELECTS * OPTIONS), OPTIONS):
        part = offered[number : number + OPTIONS]
        form.select(
            f"topics{number // OPTIONS}",
            f"{cut(part[0][1], 20)} to {cut(part[-1][1], 20)}",
            [
                discord.SelectOption(label=cut(name, 100), value=key, default=key in chosen)
                for key, name in part
            ],
            hint="Choose one or more, here or in another list.",
            required=False,
            max_values=len(part),
        )
    return form


def read_topics(fields: Fields, draft: Draft) -> list[str]:
    """The topics that were chosen, in the order in which the draft had them."""
    chosen = {value for key in fields for value in fields.values_of(key)}
    before = [topic for topic in draft.typed.get("topics", []) if topic in chosen]
    return [*before, *sorted(chosen - {*before})]


def more_form(draft: Draft, related: Sequence[str]) -> Form:
    """Dates, related entries, what is uncertain, and the steps of a question.

    Args:
        related: the questions of the related entries.
    """
    typed = draft.typed
    form = Form("More", "knowledge:draft-more", draft.id)
    form.text(
        "dates",
        LABELS["dates"],
        hint=f"{_ONE_A_LINE} 2014-06-01, 2014-06 or 2014",
        default=_joined(typed, "dates"),
        long=True,
        required=False,
        max_length=500,
    )
    form.text(
        "related",
        LABELS["related"],
        hint="At most four other entries, one to a line: their questions or their ids.",
        default="\n".join(related),
        long=True,
        required=False,
    )
    form.text(
        "note",
        LABELS["note"],
        hint="What exactly, where something is.",
        default=typed.get("note"),
        required=False,
        max_length=NOTE_LIMIT,
    )
    if draft.kind is Kind.QUESTION:
        form.text(
            "steps",
            LABELS["steps"],
            hint="What to do, in order, one to a line; at most eight.",
            default=_joined(typed, "steps"),
            long=True,
            required=False,
        )
    return form


def _joined(typed: Table, key: str) -> str:
    shown, _ = fitting(_written(typed, key), FIELD_LIMIT)
    return "\n".join(shown)


def _written(typed: Table, key: str) -> list[str]:
    values = typed.get(key, [])
    return [source_line(value) for value in values] if key == "sources" else list(values)


def read(fields: Fields, typed: Table) -> Table:
    """What was filled into any of the forms but that of the topics, as keys of an entry.

    Args:
        typed: the draft's keys before; what did not fit into a field stays.
    """
    found: Table = {}
    for key in fields:
        if key in _LISTS:
            given = lines(plain(fields[key]))
            _, rest = fitting(_written(typed, key), FIELD_LIMIT)
            given = list(dict.fromkeys([*given, *rest]))
            found[key] = _sources(given, typed) if key == "sources" else given
        elif key in ("answer", "careful", "took_part", "outcome"):
            found[key] = plain(fields[key]).strip()
        else:
            found[key] = one_line(fields[key])
    return found


def _sources(given: Sequence[str], typed: Table) -> list[dict[str, str]]:
    """Typed sources; a line that stayed as it was is the source that it stood for."""
    before = {source_line(source): source for source in typed.get("sources", [])}
    return [before.get(line) or read_source_line(line) for line in given]
