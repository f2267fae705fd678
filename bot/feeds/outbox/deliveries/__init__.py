"""Deliveries as rows: read, tied together, and put back."""
