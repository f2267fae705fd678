"""How knowledge looks in Discord: answers, and no answer."""

import re
from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.feeds.archive import Posted
from bot.knowledge import (
    Answer,
    Confidence,
    Entry,
    Kind,
    PartialDate,
    Source,
    span,
)
from bot.text import cut, escape, utf16_len
from cogs.common.article_lines import place_line, title_line
from cogs.common.components import Buttons, Style
from cogs.common.replies import COLOUR

TITLE_LIMIT = 256  # Discord: characters of an embed's title
FIELD_LIMIT = 1024  # Discord: characters of an embed's field
MESSAGE_LIMIT = 6000  # Discord: characters of all embeds of a message
DESCRIPTION_LIMIT = 4096  # Discord: characters of an embed's description

# Room for the largest entry that the content may have; together below Discord's 6,000 for all
# embeds of a message, and whatever an entry holds.
ANSWER_LIMIT = 2300
SECTIONS, SECTION_LIMIT, HEADING_LIMIT = 3, 500, 50
DOUBTS_LIMIT = 300
ASKED_LIMIT = 300
ALL = 100
SOURCES_OF_SEVERAL = 2  # of each of several answers: all are there once one is opened by itself
DATES = 4  # that are shown above an answer
SHORT = 80  # characters of a source's title and publisher where both are very long

_ESCAPED = re.compile(r"\\(.)")

SURE = {
    Confidence.ONE_SOURCE: "One source says so; we found nothing independent that confirms it.",
    Confidence.DISPUTED: "Disputed: accounts differ, and the answer gives them.",
    Confidence.NOT_FOUND: "Not established: we looked, and could not find this out.",
}
MARKS = {
    Confidence.ONE_SOURCE: " (one source)",
    Confidence.DISPUTED: " (disputed)",
    Confidence.NOT_FOUND: " (not established)",
}
ASKED = "You asked: "
NO_ANSWER_TO = "I don't know about: "
SEVERAL = (
    "You asked more than one thing, so there is more than one answer. A blue button opens one by "
    "itself, to post it or to say whether it helped."
)
SEVERAL_IN_PRIVATE = "You asked more than one thing, so there is more than one answer."


def answer_embed(entry: Entry, asked: str = "", *, sources: int = ALL) -> discord.Embed:
    """An entry of any kind: its answer, what else belongs to it, how sure we are, the sources.

    Args:
        asked: the question as a person asked it, shown where it is not the entry's own. Never for
            a message that others see.
        sources: how many of them are named; the others are counted.
    """
    embed = discord.Embed(
        title=cut(entry.title, TITLE_LIMIT), description=_description(entry), colour=COLOUR
    )
    if entry.kind is Kind.FIGURE:
        embed.set_author(name="A figure that people quote")
    for section in entry.sections[:SECTIONS]:
        text = cut(section.text, SECTION_LIMIT)
        embed.add_field(name=cut(section.heading, HEADING_LIMIT), value=text, inline=False)
    doubts = [text for text in (SURE.get(entry.confidence, ""), entry.note) if text]
    if doubts:
        value = cut("\n".join(doubts), DOUBTS_LIMIT)
        embed.add_field(name="How sure we are", value=value, inline=False)
    if entry.sources:
        lines = [f"• {source_line(source)}" for source in entry.sources]
        value = _fitting(lines, FIELD_LIMIT, sources)
        embed.add_field(name="Sources", value=value, inline=False)
    checked = f"Last checked on {PartialDate.of(entry.checked)}"
    own = {text.casefold() for text in (entry.question, entry.name, entry.title)}
    told = asked and asked.casefold() not in own
    return embed.set_footer(text=f"{_asked_line(asked)}\n{checked}" if told else checked)


def _description(entry: Entry) -> str:
    parts = [entry.answer]
    if when := _when(entry):
        parts.insert(0, f"**{_capital(when)}**")
    if entry.steps:
        parts.append("\n".join(f"{n}. {step}" for n, step in enumerate(entry.steps, 1)))
    return cut("\n\n".join(parts), ANSWER_LIMIT)


