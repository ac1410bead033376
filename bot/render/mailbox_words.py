"""Servers of a mailbox in words: lines, sources, states; for the card, the steps and the files."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.formats.mailbox import Mailbox
from bot.knowledge.program import Program
from bot.model.document import Code, Inline, Line, Link, Sign, Text, line
from bot.model.settings import (
    ADDRESS_PLACE,
    LOCAL_PART_PLACE,
    USERNAME_PLACE,
    ConnectionSecurity,
    FoundServer,
    MailboxServer,
    SettingsSource,
)
from bot.render.mailbox_facts import MailboxFacts, filled
from bot.render.mailbox_sources import told_by_others
from bot.render.words import Words

SOMEBODY = "anna"  # whose user name is an example
TEMPLATES = {"": "usual", ADDRESS_PLACE: "address", LOCAL_PART_PLACE: "local-part"}


@dataclass(frozen=True, slots=True)
class MailboxWords:
    """Words for one report. In a group the person's address is not said back."""

    words: Words
    facts: MailboxFacts
    is_private: bool = True

    def say(self, key: str, /, **params: object) -> str:
        """A phrase about mailboxes."""
        return self.words.say(f"mailbox.{key}", **params)

    @property
    def shown(self) -> str:
        """Whose settings these are."""
        mailbox = self.facts.mailbox
        return mailbox.shown if self.is_private else mailbox.target.shown

    def protocol(self, name: str) -> str:
        """IMAP, POP3, SMTP."""
        key = f"mailbox.protocol.{name}"
        return self.words.say(key) if key in self.words.knowledge.phrases else name.upper()

    def protocols(self, names: Sequence[str]) -> str:
        """IMAP; IMAP and POP3; IMAP, POP3 and SMTP."""
        *others, last = map(self.protocol, names)
        return self.say("card.and", others=", ".join(others), last=last) if others else last

    def security(self, security: ConnectionSecurity, program: Program | None = None) -> str:
        """What a program calls this encryption; without one, what most of them do."""
        named = program.says(security, self.words.language) if program else ""
        return named or self.say(f"security.{security}")

    def user(self, server: MailboxServer) -> Inline:
        """The user name to be copied, or in words which part of the address it is."""
        if self.is_private and (name := self.facts.username(server)):
            return Code(name)
        if USERNAME_PLACE in server.username:
            return Text(self.say("user.own"))
        if key := TEMPLATES.get(server.username):
            return Text(self.say(f"user.{key}"))
        somebody = Mailbox(self.facts.mailbox.target, SOMEBODY)
        example = filled(server.username, somebody)
        return Text(self.say("user.other", example=example, address=somebody.address))

    def user_name(self, server: MailboxServer) -> str:
        """The same as text."""
        return self.user(server).text

    def source(self, source: SettingsSource) -> str:
        """What people call a source."""
        return self.say(f"source.{source}")

    def told_by(self, source: SettingsSource) -> str:
        """The same, with the domain that it was told by, where that is another than asked about."""
        others = ", ".join(told_by_others(self.facts.report, source))
        return f"{self.source(source)} ({others})" if others else self.source(source)

    def sources(self, found: FoundServer) -> str:
        """Everybody who names a server."""
        named = found.sources or (found.server.source,)
        return ", ".join(dict.fromkeys(map(self.told_by, named)))

    def state(self, found: FoundServer, *, is_final: bool) -> tuple[Sign, str]:
        """Whether a server works, and the key of the sentence that says it."""
        proof = found.proof
        if not self.facts.is_direct:
            return Sign.NOTICE, "local"  # it runs on the person's own computer
        if proof.is_proved:
            return Sign.OK, "works"
        if proof.is_proved is False:
            return Sign.ERROR, "fails"
        if proof.gaps:
            return Sign.UNTESTED, "hidden"
        return (Sign.UNTESTED, "untested") if is_final else (Sign.WORKING, "working")

    def why(self, found: FoundServer) -> str:
        """Why a server could not be tested; "" where nothing kept us."""
        return self.words.why(found.proof.gaps[0]) if found.proof.gaps else ""

    def values(self, server: MailboxServer, program: Program | None = None) -> tuple[Line, ...]:
        """Host, port, encryption and user name, each to be copied."""
        return (
            line(f"{self.say('card.host')} ", Code(shown_host(server.host))),
            line(f"{self.say('card.port')} ", Code(str(server.port))),
            line(f"{self.say('card.security')} {self.security(server.security, program)}"),
            line(f"{self.say('card.user')} ", self.user(server)),
        )

    def page(self, url: str, key: str = "card.where") -> Line:
        """Where something is done, as a link."""
        return line(f"{self.say(key)} ", Link(url.removeprefix("https://"), url))


def shown_host(host: str) -> str:
    """As a program takes it: A-labels stay, for few programs know others."""
    return host.rstrip(".")
