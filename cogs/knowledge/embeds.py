"""How knowledge looks in Discord: answers, and no answer."""

from collections.abc import Iterable, Sequence

import discord

from bot.knowledge import Answer, Confidence, Entry, PartialDate, Source
from bot.text import cut, escape, utf16_len
from cogs.common.components import Buttons, Style
from cogs.common.replies import COLOUR

FIELD_LIMIT = 1024  # Discord: characters of an embed's field
DESCRIPTION_LIMIT = 4096  # Discord: characters of an embed's description

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


def answer_embed(entry: Entry) -> discord.Embed:
    """A question, its answer, how sure we are where that is not plain, and the sources."""
    embed = discord.Embed(title=entry.question, description=entry.answer, colour=COLOUR)
    doubts = [text for text in (SURE.get(entry.confidence, ""), entry.note) if text]
    if doubts:
        embed.add_field(name="How sure we are", value="\n".join(doubts), inline=False)
    lines = [f"• {source_line(source)}" for source in entry.sources]
    embed.add_field(name="Sources", value=_fitting(lines, FIELD_LIMIT), inline=False)
    return embed.set_footer(text=f"Last checked on {PartialDate.of(entry.checked)}")


def answer_buttons(entry: Entry, related: Sequence[Entry], *, posted: bool = False) -> Buttons:
    """Related questions, and what can be done with the answer."""
    view = question_buttons(related)
    label = "Posted" if posted else "Post in channel"
    style = Style.secondary if posted else Style.primary
    view.button(label, f"knowledge:post:{entry.id}", style=style, disabled=posted, row=1)
    return view.button("Something wrong?", f"knowledge:wrong:{entry.id}", row=1)


def public_buttons(entry: Entry) -> Buttons:
    """What anybody may press on an answer that was posted in a channel."""
    return Buttons().button("Something wrong?", f"knowledge:wrong:{entry.id}")


def unknown_text(answer: Answer) -> str:
    """What is said when there is no answer."""
    text = "I don't know: nothing that has been checked answers this."
    if answer.nearest:
        text += " What comes nearest is below."
    return text + " You can pass the question on; your name is not kept."


def unknown_embed(answer: Answer) -> discord.Embed:
    """The question, as it can be passed on: a footer shows text as it was typed."""
    return discord.Embed(colour=COLOUR).set_footer(text=cut(ASKED + answer.question, 300))


def unknown_buttons(nearest: Sequence[Entry]) -> Buttons:
    """The nearest questions, and a way to pass this one on."""
    view = question_buttons(nearest)
    return view.button("Pass the question on", "knowledge:pass", style=Style.primary, row=1)


def question_buttons(entries: Sequence[Entry]) -> Buttons:
    """One button for each of some questions, which shows its answer."""
    view = Buttons()
    for entry in entries:
        view.button(entry.question, f"knowledge:show:{entry.id}", row=0)
    return view


def asked_in(message: discord.Message | None) -> str:
    """The question that a message without an answer shows; empty if it shows none."""
    for embed in message.embeds if message else ():
        if (text := embed.footer.text or "").startswith(ASKED):
            return text.removeprefix(ASKED)
    return ""


def source_line(source: Source) -> str:
    """A source in one line: title, then publisher and date, linked where an address is known."""
    return f"{escape(source.title)} · {place(source)}"


def place(source: Source) -> str:
    """Publisher and date of a source, linked where an address is known."""
    where = escape(source.publisher)
    if source.date:
        where += f", {PartialDate.parse(source.date)}"
    # A bracket inside an address would end the link too early.
    link = source.link.replace("(", "%28").replace(")", "%29")
    return f"[{where}]({link})" if link else where


def _fitting(lines: Iterable[str], limit: int) -> str:
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if utf16_len(longer) > limit - 20:
            return text + "\n• and more"
        text = longer
    return text
