"""ManageSieve (RFC 5804) on a host: port 4190, where programs edit the rules that sort mail."""

from bot.network.talk import Protocol
from bot.probes.mailbox import service_probe
from bot.probes.mailbox_kinds import Service

PROBE = service_probe(
    Service(
        "sieve",
        Protocol.SIEVE,
        ports=((4190, False),),
        srv=("_sieve._tcp",),
        first_labels=("sieve", "imap", "mail"),
        is_optional=True,
    )
)
