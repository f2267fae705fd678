"""What a reporter sees after the receipt: messages by kind, and what can be chosen."""

from collections.abc import Iterable, Mapping, Sequence

import discord

from bot.reports.beckoning import beckons
from bot.reports.consent import PUBLIC
from bot.reports.conversation import NO, YES, Choice, Conversation, Told
from bot.reports.fates import FATES
from bot.reports.messages import MessageKind
from bot.reports.options import Option
from bot.reports.privacy import HARM
from bot.reports.questions import USES, label
from bot.reports.returning import Checked
from bot.text import counted, cut, escape, one_line, utf16_len
from cogs.common.components import Buttons, Style
from cogs.common.replies import COLOUR

SET_BACK = (
    "**The bot was restored from a backup, and what you chose, answered or were asked last may be "
    "lost. So your report may only be counted**, and its words not be used, until you choose "
    "again. Before words are public you are asked about them, whatever you choose."
)
QUOTE_TITLE = "May these words be used publicly?"
APPROVED_TITLE = "You approved these words for public use"
REFUSED_TITLE = "You refused public use of these words"
ASKED = (
    "Moderators would like to use these words of your report publicly. They wait for your answer; "
    "no answer means no. Once they are out, that cannot be called back."
)
ENDED = (
    "You approved these words and changed how the report may be used since. With that the approval "
    "ended: no answer means no. What already went out cannot be called back."
)
NOT_PUBLIC = (
    "You do not allow public use just now, so these words are not used. If you come to want that, "
    "change how the report may be used first."
)
HARM_SINCE = (
    "**Someone may come to harm soon?** This report cannot be made urgent any more, nor can what "
    "you add to it. `/report new` says where to turn in danger. While reports are taken here, a "
    "new report can have moderators told now."
)
_OUT_LIMIT = 300  # characters of each thing that went out
_OUT_MOST = 10
_MESSAGE_LIMIT = 5_500  # UTF-16 units; Discord takes 6,000 in all embeds of a message, and ten

TITLES: Mapping[MessageKind, str] = {
    MessageKind.REPLY: "Reply",
    MessageKind.USED: "What became of it",
    MessageKind.QUOTE: QUOTE_TITLE,
}
MEANS: Mapping[str, str] = {
    "count": "Those who read reports here see the words. It counts in figures.",
    "conf": "Moderators may also show the words to an MP, an inspector or a union lawyer, who are "
    "not to publish them.",
    "ask": "Moderators may ask you here about exact words, which may be public once you approve "
    "them. Before that no word of it leaves the inbox, in confidence either.",
    "pub": "The words of the preview may be published without asking you again, and all of it be "
    "shown in confidence. Words that you added later, or were asked about before, are public only "
    "if you approve them.",
}
PUB_RESTORED = (
    "Words of it may be published if you approve them here, and all of it be shown in confidence. "
    "Since a restore you are asked about all words: no answer means no."
)
PUB_RESTORED_HINT = "since a restore you are asked about all words, here too"
CAREFUL = (
    "Moderators do not know who you are: never write who you are, ring a number, write to anybody "
    "or meet somebody because a message asks you to."
)
AN_ADDRESS = (
    "**A message holds an address, a number or a name. Please do not open it, ring it or write to "
    "it:** it can be made for you alone, and using it would show who you are. Find the page or the "
    "number yourself, or ask here for what it says."
)
NO_RECALL = "What already went out cannot be called back."
PRIVATE_USES = ("count", "conf")
SEEN: Mapping[str, str] = {
    YES: "**Approved**, and moderators know. You can still refuse: then the words are not used any "
    f"more, from when moderators see it. {NO_RECALL}",
    NO: "**Refused**, and moderators know. These words are not used, in no other cut either.",
}


