"""Where a mailbox's servers are told: all sources asked at once, compared and put in order."""
