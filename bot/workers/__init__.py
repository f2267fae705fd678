"""Work that must not be done in the bot's own process.

``pool`` is the bot's side of it, ``serving`` the worker's, ``frames`` what travels between the two.
"""
