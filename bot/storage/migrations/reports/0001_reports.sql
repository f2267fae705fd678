-- Anonymous reports. Nothing here says who wrote or when: ids are random, there are no rowids, and
-- the only date is the ISO week of the notice time at which moderators could first see a thing.

-- salt: 16 random bytes for receipts. slot: the last notice time that was served, a time of the
-- timetable and never of a person.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The public keys to which a server's reports are sealed. 'host': the private key is a file beside
-- this database; 'away': it is kept elsewhere.
CREATE TABLE server_key (
    guild_id INTEGER NOT NULL,
    public BLOB NOT NULL CHECK (length(public) = 32),
    place TEXT NOT NULL CHECK (place IN ('host', 'away')),
    PRIMARY KEY (guild_id, public)
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    guild_id INTEGER NOT NULL,
    -- Of the receipt: a hash to find the report by, and the public key to which replies are sealed.
    lookup BLOB UNIQUE CHECK (length(lookup) = 32),
    reporter_key BLOB NOT NULL CHECK (length(reporter_key) = 32),
    -- All that the reporter typed or chose. A withdrawn report has none and no lookup either; its
    -- empty row stays until the next notice time, so that its going does not tell the minute.
    sealed BLOB,
    status TEXT NOT NULL DEFAULT 'new',
    shown_week TEXT,
    announced INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX report_of_guild ON report (guild_id, shown_week);

CREATE TABLE message (
    report_id BLOB NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    -- Its place from 1. A reporter's message waits with one below 0 and gets its place when
    -- moderators are shown it, after all that they have seen: else it would tell between which of
    -- their replies its reporter was here.
    turn INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    author TEXT NOT NULL CHECK (author IN ('reporter', 'moderator')),
    sealed BLOB NOT NULL,
    shown_week TEXT,
    announced INTEGER NOT NULL DEFAULT 0,
    -- Of a reply: 0 not fetched yet, 1 fetched but not shown to moderators yet, 2 fetched.
    collected INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (report_id, turn)
) STRICT, WITHOUT ROWID;
