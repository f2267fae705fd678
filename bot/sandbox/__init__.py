"""A local stand-in for Discord: REST, gateway, people to act as, and a page to use it from."""
