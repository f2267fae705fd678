"""What the cogs share of Discord: guards, buttons and forms, answers. Not a cog itself."""
