"""Looking at a place: which servers, and what the reports say of them. Pure.

A server fails only where another company's answers on the same service: a firewall of ours, a proxy
that opens TLS or a resolver that lies would fail them all alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.conversation.mind import Mind
from bot.conversation.outages.outage import Course, Health, Sight, Symptom
from bot.conversation.outages.place import is_domain, providers_at
from bot.conversation.watching.facts import host_of
from bot.formats.errors import FormatError
from bot.formats.suffix import organizational_domain
from bot.formats.target import parse_target
from bot.knowledge.provider import MailServer, Provider, ProviderKind
from bot.model.check import CheckRequest, Inconclusive, Judged, Outcome, Report, TargetKind
from bot.model.finding import Severity
from bot.model.trouble import Gap, Trouble

MOST_HOSTS = 3  # of a provider, for one service
MOST_SIGHTS = 12
# What a person's program does, or other servers do, when this goes wrong.
PROBES = {
    Symptom.RECEIVING: ("imap", "pop3", "smtp"),
    Symptom.SENDING: ("submission",),
    Symptom.CONNECTING: ("imap", "pop3", "submission"),
    Symptom.LOGGING_IN: ("imap", "pop3", "submission"),
    Symptom.CERTIFICATE: ("imap", "pop3", "submission"),
    Symptom.DELAYS: ("smtp",),
    Symptom.SLOW: ("imap",),
}
PROTOCOLS = {"imap": "imap", "pop3": "pop3", "submission": "smtp"}
# What a server does that is down. All else may be our own doing, or means something else.
SILENT = frozenset(
    {
        *(Trouble.TIMEOUT, Trouble.REFUSED, Trouble.RESET, Trouble.CLOSED, Trouble.UNREACHABLE),
        *(Trouble.TRY_LATER, Trouble.GARBAGE, Trouble.TLS, Trouble.SERVFAIL, Trouble.NO_ADDRESS),
        Trouble.NO_NAME,
    }
)


def wanted(symptoms: Iterable[Symptom]) -> tuple[str, ...]:
    """The probes that can see these."""
    return tuple(dict.fromkeys(probe for symptom in symptoms for probe in PROBES[symptom]))


def requests(place: str, course: Course, mind: Mind) -> tuple[CheckRequest, ...]:
    """What to look at; nothing where no server is known."""
    probes = wanted(course.symptoms)
    if is_domain(place):
        # A look at the whole finds the servers that the domain's own people use.
        return (_request(place, ()),)
    found: dict[CheckRequest, None] = {}
    for provider in providers_at(place, mind):
        for probe in probes:
            for host in _hosts(provider, probe):
                found[_request(host, (probe,))] = None
        if "smtp" in probes and provider.kind is ProviderKind.MAILBOX and provider.domains:
            found[_request(provider.domains[0], ("mx", "smtp"))] = None
    counted: dict[tuple[str, ...], int] = {}
    kept = []
    for request in found:
        counted[request.probes] = counted.get(request.probes, 0) + 1
        if counted[request.probes] <= MOST_HOSTS:
            kept.append(request)
    return tuple(kept)


def _hosts(provider: Provider, probe: str) -> Iterator[str]:
    protocol = PROTOCOLS.get(probe, "")
    yield from dict.fromkeys(
        server.host
        for server in provider.servers
        if server.protocol == protocol and _is_public(server)
    )


def _is_public(server: MailServer) -> bool:
    """Neither a customer's own name nor a bridge on the person's computer."""
    return not server.is_the_customers and _is_target(server.host)


def _is_target(host: str) -> bool:
    """A name: what a file gives as an address is a bridge on the person's own computer."""
    try:
        return parse_target(host).kind is TargetKind.NAME
    except FormatError:
        return False


def _request(name: str, probes: tuple[str, ...], *, fresh: bool = True) -> CheckRequest:
    return CheckRequest(parse_target(name), probes, fresh=fresh)


