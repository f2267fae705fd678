-- Answers that are about to be posted for everybody, so that one is corrected later even if the bot
-- ends between sending it and noting it in knowledge_posted. No row says who had it posted.
CREATE TABLE knowledge_posting (
    nonce       TEXT PRIMARY KEY,        -- of the attempt
    guild_id    INTEGER NOT NULL,
    channel_id  INTEGER NOT NULL,        -- or thread
    after       INTEGER NOT NULL,        -- the channel's last message before; 0 for none known
    id          TEXT NOT NULL,           -- of the entry
    question    TEXT NOT NULL,
    posted      TEXT NOT NULL            -- a digest of what it says
) STRICT, WITHOUT ROWID;
