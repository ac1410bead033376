"""POP3 (RFC 1939) on a host: 110 with STLS and 995 with TLS at once."""

from bot.network.talk import Protocol
from bot.probes.mailbox import service_probe
from bot.probes.mailbox_kinds import Service

PROBE = service_probe(
    Service(
        "pop3",
        Protocol.POP3,
        ports=((995, True), (110, False)),
        srv=("_pop3s._tcp", "_pop3._tcp"),
        first_labels=("pop3", "pop", "mail", "poczta"),
    )
)
