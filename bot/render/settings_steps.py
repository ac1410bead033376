"""Setting up a mailbox in one program, step by step, with the values filled in."""

from collections.abc import Iterator, Mapping

from bot.knowledge.program import Program
from bot.knowledge.prose import CODE
from bot.knowledge.wording import fill
from bot.model.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Inline,
    Item,
    Line,
    Link,
    Note,
    Paragraph,
    Sign,
    Text,
    line,
)
from bot.model.settings import FoundServer
from bot.render.mailbox_facts import OAUTH2
from bot.render.mailbox_words import MailboxWords, shown_host
from bot.render.settings_card import causes
from bot.render.settings_login import first_of_all
from bot.render.words import Words

MOST_SOURCES = 2
DESCRIBED = ("address", "local-part", "usual", "own")


def steps_document(words: MailboxWords, program: Program, protocol: str) -> Document:
    """The steps; or why there are none for this program and mailbox."""
    return Document(tuple(_blocks(words, program, protocol)), language=words.words.language)


def _blocks(words: MailboxWords, program: Program, protocol: str) -> Iterator[Block]:
    language, facts = words.words.language, words.facts
    name = program.name[language]
    yield Heading(line(words.say("steps.title", program=name, shown=words.shown)))
    incoming, outgoing = facts.by(protocol), facts.outgoing
    if incoming and program.takes and incoming.server.protocol not in program.takes:
        incoming = next((found for each in program.takes if (found := facts.by(each))), None)
        if incoming is None or incoming.server.protocol not in program.takes:
            yield Paragraph(line(words.say("steps.not-taken", program=name)))
            return
    if program.takes and (incoming is None or outgoing is None):
        yield Paragraph(line(words.say("steps.no-servers", shown=words.shown)))
        return
    if facts.is_oauth2_only and not program.has_oauth2:
        yield Paragraph(line(words.say("steps.no-window", program=name)))
        return
    if program.takes and incoming and outgoing:
        yield from causes((incoming, outgoing), words)
        if not facts.is_direct:
            key = "bridge" if facts.provider and facts.provider.servers else "no-access"
            yield Item(Sign.WARNING, line(words.say(f"card.{key}")))
        yield from first_of_all(words, incoming)
    if program.note:
        yield Paragraph(line(program.note[language]))
    # Where the provider opens a window of its own, an app password for the profile is a detour.
    if program.has_profile and facts.login != OAUTH2 and can_have_profile(words):
        yield Paragraph(line(words.say("steps.profile")))
    yield Bullets(tuple(_steps(words, program, incoming, outgoing)), numbered=True)
    yield _sources(words, program)


def _steps(
    words: MailboxWords,
    program: Program,
    incoming: FoundServer | None,
    outgoing: FoundServer | None,
) -> Iterator[Line]:
    language = words.words.language
    facts = {
        "protocol": incoming.server.protocol if incoming else "",
        "auth": words.facts.login,
        "security": incoming.server.security if incoming else "",
    }
    values = _values(words, program, incoming, outgoing)
    for step in program.steps:
        if step.fits(facts):
            yield _filled(step.text[language], values, words)


def _values(
    words: MailboxWords,
    program: Program,
    incoming: FoundServer | None,
    outgoing: FoundServer | None,
) -> Mapping[str, str]:
    mailbox = words.facts.mailbox.untagged
    is_known = words.is_private and mailbox.address
    values = {
        "address": mailbox.address if is_known else words.say("user.address"),
        "protocol": words.protocol(incoming.server.protocol) if incoming else "",
        "in_user": words.say("user.address"),
    }
    for way, found in (("in", incoming), ("out", outgoing)):
        if found:
            server = found.server
            values |= {
                f"{way}_host": shown_host(server.host),
                f"{way}_port": str(server.port),
                f"{way}_security": words.security(server.security, program),
                f"{way}_user": words.user_name(server),
            }
    return values


def _filled(template: str, values: Mapping[str, str], words: MailboxWords) -> Line:
    """A step; what a value holds, a backtick even, is no markup."""
    locale = words.words.knowledge.languages.locale(words.words.language)
    described = {words.say(f"user.{key}") for key in DESCRIBED}  # these are no values to copy
    inlines: list[Inline] = []
    for index, part in enumerate(CODE.split(template)):
        if part:
            text = fill(part, locale, values)
            is_code = index % 2 and text not in described
            inlines.append(Code(text) if is_code else Text(text))
    return tuple(inlines)


def _sources(words: MailboxWords, program: Program) -> Note:
    before, _, after = words.say("steps.sources", sources="\0").partition("\0")
    parts: list[Inline] = [Text(before)]
    for number, source in enumerate(program.sources[:MOST_SOURCES]):
        if number:
            parts.append(Text("; "))
        parts.append(Link(source.name, source.url) if source.url else Text(source.name))
    newest = max(source.read for source in program.sources)
    parts.append(Text(f"{after} · {words.say('steps.read', day=newest)}"))
    return Note(tuple(parts))


def can_have_profile(words: MailboxWords) -> bool:
    """Whether a profile of Apple's could set this mailbox up."""
    facts = words.facts
    return bool(facts.incoming and facts.outgoing and facts.is_direct) and not facts.is_oauth2_only


def explain_document(words: Words) -> Document:
    """What SSL/TLS and STARTTLS are, and what the programs call them."""

    def say(key: str, **params: object) -> str:
        return words.say(f"mailbox.explain.{key}", **params)

    named = []
    for program in words.knowledge.programs.values():
        tls, starttls = (program.says(kind, words.language) for kind in ("tls", "starttls"))
        if tls and starttls:
            key = "same" if tls == starttls else "name"
            name = program.name[words.language]
            named.append(line(say(key, program=name, tls=tls, starttls=starttls)))
    return Document(
        (
            Heading(line(say("title"))),
            Paragraph(line(say("tls"))),
            Paragraph(line(say("starttls"))),
            Paragraph(line(say("match"))),
            Paragraph(line(say("names"))),
            Bullets(tuple(named)),
            Note(line(say("source"))),
        ),
        language=words.language,
    )
