-- Questions and answers, the timeline, the index over them, and what found no answer.
--
-- Rows without guild_id are the content that comes with the bot: they are replaced as a whole when
-- its files change. Rows with guild_id are a server's own. A server's row with the id of a built-in
-- one stands in its place there, and hides it when `hidden` is 1.

CREATE TABLE knowledge_entry (
    entry     INTEGER PRIMARY KEY,
    guild_id  INTEGER,
    id        TEXT NOT NULL,
    position  INTEGER NOT NULL,          -- order in the files, for suggestions before typing
    question  TEXT NOT NULL COLLATE NOCASE,
    details   TEXT NOT NULL,             -- JSON: answer, also, dates, topics, related, sources ...
    hidden    INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX knowledge_entry_by_id ON knowledge_entry (id, coalesce(guild_id, 0));
CREATE INDEX knowledge_entry_by_question ON knowledge_entry (question);
CREATE INDEX knowledge_entry_by_position ON knowledge_entry (guild_id, position);

CREATE TABLE knowledge_event (
    event      INTEGER PRIMARY KEY,
    guild_id   INTEGER,
    id         TEXT NOT NULL,
    sort_date  INTEGER NOT NULL,         -- yyyymmdd, with 00 for an unknown month or day
    last_year  INTEGER NOT NULL,         -- of a span; else the year of sort_date
    category   TEXT NOT NULL,
    terms      TEXT NOT NULL,            -- tokens of the text, separated by spaces
    details    TEXT NOT NULL,            -- JSON: date, end, text, topics, sources ...
    hidden     INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX knowledge_event_by_id ON knowledge_event (id, coalesce(guild_id, 0));
CREATE INDEX knowledge_event_by_date ON knowledge_event (sort_date);

-- rowid = knowledge_entry.entry. The columns hold tokens from bot/knowledge/words.py, already
-- stripped of endings, so that SQLite need not know English; phrasings are separated by '|'.
CREATE VIRTUAL TABLE knowledge_search USING fts5 (
    question, also, answer, topics, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE knowledge_term USING fts5vocab ('knowledge_search', 'row');

-- Lists that come with the content: names of categories and topics, words that mean the same.
CREATE TABLE knowledge_list (
    name   TEXT PRIMARY KEY,
    value  TEXT NOT NULL                 -- JSON
) STRICT, WITHOUT ROWID;

-- Questions that found no answer and were passed on, by week, without who asked.
CREATE TABLE knowledge_unanswered (
    guild_id  INTEGER NOT NULL,
    question  TEXT NOT NULL,             -- one line, small letters, numbers of persons masked, cut
    week      TEXT NOT NULL,             -- ISO week, as 2026-W47
    asked     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, question, week)
) STRICT, WITHOUT ROWID;
