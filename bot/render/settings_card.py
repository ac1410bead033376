"""A mailbox's servers as a card: what is wrong first, then what to type where, then why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.formats.mailbox import Mailbox
from bot.knowledge.knowledge import Knowledge
from bot.model.document import (
    Block,
    Bullets,
    Code,
    Copyable,
    Document,
    Heading,
    Item,
    Note,
    Paragraph,
    Sign,
    line,
)
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.settings import ConnectionSecurity, FoundServer, SettingsReport
from bot.render.mailbox_facts import mailbox_facts
from bot.render.mailbox_words import MailboxWords
from bot.render.settings_doubts import beside, doubts, in_short, nothing
from bot.render.settings_login import first_of_all, login
from bot.render.settings_small_print import small_print
from bot.render.words import Words

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
        blocks.extend(login(words))
        blocks.extend(first_of_all(words, facts.incoming))
        blocks.extend(beside(words))
        blocks.extend(doubts(words))
        blocks.extend(_to_publish(words))
    if state.report is not None and not is_growing:
        blocks.extend(small_print(state.report, words))
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


def _to_publish(words: MailboxWords) -> Iterator[Paragraph]:
    """Who asks about a domain alone may well be its administrator."""
    if words.facts.is_administrators:
        button = words.say("button.publish")
        yield Paragraph(line(words.say("card.to-publish", button=button)))
