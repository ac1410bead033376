"""What probes look things up in: providers and blocklists."""

from dataclasses import dataclass, field

from bot.knowledge.blocklist import Blocklist
from bot.knowledge.provider import Providers


@dataclass(frozen=True)
class Reference:
    """Facts for the looking wing. Empty, nothing is recognised and no list is asked."""

    providers: Providers = field(default_factory=Providers)
    blocklists: tuple[Blocklist, ...] = ()
