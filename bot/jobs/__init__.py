"""Runs checks for the conversation: here in the same process."""
