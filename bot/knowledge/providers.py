"""All providers, found by domain, MX host or SPF include; what no longer holds is left out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.knowledge.provider import FailedServer, MailServer, Provider

# (provider's id, server) → what was found wrong with it, and since when.
Marks = Mapping[tuple[str, MailServer], FailedServer]


@dataclass(frozen=True)
class Providers:
    """All providers. `marks` tells at each look-up which servers are no fact any more."""

    all: tuple[Provider, ...] = field(default=())
    marks: Callable[[], Marks] = field(default=dict, compare=False, repr=False)

    def marked_by(self, marks: Callable[[], Marks]) -> "Providers":
        """The same, without the servers that `marks` names; it is asked anew each time."""
        return replace(self, marks=marks)

    def without_failed(self) -> tuple[Provider, ...]:
        """All providers as they are now believed to be."""
        return tuple(self._now(each) for each in self.all)

    def of_domain(self, domain: str) -> Provider | None:
        """Whose mailboxes lie in this very domain."""
        return self._believed(self._domains.get(domain.lower()))

    def of_mx(self, host: str) -> Provider | None:
        """Whose MX host this is."""
        return self._believed(_find(self._mx, host))

    def of_spf(self, include: str) -> Provider | None:
        """Whose servers an `include` of this name allows to send."""
        return self._believed(_find(self._spf, include))

    def of_host(self, host: str) -> tuple[Provider, ...]:
        """Whose mail server this very host is; several may share it."""
        return self._hosts.get(host.lower(), ())

    def of_id(self, provider_id: str) -> Provider | None:
        """The provider of the file of this name."""
        return self._believed(self._ids.get(provider_id))

    def _believed(self, provider: Provider | None) -> Provider | None:
        return None if provider is None else self._now(provider)

    def _now(self, provider: Provider) -> Provider:
        marks = self.marks()
        failed = [found for s in provider.servers if (found := marks.get((provider.id, s)))]
        if not failed:
            return provider
        gone = {each.server for each in failed}
        standing = tuple(server for server in provider.servers if server not in gone)
        return replace(provider, servers=standing, failed=tuple(failed))

    @cached_property
    def _ids(self) -> Mapping[str, Provider]:
        return {provider.id: provider for provider in self.all}

    @cached_property
    def _domains(self) -> Mapping[str, Provider]:
        return {domain: provider for provider in self.all for domain in provider.domains}

    @cached_property
    def _hosts(self) -> Mapping[str, tuple[Provider, ...]]:
        hosts: dict[str, tuple[Provider, ...]] = {}
        for provider in self.all:
            for host in {server.host for server in provider.servers}:
                hosts[host] = (*hosts.get(host, ()), provider)
        return hosts

    @cached_property
    def _mx(self) -> "_Index":
        return _index((pattern, provider) for provider in self.all for pattern in provider.mx)

    @cached_property
    def _spf(self) -> "_Index":
        return _index((pattern, provider) for provider in self.all for pattern in provider.spf)


# By the labels at the end that hold no star; the rest of the pattern is compared one by one.
_Index = Mapping[str, tuple[tuple[str, Provider], ...]]


def _index(patterns: Iterable[tuple[str, Provider]]) -> _Index:
    index: dict[str, tuple[tuple[str, Provider], ...]] = {}
    for pattern, provider in patterns:
        tail = _tail(pattern)
        index[tail] = (*index.get(tail, ()), (pattern, provider))
    return index


def _tail(pattern: str) -> str:
    labels = pattern.split(".")
    stars = [at for at, label in enumerate(labels) if "*" in label]
    return ".".join(labels[stars[-1] + 1 :] if stars else labels)


def _find(index: _Index, name: str) -> Provider | None:
    """The provider of the longest pattern that fits."""
    labels = name.lower().rstrip(".").split(".")
    for at in range(len(labels)):
        for pattern, provider in index.get(".".join(labels[at:]), ()):
            if fits(pattern, ".".join(labels)):
                return provider
    return None


def fits(pattern: str, name: str) -> bool:
    """Whether a host's name fits a pattern, label by label."""
    wanted, labels = pattern.split("."), name.lower().split(".")
    if wanted[0] == "**":
        wanted = wanted[1:]
        if len(labels) <= len(wanted):
            return False
        labels = labels[len(labels) - len(wanted) :]
    return len(wanted) == len(labels) and all(map(_fits_label, wanted, labels))


def _fits_label(pattern: str, label: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == label
    *middle, last = rest
    if len(label) < len(first) + len(last) or not label.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = label.find(part, at, len(label) - len(last))
        if found < 0:
            return False
        at = found + len(part)
    return label.endswith(last)
