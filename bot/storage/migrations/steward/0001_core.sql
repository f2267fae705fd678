-- Settings of the bot and of each Discord server, and the moderators' audit trail.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE server (
    guild_id               INTEGER PRIMARY KEY,
    news_channel_id        INTEGER,
    notice_channel_id      INTEGER,
    bulletin_channel_id    INTEGER,
    moderator_role_id      INTEGER,
    inbox_role_id          INTEGER,
    front_desk_channel_id  INTEGER,
    front_desk_message_id  INTEGER,
    reports_ready          INTEGER NOT NULL DEFAULT 0 CHECK (reports_ready IN (0, 1))
) STRICT;

-- What moderators did. Never a reporter: reports.db and this table share nothing but a report's
-- random id in `target`.
CREATE TABLE audit (
    id        INTEGER PRIMARY KEY,
    guild_id  INTEGER NOT NULL,
    at        INTEGER NOT NULL,          -- unix seconds, UTC
    actor_id  INTEGER NOT NULL,          -- a moderator's Discord id
    action    TEXT NOT NULL,             -- as 'feeds.add'
    target    TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX audit_by_guild ON audit (guild_id, at DESC);
