-- Styles, filters, edits, digests, search, imports, and feeds that go quiet or change hands.

ALTER TABLE feed ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN host TEXT NOT NULL DEFAULT '';  -- which answered last, after redirects
-- What the fragments of this feed's articles were read in: see bot/feeds/scan.py.
ALTER TABLE feed ADD COLUMN context TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN gap_s INTEGER;             -- the usual time between two articles
ALTER TABLE feed ADD COLUMN newest_at INTEGER;         -- when its newest article appeared
ALTER TABLE feed ADD COLUMN silent_told INTEGER NOT NULL DEFAULT 0 CHECK (silent_told IN (0, 1));

-- Hash of the bytes that the article was last read from; equal bytes are not read again.
ALTER TABLE article ADD COLUMN fragment TEXT NOT NULL DEFAULT '';
CREATE INDEX article_by_fragment ON article (feed_id, fragment) WHERE fragment != '';
CREATE INDEX article_by_feed ON article (feed_id, seen_at);

ALTER TABLE subscription ADD COLUMN role_by INTEGER;      -- the moderator who chose the role
ALTER TABLE subscription ADD COLUMN digested_at INTEGER;  -- the last digest's hour

-- What a subscription was before a moderator changed it, so that the change can be taken back.
CREATE TABLE subscription_change (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,  -- an old button must not mean a new change
    guild_id         INTEGER NOT NULL,
    subscription_id  INTEGER NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
    before           TEXT NOT NULL,                -- JSON: the former values of what was changed
    changed_at       INTEGER NOT NULL
) STRICT;

-- Where it was attempted; the subscription may have moved to another channel since.
ALTER TABLE delivery ADD COLUMN channel_id INTEGER;
-- Articles of one digest: the delivery that carries the others, itself among them.
ALTER TABLE delivery ADD COLUMN bundle_id INTEGER REFERENCES delivery (id);
ALTER TABLE delivery ADD COLUMN digest_at INTEGER;        -- the hour for which the digest was made
-- What is to be done to a message that has been sent.
ALTER TABLE delivery ADD COLUMN thread_due INTEGER NOT NULL DEFAULT 0 CHECK (thread_due IN (0, 1));
ALTER TABLE delivery ADD COLUMN edit_after INTEGER;       -- not before this moment; none is due: NULL
ALTER TABLE delivery ADD COLUMN edits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN edited_at INTEGER;        -- the last of them
-- How often Discord has put off the edit that is due.
ALTER TABLE delivery ADD COLUMN edit_tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX delivery_follow_up ON delivery (subscription_id)
    WHERE state = 'sent' AND (thread_due = 1 OR edit_after IS NOT NULL);
CREATE INDEX delivery_waiting ON delivery (guild_id, subscription_id)
    WHERE state IN ('pending', 'sending', 'unsure', 'held');
CREATE INDEX delivery_by_bundle ON delivery (bundle_id) WHERE bundle_id IS NOT NULL;

ALTER TABLE hold ADD COLUMN kind TEXT NOT NULL DEFAULT 'flood' CHECK (kind IN ('flood', 'changed'));
CREATE INDEX hold_open ON hold (feed_id, guild_id) WHERE decided = '';

-- Full-text search. The words stand in `article` alone; triggers keep the index like it.
CREATE VIRTUAL TABLE article_text USING fts5 (
    title, text, content = 'article', content_rowid = 'id',
    tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO article_text (article_text) VALUES ('rebuild');
CREATE TRIGGER article_text_added AFTER INSERT ON article BEGIN
    INSERT INTO article_text (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
CREATE TRIGGER article_text_removed AFTER DELETE ON article BEGIN
    INSERT INTO article_text (article_text, rowid, title, text)
        VALUES ('delete', old.id, old.title, old.text);
END;
CREATE TRIGGER article_text_changed AFTER UPDATE OF title, text ON article BEGIN
    INSERT INTO article_text (article_text, rowid, title, text)
        VALUES ('delete', old.id, old.title, old.text);
    INSERT INTO article_text (rowid, title, text) VALUES (new.id, new.title, new.text);
END;

-- An import of many feeds, which goes on after a restart.
CREATE TABLE feed_import (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given anew: old buttons name it
    guild_id    INTEGER NOT NULL,
    channel_id  INTEGER NOT NULL,             -- where the articles will go
    actor_id    INTEGER NOT NULL,             -- the moderator who asked for it
    place_id    INTEGER NOT NULL DEFAULT 0,   -- where its progress is shown; 0 for nowhere
    message_id  INTEGER,
    created_at  INTEGER NOT NULL,
    ended_at    INTEGER
) STRICT;

CREATE TABLE feed_import_item (
    import_id  INTEGER NOT NULL REFERENCES feed_import (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    url        TEXT NOT NULL,
    title      TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'added', 'known', 'failed', 'stopped')),
    reason     TEXT NOT NULL DEFAULT '',
    subscription_id  INTEGER REFERENCES subscription (id) ON DELETE SET NULL,  -- what was added
    PRIMARY KEY (import_id, position)
) STRICT, WITHOUT ROWID;
