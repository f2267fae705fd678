"""Answering one person: the answer, or an honest "I don't know" with what may help."""

from collections.abc import Sequence
from itertools import combinations

import discord

from bot.app import Interaction
from bot.feeds.archive import Archive, Posted
from bot.knowledge import Answer, Entry, subjects
from cogs.common.components import Buttons
from cogs.common.reading import readable_channels
from cogs.common.replies import reply, think
from cogs.knowledge import embeds

ARTICLES = 3  # that are offered with an "I don't know"
ARTICLE_WORDS = 6  # of a question that articles are looked for by


def server_of(interaction: Interaction) -> int:
    """The server whose own entries count; 0, which has none, in a direct message."""
    return interaction.guild_id or 0


async def show_answer(interaction: Interaction, answer: Answer, *, reply_to: int = 0) -> None:
    """Give what was found to the asker alone.

    Args:
        reply_to: the id of the message that asked, if it was one; 0 for none.
    """
    if answer.others:
        await _show_several(interaction, answer, reply_to)
        return
    if answer.entry:
        await _show_one(interaction, answer, answer.entry, reply_to)
        return
    # Looking through many thousand articles may take longer than Discord waits.
    await think(interaction)
    articles = await _articles(interaction, answer.question)
    private = interaction.guild_id is None
    await reply(
        interaction,
        embeds.unknown_text(answer, articles=bool(articles), private=private),
        embed=embeds.unknown_embed(answer, articles, interaction.guild),
        view=embeds.unknown_buttons(answer.nearest, private=private),
    )


async def _show_several(interaction: Interaction, answer: Answer, reply_to: int) -> None:
    """Show the answers to several questions; a button of each opens it alone, with what can be
    done with it."""
    server = interaction.guild_id is not None
    view = embeds.several_buttons(answer, reply_to=reply_to)
    await reply(
        interaction,
        embeds.SEVERAL if server else embeds.SEVERAL_IN_PRIVATE,
        embeds=embeds.several_embeds(answer),
        view=embeds.add_pass_on(view, answer) if server else view,
    )


async def _show_one(interaction: Interaction, answer: Answer, entry: Entry, reply_to: int) -> None:
    view = entry_buttons(interaction, entry, answer.nearest, reply_to)
    await reply(
        interaction,
        embeds=[embeds.answer_embed(entry, answer.question), *embeds.unknown_parts(answer)],
        view=embeds.add_pass_on(view, answer) if interaction.guild_id else view,
    )


def entry_buttons(
    interaction: Interaction, entry: Entry, related: Sequence[Entry], reply_to: int
) -> Buttons:
    """What can be done with an entry, which is more on a server than in a direct message."""
    if interaction.guild_id:
        return embeds.answer_buttons(entry, related, reply_to=reply_to)
    return embeds.question_buttons(related)


async def show_entry(
    interaction: Interaction,
    entry: Entry,
    related: Sequence[Entry],
    *,
    asked: str = "",
    reply_to: int = 0,
) -> None:
    """Show an entry to the asker alone, with what can be done with it on a server."""
    await reply(
        interaction,
        embed=embeds.answer_embed(entry, asked),
        view=entry_buttons(interaction, entry, related, reply_to),
    )


async def _articles(interaction: Interaction, question: str) -> Sequence[Posted]:
    """Posted articles with the words of a question, in channels that the asker can read."""
    channels = readable_channels(interaction)
    if not channels:
        return ()
    archive, server = interaction.client.services.articles, server_of(interaction)
    return await matching_articles(archive, server, channels, question)


async def matching_articles(
    archive: Archive, server: int, channels: Sequence[int], question: str
) -> Sequence[Posted]:
    """Articles with all words of a question, else with all but one of at least three."""
    words = [word if whole else f"{word}*" for word, whole in subjects(question)[:ARTICLE_WORDS]]
    tries = [tuple(words)] if words else []
    if len(words) > 2:
        tries += combinations(words, len(words) - 1)
    for wanted in tries:
        page = await archive.search(server, channels, " ".join(wanted))
        if page.total:
            return page.articles[:ARTICLES]
    return ()


def done_with(
    message: discord.Message | None, changed: dict[str, str | None]
) -> tuple[Sequence[discord.Embed], Buttons]:
    """What a message of ours shows, and its buttons with some of them changed."""
    if message is None:
        return (), Buttons()
    return message.embeds, Buttons.of(message, changed=changed)
