"""What a reporter reads and fills in: screens short enough for a phone."""

from collections.abc import Sequence
from datetime import date

import discord

from bot.errors import Forgotten, UserError
from bot.reports import privacy
from bot.reports.circumstances import EFFECTS, TOLD, UNSAID, Circumstances, months
from bot.reports.drafts import Draft
from bot.reports.questions import (
    CATEGORIES,
    EMPLOYERS,
    MARKED_LIMIT,
    REGIONS,
    TEXT_LIMIT,
    USES,
    Answers,
    Option,
    label,
)
from bot.reports.receipts import read_receipt
from bot.text import utf16_len
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import COLOUR

TEXT_TITLE = "Your words, as they would be sent"
RECEIPT_TITLE = "Your receipt"
ADDITION_TITLE = "Your addition, as it would be sent"

OTHER_ROUTES = (
    "**Other ways, just as good:** your union's own office; Protect, the advice line on speaking "
    "up, 020 3117 2520; for health and safety, HSE."
)
NOBODY_WATCHES = (
    "**Nobody watches this day and night.** In danger now: 999. A child or an adult at risk: your "
    "employer's safeguarding procedure, today. Struggling: Samaritans, 116 123, at any hour."
)


def explanation(when: str, *, at_once: bool) -> discord.Embed:
    """The first screen.

    Args:
        when: moderators see reports, as ``at 18:00``.
        at_once: they see each by itself, as soon as it is sent.
    """
    seen = ", not who wrote them" + ("; but they see who is online just then" if at_once else "")
    return discord.Embed(
        title="Report something at work, without your name",
        colour=COLOUR,
        description=(
            "**Hidden:** who you are. No name, account or time is kept, and your words are "
            f"sealed. Moderators read the words, {when}{seen}.\n"
            "**Not hidden:** Discord sees that you are here and what you type; whoever runs this "
            "bot could. Details that few people know can give you away. Use your own phone. Leave "
            "out names and the people you supervise.\n\n"
            f"{OTHER_ROUTES}\n\n{NOBODY_WATCHES}"
        ),
    )


def explanation_buttons() -> Buttons:
    """To the form at once, or by way of three optional questions: together they are too long."""
    return (
        Buttons()
        .button("Write a report", "reports:write", style=Style.primary)
        .button("When, who knows?", "reports:circumstances")
        .button("Who can see what", "reports:privacy")
    )


def circumstances() -> discord.Embed:
    """What stands above the three optional questions."""
    return discord.Embed(
        title="Before you write",
        colour=COLOUR,
        description=(
            "All three are optional, and sealed with your words. They help moderators to show that "
            "something goes on, and where it was raised. Leave out what few people could say."
        ),
    )


def circumstances_buttons(today: date, around: Circumstances) -> Buttons:
    """Three optional questions, and the way on; every part carries all that was chosen so far."""
    buttons = Buttons()
    for name, question, options, code in _around(today, around):
        several = name == "effect"
        buttons.select(
            _with("reports:choose:" + name, around),
            question,
            _options(options, "" if code == UNSAID else code, several=several),
            min_values=0 if several else 1,
            max_values=len(options) if several else 1,
        )
    return buttons.button("Write a report", _with("reports:write", around), style=Style.primary)


def around_form(today: date, draft: Draft) -> Form:
    """The three questions again, from the preview."""
    form = Form("When, who knows, effect", _id("arounded", draft))
    around = draft.answers.around
    for name, question, options, code in _around(today, around):
        several = name == "effect"
        form.select(
            name,
            question,
            _options(options, code, several=several),
            required=False,
            max_values=len(options) if several else 1,
        )
    return form


def _around(
    today: date, around: Circumstances
) -> tuple[tuple[str, str, Sequence[Option], str], ...]:
    month, told, effect = around.codes
    return (
        ("month", "When was it?", months(today), month),
        ("told", "Who knows of it already?", TOLD, told),
        ("effect", "Whom does it affect?", EFFECTS, effect),
    )


def _with(route: str, around: Circumstances) -> str:
    return ":".join([route, *around.codes])


def report_form(draft_id: str, answers: Answers) -> Form:
    """The five questions; filled in when an earlier version is edited."""
    text = answers.text
    return (
        Form("Your report", "reports:draft", draft_id, *answers.around.codes)
        .select("category", "What is it about?", _options(CATEGORIES, answers.category))
        .select(
            "employer", "Who employs you?", _options(EMPLOYERS, answers.employer), required=False
        )
        .select("region", "Roughly where?", _options(REGIONS, answers.region), required=False)
        .text(
            "what",
            "What happened?",
            hint="No names, no case details. You see it again before anything is sent.",
            long=True,
            default=text or None,
            # An edited text may have grown by the marks of what was removed.
            max_length=max(TEXT_LIMIT, min(MARKED_LIMIT, utf16_len(text))),
        )
        .select("use", "How may it be used?", _options(USES, answers.use), required=False)
    )


def empty(around: Circumstances) -> Answers:
    """What the form shows before anything was written."""
    return Answers("", "oth", "no", "count", "", around)


