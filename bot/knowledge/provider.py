"""A provider of mail: its signs in DNS, its servers, what it asks of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.knowledge.spoken import Paragraphs, Texts
from bot.knowledge.topic import Source
from bot.model.settings import ADDRESS_PLACE, DOMAIN_PLACE, LOCAL_PART_PLACE

PROTOCOLS = frozenset({"imap", "pop3", "smtp"})
# What a user name or a host may hold in place of what only the customer knows.
USERNAMES: Mapping[str, str] = {"address": ADDRESS_PLACE, "local-part": LOCAL_PART_PLACE}
USERNAME_PLACES = (ADDRESS_PLACE, LOCAL_PART_PLACE, DOMAIN_PLACE)
DOMAIN = "{domain}"  # the customer's domain
MX = "{mx}"  # the customer's own MX host, which serves programs as well


class ProviderKind(StrEnum):
    """What a provider does with mail."""

    MAILBOX = "mailbox"  # people have addresses in its own domains
    HOSTING = "hosting"  # mailboxes in the customer's domain
    FORWARDING = "forwarding"  # hands mail on to a mailbox elsewhere
    FILTER = "filter"  # stands before somebody else's servers
    SENDING = "sending"  # sends for the domain, holds no mailbox


class Access(StrEnum):
    """How a mail program gets at the mailbox."""

    OPEN = "open"
    SWITCH_ON = "switch-on"  # the person must first allow it in webmail
    BRIDGE = "bridge"  # through a program of the provider's
    NONE = "none"  # not at all: the provider's own programs only


class Auth(StrEnum):
    """What a mail program logs in with."""

    OAUTH2 = "oauth2"
    APP_PASSWORD = "app-password"
    PASSWORD = "password"


class Security(StrEnum):
    """How a connection is encrypted."""

    TLS = "tls"
    STARTTLS = "starttls"


class LimitKind(StrEnum):
    """What a provider allows only so much of."""

    MESSAGE = "message-mb"  # one message with its attachments
    MAILBOX = "mailbox-mb"
    MESSAGES_A_DAY = "messages-a-day"
    MESSAGES_AN_HOUR = "messages-an-hour"
    RECIPIENTS_A_MESSAGE = "recipients-a-message"
    RECIPIENTS_A_DAY = "recipients-a-day"
    RECIPIENTS_AN_HOUR = "recipients-an-hour"


class Cause(StrEnum):
    """Why a server is not as its provider's file says."""

    NO_SUCH_HOST = "no-such-host"
    NO_ADDRESS = "no-address"
    CLOSED = "closed"  # nobody listens at the port
    TLS_FAILED = "tls-failed"
    NO_STARTTLS = "no-starttls"
    STARTTLS_REFUSED = "starttls-refused"
    CERTIFICATE = "certificate"  # does not prove the name
    NO_LOGIN = "no-login"
    OTHER_LOGIN = "other-login"  # a login is offered, but not of the kind the file names


@dataclass(frozen=True, slots=True)
class MailServer:
    """One server that people's programs connect to. `host` may hold {domain} or be {mx}."""

    protocol: str  # imap, pop3, smtp
    host: str
    port: int
    security: Security
    auth: tuple[Auth, ...] = ()  # best first; the provider's own where the server has none
    username: str = ""  # with the placeholders of bot.model.settings; "" where it is not known

    def host_for(self, domain: str, mx: str = "") -> str:
        """The host for a customer; "" where it would be the customer's MX and none is known."""
        return self.host.replace(DOMAIN, domain).replace(MX, mx.rstrip("."))

    @property
    def is_the_customers(self) -> bool:
        """Whether the name differs from customer to customer."""
        return DOMAIN in self.host or MX in self.host


@dataclass(frozen=True, slots=True)
class SwitchOn:
    """What a person must first allow at the provider's website, and for which protocols."""

    protocols: tuple[str, ...]
    steps: Paragraphs  # "1. …", as prose is written
    page: str = ""


@dataclass(frozen=True, slots=True)
class AppPassword:
    """How a person gets a password for one program."""

    steps: Paragraphs
    page: str = ""  # where it is made


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so much. `source` is the url of one of the provider's sources."""

    kind: LimitKind
    most: int
    source: str


@dataclass(frozen=True, slots=True)
class FailedServer:
    """A server that has been looked for in vain: no fact any more."""

    server: MailServer
    since: str  # ISO date of the mark
    cause: Cause


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. What is not known for sure is empty."""

    id: str
    name: str
    country: str  # ISO 3166-1: where it is at home
    kind: ProviderKind
    domains: tuple[str, ...]  # of its own mailboxes
    mx: tuple[str, ...]  # patterns of its MX hosts
    spf: tuple[str, ...]  # patterns of what its customers include
    servers: tuple[MailServer, ...]
    username: str  # "address", "local-part", a template, or ""
    auth: tuple[Auth, ...]  # best first
    access: Access | None
    note: Texts
    pages: tuple[str, ...]  # the provider's own pages on settings, the best first
    sources: tuple[Source, ...]
    switch_on: tuple[SwitchOn, ...] = ()
    app_password: AppPassword | None = None
    limits: tuple[Limit, ...] = ()
    failed: tuple[FailedServer, ...] = ()  # of the servers of the file; never among `servers`

    @property
    def help(self) -> str:
        """The provider's own page on settings; "" where none is known."""
        return self.pages[0] if self.pages else ""

    def to_switch_on(self, protocol: str) -> SwitchOn | None:
        """What must first be allowed before a program may use this protocol."""
        return next((each for each in self.switch_on if protocol in each.protocols), None)

    def limit(self, kind: LimitKind) -> Limit | None:
        """The limit of this kind, where one is known."""
        return next((each for each in self.limits if each.kind is kind), None)
