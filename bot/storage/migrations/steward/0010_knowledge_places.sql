-- Where each token is: row and column. What a question may be answered by is chosen from that, with
-- weights that only the entries of the server decide which asks.
CREATE VIRTUAL TABLE knowledge_place USING fts5vocab ('knowledge_search', 'instance');
