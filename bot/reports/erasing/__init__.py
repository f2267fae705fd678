"""What was deleted: that nothing of it stays in reports.db, nor in its log."""
