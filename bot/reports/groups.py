"""The groups of reports that a server offers, and its own words for them. Codes stay."""

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace

from bot.clock import Clock, iso_week
from bot.errors import InvalidInput
from bot.reports.choices import Choices
from bot.reports.options import Option
from bot.reports.questions import CATEGORIES
from bot.text import plain, utf16_len

NAME = "categories"
ALWAYS = "else"  # or some would have nowhere to go
LABEL_LIMIT = 60
HINT_LIMIT = 100


@dataclass(slots=True)
class _Kept:
    """What a server has chosen.

    Attributes:
        words: label and hint, by code.
        out: the ISO weeks in which a code was taken from the offer and put back, by code; a week
            of the first is empty where it is not known or no report could have chosen it, of the
            second while it is not offered.
    """

    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    out: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def left_out(self) -> set[str]:
        """The codes that are not offered now."""
        return {code for code, spans in self.out.items() if spans[-1][1] == ""}


class Groups:
    """What "What is it about?" offers on each server."""

    def __init__(
        self, choices: Choices, clock: Clock, any_report: Callable[[int], Awaitable[bool]]
    ) -> None:
        """
        Args:
            any_report: whether a server may have a report that comes to be counted. Where reports
                were ever open it must not tell whether there is one: what is kept of it can be
                seen before the notice time that shows the report.
        """
        self._choices = choices
        self._clock = clock
        self._any_report = any_report

    async def all(self, guild_id: int) -> tuple[Option, ...]:
        """Every group in this server's words, offered or not: older reports have all of them."""
        words = (await self._kept(guild_id)).words
        return tuple(
            replace(option, label=words[option.code][0], hint=words[option.code][1])
            if option.code in words
            else option
            for option in CATEGORIES
        )

    async def offered(self, guild_id: int) -> tuple[Option, ...]:
        """Those that can be chosen."""
        left_out = (await self._kept(guild_id)).left_out
        return tuple(option for option in await self.all(guild_id) if option.code not in left_out)

    async def offered_between(self, guild_id: int, first: str, last: str) -> list[str]:
        """The codes of those that could be chosen at any time in a period.

        Args:
            first, last: its ISO weeks.
        """
        out = (await self._kept(guild_id)).out
        return [
            option.code
            for option in CATEGORIES
            if not any(
                since < first and (until == "" or until > last)
                for since, until in out.get(option.code, ())
            )
        ]

    async def offer(self, guild_id: int, codes: Collection[str]) -> None:
        """Offer these from now on, and always ``else``."""
        kept = await self._kept(guild_id)
        wanted = {*codes, ALWAYS}
        week = iso_week(self._clock.now())
        for option in CATEGORIES:
            spans = kept.out.setdefault(option.code, [])
            is_out = bool(spans) and spans[-1][1] == ""
            if option.code in wanted and is_out:
                spans[-1] = (spans[-1][0], week)
            elif option.code not in wanted and not is_out:
                spans.append((week, ""))
        if not await self._any_report(guild_id):
            # None can be in what is left out: /setup before reports are open. Whoever knows that
            # must not be shown a sum as if there could.
            left_out = {option.code for option in CATEGORIES} - wanted
            kept.out = {code: [("", "")] for code in sorted(left_out)}
        kept.out = {code: spans for code, spans in kept.out.items() if spans}
        await self._put(guild_id, kept)

    async def reword(self, guild_id: int, code: str, label: str, hint: str) -> None:
        """Call a group something else; an empty label goes back to the usual words.

        Raises:
            InvalidInput: no such group, or too many characters.
        """
        label, hint = (" ".join(plain(text).split()) for text in (label, hint))
        if code not in {option.code for option in CATEGORIES}:
            raise InvalidInput("There is no such group. Please open the page again.")
        if utf16_len(label) > LABEL_LIMIT or utf16_len(hint) > HINT_LIMIT:
            raise InvalidInput(
                f"A name has at most {LABEL_LIMIT} characters, its line {HINT_LIMIT}. Nothing was "
                "changed."
            )
        kept = await self._kept(guild_id)
        kept.words.pop(code, None)
        if label:
            kept.words[code] = (label, hint)
        await self._put(guild_id, kept)

    async def _kept(self, guild_id: int) -> _Kept:
        text = await self._choices.get(guild_id, NAME)
        if not text:
            return _Kept()
        data = json.loads(text)
        # Before weeks were kept, what was left out stood in a list.
        out = data.get("out") or {code: [["", ""]] for code in data.get("left_out", ())}
        return _Kept(
            {code: (label, hint) for code, (label, hint) in data["words"].items()},
            {code: [(since, until) for since, until in spans] for code, spans in out.items()},
        )

    async def _put(self, guild_id: int, kept: _Kept) -> None:
        text = json.dumps({"words": kept.words, "out": kept.out})
        await self._choices.put(guild_id, NAME, text if kept.words or kept.out else None)
