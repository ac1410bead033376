"""What is known of the person's own provider, said in a line under an answer."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.conversation.hosted import known_provider, shown
from bot.conversation.mind import Context
from bot.conversation.offered import INCOMING, proved, servers
from bot.knowledge.prose import prose_line
from bot.knowledge.provider import Access, Auth, LimitKind, MailServer, Provider
from bot.knowledge.topic import Topic, Variant
from bot.model.check import Judged
from bot.model.document import Block, Inline, Link, Paragraph, Text
from bot.model.finding import Severity
from bot.model.settings import FoundServer, SettingsReport

SENDING = (
    LimitKind.MESSAGES_A_DAY,
    LimitKind.MESSAGES_AN_HOUR,
    LimitKind.RECIPIENTS_A_DAY,
    LimitKind.RECIPIENTS_AN_HOUR,
    LimitKind.RECIPIENTS_A_MESSAGE,
)
MOST_LIMITS = 2
MOST_SENTENCES = 4
MOST_SEEN = 2  # findings of the last look

Sentence = tuple[str, Mapping[str, Any]]  # the key of a phrase, and its gaps


def evidence(context: Context, topic: Topic, variant: Variant | None) -> tuple[Block, ...]:
    """What was seen of the person's domain, and what is known of their provider."""
    return (*_seen(context, topic), *_known(context, topic, variant))


def _seen(context: Context, topic: Topic) -> Iterator[Block]:
    """What the last look at the domain found wrong, by the probes that can prove this topic."""
    domain = context.session.domain
    report = context.seen(domain) if domain and topic.check else None
    if report is None:
        return
    probes = (outcome for outcome in report.outcomes if outcome.probe in topic.check)
    wrong = [f for each in probes if isinstance(each, Judged) for f in each.findings]
    wrong = [finding for finding in wrong if finding.severity >= Severity.WARNING]
    wrong.sort(key=lambda finding: -finding.severity)
    for finding in wrong[:MOST_SEEN]:
        text = context.mind.knowledge.findings.word(finding, context.language).text
        said = context.say("evidence.seen", domain=shown(domain), text=text)
        yield Paragraph((Text(said),))


def _known(context: Context, topic: Topic, variant: Variant | None) -> tuple[Block, ...]:
    """One paragraph; nothing where the topic wants none, or a variant says it already."""
    said_already = variant is not None and "provider" in variant.when
    if not topic.evidence or said_already:
        return ()
    provider = known_provider(context)
    if provider is None:
        return _found(context, topic)
    found = [each for kind in topic.evidence for each in KINDS[kind](context, provider)]
    if not found:
        return ()
    sentences = [*_hosted(context, provider), *dict.fromkeys(_word(context, e) for e in found)]
    line: tuple[Inline, ...] = prose_line(" ".join(sentences[:MOST_SENTENCES]))
    if provider.help:
        label = context.say("evidence.page", name=provider.name)
        line = (*line, Text(" ("), Link(label, provider.help), Text(")"))
    return (Paragraph(line),)


def _found(context: Context, topic: Topic) -> tuple[Block, ...]:
    """What a search for the domain's servers proved, where nobody knows whose mail it is."""
    report = servers(context)
    if report is None:
        return ()
    said = [each for kind in topic.evidence for each in FOUND.get(kind, _nothing)(context, report)]
    if not said:
        return ()
    sentences = dict.fromkeys(_word(context, each) for each in said)
    return (Paragraph(prose_line(" ".join(sentences))),)


def _nothing(_context: Context, _report: SettingsReport) -> Iterator[Sentence]:
    yield from ()


def _found_protocols(context: Context, report: SettingsReport) -> Iterator[Sentence]:
    """Which protocols a domain offers, and so which to choose."""
    imap, pop3 = proved(report, "imap"), proved(report, "pop3")
    best = imap or pop3
    if best is None:
        return
    if imap and pop3:
        key = "found-both"
    elif imap:
        key = "found-imap-pop3-off" if "pop3" in report.not_offered else "found-imap"
    else:
        key = "found-pop3"
    name = shown(context.session.domain)
    yield key, {"name": name, "host": best.server.host, "port": best.server.port}


def _found_incoming(context: Context, report: SettingsReport) -> Iterator[Sentence]:
    wanted = dict(context.session.slots).get("protocol", "")
    for protocol in sorted(INCOMING, key=lambda protocol: protocol != wanted):
        if found := proved(report, protocol):
            yield _said_of(context, protocol, found)
            return


