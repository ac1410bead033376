"""Reads the knowledge folder into frozen values, and refuses bad files."""
