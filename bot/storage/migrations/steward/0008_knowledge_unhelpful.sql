-- Of questions that were passed on although they had an answer: the answers that did not help.
-- Such a question stays on the moderators' list for as long as it finds one of them.
CREATE TABLE knowledge_unhelpful (
    guild_id  INTEGER NOT NULL,
    question  TEXT NOT NULL,             -- as in knowledge_unanswered
    entry     TEXT NOT NULL,             -- id of the entry
    PRIMARY KEY (guild_id, question, entry)
) STRICT, WITHOUT ROWID;
