"""What moderators do with a report: notes, labels, matters, further redaction, quotations."""
