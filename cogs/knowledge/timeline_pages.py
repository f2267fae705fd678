"""How the timeline looks in Discord: its pages, what happened on this day, and nothing at all."""

from collections.abc import Sequence

import discord

from bot.knowledge import Event, OnThisDay, TimelinePage, TimelineView, Topic
from bot.knowledge.model import MONTHS
from bot.text import counted, cut, escape
from cogs.common.components import Buttons
from cogs.common.replies import COLOUR
from cogs.knowledge.embeds import DESCRIPTION_LIMIT, MARKS, place

FOOTER_LIMIT = 2048  # Discord: characters of an embed's footer
TITLE_LIMIT = 256  # Discord: characters of an embed's title
OPTIONS = 25  # Discord: options of a select
ON_A_DAY = 5  # events of one day that are shown
ALL_YEARS = "all"

TODAY = "On this day"
JUMP = "Jump to a year"
CHOOSE_YEAR = "Choose a year"
CHOOSE_TOPIC = "Choose a topic"


def routed(target: str, view: TimelineView) -> str:
    """The custom_id that hands a view to a cog method."""
    return ":".join([f"knowledge:{target}", *view.arguments])


def timeline_embed(page: TimelinePage) -> discord.Embed:
    """One page of the timeline."""
    filters = [str(page.view.year) if page.view.year else "", escape(page.topic_name)]
    title = "Timeline" + "".join(f" · {text}" for text in filters if text)
    blocks = [_event(event, page.categories.get(event.category, "")) for event in page.events]
    order = "oldest first" if page.view.order == "old" else "newest first"
    footer = f"Page {page.view.page + 1} of {page.pages} · {counted(page.total, 'event')} · {order}"
    text = "\n\n".join(blocks)
    return discord.Embed(
        title=cut(title, TITLE_LIMIT), description=cut(text, DESCRIPTION_LIMIT), colour=COLOUR
    ).set_footer(text=cut(footer, FOOTER_LIMIT))


def _event(event: Event, about: str) -> str:
    places = dict.fromkeys(place(source) for source in event.sources)
    when = event.when[:1].upper() + event.when[1:]
    head = f"**{when}**" + (f" · {about}" if about else "") + MARKS.get(event.confidence, "")
    return f"{head}\n{event.text}\n-# {' · '.join(places)}"


def timeline_buttons(page: TimelinePage, picture: str) -> Buttons:
    """To the pages before and after, to the other end, to a year, to a picture of it all.

    Args:
        picture: what the button that leads to the picture says.
    """
    view, last = page.view, page.pages - 1
    shown = (
        Buttons()
        .button(
            "Previous",
            routed("earlier", view.at(max(view.page - 1, 0))),
            disabled=view.page == 0,
            row=0,
        )
        .button(
            "Next",
            routed("later", view.at(min(view.page + 1, last))),
            disabled=view.page >= last,
            row=0,
        )
        .button(
            "Newest first" if view.order == "old" else "Oldest first",
            routed("turn", view.turned()),
            row=0,
        )
        .button(TODAY, "knowledge:today", row=1)
        .button(picture, routed("picture", view.at(0)), row=1)
    )
    if view.year:
        shown.button("All years", routed("all-years", view.narrowed(None)), row=1)
    elif len(page.years) > 1:
        shown.select(routed("jump", view.at(0)), JUMP, jump_options(page))
    return shown


def jump_options(page: TimelinePage) -> list[discord.SelectOption]:
    """The years to jump to, where there are too many several together."""
    together = -(-len(page.years) // OPTIONS)
    groups = [page.years[at : at + together] for at in range(0, len(page.years), together)]
    return [_year(group) for group in groups]


def narrow_options(page: TimelinePage) -> list[discord.SelectOption]:
    """The years to which a view can be narrowed, where there are too many those with most events;
    and all of them, if it is narrowed now."""
    narrowed = page.view.year is not None
    most = sorted(page.years, key=lambda each: -each[1])[: OPTIONS - narrowed]
    options = [_year([each]) for each in sorted(most)]
    if narrowed:
        options.insert(0, discord.SelectOption(label="All years", value=ALL_YEARS))
    return options


def _year(group: Sequence[tuple[int, int]]) -> discord.SelectOption:
    first, last = group[0][0], group[-1][0]
    return discord.SelectOption(
        label=str(first) if first == last else f"{first} to {last}",
        value=str(first),
        description=counted(sum(events for _, events in group), "event"),
    )


def nothing_text(page: TimelinePage) -> str:
    """What is said when no event fits; what to do is below it."""
    about = f" about “{escape(page.topic_name)}”" if page.topic_name else ""
    when = f" in {page.view.year}" if page.view.year else ""
    categories = ", ".join(page.categories.values())
    return (
        f"The timeline has nothing{about}{when}. Try another year or word, leave one of the two "
        f"out, or choose a topic below. The widest are: {categories}."
    )


def nothing_buttons(page: TimelinePage, topics: Sequence[Topic]) -> Buttons:
    """Ways on from nothing: the topics there are, the years of this topic, and this day."""
    view = page.view
    shown = Buttons().button(TODAY, "knowledge:today")
    if topics:
        options = [
            discord.SelectOption(
                label=cut(topic.name, 100),
                value=topic.topic,
                description=counted(topic.events, "event"),
            )
            for topic in topics[:OPTIONS]
        ]
        shown.select("knowledge:topic", CHOOSE_TOPIC, options)
    if page.years:
        shown.select(routed("year", view.at(0)), CHOOSE_YEAR, narrow_options(page))
    return shown


def today_embed(found: OnThisDay) -> discord.Embed:
    """What happened on this day, or on the nearest that follows."""
    day = f"{found.day.day} {MONTHS[found.day.month - 1]}"
    shown = found.anniversaries[:ON_A_DAY]
    blocks = [_event(each.event, _ago(each.years, found.ahead)) for each in shown]
    if rest := len(found.anniversaries) - len(shown):
        blocks.append(f"And {counted(rest, 'more event')}; `/timeline` has them.")
    if found.ahead:
        blocks.insert(0, f"Nothing is known of today. The nearest day is {_ahead(found)}.")
    return discord.Embed(
        title=f"On this day · {day}" if not found.ahead else f"Coming up · {day}",
        description=cut("\n\n".join(blocks), DESCRIPTION_LIMIT),
        colour=COLOUR,
    )


def _ahead(found: OnThisDay) -> str:
    day = f"{found.day.day} {MONTHS[found.day.month - 1]}"
    if found.ahead == 1:
        return f"tomorrow, {day}"
    year = f" {found.day.year}" if found.ahead > 366 else ""
    return f"{day}{year}, in {found.ahead:,} days"


def _ago(years: int, ahead: int) -> str:
    if not years:
        return "this year"
    return f"{counted(years, 'year')} ago" + (" by then" if ahead else " today")
