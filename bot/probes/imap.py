"""IMAP (RFC 9051) on a host: 143 with STARTTLS and 993 with TLS at once."""

from bot.network.talk import Protocol
from bot.probes.mailbox import service_probe
from bot.probes.mailbox_kinds import Service

PROBE = service_probe(
    Service(
        "imap",
        Protocol.IMAP,
        ports=((993, True), (143, False)),
        srv=("_imaps._tcp", "_imap._tcp"),
        first_labels=("imap", "mail", "poczta"),
    )
)
