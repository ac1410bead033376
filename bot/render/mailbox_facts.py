"""What of a settings report is shown and handed over: the best servers, the login, the names."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.formats.mailbox import Mailbox
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.provider import Access, Auth, Provider, ProviderKind
from bot.model.settings import (
    ADDRESS_PLACE,
    DOMAIN_PLACE,
    LOCAL_PART_PLACE,
    USERNAME_PLACE,
    AskedSource,
    ConnectionSecurity,
    FoundServer,
    MailboxServer,
    SettingsReport,
    SettingsSource,
)
from bot.render.mailbox_sources import is_published

OAUTH2 = "oauth2"
ON_THE_WEB = ("exchange", "jmap")


@dataclass(frozen=True)
class MailboxFacts:
    """A report, whose it is, and what follows from both. Words are made elsewhere."""

    report: SettingsReport
    mailbox: Mailbox
    provider: Provider | None = None

    @cached_property
    def imap(self) -> FoundServer | None:
        """The IMAP server to take."""
        return best(self.report.incoming, "imap")

    @cached_property
    def pop3(self) -> FoundServer | None:
        """The POP3 server to take."""
        return best(self.report.incoming, "pop3")

    @cached_property
    def outgoing(self) -> FoundServer | None:
        """The server to send through."""
        return best(self.report.outgoing, "smtp")

    @cached_property
    def on_the_web(self) -> tuple[FoundServer, ...]:
        """Servers that both read and send, as some programs can take them beside IMAP."""
        found = (best(self.report.incoming, protocol) for protocol in ON_THE_WEB)
        return tuple(each for each in found if each and each.proof.is_proved is not False)

    @property
    def incoming(self) -> FoundServer | None:
        """IMAP where there is any that may work, else POP3."""
        if self.imap and (self.imap.proof.is_proved is not False or self.pop3 is None):
            return self.imap
        if self.pop3 and self.pop3.proof.is_proved is not False:
            return self.pop3
        return self.imap or self.pop3

    def by(self, protocol: str) -> FoundServer | None:
        """The server to read mail with by this protocol; without one, the best."""
        return {"imap": self.imap, "pop3": self.pop3}.get(protocol) or self.incoming

    def spare(self, taken: FoundServer) -> FoundServer | None:
        """Another server of the kind that works, to be tried where this one is not reached."""
        found = (*self.report.incoming, *self.report.outgoing)
        return next(
            (
                other
                for other in found
                if other.server.protocol == taken.server.protocol
                and other.server.endpoint != taken.server.endpoint
                and other.proof.is_proved
                and other.server.security is not ConnectionSecurity.NONE
            ),
            None,
        )

    @property
    def failing(self) -> tuple[FoundServer, ...]:
        """The servers that somebody names and that do not work, beside those shown."""
        shown = (self.incoming, self.outgoing)
        return tuple(
            each
            for each in (*self.report.incoming, *self.report.outgoing)
            if each.proof.is_proved is False
            and each not in shown
            and each.server.source is not SettingsSource.GUESS
        )

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """How a program may log in, best first; of the provider where the servers do not say."""
        incoming = self.incoming
        said = incoming.server.auth if incoming else ()
        ours = tuple(auth.value for auth in self.provider.auth) if self.provider else ()
        if OAUTH2 in said and Auth.APP_PASSWORD in ours:
            return ours
        return said or ours

    @cached_property
    def ways(self) -> tuple[str, ...]:
        """The ways to log in, best first: oauth2, app-password, password.

        Sources other than our own know no app passwords, and call them passwords.
        """
        ours = [way_of(auth) for auth in self.provider.auth] if self.provider else []
        passwords = [way for way in ours if way != OAUTH2] if "app-password" in ours else []
        ways: list[str] = []
        for way in map(way_of, self.methods):
            ways += [way] if way == OAUTH2 else passwords or [way]
        return tuple(dict.fromkeys(ways)) or ("password",)

    @property
    def login(self) -> str:
        """The way to log in that is told first."""
        return self.ways[0]

    @property
    def is_oauth2_only(self) -> bool:
        """Whether no password of any kind is taken from a program."""
        return bool(self.methods) and all(way_of(method) == OAUTH2 for method in self.methods)

    @property
    def has_app_password(self) -> bool:
        """Whether a password for one program can be made."""
        return "app-password" in self.ways

    @property
    def is_direct(self) -> bool:
        """Whether mail programs connect to the mailbox without anything between."""
        access = self.provider.access if self.provider else None
        return access not in (Access.BRIDGE, Access.NONE)

    @property
    def is_guess(self) -> bool:
        """Whether nobody has named the servers that are shown."""
        shown = [each for each in (self.incoming, self.outgoing) if each]
        return bool(shown) and all(each.server.source is SettingsSource.GUESS for each in shown)

    @property
    def unsafe(self) -> tuple[AskedSource, ...]:
        """What was fetched over http and names servers that are shown."""
        used = {
            source
            for found in (self.imap, self.pop3, self.outgoing)
            if found
            for source in found.sources
        }
        return tuple(
            asked
            for asked in self.report.sources
            if asked.is_unsafe and asked.has_answered and asked.source in used
        )

    @property
    def switch_on_page(self) -> str:
        """Where access is switched on, as the file says whose server is shown; else ""."""
        sources = self.incoming.sources if self.incoming else ()
        pages = (
            asked.switch_on
            for asked in self.report.sources
            if asked.source in sources and not asked.is_unsafe
        )
        return next(filter(None, pages), "")

    @property
    def can_publish(self) -> bool:
        """Whether its administrator could tell programs more than the domain does now."""
        is_public = self.provider is not None and (
            self.provider.kind is ProviderKind.MAILBOX
            or self.report.target.name in self.provider.domains
        )
        return self.report.is_final and not is_public and not is_published(self.report)

    @property
    def proved(self) -> tuple[MailboxServer, ...]:
        """The servers that worked just now and encrypt; what an administrator may publish."""
        found = (*self.report.incoming, *self.report.outgoing)
        return tuple(
            each.server
            for each in found
            if each.proof.is_proved and each.server.security is not ConnectionSecurity.NONE
        )

    @property
    def to_publish(self) -> tuple[MailboxServer, ...]:
        """The same, if one can both read and send with them; half a mailbox helps nobody."""
        protocols = {server.protocol for server in self.proved}
        is_whole = "smtp" in protocols and bool(protocols & {"imap", "pop3"})
        is_told = not any(USERNAME_PLACE in server.username for server in self.proved)
        return self.proved if is_whole and is_told else ()

    @property
    def is_administrators(self) -> bool:
        """Whether who asks about a domain alone may want to publish what it does not tell."""
        return not self.mailbox.address and self.can_publish and bool(self.to_publish)

    def username(self, server: MailboxServer) -> str:
        """The user name for a server; "" where it or the address is not known."""
        mailbox = self.mailbox.untagged
        if not mailbox.local_part or USERNAME_PLACE in server.username:
            return ""
        return filled(server.username or ADDRESS_PLACE, mailbox)


def filled(template: str, mailbox: Mailbox) -> str:
    """A user name. The domain stands in it as on the wire, as servers keep their users."""
    return (
        template.replace(ADDRESS_PLACE, mailbox.wire_address)
        .replace(LOCAL_PART_PLACE, mailbox.local_part)
        .replace(DOMAIN_PLACE, mailbox.target.name)
    )


def way_of(method: str) -> str:
    """One of the three ways that people know, for a method as a source names it."""
    if method in (OAUTH2, "app-password"):
        return method
    return "password"


def best(found: Iterable[FoundServer], protocol: str) -> FoundServer | None:
    """The first of the kind that works; else the first that may work; else the first."""
    of_kind = [each for each in found if each.server.protocol == protocol]
    ranks = {True: 0, None: 1, False: 2}
    return min(of_kind, key=lambda each: ranks[each.proof.is_proved], default=None)


def mailbox_facts(report: SettingsReport, mailbox: Mailbox, knowledge: Knowledge) -> MailboxFacts:
    """The facts of a report, with what we know of the provider."""
    providers = knowledge.reference.providers.all if report.provider else ()
    provider = next((each for each in providers if each.id == report.provider), None)
    return MailboxFacts(report, mailbox, provider)
