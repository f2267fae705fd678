"""From the preview to what was sent, and what follows the receipt: short enough for a phone."""

from collections.abc import Sequence

import discord

from bot.errors import Forgotten, UserError
from bot.reports.circumstances import Circumstances
from bot.reports.distress import concerns
from bot.reports.drafts import Draft
from bot.reports.questions import (
    CATEGORIES,
    EMPLOYERS,
    MARKED_LIMIT,
    REGIONS,
    USES,
    Answers,
    Option,
    label,
)
from bot.reports.receipts import read_receipt
from bot.reports.sending import LimitReached
from bot.reports.signposts import Signposts
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import COLOUR
from cogs.reports.asking import carried as _id

ALERT = discord.Colour(0xB3261E)
CONCERNED_TITLE = "Please do not wait for us with this"
TEXT_TITLE = "Your words, as they would be sent"
RECEIPT_TITLE = "Your receipt"
ADDITION_TITLE = "Your addition, as it would be sent"


def preview(draft: Draft, groups: Sequence[Option] = CATEGORIES) -> list[discord.Embed]:
    """The report as it would be sent, and its receipt. ``rebuild`` reads these again.

    Args:
        groups: every subject, in the server's words.
    """
    answers = draft.answers
    words = discord.Embed(title=TEXT_TITLE, description=answers.text, colour=COLOUR)
    for name, options, code in (
        ("About", groups, answers.category),
        ("Employer", EMPLOYERS, answers.employer),
        ("Where", REGIONS, answers.region),
        ("Use", USES, answers.use),
    ):
        words.add_field(name=name, value=label(options, code))
    for name, value in answers.around.described():
        words.add_field(name=name, value=value)
    return [words, receipt(draft.receipt)]


def receipt(words: str) -> discord.Embed:
    return discord.Embed(
        title=RECEIPT_TITLE,
        description=f"`{words}`",
        colour=COLOUR,
    ).set_footer(
        text="Copy these eight words to where only you look, best on paper. They are the only way "
        "back to this report, and nobody can recover them."
    )


def concerned(signposts: Signposts, draft: Draft) -> list[discord.Embed]:
    """What the reporter's words may call for, to stand right above the buttons; usually nothing."""
    lines = signposts.called_for(concerns(draft.answers.text))
    return [discord.Embed(title=CONCERNED_TITLE, description=lines, colour=ALERT)] if lines else []


def skipped() -> discord.Embed:
    """What sending without the receipt means, to stand right above Send."""
    return discord.Embed(title=SKIPPED_TITLE, description=SKIPPED_TEXT, colour=ALERT)


def preview_text(signposts: Signposts, draft: Draft) -> str:
    """What stands above the preview."""
    return (
        "**Not sent yet.** What looked like a case, prison, police, NI or NHS number, a phone, an "
        "email or a postcode is marked as removed. I do not recognise names, places and job "
        "titles, dates of birth, car and staff numbers: please look for them yourself.\n"
        "**Next:** save the receipt below, press the first button, type it back. Then comes Send."
        # All of it stands below, in a place of its own, where the words call for any of it.
        + ("" if concerns(draft.answers.text) else f"\n{signposts.nobody_watches}")
    )


def after_sending(signposts: Signposts, draft: Draft, text: str) -> str:
    """What was sent, with what the reporter's words may call for before it."""
    lines = signposts.called_for(concerns(draft.answers.text))
    return f"### {CONCERNED_TITLE}\n{lines}\n\n{text}" if lines else text


UNSENT_TEXT = "**Not sent yet.**"
READY_TEXT = "**Not sent yet.** Press Send when the words are right."
CONFIRMED_TEXT = "**Not sent yet.** You have the receipt. Press Send when the words are right."
SKIPPED_TITLE = "Send without the receipt?"
URGENT_TITLE = "Tell moderators now?"
ASKED_TITLES = (SKIPPED_TITLE, URGENT_TITLE)  # answered by Send
SKIPPED_TEXT = (
    "If you have not saved the eight words, you cannot read the reply, add anything or withdraw, "
    "and nobody can help you with that. Send all the same?"
)
_MEANWHILE = (
    "If this message stays, `/report check` with the receipt tells whether it was kept; if not, "
    "press the button. It is never kept twice."
)
SEALING_TEXT = (
    "Your report is being sealed. This takes some seconds, or minutes when many people send at "
    f"once; you need do nothing. {_MEANWHILE}"
)
# Not how many are before it: that would tell whoever sends one how many others send just now.
STILL_TEXT = (
    "Your report is **still** being sealed. It has waited for its turn for {waited} and is not "
    f"forgotten. You need do nothing. {_MEANWHILE}"
)
SEND_AGAIN = "Being sealed. Stuck? Send again"
DISCARDED_TEXT = "Discarded. Nothing was sent and nothing was kept."


def sent_text(when: str, *, at_once: bool) -> str:
    together = "" if at_once else ", together with whatever else came in"
    return (
        f"**Sent.** Moderators see it {when}{together}.\n"
        "Come back with `/report check` and the eight words: it shows what became of it and any "
        "reply, and lets you add something or withdraw."
    )


