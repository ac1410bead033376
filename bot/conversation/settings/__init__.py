"""/settings: a mailbox's servers, asked for, shown, and handed over."""
