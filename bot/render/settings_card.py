"""A mailbox's servers as a card: what is wrong first, then what to type where, then why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.formats.mailbox import Mailbox
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.prose import prose
from bot.model.document import (
    Block,
    Bullets,
    Code,
    Copyable,
    Document,
    Heading,
    Inline,
    Item,
    Note,
    Paragraph,
    Sign,
    Text,
    line,
)
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.settings import (
    ConnectionSecurity,
    FoundServer,
    SettingsReport,
)
from bot.render.mailbox_facts import mailbox_facts
from bot.render.mailbox_words import MailboxWords
from bot.render.settings_doubts import beside, doubts, in_short, nothing
from bot.render.words import Words

NOTICED = 0.1  # seconds from which on it is told how long the search took
MOST_CAUSES = 3
SIGNS = {Severity.WARNING: Sign.WARNING, Severity.ERROR: Sign.ERROR}

Body = Paragraph | Bullets | Copyable | Note


@dataclass(frozen=True, slots=True)
class CardState:
    """What is to be shown. `report` is None while nothing is known."""

    mailbox: Mailbox
    report: SettingsReport | None = None
    is_private: bool = True
    interrupted: bool = False


def card_document(state: CardState, knowledge: Knowledge, language: Language) -> Document:
    """The card in this state. While it grows it holds the servers alone."""
    report = state.report or SettingsReport(state.mailbox.target, is_final=False, is_settled=False)
    facts = mailbox_facts(report, state.mailbox, knowledge)
    words = MailboxWords(Words(knowledge, language), facts, state.is_private)
    is_growing = not report.is_final and not state.interrupted
    blocks = [*_title(state, words, is_growing)]
    servers = [each for each in (facts.incoming, facts.outgoing) if each]
    has_any = bool(servers or facts.on_the_web)
    blocks.extend(causes(servers, words, facts.failing))
    if not facts.is_direct:
        blocks.extend(_no_way_in(words))
    blocks.extend(_servers(words, is_growing))
    if not is_growing and (has_any or not facts.is_direct):
        blocks.extend(_login(words))
        blocks.extend(first_of_all(words, facts.incoming))
        blocks.extend(beside(words))
        blocks.extend(doubts(words))
    blocks.extend(_small_print(state, words))
    return Document(tuple(blocks), language=language)


def _title(state: CardState, words: MailboxWords, is_growing: bool) -> Iterator[Block]:
    report = words.facts.report
    has_servers = bool(report.incoming or report.outgoing)
    if is_growing and not (report.is_settled and has_servers):
        yield Heading(line(words.say("card.searching", shown=words.shown)))
        if state.report is None:
            yield Paragraph(line(words.say("card.asking")))
        return
    if not has_servers and words.facts.is_direct:
        yield Heading(line(words.say("card.nothing", shown=words.shown)))
        yield from nothing(words)
    else:
        yield Heading(line(words.say("card.title", shown=words.shown)))
    if state.interrupted:
        yield Paragraph(line(words.say("card.interrupted")))


def causes(
    servers: Iterable[FoundServer], words: MailboxWords, failing: Iterable[FoundServer] = ()
) -> Iterator[Item]:
    """Why it does not work, or works badly, worst first: the complaint has a cause.

    `failing` are servers that a program may well be set to, though better ones are shown.
    """
    found: list[Finding] = []
    for server in (*servers, *failing):
        for finding in server.proof.findings:
            if finding.severity >= Severity.WARNING and finding not in found:
                found.append(finding)
    found.sort(key=lambda finding: -finding.severity)
    told: set[str] = set()
    for finding in found[:MOST_CAUSES]:
        worded = words.words.finding(finding)
        advice = [text for text in (worded.meaning, worded.remedy) if text and text not in told]
        told.update(advice)
        body: list[Body] = [Paragraph(line(text)) for text in advice]
        if worded.copy:
            body.append(Copyable(worded.copy))
        yield Item(SIGNS[finding.severity], line(worded.text), tuple(body))


def _no_way_in(words: MailboxWords) -> Iterator[Block]:
    provider = words.facts.provider
    key = "bridge" if provider and provider.access == "bridge" else "no-access"
    yield Item(Sign.WARNING, line(words.say(f"card.{key}")))


def _servers(words: MailboxWords, is_growing: bool) -> Iterator[Block]:
    facts = words.facts
    if facts.is_guess:
        yield Item(Sign.WARNING, line(words.say("card.guess")))
    if not facts.incoming and not facts.outgoing:
        yield from (_whole(each, words) for each in facts.on_the_web)
        return
    if incoming := facts.incoming:
        yield _server("incoming", incoming, words)
    elif facts.outgoing and not is_growing:
        yield Item(Sign.UNTESTED, line(words.say("card.no-incoming")))
    if outgoing := facts.outgoing:
        yield _server("outgoing", outgoing, words)
    elif facts.incoming and not is_growing:
        yield Item(Sign.UNTESTED, line(words.say("card.no-outgoing")))


def _whole(found: FoundServer, words: MailboxWords) -> Item:
    """A server that reads and sends at once, where the mailbox has no other."""
    sign, key = words.state(found, is_final=words.facts.report.is_final)
    what = words.say("card.whole", protocol=words.protocol(found.server.protocol))
    text = words.say(f"card.state.{key}", what=what, why=words.why(found))
    values = (
        line(f"{words.say('card.host')} ", Code(found.server.url or found.server.host)),
        line(f"{words.say('card.user')} ", words.user(found.server)),
    )
    told = words.say("card.from", sources=words.sources(found))
    return Item(sign, line(text), (Bullets(values), Note(line(told))))


def _server(way: str, found: FoundServer, words: MailboxWords) -> Item:
    sign, key = words.state(found, is_final=words.facts.report.is_final)
    what = words.say(f"card.{way}", protocol=words.protocol(found.server.protocol))
    text = words.say(f"card.state.{key}", what=what, why=words.why(found))
    body: list[Body] = [Bullets(words.values(found.server))]
    if found.server.security is ConnectionSecurity.NONE:
        body.append(Paragraph(line(words.say("card.plain"))))
    elif found.proof.is_proved is not True and (spare := words.facts.spare(found)):
        body.append(Paragraph(in_short("card.spare", spare.server, words)))
    body.append(Note(line(words.say("card.from", sources=words.sources(found)))))
    return Item(sign, line(text), tuple(body))


def _login(words: MailboxWords) -> Iterator[Block]:
    facts = words.facts
    if not facts.is_direct:
        return
    key, params, rest = facts.login, {}, facts.ways[1:]
    if key != "password" and "password" in rest:
        key = f"{key}-best"
    elif key == "oauth2" and facts.provider:
        key, params = "oauth2-of", {"provider": facts.provider.name}
    text = words.say(f"card.login.{key}", **params)
    if "app-password" in rest:
        other = "or-app-password" if facts.login == "oauth2" else "two-step"
        text += " " + words.say(f"card.login.{other}")
    yield Paragraph(line(text))
    app_password = facts.provider.app_password if facts.provider else None
    if facts.login != "app-password" and app_password and app_password.page:
        yield Paragraph(words.page(app_password.page, "card.app-password-at"))


def first_of_all(words: MailboxWords, incoming: FoundServer | None) -> Iterator[Block]:
    """What must be done at the provider's website before any program is let in."""
    provider, language = words.facts.provider, words.words.language
    blocks: list[Block] = []
    if provider is None:
        # Our own files stand above what a file says: some ask for a switch long gone.
        if incoming and (page := words.facts.switch_on_page):
            yield Heading(line(words.say("card.first")))
            yield Paragraph(words.page(page, "card.switch-on-page"))
        return
    switch_on = provider.to_switch_on(incoming.server.protocol) if incoming else None
    if switch_on:
        named = ", ".join(words.protocol(each) for each in switch_on.protocols)
        blocks.append(Paragraph(line(words.say("card.switch-on", protocols=named))))
        blocks.extend(prose(switch_on.steps[language]))
        if switch_on.page:
            blocks.append(Paragraph(words.page(switch_on.page)))
    app_password = provider.app_password
    if app_password and words.facts.login == "app-password":
        blocks.append(Paragraph(line(words.say("card.app-password") + ":")))
        blocks.extend(prose(app_password.steps[language]))
        if app_password.page:
            blocks.append(Paragraph(words.page(app_password.page)))
    if note := provider.note.get(language):
        blocks.append(Paragraph(line(note)))
    if blocks:
        yield Heading(line(words.say("card.first")))
        yield from blocks


