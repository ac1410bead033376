"""What probes look things up in: providers, blocklists, DKIM selectors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.knowledge.blocklist import Blocklist
from bot.knowledge.providers import Providers


@dataclass(frozen=True)
class Reference:
    """Facts for the looking wing. Empty, nothing is recognised and nothing of it is asked."""

    providers: Providers = field(default_factory=Providers)
    blocklists: tuple[Blocklist, ...] = ()
    selectors: tuple[str, ...] = ()  # of DKIM, to be tried
    selectors_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by provider
