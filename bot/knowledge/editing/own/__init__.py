"""A server's own entries among all."""
