-- Messages that came in a file from sealed reading, where the machine cannot look into them.

-- The moderator who brought it; NULL for what was written here. Of a quotation that is who answers
-- for proposing it, whatever the file says.
ALTER TABLE message ADD COLUMN brought_by INTEGER;
-- Of words to quote: the second moderator, who brought that agreement in a file of their own.
ALTER TABLE message ADD COLUMN agreed_by INTEGER;
