"""From a new article to who gets it."""
