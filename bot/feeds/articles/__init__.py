"""Articles: taken in from documents, and remembered."""
