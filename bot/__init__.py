"""Steward: a Discord bot for a trade-union discussion community."""

__version__ = "0.1.0"
