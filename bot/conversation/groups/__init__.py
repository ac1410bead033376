"""What is different in a group: its settings, who may do what, and when the bot speaks."""
