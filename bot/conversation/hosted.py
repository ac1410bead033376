"""Whose mail it is: told by the person, by the domain they named, or by looking it up."""

from collections.abc import Iterator
from dataclasses import replace

from bot.conversation.mind import Context, Mind
from bot.conversation.session import Session
from bot.formats.errors import FormatError
from bot.formats.suffix import organizational_domain
from bot.formats.target import parse_target
from bot.knowledge.provider import Provider
from bot.knowledge.topic import Topic
from bot.model.check import Judged, Report, Target, TargetKind
from bot.model.finding import Finding

PROBE = "provider"
IDENTIFIED = "provider.identified"
MOST_HOSTED = 4  # domains whose provider is remembered


def provider_of(session: Session, mind: Mind, domain: str) -> Provider | None:
    """Whose mailboxes lie in this domain, as far as is known without asking anybody."""
    providers = mind.knowledge.reference.providers
    found = providers.of_domain(domain) or providers.of_domain(organizational_domain(domain))
    if found is None and (looked_up := dict(session.hosted).get(domain)):
        return next((each for each in providers.all if each.id == looked_up), None)
    return found


def known_provider(context: Context) -> Provider | None:
    """The provider that this talk is about, where it is one and no other."""
    return provider_in(context.session, context.mind)


def provider_in(session: Session, mind: Mind) -> Provider | None:
    """The same, by what a talk remembers."""
    value = dict(session.slots).get("provider", "")
    found = provider_of(session, mind, session.domain) if session.domain else None
    if found and value in ("", mind.provider_values[found.id]):
        return found
    return next(_called(mind, value), None) if value else None


def _called(mind: Mind, value: str) -> Iterator[Provider]:
    """The provider of this very name; else the only one that topics call so."""
    everybody = mind.knowledge.reference.providers.all
    yield from (each for each in everybody if each.id == value)
    alike = [each for each in everybody if mind.provider_values[each.id] == value]
    if len(alike) == 1:
        yield alike[0]


def to_look_up(context: Context, topics: list[Topic], *, asks: bool) -> Target | None:
    """The domain whose provider would decide or be said, when nobody knows it yet.

    `asks` tells that the person would be asked for it.
    """
    session, mind = context.session, context.mind
    wanted = asks or any(
        topic.evidence or any("provider" in variant.when for variant in topic.variants)
        for topic in topics
    )
    if not wanted or not session.domain or PROBE not in mind.probes:
        return None
    if session.domain in dict(session.hosted) or "provider" in dict(session.slots):
        return None
    try:
        target = parse_target(session.domain)
    except FormatError:
        return None
    return target if target.kind is TargetKind.NAME else None


def with_hosted(session: Session, domain: str, provider: str) -> Session:
    """The session that remembers whose mail a domain is; "" where looking did not tell."""
    kept = tuple(pair for pair in session.hosted if pair[0] != domain)
    return replace(session, hosted=(*kept, (domain, provider))[-MOST_HOSTED:])


def identified(report: Report, mind: Mind) -> str:
    """The id of the provider that a report names; "" where it names none for sure."""
    names = {_name(finding) for finding in _findings(report) if finding.code == IDENTIFIED}
    everybody = mind.knowledge.reference.providers.all
    return next((each.id for each in everybody if each.name in names), "")


def _findings(report: Report) -> Iterator[Finding]:
    for outcome in report.outcomes:
        if isinstance(outcome, Judged) and outcome.probe == PROBE:
            yield from outcome.findings


def _name(finding: Finding) -> str:
    return str(finding.params.get("name", ""))


def shown(domain: str) -> str:
    """The name as people read it."""
    try:
        return parse_target(domain).shown
    except FormatError:
        return domain
