"""What the bot learns from talks, and the people who decide what becomes of it."""