def _found_outgoing(context: Context, report: SettingsReport) -> Iterator[Sentence]:
    if found := proved(report, "smtp"):
        yield _said_of(context, "smtp", found)


def _said_of(context: Context, key: str, found: FoundServer) -> Sentence:
    server = found.server
    name = shown(context.session.domain)
    security = context.say(f"evidence.security.{server.security.value}")
    return key, {"name": name, "host": server.host, "port": server.port, "security": security}


def _word(context: Context, sentence: Sentence) -> str:
    key, gaps = sentence
    return context.say(f"evidence.{key}", **gaps)


def _hosted(context: Context, provider: Provider) -> Iterator[str]:
    """Whose the mail is, where the domain itself does not say so."""
    domain = context.session.domain
    if dict(context.session.hosted).get(domain) == provider.id:
        yield context.say("evidence.hosted", domain=shown(domain), name=provider.name)


def _server(context: Context, provider: Provider, protocol: str) -> MailServer | None:
    """The first server of a protocol whose name is the same for everybody, or can be told."""
    for server in provider.servers:
        if server.protocol == protocol and _host(context, server):
            return server
    return None


def _host(context: Context, server: MailServer) -> str:
    domain = context.session.domain
    if server.is_the_customers and not domain:
        return ""
    return server.host_for(domain)


def _said(context: Context, provider: Provider, key: str, server: MailServer) -> Sentence:
    security = context.say(f"evidence.security.{server.security.value}")
    host = _host(context, server)
    gaps = {"name": provider.name, "host": host, "port": server.port, "security": security}
    return key, gaps


def _incoming(context: Context, provider: Provider) -> Iterator[Sentence]:
    wanted = dict(context.session.slots).get("protocol", "")
    order = sorted(INCOMING, key=lambda protocol: protocol != wanted)
    for protocol in order:
        if server := _server(context, provider, protocol):
            yield _said(context, provider, protocol, server)
            return


def _outgoing(context: Context, provider: Provider) -> Iterator[Sentence]:
    if server := _server(context, provider, "smtp"):
        yield _said(context, provider, "smtp", server)


def _offers_imap(context: Context, provider: Provider) -> Iterator[Sentence]:
    if server := _server(context, provider, "imap"):
        key, gaps = _said(context, provider, "offers-imap", server)
        yield key, {name: gaps[name] for name in ("name", "host", "port")}
        pop3 = provider.to_switch_on("pop3")
        if pop3 is not None and "imap" not in pop3.protocols:
            yield "switch-on-some", {"name": provider.name, "protocols": "POP3"}


def _username(_context: Context, provider: Provider) -> Iterator[Sentence]:
    if provider.username in ("address", "local-part"):
        yield provider.username, {}


def _login(_context: Context, provider: Provider) -> Iterator[Sentence]:
    if not provider.auth or Auth.PASSWORD in provider.auth:
        return
    key = "either" if len(provider.auth) > 1 else provider.auth[0].value
    yield key, {"name": provider.name}


def _switch_on(_context: Context, provider: Provider) -> Iterator[Sentence]:
    if provider.access is Access.SWITCH_ON:
        yield "switch-on", {"name": provider.name}
        return
    for entry in provider.switch_on:
        protocols = ", ".join(each.upper() for each in entry.protocols)
        yield "switch-on-some", {"name": provider.name, "protocols": protocols}


def _limits(*kinds: LimitKind) -> Callable[[Context, Provider], Iterator[Sentence]]:
    def say(_context: Context, provider: Provider) -> Iterator[Sentence]:
        known = [limit for kind in kinds if (limit := provider.limit(kind))]
        for limit in known[:MOST_LIMITS]:
            yield limit.kind.value, {"name": provider.name, "most": limit.most}

    return say


KINDS: Mapping[str, Callable[[Context, Provider], Iterator[Sentence]]] = {
    "incoming": _incoming,
    "outgoing": _outgoing,
    "offers-imap": _offers_imap,
    "username": _username,
    "login": _login,
    "switch-on": _switch_on,
    "message-size": _limits(LimitKind.MESSAGE),
    "mailbox-size": _limits(LimitKind.MAILBOX),
    "sending-limit": _limits(*SENDING),
}

FOUND: Mapping[str, Callable[[Context, SettingsReport], Iterator[Sentence]]] = {
    "offers-imap": _found_protocols,
    "incoming": _found_incoming,
    "outgoing": _found_outgoing,
}
