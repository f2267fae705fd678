-- Moderators edit what the bot knows: a server's own entries with their history, forms that are
-- being filled in, answers that were posted in channels, questions that need no answer any more.

-- In a server's own copy of a built-in entry: that entry as it was when the moderators last looked
-- at it, so that a change of it in the files can be told. NULL where there is no built-in one.
ALTER TABLE knowledge_entry ADD COLUMN built_in TEXT;

-- Moderators are named here, members never. `before` and `after` are the whole state of the entry
-- on that server as JSON, so that anything can be taken back.
CREATE TABLE knowledge_change (
    change        INTEGER PRIMARY KEY,
    guild_id      INTEGER NOT NULL,
    id            TEXT NOT NULL,
    at            INTEGER NOT NULL,          -- unix seconds, UTC
    moderator_id  INTEGER NOT NULL,
    action        TEXT NOT NULL,
    before        TEXT NOT NULL,
    after         TEXT NOT NULL
) STRICT;

CREATE INDEX knowledge_change_by_entry ON knowledge_change (guild_id, id, change);

-- A form on its way from a moderator's hand to the preview and Save; dropped after a day.
CREATE TABLE knowledge_draft (
    draft         TEXT PRIMARY KEY,          -- random, named by the buttons under the preview
    guild_id      INTEGER NOT NULL,
    moderator_id  INTEGER NOT NULL,
    id            TEXT NOT NULL,
    kind          TEXT NOT NULL,
    base          TEXT NOT NULL,             -- the state of the entry when the moderator began
    typed         TEXT NOT NULL,             -- JSON: the keys of the entry as typed so far
    asked         TEXT NOT NULL,             -- the question without an answer that led here, or ''
    kept_at       INTEGER NOT NULL           -- unix seconds, UTC
) STRICT, WITHOUT ROWID;

-- Answers that the bot posted for everybody, so that a correction reaches them. No row says who
-- had them posted. A message is edited until `done` has reached `wanted`.
CREATE TABLE knowledge_posted (
    message_id  INTEGER PRIMARY KEY,
    guild_id    INTEGER NOT NULL,
    channel_id  INTEGER NOT NULL,            -- or thread
    id          TEXT NOT NULL,               -- of the entry
    question    TEXT NOT NULL,
    posted      TEXT NOT NULL,               -- a digest of what it said when it was posted
    shown       TEXT NOT NULL,               -- of what it is to say now; '' for withdrawn
    changed_at  INTEGER,                     -- unix seconds of the change that is to be dated
    wanted      INTEGER NOT NULL DEFAULT 0,
    done        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX knowledge_posted_by_entry ON knowledge_posted (guild_id, id);
CREATE INDEX knowledge_posted_due ON knowledge_posted (message_id) WHERE done < wanted;

-- Questions that left the list of those without an answer.
CREATE TABLE knowledge_settled (
    guild_id     INTEGER NOT NULL,
    question     TEXT NOT NULL,              -- as in knowledge_unanswered
    answered_by  TEXT NOT NULL,              -- the id of the entry; '' when it was dismissed
    PRIMARY KEY (guild_id, question)
) STRICT, WITHOUT ROWID;
