"""Which providers a domain's MX and SPF records point at."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.formats.errors import FormatError
from bot.formats.spf import MechanismKind, is_spf, parse_spf
from bot.knowledge.provider import Provider
from bot.knowledge.providers import Providers
from bot.network.answer import Answer, TxtRecord
from bot.network.errors import NetworkError
from bot.probes.names import shown
from bot.probes.probe import join


@dataclass(frozen=True, slots=True)
class Found:
    """A provider, and the MX hosts that are its own."""

    provider: Provider
    hosts: tuple[str, ...]

    @property
    def params(self) -> dict[str, str]:
        """What findings name."""
        return {"name": self.provider.name, "hosts": join(map(shown, self.hosts)) or "–"}


def takers(providers: Providers, domain: str, hosts: Sequence[str]) -> list[Found]:
    """Who takes the domain's mail, in the order of its MX hosts."""
    found: dict[str, Found] = {}
    # Mailboxes in a provider's own domain: the domain alone tells whose they are.
    if itself := providers.of_domain(domain):
        return [Found(itself, tuple(hosts))]
    for host in hosts:
        if provider := providers.of_mx(host):
            before = found[provider.id].hosts if provider.id in found else ()
            found[provider.id] = Found(provider, (*before, host))
    return list(found.values())


def senders(providers: Providers, texts: Answer[TxtRecord] | NetworkError) -> tuple[Provider, ...]:
    """Whose servers the SPF record allows to send; a record that is broken allows nobody."""
    if isinstance(texts, NetworkError):
        return ()
    records = [record.text for record in texts.records if is_spf(record.text)]
    if len(records) != 1:
        return ()
    try:
        record = parse_spf(records[0])
    except FormatError:
        return ()
    names = [
        mechanism.domain.text
        for mechanism in record.mechanisms
        if mechanism.domain is not None and mechanism.kind is MechanismKind.INCLUDE
    ]
    if record.redirect is not None:
        names.append(record.redirect.text)
    found = {each.id: each for name in names if (each := providers.of_spf(name))}
    return tuple(found.values())
