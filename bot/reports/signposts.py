"""Where else to turn: other routes, and what cannot wait. Each server may say it differently."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Self

from bot.errors import InvalidInput
from bot.reports.distress import Concern
from bot.text import escape, plain, utf16_len

LIMIT = 150  # with the signs that keep Markdown harmless; three of them twice fit a message


@dataclass(frozen=True, slots=True)
class Signposts:
    """Ends of sentences, as a server has chosen them.

    Attributes:
        route: other ways to report, and where to ask about them.
        emergency: for danger now.
        safeguarding: for a child or an adult at risk.
        helpline: for somebody who struggles.
    """

    route: str = (
        "your union's own office; for health and safety, HSE; Protect, 020 3117 2520, which "
        "advises on speaking up and takes no reports"
    )
    emergency: str = "999"
    safeguarding: str = "your employer's safeguarding procedure, today"
    helpline: str = "Samaritans, 116 123, at any hour"

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Self:
        """What a server has chosen; what it left empty stays as it comes.

        Raises:
            InvalidInput: one is too long.
        """
        given = {}
        for name in NAMES:
            text = " ".join(plain(typed.get(name) or "").split()).rstrip(". ")
            if utf16_len(escape(text)) > LIMIT:
                raise InvalidInput(
                    f"Each of these can have {LIMIT} characters at most. Nothing was changed."
                )
            if text:
                given[name] = text
        return cls(**given)

    @property
    def other_routes(self) -> str:
        """The other ways, as an equal of this one."""
        return f"**Other ways, instead or as well:** {escape(self.route)}."

    @property
    def nobody_watches(self) -> str:
        """What cannot wait, and where it belongs."""
        return self._watches(Concern)

    def called_for(self, concerns: Collection[Concern]) -> str:
        """What cannot wait, with the lines that somebody's words call for first and bold.

        None is left out for another: words say less than their writer knows. Empty without any.
        """
        if not concerns:
            return ""
        bold = [f"**{self._line(each)}**" for each in Concern if each in concerns]
        return "\n".join([*bold, self._watches([each for each in Concern if each not in concerns])])

    def _watches(self, concerns: Iterable[Concern]) -> str:
        return " ".join(["**Nobody watches this day and night.**", *map(self._line, concerns)])

    def _line(self, concern: Concern) -> str:
        return {
            Concern.DANGER: f"In danger now: {escape(self.emergency)}.",
            Concern.AT_RISK: f"A child or an adult at risk: {escape(self.safeguarding)}.",
            Concern.STRUGGLING: f"Struggling: {escape(self.helpline)}.",
        }[concern]


NAMES = tuple(field.name for field in fields(Signposts))
DEFAULTS = Signposts()
