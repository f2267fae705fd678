"""Sealed reading away from the bot's machine: a local page, and answers that are brought back."""
