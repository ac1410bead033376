"""Times checkdmarc in its own environment: `python checkdmarc_timed.py DOMAIN RESOLVER...`.

Prints seconds, one a line: the first check of the process, then one with its caches warm.
"""

import sys
import time

import checkdmarc

for _ in range(2):
    start = time.perf_counter()
    # As a user would ask for what `listonosz check` looks at: STARTTLS of every MX included.
    checkdmarc.check_domains([sys.argv[1]], nameservers=sys.argv[2:], check_mx_tls=True)
    print(time.perf_counter() - start)
