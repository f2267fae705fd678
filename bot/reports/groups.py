"""The groups of reports that a server offers, and its own words for them. Codes stay."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.errors import InvalidInput
from bot.reports.choices import Choices
from bot.reports.options import Option
from bot.reports.questions import CATEGORIES
from bot.text import plain, utf16_len

NAME = "categories"
ALWAYS = "else"  # or some would have nowhere to go
LABEL_LIMIT = 60
HINT_LIMIT = 100


class Groups:
    """What "What is it about?" offers on each server."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    async def all(self, guild_id: int) -> tuple[Option, ...]:
        """Every group in this server's words, offered or not: older reports have all of them."""
        words, _ = await self._kept(guild_id)
        return tuple(
            replace(option, label=words[option.code][0], hint=words[option.code][1])
            if option.code in words
            else option
            for option in CATEGORIES
        )

    async def offered(self, guild_id: int) -> tuple[Option, ...]:
        """Those that can be chosen."""
        _, left_out = await self._kept(guild_id)
        return tuple(option for option in await self.all(guild_id) if option.code not in left_out)

    async def offer(self, guild_id: int, codes: Collection[str]) -> None:
        """Offer these from now on, and always ``else``."""
        words, _ = await self._kept(guild_id)
        wanted = {*codes, ALWAYS}
        await self._put(
            guild_id, words, [option.code for option in CATEGORIES if option.code not in wanted]
        )

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
        words, left_out = await self._kept(guild_id)
        words.pop(code, None)
        if label:
            words[code] = (label, hint)
        await self._put(guild_id, words, left_out)

    async def _kept(self, guild_id: int) -> tuple[dict[str, tuple[str, str]], list[str]]:
        text = await self._choices.get(guild_id, NAME)
        kept = json.loads(text) if text else {"words": {}, "left_out": []}
        return {code: (each[0], each[1]) for code, each in kept["words"].items()}, kept["left_out"]

    async def _put(
        self, guild_id: int, words: dict[str, tuple[str, str]], left_out: Sequence[str]
    ) -> None:
        text = (
            json.dumps({"words": words, "left_out": list(left_out)}) if words or left_out else None
        )
        await self._choices.put(guild_id, NAME, text)
