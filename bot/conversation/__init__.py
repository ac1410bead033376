"""The talk itself: a pure step, and the shell that drives it."""