def sights(request: CheckRequest, report: Report, course: Course) -> Iterator[Sight]:
    """What a report says of each server that matters here, before anybody has vouched for us."""
    probes = wanted(course.symptoms)
    is_online = any(
        isinstance(outcome, Judged) for outcome in report.outcomes if outcome.probe != "smtp"
    )
    for outcome in report.outcomes:
        if outcome.probe not in probes or not isinstance(outcome, Judged | Inconclusive):
            continue
        for sight in _of_outcome(outcome):
            # Port 25 is often blocked; the probe has asked witnesses, but not about names.
            is_hidden = outcome.probe == "smtp" and not is_online
            is_bad = sight.health is Health.FAILING
            yield replace(sight, health=Health.UNTESTED) if is_hidden and is_bad else sight


def _of_outcome(outcome: Judged | Inconclusive) -> Iterator[Sight]:
    probe = outcome.probe
    findings = outcome.findings if isinstance(outcome, Judged) else ()
    answering = [each for each in findings if each.code in _answers(probe)]
    wrong = [each for each in findings if each.severity is Severity.ERROR]
    failing = {host_of(each.subject): each for each in reversed(wrong)}
    for host, finding in failing.items():
        yield Sight(probe, host, Health.FAILING, finding)
    well = dict.fromkeys(host_of(each.subject) for each in answering)
    for host in well:
        if host not in failing:
            yield Sight(probe, host, Health.WELL)
    gaps: dict[str, Gap] = {}
    for gap in outcome.gaps:
        gaps.setdefault(host_of(gap.subject), gap)
    for host, gap in gaps.items():
        # Where one door of a server stands open, people get in.
        if host not in failing and host not in well:
            health = Health.FAILING if gap.trouble in SILENT else Health.UNTESTED
            yield Sight(probe, host, health, gap=gap)


def _answers(probe: str) -> tuple[str, str]:
    return f"{probe}.answers", f"{probe}.answers-plain"


def is_well(report: Report, probe: str) -> bool:
    """Whether a witness answers as it should."""
    found: list[Outcome] = [each for each in report.outcomes if each.probe == probe]
    seen = [sight for each in found if isinstance(each, Judged) for sight in _of_outcome(each)]
    return bool(seen) and all(sight.health is Health.WELL for sight in seen)


def witnesses(place: str, probe: str, mind: Mind) -> tuple[str, ...]:
    """Servers of others that could vouch for our network, one for each company."""
    ours = {
        organizational_domain(server.host)
        for provider in providers_at(place, mind)
        for server in provider.servers
    } | {place}
    protocol = PROTOCOLS.get(probe, "")
    found: dict[str, str] = {}
    for provider in mind.knowledge.reference.providers.all:
        if mind.provider_values[provider.id] == place:
            continue
        for server in provider.servers:
            if server.protocol == protocol and not server.is_the_customers:
                found.setdefault(organizational_domain(server.host), server.host)
    return tuple(host for company, host in found.items() if company not in ours)


def to_witness(host: str, probe: str) -> CheckRequest | None:
    """The request for one; None for what is no public server."""
    return _request(host, (probe,), fresh=False) if _is_target(host) else None


def to_vouch(seen: Iterable[Sight]) -> tuple[str, ...]:
    """The probes whose failures nobody has vouched for yet."""
    failing = (each.probe for each in seen if each.health is Health.FAILING)
    return tuple(dict.fromkeys(probe for probe in failing if probe != "smtp"))


def vouched(seen: Sequence[Sight], proved: frozenset[str]) -> tuple[Sight, ...]:
    """The sights, failures first; those that may be our own network's doing are no failures."""
    judged = (
        replace(sight, health=Health.UNTESTED)
        if sight.health is Health.FAILING and sight.probe not in {*proved, "smtp"}
        else sight
        for sight in seen
    )
    order = list(Health)
    kept = dict.fromkeys((sight.probe, sight.host) for sight in seen)
    by_server = {(sight.probe, sight.host): sight for sight in judged}
    ordered = sorted((by_server[key] for key in kept), key=lambda each: order.index(each.health))
    return tuple(map(_brief, ordered[:MOST_SIGHTS]))


def _brief(sight: Sight) -> Sight:
    """What a server says of itself when it is well need not be kept."""
    return replace(sight, finding=None, gap=None) if sight.health is Health.WELL else sight
