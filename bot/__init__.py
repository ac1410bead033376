"""Listonosz: a chat bot that answers e-mail configuration questions and looks for itself."""

__version__ = "0.1.0"
