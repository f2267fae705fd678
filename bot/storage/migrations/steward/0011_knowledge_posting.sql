-- Answers that are about to be posted for everybody, so that one is corrected later even if the bot
-- ends between sending it and noting it in knowledge_posted. No row says who had it
-- posted, or which message asked for it.
CREATE TABLE knowledge_posting (
    attempt     TEXT PRIMARY KEY,        -- random
    guild_id    INTEGER NOT NULL,
    channel_id  INTEGER NOT NULL,        -- or thread
    after       INTEGER NOT NULL,        -- an id from the minute of the channel's last message before
    id          TEXT NOT NULL,           -- of the entry
    question    TEXT NOT NULL,
    posted      TEXT NOT NULL            -- a digest of what it says
) STRICT, WITHOUT ROWID;