def urgent(signposts: Signposts, when: str, *, at_once: bool) -> discord.Embed:
    """What having moderators told at once reveals, before it is done."""
    revealed = (
        ""
        if at_once
        else " and see that it came in just now. Few people are here in any one minute, so they "
        f"may guess that it was you. With Send alone they see it {when}, with whatever else came in"
    )
    return discord.Embed(
        title=URGENT_TITLE,
        colour=ALERT,
        description=(
            "Only if someone may come to harm soon. The people who read reports are pinged, "
            f"without your words; they can open this report at once{revealed}.\n"
            f"They are volunteers, and perhaps nobody is there. {signposts.nobody_watches}"
        ),
    )


def refused_text(signposts: Signposts, limit: LimitReached, *, written: bool = False) -> str:
    """That a limit is reached, what cannot wait for tomorrow, and what is taken all the same.

    Args:
        written: the words are before the person, with the button for that.
    """
    text = f"{limit}\n\n{signposts.nobody_watches}"
    if limit.urgent:
        text += (
            "\n\nIf someone may come to harm soon, I take one report more from you today, with "
            "which moderators are told at once. What that reveals is said before you send it."
        )
        if written:
            text += " The button under your words leads there."
    return f"{text}\n\n{signposts.other_routes}"


TOLD_TEXT = (
    "**Sent, and moderators were told just now.** They can read it already. Perhaps nobody is "
    "there, or sees it in time. {watches}\nCome back with `/report check` and the eight words for "
    "any reply."
)
POSTED_TEXT = (
    "**Sent, but nobody who reads reports was pinged:** Discord does not let me. It stands in "
    "their channel, where they may not see it for hours; they can read it already. Please do not "
    "wait for them. {watches}\nCome back with `/report check` and the eight words for any reply."
)
UNTOLD_TEXT = (
    "**Sent, but moderators could not be told:** their channel cannot be reached. I go on trying "
    "every minute; they can read it already. Please do not wait for them. {watches}\nCome back "
    "with `/report check` and the eight words for any reply."
)


def preview_buttons(draft: Draft) -> Buttons:
    return (
        Buttons()
        .button("I have saved the receipt", _id("saved", draft), style=Style.primary)
        .button("Edit", _id("edit", draft))
        .button("When and who knows", _id("around", draft))
        .button("Discard", _id("discard", draft))
        .button("Skip this check", _id("skip", draft))
    )


def send_buttons(draft: Draft) -> Buttons:
    return (
        Buttons()
        .button("Send", _id("send", draft), style=Style.success)
        .button("Edit", _id("edit", draft))
        .button("Discard", _id("discard", draft))
        .button("Harm soon? Tell moderators now", _id("urgent", draft), row=1)
    )


def sealing_buttons(draft: Draft, *, urgent: bool) -> Buttons:
    """What stays in reach if the sealing is broken off: the same again.

    On a phone it may be all of the message that is in sight, so it says how things stand.
    """
    return Buttons().button(SEND_AGAIN, _id("sendnow" if urgent else "send", draft))


def urgent_buttons(draft: Draft) -> Buttons:
    return (
        Buttons()
        .button("Send and tell moderators now", _id("sendnow", draft), style=Style.danger)
        .button("Back", _id("back", draft))
    )


def confirm_form(draft: Draft) -> Form:
    return Form("Type the receipt back", _id("confirm", draft)).text(
        "receipt",
        "The eight words",
        hint="The first four letters of each word are enough.",
        max_length=200,
    )


def receipt_form() -> Form:
    return Form("Your receipt", "reports:receipt").text(
        "receipt",
        "The eight words",
        hint="The first four letters of each word are enough.",
        max_length=200,
    )


def rebuild(
    message: discord.Message | None, guild_id: int, draft_id: str, codes: Sequence[str]
) -> Draft:
    """A draft that was forgotten, from the preview that the person still has before them.

    That message is the bot's own and nobody else can change it.

    Raises:
        Forgotten: it is not all there.
    """
    texts = {embed.title: embed.description or "" for embed in message.embeds} if message else {}
    try:
        category, employer, region, use, *around = codes
        answers = Answers.of(
            category=category,
            employer=employer,
            region=region,
            use=use,
            text=texts[TEXT_TITLE],
            around=Circumstances.of(around),
            limit=MARKED_LIMIT,
        )
        words = read_receipt(texts[RECEIPT_TITLE])
    except (KeyError, ValueError, UserError):
        raise Forgotten(
            "I no longer have this draft, and this press sent nothing. If you pressed Send before, "
            "`/report check` with the receipt tells whether it arrived. If it did not, and you can "
            "still see your words, copy them, and run `/report new`."
        ) from None
    return Draft(draft_id, guild_id, answers, words)


def addition_text(message: discord.Message | None) -> str:
    """The words of an addition's preview.

    Raises:
        Forgotten: they are not there.
    """
    for embed in message.embeds if message else ():
        if embed.title == ADDITION_TITLE and embed.description:
            return embed.description
    raise Forgotten(
        "I no longer have these words, and this press added nothing. `/report check` counts what "
        "was added before; if these are not among it, please write them again."
    )
