"""Where people meet the bot on Telegram: what they do there, read; what is said to them, sent."""
