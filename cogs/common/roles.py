"""When a role may be handed out by a button: never one that gives anybody power.

The rules are pure; ``look`` gathers what they need from Discord.
"""

from dataclasses import dataclass
from enum import Enum

import discord

from bot.app.permissions import permission_words
from bot.errors import Unavailable
from cogs.common.replies import UNDELIVERED


class Chooser(Enum):
    """How the moderator stands who chose the role."""

    UNKNOWN = "unknown"  # chosen before that was kept
    LEFT = "left"
    DEMOTED = "demoted"  # no moderator any more
    OUTRANKED = "outranked"  # the role is not below their highest one
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about a role.

    Attributes:
        role: its mention.
        everyone: it is @everyone.
        managed: it belongs to a bot, a subscription or another integration.
        adds: permissions in the server that it has beyond @everyone's, in Discord's words.
        exceptions: mentions of channels that have permissions of their own for it, allowed or
            denied: taking off a role that denies something would give it.
        below_us: it stands below our highest role.
        we_manage: we have Manage Roles.
        hidden: how many channels we cannot see, whose permissions Discord does not tell us.
    """

    role: str
    everyone: bool = False
    managed: bool = False
    adds: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    below_us: bool = True
    we_manage: bool = True
    chooser: Chooser = Chooser.ABOVE
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a role is not handed out, and what a moderator can do; a sentence each."""

    why: str
    mend: str

    def __str__(self) -> str:
        return f"{self.why} {self.mend}"


_CHOOSERS = {
    Chooser.UNKNOWN: "I do not know which moderator chose {role}.",
    Chooser.LEFT: "The moderator who chose {role} has left the server.",
    Chooser.DEMOTED: "Whoever chose {role} is no moderator here any more.",
    Chooser.OUTRANKED: "{role} does not stand below the top role of whoever chose it.",
}
_CHOOSE_AGAIN = "A moderator who stands above it can choose it again in `/feeds edit`."
_ANOTHER = "Choose another role in `/feeds edit`."


def objection(facts: Facts) -> Objection | None:
    """The first rule that a role breaks, or None."""
    role = facts.role
    if facts.everyone:
        return Objection("Everybody has @everyone already.", _ANOTHER)
    if facts.managed:
        return Objection(f"{role} belongs to a bot or an integration.", _ANOTHER)
    if facts.adds:
        return Objection(
            f"{role} grants {_listed(facts.adds)}, and I hand out no role that grants anything.",
            "Take that from it in Server Settings → Roles, or choose another role in "
            "`/feeds edit`.",
        )
    if facts.exceptions:
        return Objection(
            f"{role} has permissions of its own in {_listed(facts.exceptions)}, and I hand out no "
            "role that changes what somebody may do.",
            "Take it out there (Edit Channel → Permissions), or choose another role in "
            "`/feeds edit`.",
        )
    if facts.chooser is not Chooser.ABOVE:
        return Objection(_CHOOSERS[facts.chooser].format(role=role), _CHOOSE_AGAIN)
    if not facts.we_manage:
        return Objection(
            "I lack Manage Roles, which I need to hand out a role, and for nothing else.",
            "Grant it to my role: Server Settings → Roles.",
        )
    if not facts.below_us:
        return Objection(
            f"{role} does not stand below my own role.",
            "Drag my role above it in Server Settings → Roles.",
        )
    return None


def _listed(names: tuple[str, ...]) -> str:
    shown = [*names[:3], f"{len(names) - 3} more"] if len(names) > 3 else list(names)
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


async def look(role: discord.Role, chooser_id: int | None, moderator_role_id: int | None) -> Facts:
    """Everything that decides about a role now; the moderator who chose it is asked for.

    Args:
        moderator_role_id: the role chosen in /setup, whose members are moderators too.

    Raises:
        Unavailable: Discord does not tell who chose it.
    """
    guild = role.guild
    more = role.permissions.value & ~guild.default_role.permissions.value
    names = [permission_words(name) for name, held in discord.Permissions(more) if held]
    exceptions, hidden = [], 0
    for channel in guild.channels:
        if not channel.permissions_for(guild.me).view_channel:
            hidden += not isinstance(channel, discord.CategoryChannel)
        elif not channel.overwrites_for(role).is_empty():
            exceptions.append(channel.mention)
    return Facts(
        role=role.mention,
        everyone=role.is_default(),
        managed=role.managed,
        adds=tuple(names),
        exceptions=tuple(exceptions),
        below_us=role < guild.me.top_role,
        we_manage=guild.me.guild_permissions.manage_roles,
        chooser=await _chooser(role, chooser_id, moderator_role_id),
        hidden=hidden,
    )


async def _chooser(
    role: discord.Role, chooser_id: int | None, moderator_role_id: int | None
) -> Chooser:
    guild = role.guild
    if chooser_id is None:
        return Chooser.UNKNOWN
    try:
        member = await guild.fetch_member(chooser_id)
    except discord.NotFound:
        return Chooser.LEFT
    except UNDELIVERED as error:
        raise Unavailable(
            "Discord does not answer me just now, so nothing was changed. Try again in a while."
        ) from error
    if member.id == guild.owner_id:
        return Chooser.ABOVE
    held = member.guild_permissions
    if not (held.manage_guild or held.administrator or member.get_role(moderator_role_id or 0)):
        return Chooser.DEMOTED
    return Chooser.ABOVE if role < member.top_role else Chooser.OUTRANKED