def _when(entry: Entry) -> str:
    """When an action was; of other entries the dates, where neither title nor answer has one."""
    if entry.when:
        return span(entry.when, entry.until)
    told = f"{entry.title} {entry.answer}"
    if any(str(day.year) in told for day in entry.dates):
        return ""
    return ", ".join(map(str, entry.dates[:DATES]))


def answer_buttons(entry: Entry, related: Sequence[Entry], *, reply_to: int = 0) -> Buttons:
    """Related questions, what can be done with the answer, and whether it helped.

    Args:
        reply_to: the id of a message that it can be posted as a reply to; 0 for none.
    """
    view = question_buttons(related)
    if reply_to:
        # The number in hexadecimal, since an id of an entry leaves it little room.
        custom_id = f"knowledge:reply:{entry.id}:{reply_to:x}"
        view.button("Reply in channel", custom_id, style=Style.primary, row=1)
    style = Style.secondary if reply_to else Style.primary
    view.button("Post in channel", f"knowledge:post:{entry.id}", style=style, row=1)
    view.button("Helpful", f"knowledge:yes:{entry.id}", row=1)
    view.button("Not helpful", f"knowledge:no:{entry.id}", row=1)
    return view.button("Something wrong?", f"knowledge:wrong:{entry.id}", row=1)


def public_buttons(entry: Entry) -> Buttons:
    """What anybody may press on an answer that was posted in a channel."""
    return Buttons().button("Something wrong?", public_mark(entry.id))


def public_mark(identifier: str) -> str:
    """By which a public answer is known as one of an entry: what its button says to us."""
    return f"knowledge:wrong:{identifier}"


def unknown_text(answer: Answer, *, articles: bool, private: bool) -> str:
    """What is said when there is no answer.

    Args:
        private: it is a direct message, from which no server's moderators are reached.
    """
    text = "I don't know: nothing that has been checked answers this."
    if answer.nearest:
        text += " What comes nearest is below."
    if articles:
        text += " Articles that may say more are listed too, but nobody has checked them."
    if private:
        return f"{text} To have it passed on to moderators, ask by `/faq` on a server."
    return f"{text} You can pass the question on; your name is not kept."


def unknown_embed(
    answer: Answer, articles: Sequence[Posted], guild: discord.Guild | None
) -> discord.Embed:
    """Articles that may help; and the question, as it can be passed on.

    A footer shows text as it was typed.
    """
    embed = discord.Embed(colour=COLOUR).set_footer(text=_asked_line(answer.question))
    if articles and guild:
        embed.title = "Articles, not checked"
        embed.description = "\n\n".join(
            f"{title_line(posted)}\n{place_line(posted, guild)}" for posted in articles
        )
    return embed


def unknown_buttons(nearest: Sequence[Entry], *, private: bool) -> Buttons:
    """The nearest questions, and on a server a way to pass this one on."""
    view = question_buttons(nearest)
    if private:
        return view
    return view.button("Pass the question on", "knowledge:pass", style=Style.primary, row=1)


def several_embeds(answer: Answer) -> list[discord.Embed]:
    """The answers to several questions, as many as a message can hold; the first always."""
    first, *others = answer.entries
    shown = [answer_embed(first, answer.question, sources=SOURCES_OF_SEVERAL)]
    shown += [answer_embed(entry, sources=SOURCES_OF_SEVERAL) for entry in others]
    unknown = unknown_parts(answer)
    while len(shown) > 1 and sum(map(size, [*shown, *unknown])) > MESSAGE_LIMIT:
        shown.pop()
    return shown + unknown


def unknown_parts(answer: Answer) -> list[discord.Embed]:
    """What says of which parts of a question we know nothing; none if there are none."""
    if not answer.unknown:
        return []
    lines = "\n".join(NO_ANSWER_TO + escape(part) for part in answer.unknown)
    return [discord.Embed(description=lines, colour=COLOUR)]


def unknown_in(message: discord.Message | None) -> list[str]:
    """The parts of a question of which a message of ours says that we know nothing."""
    texts = [embed.description or "" for embed in message.embeds] if message else []
    lines = [line for text in texts for line in text.splitlines() if line.startswith(NO_ANSWER_TO)]
    return [_ESCAPED.sub(r"\1", line.removeprefix(NO_ANSWER_TO)) for line in lines]


