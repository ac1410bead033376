"""Where people meet the bot: Telegram and the terminal."""
