"""Pictures that are drawn in a worker process; the bot's own process never imports what draws."""