def _options(
    options: Sequence[Option], chosen: str, *, several: bool = False
) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=option.label,
            value=option.code,
            description=option.hint or None,
            default=option.code in chosen if several else option.code == chosen,
        )
        for option in options
    ]


def preview(draft: Draft) -> list[discord.Embed]:
    """The report as it would be sent, and its receipt. ``rebuild`` reads these again."""
    answers = draft.answers
    words = discord.Embed(title=TEXT_TITLE, description=answers.text, colour=COLOUR)
    for name, options, code in (
        ("About", CATEGORIES, answers.category),
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


PREVIEW_TEXT = (
    "**Not sent yet.** What looked like a case, prison, police, NI or NHS number, a phone, an "
    "email or a postcode is marked as removed. I do not recognise names, places and job titles: "
    "please look for them yourself.\n"
    "1. Save the receipt below. 2. Press the first button and type it back. 3. Send.\n"
    f"{NOBODY_WATCHES}"
)
READY_TEXT = "**Not sent yet.** Press Send when the words are right."
CONFIRMED_TEXT = "**Not sent yet.** You have the receipt. Press Send when the words are right."
SKIPPED_TEXT = (
    "**Not sent yet.** If you have not saved the eight words, you cannot read the reply, add "
    "anything or withdraw, and nobody can help you with that. Send all the same?"
)
SEALING_TEXT = (
    "Your report is being sealed. This takes some seconds; you need do nothing. If this message "
    "stays, `/report check` with the receipt tells whether it was kept."
)
DISCARDED_TEXT = "Discarded. Nothing was sent and nothing was kept."


def sent_text(when: str, *, at_once: bool) -> str:
    together = "" if at_once else ", together with whatever else came in"
    return (
        f"**Sent.** Moderators see it {when}{together}.\n"
        "Come back with `/report check` and the eight words: it shows what became of it and any "
        "reply, and lets you add something or withdraw."
    )


def urgent_text(when: str, *, at_once: bool) -> str:
    """What having moderators told at once reveals, before it is done."""
    revealed = (
        ""
        if at_once
        else " and see that it came in just now. Few people are here in any one minute, so they "
        f"may guess that it was you. With Send alone they see it {when}, with whatever else came in"
    )
    return (
        "**Tell moderators now?** Only if someone may come to harm soon. The people who read "
        f"reports are pinged, without your words; they can open this report at once{revealed}.\n"
        f"They are volunteers, and perhaps nobody is there. {NOBODY_WATCHES}"
    )


TOLD_TEXT = (
    "**Sent, and moderators were told just now.** They can read it already. Perhaps nobody is "
    "there. {watches}\nCome back with `/report check` and the eight words for any reply."
)
UNTOLD_TEXT = (
    "**Sent, but moderators could not be told:** their channel cannot be reached. I go on trying; "
    "they can read it already. Please do not wait for them. {watches}\nCome back with "
    "`/report check` and the eight words for any reply."
)


def preview_buttons(draft: Draft) -> Buttons:
    return (
        Buttons()
        .button("I have saved the receipt", _id("saved", draft), style=Style.primary)
        .button("Edit", _id("edit", draft))
        .button("When, who knows?", _id("around", draft))
        .button("Discard", _id("discard", draft))
        .button("Skip this check", _id("skip", draft))
    )


def send_buttons(draft: Draft) -> Buttons:
    return (
        Buttons()
        .button("Send", _id("send", draft), style=Style.success)
        .button("Edit", _id("edit", draft))
        .button("Discard", _id("discard", draft))
        .button("Someone may come to harm soon: tell moderators now", _id("urgent", draft), row=1)
    )


def urgent_buttons(draft: Draft) -> Buttons:
    return (
        Buttons()
        .button("Send and tell moderators now", _id("sendnow", draft), style=Style.danger)
        .button("Back", _id("back", draft))
    )


def _id(action: str, draft: Draft) -> str:
    # With the choices' codes in it, and the words in the message, a forgotten draft can be rebuilt.
    return ":".join([f"reports:{action}", draft.id, *draft.answers.codes])


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
            "I no longer have this draft, and nothing of it was sent. If you can still see your "
            "words, copy them, and run `/report new`."
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
    raise Forgotten("I no longer have these words, and nothing was added. Please write them again.")


def privacy_embed(*, at_once: bool) -> discord.Embed:
    """`/report privacy`, as the timetable makes it true."""
    embed = discord.Embed(title="Who can see what", colour=COLOUR)
    for observer in privacy.observers(at_once=at_once):
        embed.add_field(name=observer.who, value=f"Can learn {observer.learns}", inline=False)
    remains = "\n".join(f"• {sentence}" for sentence in privacy.remains(at_once=at_once))
    embed.add_field(name="What remains", value=remains, inline=False)
    embed.add_field(name="What is kept", value=privacy.KEPT, inline=False)
    embed.add_field(name="When you withdraw", value=privacy.deleted(at_once=at_once), inline=False)
    return embed
