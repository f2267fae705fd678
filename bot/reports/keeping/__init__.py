"""What becomes of reports in time: they close, they are deleted, they get another key."""
