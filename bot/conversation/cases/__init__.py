"""What the bot cannot answer is handed over to people: cases, helpers, and what both sides say."""
