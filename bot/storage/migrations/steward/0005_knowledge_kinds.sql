-- An entry is a question, a term, a person, a body, a figure or an action. The files are taken in
-- anew at the next start, so built-in rows need no care here; a server's own rows are questions.

ALTER TABLE knowledge_entry ADD COLUMN kind TEXT NOT NULL DEFAULT 'entry'
    CHECK (kind IN ('entry', 'term', 'person', 'body', 'figure', 'action'));
-- The term, name or claim by which a person looks it up; empty for a question.
ALTER TABLE knowledge_entry ADD COLUMN name TEXT NOT NULL DEFAULT '' COLLATE NOCASE;

CREATE INDEX knowledge_entry_by_name ON knowledge_entry (kind, name);