def size(embed: discord.Embed) -> int:
    """The characters of an embed, as Discord counts them."""
    texts = [embed.title, embed.description, embed.footer.text, embed.author.name]
    texts += [text for field in embed.fields for text in (field.name, field.value)]
    return sum(utf16_len(text) for text in texts if text)


def several_buttons(answer: Answer, *, reply_to: int = 0) -> Buttons:
    """One that opens each of the answers by itself, and one for each that may help besides.

    Args:
        reply_to: as of ``answer_buttons``, for the answers once they are opened.
    """
    view = Buttons()
    for entry in answer.entries:
        custom_id = f"knowledge:show:{entry.id}" + (f":{reply_to:x}" if reply_to else "")
        view.button(entry.question, custom_id, style=Style.primary, row=0)
    for entry in answer.nearest:
        view.button(entry.question, f"knowledge:show:{entry.id}", row=1)
    return view


def add_pass_on(view: Buttons, answer: Answer) -> Buttons:
    """With a way to pass on what of a question has no answer, on a server."""
    if not answer.unknown:
        return view
    return view.button("Pass on what I don't know", "knowledge:rest", style=Style.primary, row=2)


def question_buttons(entries: Sequence[Entry]) -> Buttons:
    """One button for each of some questions, which shows its answer."""
    view = Buttons()
    for entry in entries:
        view.button(entry.question, f"knowledge:show:{entry.id}", row=0)
    return view


def name_buttons(entries: Sequence[Entry]) -> Buttons:
    """One button for each of some entries by its name, which shows it."""
    view = Buttons()
    for entry in entries:
        view.button(entry.title, f"knowledge:show:{entry.id}", row=0)
    return view


def _asked_line(question: str) -> str:
    return cut(ASKED + question, ASKED_LIMIT)


def asked_in(message: discord.Message | None) -> str:
    """The question that a message of ours shows in its footer; empty if it shows none."""
    for embed in message.embeds if message else ():
        first = (embed.footer.text or "").partition("\n")[0]
        if first.startswith(ASKED):
            return first.removeprefix(ASKED)
    return ""


def asked_for(message: discord.Message | None, entry: Entry) -> str:
    """The question that a message of several answers shows, if the entry is one of those; empty
    for one that is only offered beside them."""
    opening = ["knowledge", "show", entry.id]
    for row in message.components if message else ():
        for item in row.children if isinstance(row, discord.ActionRow) else ():
            blue = isinstance(item, discord.Button) and item.style is Style.primary
            if blue and (item.custom_id or "").split(":")[: len(opening)] == opening:
                return asked_in(message)
    return ""


def source_line(source: Source) -> str:
    """A source in one line: title, then publisher and date, linked where an address is known.

    At most half of a field: a very long one is given without its link, and cut.
    """
    for cut_to, link in ((0, source.link), (0, ""), (SHORT, "")):
        shown = replace(source, link=link)
        if cut_to:
            shown = replace(
                shown, title=cut(source.title, cut_to), publisher=cut(source.publisher, cut_to)
            )
        line = f"{escape(shown.title)} · {place(shown)}"
        if utf16_len(line) < FIELD_LIMIT // 2:
            break
    return line


def place(source: Source) -> str:
    """Publisher and date of a source, linked where an address is known."""
    where = escape(source.publisher)
    if source.date:
        where += f", {PartialDate.parse(source.date)}"
    # A bracket inside an address would end the link too early.
    link = source.link.replace("(", "%28").replace(")", "%29")
    return f"[{where}]({link})" if link else where


def _fitting(lines: Sequence[str], limit: int, most: int = ALL) -> str:
    """As many of some lines as fit, at most some, and how many more there are."""
    text = ""
    for number, line in enumerate(lines):
        longer = f"{text}\n{line}" if text else line
        if number >= most or utf16_len(longer) > limit - 20:
            return f"{text}\n• and {len(lines) - number} more"
        text = longer
    return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
