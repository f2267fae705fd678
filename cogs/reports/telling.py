"""`/report privacy`: the essentials on one screen of a phone, all the rest behind two buttons."""

from typing import Literal, cast, get_args

import discord

from bot.reports import privacy
from bot.reports.choices import Keeping
from bot.text import escape
from cogs.common.components import Buttons
from cogs.common.replies import COLOUR

Part = Literal["short", "who", "kept"]
TITLES: dict[Part, str] = {
    "short": "Who can see what",
    "who": "Who could learn what",
    "kept": "What is kept, and for how long",
}
BUTTONS: dict[Part, str] = {
    "short": "Back",
    "who": "Who could learn what",
    "kept": "What is kept, how long",
}


def part_of(name: str) -> Part:
    """A part by its name in a custom_id; of an unknown one, the first."""
    return cast("Part", name) if name in get_args(Part) else "short"


def buttons(shown: Part) -> Buttons:
    """To the other parts."""
    others = Buttons()
    for part, label in BUTTONS.items():
        if part != shown:
            others.button(label, f"reports:privacy:{part}")
    return others


def embed(
    part: Part,
    *,
    at_once: bool,
    keeping: Keeping | None = None,
    controller: tuple[str, str] | None = None,
) -> discord.Embed:
    """One part, as the timetable and the server's choices make it true.

    Args:
        keeping: as chosen on this server; none in a direct message, which is none.
        controller: who answers for what is kept on this server, and how to reach them.
    """
    told = discord.Embed(title=TITLES[part], colour=COLOUR)
    match part:
        case "short":
            told.description = _short(keeping, controller, at_once=at_once)
        case "who":
            for observer in privacy.observers(at_once=at_once):
                _add(told, observer.who, f"Can learn {observer.learns}")
            _add(told, "What remains", _points(privacy.remains(at_once=at_once)))
        case "kept":
            _add(told, "What always holds", _points(privacy.WHATEVER))
            _add(told, "What it is for", privacy.PURPOSE)
            _add(told, "What is kept", privacy.KEPT)
            _add(told, "How long it is kept", privacy.kept_for(keeping))
            _add(told, "When you withdraw", privacy.deleted(at_once=at_once))
    return told


def _short(keeping: Keeping | None, controller: tuple[str, str] | None, *, at_once: bool) -> str:
    lines = [
        f"**Hidden:** {privacy.HIDDEN}",
        f"**Not hidden:** {privacy.not_hidden(at_once=at_once)}",
        f"**Take it back:** {privacy.TAKE_BACK}",
        f"**How long:** {privacy.at_check(keeping)}",
    ]
    if controller is not None:
        name, contact = map(escape, controller)
        lines.append(f"**Who answers for it:** {name}. Contact: {contact}.")
    lines.append(f"**Complaints:** {privacy.COMPLAINTS}")
    return "\n".join(lines)


def _points(sentences: tuple[str, ...]) -> str:
    return "\n".join(f"• {sentence}" for sentence in sentences)


def _add(told: discord.Embed, name: str, value: str) -> None:
    told.add_field(name=name, value=value, inline=False)
