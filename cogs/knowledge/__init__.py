async def setup(bot: object) -> None:
    """Loaded by bot.app."""
