"""Submission (RFC 6409, RFC 8314) on a host: 465 with TLS at once and 587 with STARTTLS."""

from bot.network.talk import Protocol
from bot.probes.mailbox import service_probe
from bot.probes.mailbox_kinds import Service

PROBE = service_probe(
    Service(
        "submission",
        Protocol.SMTP,
        ports=((465, True), (587, False)),
        srv=("_submissions._tcp", "_submission._tcp"),
        first_labels=("smtp", "mail", "poczta"),
    )
)