def status_text(checked: Checked, when: str, fate: str, *, at_once: bool) -> str:
    """The first lines: where the report stands, and what is below.

    Args:
        fate: what becomes of one that is marked to be deleted.
        when: moderators see what comes in now, as ``at 18:00``.
    """
    conversation = checked.conversation
    if checked.marked:
        return f"**Your report is on its way out.** {fate}"
    lines = ["**Your report was kept.**"]
    if checked.shown:
        lines.append(f"Moderators can see it. Status: **{checked.status}**.")
    else:
        lines.append(f"Moderators will see it {when}.")
    if checked.additions:
        lines.append(f"You have made {counted(checked.additions, 'addition')}.")
    if (use := conversation.use) is not None:
        if use.set_back:
            lines.append(SET_BACK)
        else:
            lines.append(f"You changed how it may be used to: **{label(USES, use.value)}**.")
        if use.waits is not None and not at_once:
            lines[-1] += f" Moderators see that {when}."
    told = [each for each in conversation.told if each.kind is not MessageKind.QUOTE]
    if told:
        lines.append(f"{counted(len(told), 'message')} below, oldest first.")
    if asked := len(_asked(conversation)):
        lines.append(f"**{counted(asked, 'quotation')}** can be approved or refused, below.")
    if not any(each.kind is MessageKind.REPLY for each in told):
        lines.append("No reply yet.")
    if told:
        lines.append(CAREFUL)
    if any(beckons(each.text) for each in told):
        lines.append(AN_ADDRESS)
    lines.append(HARM_SINCE)
    return "\n".join(lines)


def status_buttons(checked: Checked) -> Buttons:
    if checked.marked:
        name = f"reports:withdraw:{checked.visit}"
        return Buttons().button("Withdraw", name, style=Style.danger)
    return (
        Buttons()
        .button("Add more", f"reports:add:{checked.visit}", style=Style.primary)
        .button("Change how it may be used", f"reports:use:{checked.visit}")
        .button("Withdraw", f"reports:withdraw:{checked.visit}", style=Style.danger)
    )


def messages(conversation: Conversation) -> list[list[discord.Embed]]:
    """All but quotations, oldest first, as Discord's messages take it."""
    packed: list[list[discord.Embed]] = [[]]
    for embed in _embeds(conversation):
        if len(packed[-1]) == 10 or sum(map(_size, [*packed[-1], embed])) > _MESSAGE_LIMIT:
            packed.append([])
        packed[-1].append(embed)
    return packed


def _size(embed: discord.Embed) -> int:
    return utf16_len(f"{embed.title}{embed.description}")


def _embeds(conversation: Conversation) -> list[discord.Embed]:
    return [_embed(told) for told in conversation.told if told.kind is not MessageKind.QUOTE]


def _asked(conversation: Conversation) -> list[Told]:
    """The quotations, each once, the last to be asked about last."""
    return list(
        {each.quote: each for each in conversation.told if each.kind is MessageKind.QUOTE}.values()
    )


def questions(
    checked: Checked, when: str, *, at_once: bool
) -> Iterable[tuple[str, discord.Embed, Buttons]]:
    """A message for each quotation: how its answer stands, its words, its buttons."""
    conversation = checked.conversation
    for told in _asked(conversation):
        value, embed = conversation.answer_to(told.quote), _embed(told)
        text = _standing(told, conversation, when, at_once=at_once)
        if value:
            embed.title = answered_title(value)
        yield text, embed, answer_buttons(checked.visit, told.quote, value)


def _standing(told: Told, conversation: Conversation, when: str, *, at_once: bool) -> str:
    value = conversation.answer_to(told.quote)
    answer = conversation.answers.get(told.quote)
    use = conversation.use
    if value and answer is not None and answer.waits is not None:
        return answered_text(value, when, at_once=at_once)
    if value:
        return SEEN[value]
    if use is not None and use.value in PRIVATE_USES:
        return NOT_PUBLIC
    return ENDED if told.quote in conversation.approved else ASKED


def answered_text(value: str, when: str, *, at_once: bool) -> str:
    """What an answer did.

    Args:
        value: YES or NO.
    """
    said = "**Approved.**" if value == YES else "**Refused.**"
    seen = "now" if at_once else when
    return f"{said} Moderators see your answer {seen}. You can change it at any time. {NO_RECALL}"


