"""Everything that speaks Discord: commands, components, embeds. Loaded by name from bot.app."""
