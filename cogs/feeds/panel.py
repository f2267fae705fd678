"""What /feeds edit shows: what is chosen for a feed now, with a control for each of it."""

import discord

from bot.feeds.changes import Change
from bot.feeds.model import Options, Style, Subscription
from bot.text import cut
from cogs.common.components import Buttons, Form
from cogs.common.replies import COLOUR
from cogs.feeds import embeds, styles
from cogs.feeds.places import CHANNEL_TYPES, is_forum

EVERYTHING = "all new articles"
ADDRESS_HINT = "The feed's new address, or the site's. It is read before anything is changed."


def embed(subscription: Subscription, guild: discord.Guild) -> discord.Embed:
    """What is chosen for a subscription."""
    options = subscription.options
    words = embeds.filter_words(options)
    lines = [
        f"**Channel**: <#{subscription.channel_id}>",
        f"**Style**: {styles.said(_style(subscription, guild))}",
        f"**Mentions**: {_role(options)}",
        f"**Posts**: {f'only articles {cut(words, 1500)}' if words else EVERYTHING}",
        f"**Address**: `{cut(subscription.url, 500)}`",
    ]
    if subscription.paused:
        lines.append(f"⏸ Paused: {cut(subscription.paused, 300)}")
    return discord.Embed(
        title=embeds.fitted(subscription.title, embeds.TITLE_LIMIT),
        description="\n".join(lines),
        colour=COLOUR,
    )


def controls(
    subscription: Subscription, guild: discord.Guild, change_id: int | None = None
) -> Buttons:
    """A select or a form for each of it.

    Args:
        change_id: of the change that was just made, which a button takes back.
    """
    key, options = subscription.id, subscription.options
    place = guild.get_channel(subscription.channel_id)
    role = guild.get_role(options.role_id or 0)
    buttons = Buttons()
    buttons.select(
        f"feeds:edit-style:{key}",
        "Style: how articles are posted",
        [
            discord.SelectOption(
                label=style,
                value=style,
                description=styles.WORDS[style],
                default=style is _style(subscription, guild),
            )
            for style in styles.fitting(forum=is_forum(place))
        ],
    )
    buttons.channel_select(
        f"feeds:edit-channel:{key}",
        "Channel: where articles are posted",
        types=CHANNEL_TYPES,
        chosen=place.id if place else None,
    )
    buttons.role_select(
        f"feeds:edit-role:{key}",
        "Role: mentioned by each article, if any",
        chosen=role.id if role else None,
    )
    buttons.button("Words to filter by", f"feeds:edit-filter:{key}")
    buttons.button("Address", f"feeds:edit-address:{key}")
    if options.role_id:
        buttons.button("Place a sign-up button", f"feeds:signup-place:{key}")
    if change_id:
        buttons.button("Undo", f"feeds:edit-undo:{change_id}")
    return buttons


def filter_form(subscription: Subscription, limit: int) -> Form:
    """A form with both filters as they are."""
    options = subscription.options
    return (
        Form("Words to filter by", "feeds:filter", subscription.id)
        .text(
            "include",
            "Only articles with one of these",
            hint='As in: pay, strike*, "pay rise", -job. Empty for all articles.',
            default=options.include or None,
            required=False,
            max_length=limit,
            long=True,
        )
        .text(
            "exclude",
            "No articles with one of these",
            hint="As in: vacancy, job*, -strike. Empty to leave out none.",
            default=options.exclude or None,
            required=False,
            max_length=limit,
            long=True,
        )
    )


def address_form(subscription: Subscription) -> Form:
    """A form with the address as it is."""
    return Form("The feed has moved", "feeds:address", subscription.id).text(
        "url", "Address", hint=ADDRESS_HINT, default=cut(subscription.url, 2000), max_length=2000
    )


def changed(change: Change) -> list[str]:
    """What a change has changed, a sentence each."""
    before, after = change.before, change.after
    said = []
    if after.url != before.url:
        said.append(
            f"Articles come from `{cut(after.url, 300)}` from now on. What stands there now counts "
            "as seen."
        )
    if after.channel_id != before.channel_id:
        said.append(
            f"New articles are posted in <#{after.channel_id}> from now on, and what waits too. "
            "What was posted stays where it is."
        )
    if after.options.style != before.options.style:
        said.append(f"The style is now {styles.said(after.options.style)}.")
    if after.options.role_id != before.options.role_id:
        said.append(f"Articles mention {_role(after.options)} from now on.")
    elif after.options.role_by != before.options.role_by:
        said.append(f"You now stand for {_role(after.options)}.")
    if _filters(after.options) != _filters(before.options):
        words = embeds.filter_words(after.options)
        said.append(f"Posted are {f'only articles {cut(words, 800)}' if words else EVERYTHING}.")
    return said


def trail(change: Change) -> str:
    """What a change has changed, for the audit trail."""
    before, after = _values(change.before), _values(change.after)
    return ", ".join(
        f"{name} {before[name] or 'none'} → {after[name] or 'none'}"
        for name in before
        if before[name] != after[name]
    )


def _values(subscription: Subscription) -> dict[str, object]:
    options = subscription.options
    return {
        "address": subscription.url,
        "channel": subscription.channel_id,
        "style": options.style,
        "role": options.role_id,
        "role chosen by": options.role_by,
        "include": options.include,
        "exclude": options.exclude,
    }


def _style(subscription: Subscription, guild: discord.Guild) -> Style:
    """The style as it shows: in a forum each article is a post, whatever was chosen elsewhere."""
    forum = is_forum(guild.get_channel(subscription.channel_id))
    return styles.kept(subscription.options.style, forum=forum)


def _filters(options: Options) -> tuple[str, str]:
    return options.include, options.exclude


def _role(options: Options) -> str:
    return f"<@&{options.role_id}>" if options.role_id else "nobody"