def answered_title(value: str) -> str:
    """What stands above the words of a quotation once it is answered."""
    return APPROVED_TITLE if value == YES else REFUSED_TITLE


def answer_buttons(visit: str, quote: str, value: str = "") -> Buttons:
    """Approve and Refuse; what was chosen last cannot be pressed again.

    Args:
        value: YES, NO, or empty before an answer.
    """
    name = f"reports:answer:{visit}:{quote}"
    return (
        Buttons()
        .button("Approve", f"{name}:{YES}", style=Style.success, disabled=value == YES)
        .button("Refuse", f"{name}:{NO}", disabled=value == NO)
    )


def _means(code: str, use: Choice | None) -> str:
    return PUB_RESTORED if code == PUBLIC and use is not None and use.restored else MEANS[code]


def uses_text(use: Choice | None, when: str, *, at_once: bool) -> str:
    """The four uses, and what a change does and does not do."""
    if use is None:
        now = (
            "What you chose when you sent it is sealed to the moderators, not to you, so I cannot "
            "show it here."
        )
    elif use.set_back:
        now = f"Just now: **{label(USES, use.value)}**, as a restore set it back; choose again."
    else:
        now = f"You last chose: **{label(USES, use.value)}**."
    uses = "\n".join(f"• **{option.label}.** {_means(option.code, use)}" for option in USES)
    seen = (
        "" if at_once else f" Moderators see a change {when}; until then they go by what they know."
    )
    return (
        f"**How may your report be used?** {now}\n{uses}\nThe latest choice counts from when "
        "moderators see it. Words that you approved before are not used after a change until you "
        f"approve them again.{seen} {NO_RECALL}\n{HARM}"
    )


def _hint(option: Option, use: Choice | None) -> str | None:
    if option.code == PUBLIC and use is not None and use.restored:
        return PUB_RESTORED_HINT
    return option.hint or None


def uses_select(visit: str, use: Choice | None) -> Buttons:
    options = [
        discord.SelectOption(
            label=option.label,
            value=option.code,
            description=_hint(option, use),
            # What is set already cannot be chosen, and who was set back is to choose.
            default=use is not None and not use.set_back and option.code == use.value,
        )
        for option in USES
    ]
    return Buttons().select(f"reports:chosen:{visit}", "From now on it may be used …", options)


def changed_text(use: Choice, when: str, *, at_once: bool) -> str:
    """What choosing a use did."""
    seen = "now" if at_once else when
    return (
        f"**Changed to: {label(USES, use.value)}.** {_means(use.value, use)}\n"
        f"Moderators see this {seen}. {NO_RECALL} You can change it again at any time."
    )


def went_out_embed(went_out: Sequence[Told]) -> discord.Embed:
    """What withdrawing does not undo, as moderators have told it."""
    lines = []
    for told in went_out[-_OUT_MOST:]:
        words = escape(cut(one_line(told.text), _OUT_LIMIT))
        fate = _fate(told)
        before = f"{fate.capitalize()}: " if fate else ""
        if told.kind is MessageKind.QUOTE:
            before = "You approved, and it may be out: "
        lines.append(f"• {before}{words}")
    if more := len(went_out) - len(lines):
        lines.insert(0, f"• {more} more, which `/report check` shows")
    return discord.Embed(
        title="What already went out",
        description="\n".join(lines)
        or "Nothing, as far as moderators had told when you typed the receipt.",
        colour=COLOUR,
    )


def _embed(told: Told) -> discord.Embed:
    title = TITLES[told.kind]
    if fate := _fate(told):
        title += f": {fate}"
    if told.kind is not MessageKind.QUOTE and beckons(told.text):
        title += " (holds an address, number or name: do not use it)"
    return discord.Embed(title=title, description=escape(told.text), colour=COLOUR)


def _fate(told: Told) -> str:
    return label(FATES, told.how).lower() if told.how and told.how != "other" else ""
