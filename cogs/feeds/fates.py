"""What becomes of new articles, in words: after a feed was asked, and after a decision."""

from collections.abc import Sequence
from datetime import datetime

from bot.config import Config
from bot.feeds.model import Fate, Outcome, Polled
from bot.feeds.overview import Listed
from bot.text import counted, escape
from cogs.feeds import styles
from cogs.feeds.embeds import A_WORD, FOR_A_WORD

MOST = 10  # channels that are told one by one


def checked(listed: Listed, polled: Polled, outcome: Outcome, config: Config, now: datetime) -> str:
    """What came of asking a feed now.

    Args:
        outcome: what becomes of the new articles in the subscription's channel.
    """
    title = f"**{escape(listed.subscription.title)}**"
    if polled.problem:
        return f"{title} could not be read. {polled.problem}"
    said = _said(outcome, config, now)
    earlier = listed.held - outcome.counts.get(Fate.HELD, 0)
    still = ""
    if earlier > 0:
        verb = "waits" if earlier == 1 else "wait"
        still = f" {counted(earlier, 'earlier article')} {verb} {A_WORD}."
    if not polled.new:
        return f"{title} answers, and has nothing new.{still}"
    new = counted(polled.new, "new article")
    if len(said) == 1:
        return f"{title} has {new}, {said[0][1]}.{still}"
    return f"{title} has {new}: {_listed([f'{count} {words}' for count, words in said])}.{still}"


def decided(outcomes: Sequence[Outcome], config: Config, now: datetime) -> str:
    """What becomes of held articles that a moderator has decided on; no full stop."""
    lines = [
        _listed([f"{counted(count, 'article')} {words}" for count, words in said])
        for outcome in outcomes
        if (said := _said(outcome, config, now))
    ]
    if not lines:
        return "Nothing was posted"
    more = len(lines) - MOST
    shown = [*lines[:MOST], f"and so on in {counted(more, 'more channel')}"] if more > 0 else lines
    return "; ".join(shown)


def _said(outcome: Outcome, config: Config, now: datetime) -> list[tuple[int, str]]:
    """How many articles, and what becomes of them: ``now on the way to #news``."""
    place, style = f"<#{outcome.channel_id}>", outcome.style
    words = {
        Fate.COMING: f"now on the way to {place}",
        Fate.DIGEST: f"waiting for the digest in {place}"
        + (f" of {styles.next_digest(style, config, now)}" if style.is_digest else ""),
        Fate.PAUSED: f"waiting until `/feeds resume`, since it is paused in {place}",
        Fate.HELD: FOR_A_WORD,
        Fate.FILTERED: f"kept back by the filter for {place}",
        Fate.REFUSED: f"left out of {place}, since Discord refuses them",
    }
    return [
        (outcome.counts[fate], text) for fate, text in words.items() if outcome.counts.get(fate)
    ]


def _listed(parts: Sequence[str]) -> str:
    """Several parts of a sentence as one: ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if parts[1:] else "".join(parts)
