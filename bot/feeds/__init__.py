"""Feeds: fetching, reading, remembering, and having articles posted once each."""
