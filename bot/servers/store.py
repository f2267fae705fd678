"""SQL for servers' settings and the audit trail."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from bot.clock import from_unix, unix
from bot.storage import Database, Row


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server has chosen; None where nothing was chosen yet.

    Attributes:
        news_channel_id: where articles go unless a feed says otherwise.
        notice_channel_id: where the moderators are told things; no other members should see it.
        bulletin_channel_id: where bulletins are published.
        moderator_role_id: the role that may use moderators' commands beside Manage Server.
        inbox_role_id: when chosen, only this role reads reports, Manage Server alone does not.
        front_desk_channel_id, front_desk_message_id: the pinned message with the buttons.
        reports_ready: the report part of the set-up has been done.
    """

    guild_id: int
    news_channel_id: int | None = None
    notice_channel_id: int | None = None
    bulletin_channel_id: int | None = None
    moderator_role_id: int | None = None
    inbox_role_id: int | None = None
    front_desk_channel_id: int | None = None
    front_desk_message_id: int | None = None
    reports_ready: bool = False


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that a moderator did; ``at`` is aware UTC, of what was done to reports the Monday
    of the week."""

    at: datetime
    actor_id: int
    action: str
    target: str


_COLUMNS = [field.name for field in fields(ServerSettings)]


class ServerStore:
    """The tables ``server`` and ``audit``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, guild_id: int) -> ServerSettings:
        row = await self._database.fetch_one("SELECT * FROM server WHERE guild_id = ?", [guild_id])
        return ServerSettings(guild_id) if row is None else _settings(row)

    async def save(self, settings: ServerSettings) -> None:
        sql = (
            f"INSERT OR REPLACE INTO server ({', '.join(_COLUMNS)}) "  # noqa: S608  our own names
            f"VALUES ({', '.join(':' + column for column in _COLUMNS)})"
        )
        async with self._database.transaction() as tx:
            await tx.execute(sql, asdict(settings))

    async def guild_ids(self) -> list[int]:
        return [row[0] for row in await self._database.fetch_all("SELECT guild_id FROM server")]

    async def record(
        self,
        guild_id: int,
        at: datetime,
        actor_id: int,
        action: str,
        target: str,
        row_id: int | None = None,
    ) -> None:
        sql = (
            "INSERT INTO audit (id, guild_id, at, actor_id, action, target) "
            "VALUES (?, ?, ?, ?, ?, ?)"
        )
        async with self._database.transaction() as tx:
            await tx.execute(sql, (row_id, guild_id, unix(at), actor_id, action, target))

    async def audited(self) -> list[int]:
        rows = await self._database.fetch_all("SELECT DISTINCT guild_id FROM audit")
        return [row["guild_id"] for row in rows]

    async def forget(self, guild_id: int, group: str, before: datetime, others: datetime) -> None:
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM audit WHERE guild_id = ? "
                "AND at < CASE WHEN action GLOB ? || '.*' THEN ? ELSE ? END",
                (guild_id, group, unix(before), unix(others)),
            )

    async def audit(
        self, guild_id: int, limit: int, skip: int, about: str, actor_id: int, without: str
    ) -> list[AuditEntry]:
        rows = await self._database.fetch_all(
            "SELECT at, actor_id, action, target FROM audit WHERE guild_id = :guild "
            "AND (:about = '' OR action GLOB :about || '.*') "
            "AND (:actor = 0 OR actor_id = :actor) "
            "AND (:without = '' OR action NOT GLOB :without || '.*') "
            "ORDER BY at DESC, id DESC LIMIT :limit OFFSET :skip",
            {
                "guild": guild_id,
                "about": about,
                "actor": actor_id,
                "without": without,
                "limit": limit,
                "skip": skip,
            },
        )
        return [_entry(row) for row in rows]

    async def latest(self, guild_id: int, action: str) -> AuditEntry | None:
        row = await self._database.fetch_one(
            "SELECT at, actor_id, action, target FROM audit WHERE guild_id = ? AND action = ? "
            "ORDER BY at DESC, id DESC LIMIT 1",
            (guild_id, action),
        )
        return None if row is None else _entry(row)


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(from_unix(row["at"]), row["actor_id"], row["action"], row["target"])


def _settings(row: Row) -> ServerSettings:
    values = {column: row[column] for column in _COLUMNS}
    return ServerSettings(**{**values, "reports_ready": bool(row["reports_ready"])})
