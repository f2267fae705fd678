-- Whether an answer helped, by entry and week: two numbers, and nothing about who said so.

CREATE TABLE knowledge_helpful (
    guild_id  INTEGER NOT NULL,
    entry     TEXT NOT NULL,             -- id of the entry, built in or the server's own
    week      TEXT NOT NULL,             -- ISO week, as 2026-W47
    yes       INTEGER NOT NULL DEFAULT 0,
    no        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (guild_id, entry, week)
) STRICT, WITHOUT ROWID;