def _small_print(state: CardState, words: MailboxWords) -> Iterator[Note]:
    if state.report is None or (not state.report.is_final and not state.interrupted):
        return
    parts: list[Inline] = []
    provider = words.facts.provider
    if provider:
        parts.append(Text(words.say("card.provider", provider=provider.name)))
        if limits := _limits(words):
            parts.append(Text(f" {limits}"))
    if silent := tuple(dict.fromkeys(_silent(state.report, words))):
        told = ", ".join(silent)
        parts.append(Text(f" {words.say('card.silent', sources=told)}"))
    locked = [words.source(each.source) for each in state.report.sources if each.asks_password]
    if locked:
        told = ", ".join(dict.fromkeys(locked))
        parts.append(Text(f" {words.say('card.locked', sources=told)}"))
    if state.report.seconds >= NOTICED:
        took = words.say("card.took", seconds=round(state.report.seconds, 1))
        parts.append(Text(f" {took}"))
    if parts:
        first = parts[0]
        parts[0] = Text(first.text.lstrip()) if isinstance(first, Text) else first
        yield Note(tuple(parts))
    if provider and provider.help:
        # As a whole: in a pipe, and on many terminals, what a link leads to is not to be seen.
        yield Note(words.page(provider.help, "card.help"))


def _silent(report: SettingsReport, words: MailboxWords) -> Iterator[str]:
    """Who could not be asked; by the host, where another place of the same kind has answered."""
    answered = {asked.source for asked in report.sources if asked.has_answered}
    for asked in report.sources:
        if asked.gap:
            host = urlsplit(asked.place).hostname if asked.source in answered else None
            named = words.source(asked.source)
            yield f"{named} ({host})" if host else named


def _limits(words: MailboxWords) -> str:
    provider = words.facts.provider
    named = [
        words.say(f"limit.{limit.kind}", most=limit.most)
        for limit in (provider.limits if provider else ())
    ]
    return words.say("limit.title", limits=", ".join(named)) if named else ""
