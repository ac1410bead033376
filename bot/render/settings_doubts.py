"""What stands beside a mailbox's servers on the card: the other protocol, doubts, or nothing."""

from collections.abc import Iterator

from bot.model.document import Block, Code, Inline, Item, Paragraph, Sign, line
from bot.model.settings import Disagreement, MailboxServer, SettingsReport
from bot.render.mailbox_words import MailboxWords, shown_host

OVER_HTTP = "settings.over-http"


def nothing(words: MailboxWords) -> Iterator[Block]:
    """Why there is nothing, and where to look next."""
    report, provider = words.facts.report, words.facts.provider
    why = _why_nothing(report)
    if provider and why in ("why", "hidden"):
        yield Paragraph(line(words.say("card.nothing-provider", provider=provider.name)))
        if note := provider.note.get(words.words.language):
            yield Paragraph(line(note))
        if why == "why":
            return
    yield Paragraph(line(words.say(f"card.nothing-{why}")))


def _why_nothing(report: SettingsReport) -> str:
    if report.is_missing:
        return "missing"
    if report.takes_no_mail:
        return "no-mail"
    return "hidden" if any(asked.gap for asked in report.sources) else "why"


def beside(words: MailboxWords) -> Iterator[Block]:
    """The other protocol, with a word on which to take; what the domain says it has not."""
    facts = words.facts
    taken = facts.incoming
    if taken and taken.server.protocol == "pop3" and not facts.imap:
        yield Paragraph(line(words.say("card.only-pop3")))
    elif taken and taken.server.protocol == "imap" and facts.pop3:
        if facts.pop3.proof.is_proved is False:
            yield Paragraph(line(words.say("card.pop3-fails")))
        else:
            yield Paragraph(in_short("card.pop3", facts.pop3.server, words))
    for each in facts.on_the_web if taken or facts.outgoing else ():
        place = Code(each.server.url or each.server.host)
        yield Paragraph(line(f"{words.say(f'card.{each.server.protocol}')} ", place, "."))
    if facts.report.not_offered:
        named = words.protocols(facts.report.not_offered)
        yield Paragraph(line(words.say("card.not-offered", protocols=named)))


def doubts(words: MailboxWords) -> Iterator[Block]:
    """What is not certain, and what of the address was left out."""
    facts = words.facts
    # What was found with the servers, and stands above, says it already.
    if facts.unsafe and not any(
        finding.code == OVER_HTTP
        for each in (facts.incoming, facts.outgoing)
        if each
        for finding in each.proof.findings
    ):
        yield Item(Sign.WARNING, line(words.say("card.unsafe")))
    for disagreement in facts.report.disagreements:
        yield Item(Sign.NOTICE, line(_disagreement(disagreement, words)))
    mailbox = facts.mailbox
    if not words.is_private:
        if mailbox.address:
            yield Paragraph(line(words.say("card.group")))
        return
    if mailbox.tag:
        yield Paragraph(line(words.say("card.tag", tag=mailbox.tag)))
    if mailbox.address and mailbox.target.name != mailbox.target.shown:
        address = mailbox.untagged.address
        yield Paragraph(line(words.say("card.idn", address=address)))


def _disagreement(disagreement: Disagreement, words: MailboxWords) -> str:
    """ "The sources name different IMAP servers: …. I tried them, imap.firma.pl works." """
    report = words.facts.report
    found = {each.server.endpoint: each for each in (*report.incoming, *report.outgoing)}
    claims: dict[tuple[object, ...], list[MailboxServer]] = {}
    for claim in disagreement.claims:
        claims.setdefault(claim.endpoint, []).append(claim)
    told = "; ".join(
        words.say(
            "card.claim",
            sources=", ".join(dict.fromkeys(words.told_by(each.source) for each in same)),
            host=shown_host(same[0].host),
            port=same[0].port,
            security=words.security(same[0].security),
        )
        for same in claims.values()
    )
    text = words.say("card.disagree", protocol=words.protocol(disagreement.protocol), claims=told)
    proofs = [
        (same[0], found[key].proof.is_proved if key in found else None)
        for key, same in claims.items()
    ]
    return f"{text} {_verdict(proofs, words)}"


def _verdict(proofs: list[tuple[MailboxServer, bool | None]], words: MailboxWords) -> str:
    working = [server for server, is_proved in proofs if is_proved]
    if working and len(working) < len(proofs):
        named = ", ".join(
            words.say("card.server", host=shown_host(each.host), port=each.port) for each in working
        )
        return words.say("card.verdict.one", working=named)
    if working:
        return words.say("card.verdict.all")
    if all(is_proved is False for _, is_proved in proofs):
        return words.say("card.verdict.none")
    return words.say("card.verdict.untested")


def in_short(key: str, server: MailboxServer, words: MailboxWords) -> tuple[Inline, ...]:
    """A sentence that ends with a server and its values."""
    values = words.say(
        "card.pop3-values", port=server.port, security=words.security(server.security)
    )
    return line(f"{words.say(key)} ", Code(shown_host(server.host)), values)
