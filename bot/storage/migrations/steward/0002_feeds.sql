-- Feeds, the channels that want them, their articles, and what is on its way to Discord.

-- One row for each address, shared by all servers that want it.
CREATE TABLE feed (
    id             INTEGER PRIMARY KEY,
    url            TEXT NOT NULL UNIQUE,
    title          TEXT NOT NULL,
    site           TEXT NOT NULL,
    status         TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'gone')),
    etag           TEXT NOT NULL DEFAULT '',
    last_modified  TEXT NOT NULL DEFAULT '',
    body_hash      TEXT NOT NULL DEFAULT '',
    ttl_s          INTEGER,
    interval_s     REAL NOT NULL DEFAULT 0,
    checked_at     INTEGER,
    ok_at          INTEGER,
    failures       INTEGER NOT NULL DEFAULT 0,
    failing_since  INTEGER,
    problem        TEXT NOT NULL DEFAULT '',
    told           INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
    moved_to       TEXT NOT NULL DEFAULT '',
    moved_count    INTEGER NOT NULL DEFAULT 0,
    -- A backup was restored and this feed has not been polled since: what looks new may be posted.
    reconcile      INTEGER NOT NULL DEFAULT 0 CHECK (reconcile IN (0, 1))
) STRICT;

CREATE TABLE subscription (
    id          INTEGER PRIMARY KEY,
    guild_id    INTEGER NOT NULL,
    feed_id     INTEGER NOT NULL REFERENCES feed (id),
    channel_id  INTEGER NOT NULL,
    role_id     INTEGER,
    style       TEXT NOT NULL DEFAULT 'embed',
    include     TEXT NOT NULL DEFAULT '',
    exclude     TEXT NOT NULL DEFAULT '',
    -- Random; the marks by which posted articles are known again are derived from it.
    token       TEXT NOT NULL,
    since_id    INTEGER NOT NULL DEFAULT 0,   -- the channel's newest message when it was added
    paused      TEXT NOT NULL DEFAULT '',     -- why, in words; empty while articles are posted
    created_at  INTEGER NOT NULL,
    deleted_at  INTEGER                       -- removed, but not yet beyond undoing
) STRICT;

CREATE UNIQUE INDEX subscription_once ON subscription (guild_id, channel_id, feed_id)
    WHERE deleted_at IS NULL;
CREATE INDEX subscription_by_feed ON subscription (feed_id);

CREATE TABLE article (
    id            INTEGER PRIMARY KEY,
    feed_id       INTEGER NOT NULL REFERENCES feed (id),
    key           TEXT NOT NULL,                -- what it is known by: see bot/feeds/identity.py
    guid          TEXT NOT NULL,
    guid_shared   INTEGER NOT NULL CHECK (guid_shared IN (0, 1)),
    place         TEXT NOT NULL,
    content       TEXT NOT NULL,
    title_hash    TEXT NOT NULL,
    link          TEXT NOT NULL,
    title         TEXT NOT NULL,
    summary       TEXT NOT NULL,                -- Discord Markdown
    text          TEXT NOT NULL,                -- plain, for filters and search
    picture       TEXT NOT NULL,
    author        TEXT NOT NULL,
    categories    TEXT NOT NULL,                -- one a line
    published_at  INTEGER,
    seen_at       INTEGER NOT NULL,
    edited_at     INTEGER,
    UNIQUE (feed_id, key)
) STRICT;

CREATE INDEX article_by_guid ON article (feed_id, guid);
CREATE INDEX article_by_place ON article (feed_id, place);
CREATE INDEX article_by_content ON article (feed_id, content);

-- More new articles at once than anybody wants to see unasked; moderators decide.
CREATE TABLE hold (
    id          INTEGER PRIMARY KEY,
    guild_id    INTEGER NOT NULL,
    feed_id     INTEGER NOT NULL REFERENCES feed (id),
    created_at  INTEGER NOT NULL,
    decided     TEXT NOT NULL DEFAULT '' CHECK (decided IN ('', 'post', 'newest', 'skip'))
) STRICT;

CREATE TABLE delivery (
    id               INTEGER PRIMARY KEY,
    guild_id         INTEGER NOT NULL,
    subscription_id  INTEGER NOT NULL REFERENCES subscription (id),
    article_id       INTEGER NOT NULL REFERENCES article (id),
    state            TEXT NOT NULL CHECK (
        state IN ('pending', 'sending', 'unsure', 'held', 'sent', 'failed', 'skipped')
    ),
    hold_id          INTEGER REFERENCES hold (id),
    -- The channel's newest message known before the attempt; what was sent comes after it.
    after_id         INTEGER NOT NULL DEFAULT 0,
    message_id       INTEGER,
    attempts         INTEGER NOT NULL DEFAULT 0,
    reason           TEXT NOT NULL DEFAULT '',
    created_at       INTEGER NOT NULL,
    sent_at          INTEGER,
    UNIQUE (subscription_id, article_id)
) STRICT;

CREATE INDEX delivery_open ON delivery (subscription_id, id)
    WHERE state IN ('pending', 'sending', 'unsure');
CREATE INDEX delivery_by_article ON delivery (article_id);
CREATE INDEX delivery_by_hold ON delivery (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX delivery_sent ON delivery (subscription_id, message_id) WHERE message_id IS NOT NULL;

-- What moderators are to be told once; it waits until a channel for notices is chosen.
CREATE TABLE feed_notice (
    id          INTEGER PRIMARY KEY,
    guild_id    INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    subject_id  INTEGER NOT NULL,
    text        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    sent_at     INTEGER
) STRICT;

CREATE INDEX feed_notice_open ON feed_notice (guild_id, id) WHERE sent_at IS NULL;
