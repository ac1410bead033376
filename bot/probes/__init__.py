"""One file per probe: what was seen, and what it means. PROBES is their table of contents."""

from typing import Any

from bot.probes import (
    bimi,
    blocklist,
    caa,
    dane,
    dkim,
    dmarc,
    dns,
    dnssec,
    imap,
    mta_sts,
    mx,
    network,
    ns,
    ping,
    pop3,
    provider,
    ptr,
    sieve,
    smtp,
    soa,
    spf,
    submission,
    tls_rpt,
    wildcard,
)
from bot.probes.probe import Probe

# In the order of a report: what decides about receiving first.
PROBES: tuple[Probe[Any], ...] = (
    mx.PROBE,
    provider.PROBE,
    spf.PROBE,
    dkim.PROBE,
    dmarc.PROBE,
    smtp.PROBE,
    mta_sts.PROBE,
    tls_rpt.PROBE,
    dane.PROBE,
    dnssec.PROBE,
    ns.PROBE,
    soa.PROBE,
    caa.PROBE,
    bimi.PROBE,
    wildcard.PROBE,
    submission.PROBE,
    imap.PROBE,
    pop3.PROBE,
    sieve.PROBE,
    ptr.PROBE,
    network.PROBE,
    blocklist.PROBE,
    ping.PROBE,
    dns.PROBE,
)
