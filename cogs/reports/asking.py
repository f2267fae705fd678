"""What a reporter reads and fills in before the preview: screens short enough for a phone."""

from collections.abc import Sequence
from datetime import date

import discord

from bot.reports.circumstances import EFFECTS, TOLD, UNSAID, Circumstances, months
from bot.reports.drafts import Draft
from bot.reports.privacy import HARM, NO_DISCLOSURE
from bot.reports.questions import (
    CATEGORIES,
    EMPLOYERS,
    MARKED_LIMIT,
    REGIONS,
    TEXT_LIMIT,
    USES,
    Answers,
    Option,
)
from bot.reports.sending import LimitReached
from bot.reports.signposts import Signposts
from bot.text import utf16_len
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import COLOUR

BEYOND = "Harm soon? Write it all the same"


def explanation(signposts: Signposts, when: str, *, at_once: bool) -> discord.Embed:
    """The first screen.

    Args:
        when: moderators see reports, as ``at 18:00``.
        at_once: they see each by itself, as soon as it is sent.
    """
    until = "" if at_once else ", until then,"
    seen = ", not who wrote them" + ("; but they see who is online just then" if at_once else "")
    return discord.Embed(
        title="Report something at work, without your name",
        colour=COLOUR,
        description=(
            "**Hidden:** who you are. No name or account is kept, of the time only the week, "
            f"and your words are sealed. Moderators read the words, {when}{seen}.\n"
            "**Not hidden:** Discord sees that you are here and what you type; whoever runs this "
            f"bot could, and can see{until} when something last came in. Details that few people "
            "know can give you away. Use your own phone. Leave "
            f"out names and the people you supervise.\n{HARM}\n\n"
            f"{signposts.other_routes} {NO_DISCLOSURE}\n\n{signposts.nobody_watches}"
        ),
    )


def explanation_buttons() -> Buttons:
    """To the form at once, or by way of three optional questions: together they are too long."""
    return (
        Buttons()
        .button("Write a report", "reports:write", style=Style.primary)
        .button("When and who knows", "reports:circumstances")
        .button("Who can see what", "reports:privacy")
    )


def beyond_buttons(around: Circumstances, limit: LimitReached) -> Buttons:
    """What is still taken once a limit is reached."""
    buttons = Buttons()
    if limit.urgent:
        buttons.button(BEYOND, _with("reports:harm", around), style=Style.danger)
    return buttons


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
    form = Form("When, who knows, effect", carried("arounded", draft))
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


def report_form(draft_id: str, answers: Answers, groups: Sequence[Option] = CATEGORIES) -> Form:
    """The five questions; filled in when an earlier version is edited.

    Args:
        groups: what the server offers as a subject.
    """
    text = answers.text
    return (
        Form("Your report", "reports:draft", draft_id, *answers.around.codes)
        .select("category", "What is it about?", _options(groups, answers.category))
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


def carried(action: str, draft: Draft) -> str:
    """A custom_id that carries the choices' codes.

    With them, and the words in the message, a forgotten draft can be rebuilt.
    """
    return ":".join([f"reports:{action}", draft.id, *draft.answers.codes])
