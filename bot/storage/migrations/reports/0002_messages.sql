-- Notes among moderators beside replies; reports of one matter; how long things are kept.

CREATE TABLE message_new (
    report_id BLOB NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    -- Its place from 1. A reporter's message waits with one below 0 and gets its place when
    -- moderators are shown it, after all that they have seen: else it would tell between which of
    -- their replies its reporter was here.
    turn INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    -- Who wrote it, and for whom: 'note' is of moderators for moderators, and not sealed to the
    -- reporter. What kind of message it is stands inside the seal.
    author TEXT NOT NULL CHECK (author IN ('reporter', 'moderator', 'note')),
    sealed BLOB NOT NULL,
    shown_week TEXT,
    announced INTEGER NOT NULL DEFAULT 0,
    -- Of a reply: 0 not fetched yet, 1 fetched but not shown to moderators yet, 2 fetched.
    collected INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (report_id, turn)
) STRICT, WITHOUT ROWID;

INSERT INTO message_new SELECT * FROM message;
DROP TABLE message;
ALTER TABLE message_new RENAME TO message;

-- A random id that reports which moderators joined as one matter share.
ALTER TABLE report ADD COLUMN matter BLOB;
-- The ISO week in which moderators closed it; NULL while it is open.
ALTER TABLE report ADD COLUMN closed_week TEXT;
-- The ISO week of the last thing that moderators could see happen to it.
ALTER TABLE report ADD COLUMN active_week TEXT;
UPDATE report SET active_week = shown_week;

-- What a server has chosen for its reports: how long they are kept, other routes, a legal hold ...
CREATE TABLE choice (
    guild_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (guild_id, name)
) STRICT, WITHOUT ROWID;
