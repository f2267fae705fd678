"""What is known of a document's items by their bytes alone."""
