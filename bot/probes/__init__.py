"""One file per probe: what was seen, and what it means."""
