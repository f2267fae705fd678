"""Entries by their names: terms, people, bodies, figures, actions."""
