"""Watched domains: what a look shows, what changed, and what is told of it."""
