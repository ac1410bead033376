"""The services that mail programs log in to, and everything that is found of each of them."""

from dataclasses import dataclass

from bot.model.finding import Kind, Severity
from bot.network.talk import Protocol
from bot.probes.servers import ServerKinds


@dataclass(frozen=True, slots=True)
class Service:
    """What a program looks for, and where (RFC 8314 section 3.3, RFC 6186)."""

    probe: str
    protocol: Protocol
    ports: tuple[tuple[int, bool], ...]  # port, whether TLS begins at once
    srv: tuple[str, ...]
    first_labels: tuple[str, ...]  # what such a server is most often called
    is_optional: bool = False  # a mail host may well do without it

    @property
    def discovered(self) -> str:
        """The protocol whose published servers are the ones: rules for mail lie where mail lies."""
        return "imap" if self.protocol is Protocol.SIEVE else self.protocol.value


@dataclass(frozen=True, slots=True)
class ServiceKinds:
    """The findings of one service."""

    server: ServerKinds
    no_such_host: Kind
    no_address: Kind
    none_listens: Kind
    not_offered: Kind
    closed: Kind
    refused: Kind
    plain_login: Kind
    no_login: Kind
    oauth_only: Kind
    published: Kind
    guess: Kind
    other_name: Kind
    not_known: Kind

    @classmethod
    def under(cls, probe: str) -> "ServiceKinds":
        """All of them under the name of a probe."""
        port, login = frozenset({"port"}), frozenset({"login"})
        return cls(
            ServerKinds.under(probe, is_verified=True),
            Kind(f"{probe}.no-such-host", Severity.ERROR, reference="RFC 2308 section 2.1"),
            Kind(f"{probe}.no-address", Severity.ERROR),
            Kind(f"{probe}.none-listens", Severity.ERROR, frozenset({"ports"})),
            Kind(f"{probe}.not-offered", Severity.NOTICE, frozenset({"ports"})),
            Kind(f"{probe}.closed", Severity.NOTICE, port, "RFC 8314 section 3"),
            Kind(f"{probe}.refused", Severity.WARNING, port),
            Kind(
                f"{probe}.plain-login", Severity.WARNING, frozenset({"login"}), "RFC 8314 section 4"
            ),
            Kind(f"{probe}.no-login", Severity.WARNING, reference="RFC 4422 section 3.1"),
            Kind(f"{probe}.oauth-only", Severity.NOTICE, login, "RFC 7628"),
            Kind(
                f"{probe}.published", Severity.NOTICE, frozenset({"servers"}), "RFC 6186 section 3"
            ),
            Kind(f"{probe}.guess", Severity.NOTICE, frozenset({"hosts"})),
            Kind(f"{probe}.other-name", Severity.NOTICE, frozenset({"names"})),
            Kind(f"{probe}.not-known", Severity.NOTICE),
        )

    def all(self) -> tuple[Kind, ...]:
        """Every kind, for a probe's table."""
        return (
            self.no_such_host,
            self.no_address,
            self.none_listens,
            self.not_offered,
            self.closed,
            self.refused,
            self.plain_login,
            self.no_login,
            self.oauth_only,
            self.published,
            self.guess,
            self.other_name,
            self.not_known,
            *self.server.all(),
        )
