"""A mailbox's servers: what is asked for, and what was found, compared and proved."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.check import Target
from bot.model.finding import Finding
from bot.model.trouble import Gap

# The placeholders of a user name, as autoconfig spells them: the person's address itself never
# leaves the talking wing.
ADDRESS_PLACE = "%EMAILADDRESS%"
LOCAL_PART_PLACE = "%EMAILLOCALPART%"
DOMAIN_PLACE = "%EMAILDOMAIN%"
USERNAME_PLACE = "%USERNAME%"  # a name that the provider gave; the address does not tell it


class SettingsSource(StrEnum):
    """Who says what a mailbox's servers are."""

    AUTOCONFIG = "autoconfig"
    ISPDB = "ispdb"
    SRV = "srv"
    PACC = "pacc"
    AUTODISCOVER = "autodiscover"
    KNOWLEDGE = "knowledge"
    GUESS = "guess"


class ConnectionSecurity(StrEnum):
    """How a connection is encrypted."""

    TLS = "tls"  # from the first byte
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailboxServer:
    """One server as one source names it."""

    protocol: str  # imap, pop3, smtp; over the web jmap, exchange
    host: str  # for the wire: A-labels, lower case
    port: int
    security: ConnectionSecurity
    auth: tuple[str, ...] = ()  # best first: oauth2, password-encrypted, password-cleartext, …
    username: str = ""  # with placeholders; "" where the source does not say
    source: SettingsSource = SettingsSource.GUESS
    url: str = ""  # of a server over the web, where a source tells it

    @property
    def endpoint(self) -> tuple[str, str, int, ConnectionSecurity]:
        """What makes two claims the same server."""
        return self.protocol, self.host, self.port, self.security


@dataclass(frozen=True, slots=True)
class Proof:
    """What a live connection showed. `is_proved` is None where it could not be tested."""

    is_proved: bool | None = None
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server, everybody who names it, and its proof. `server` is the best source's claim."""

    server: MailboxServer
    sources: tuple[SettingsSource, ...]
    proof: Proof = field(default_factory=Proof)


@dataclass(frozen=True, slots=True)
class AskedSource:
    """One place that was asked: a URL, a DNS name, a file of ours."""

    source: SettingsSource
    place: str
    has_answered: bool = False  # with servers
    is_unsafe: bool = False  # over http: anybody on the way could have written the answer
    asks_password: bool = False  # it is there, and shows its answer to those who log in only
    gap: Gap | None = None  # why it could not be asked; None where it simply says nothing
    seconds: float = 0.0
    switch_on: str = ""  # the page where people switch programs' access on first, as it says


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that name different servers for one protocol."""

    protocol: str
    claims: tuple[MailboxServer, ...]


@dataclass(frozen=True, slots=True)
class SettingsRequest:
    """Whose servers: the domain alone, never the part before the @."""

    target: Target
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class SettingsReport:
    """The servers of one domain's mailboxes, best first."""

    target: Target
    provider: str = ""  # the id of a file in knowledge/providers; "" where it is not known
    incoming: tuple[FoundServer, ...] = ()
    outgoing: tuple[FoundServer, ...] = ()
    sources: tuple[AskedSource, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    not_offered: tuple[str, ...] = ()  # protocols that SRV says are not offered (target ".")
    is_missing: bool = False  # DNS knows no such domain, and nobody names servers for it
    takes_no_mail: bool = False  # its MX is null (RFC 7505), and nobody names servers for it
    seconds: float = 0.0
    is_final: bool = True  # False: sources or proofs are still under way
    is_settled: bool = True  # False: better servers than the first of each list may yet come

    @property
    def auth_hint(self) -> str:
        """How people log in: oauth2, app-password or password; "" where nothing tells."""
        known = [method for found in self.incoming for method in found.server.auth]
        for hint, methods in (
            ("oauth2", {"oauth2"}),
            ("app-password", {"app-password"}),
            ("password", {"password-cleartext", "password-encrypted"}),
        ):
            if methods & set(known[:1]):
                return hint
        return ""
