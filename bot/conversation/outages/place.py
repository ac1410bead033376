"""Where a question's trouble is, and what it is: the provider, and the symptom."""

from collections.abc import Iterable

from bot.conversation.hosted import provider_in, shown
from bot.conversation.mind import Mind
from bot.conversation.outages.outage import Symptom
from bot.conversation.session import Session
from bot.formats.errors import FormatError
from bot.formats.suffix import organizational_domain
from bot.formats.target import parse_target
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.provider import Provider
from bot.knowledge.topic import Topic
from bot.model.check import TargetKind

# A topic that tells of what servers do offers to look at them; "how often is mail fetched?" lies
# in the same area, and is no trouble.
SERVERS = frozenset({"imap", "pop3", "smtp", "submission"})
ASKS_ITSELF = "provider-outage"  # the topic of those who ask whether there is an outage
AREAS = frozenset(Symptom)


def symptom_of(topic: Topic) -> Symptom | None:
    """What an outage would have to be, for this to be its doing; None where none can."""
    if topic.area not in AREAS or not SERVERS & set(topic.check):
        return None
    return Symptom(topic.area)


def symptoms_of(topics: Iterable[Topic]) -> frozenset[Symptom]:
    """Those of several topics; all, where the outage itself is asked about."""
    found: set[Symptom] = set()
    for topic in topics:
        if topic.id == ASKS_ITSELF:
            return frozenset(Symptom)
        if symptom := symptom_of(topic):
            found.add(symptom)
    return frozenset(found)


def place_of(session: Session, mind: Mind) -> str:
    """The provider that a talk is about, else the domain; "" where neither is known."""
    if provider := provider_in(session, mind):
        return mind.provider_values[provider.id]
    # Several files have this name: to people they are one.
    if value := dict(session.slots).get("provider", ""):
        return value
    return domain_place(session.domain)


def domain_place(domain: str) -> str:
    """The domain that the mailboxes of a host or a domain belong to."""
    try:
        target = parse_target(domain)
    except FormatError:
        return ""
    return organizational_domain(target.name) if target.kind is TargetKind.NAME else ""


def is_domain(place: str) -> bool:
    """Whether a place is a domain, and no provider that topics have a name for."""
    return "." in place


def providers_at(place: str, mind: Mind) -> tuple[Provider, ...]:
    """The files that topics call so, without the servers that are known to be gone."""
    if is_domain(place):
        return ()
    providers = mind.knowledge.reference.providers
    named = [each.id for each in providers.all if mind.provider_values[each.id] == place]
    found = (providers.of_id(each) for each in named)
    return tuple(each for each in found if each is not None)


def name_of(place: str, knowledge: Knowledge) -> str:
    """What to call it; what nobody knows any more, by what it was called."""
    if is_domain(place):
        return shown(place)
    names = knowledge.lexicon.names
    named = (each.shown for each in names if each.slot == "provider" and each.value == place)
    provider = knowledge.reference.providers.of_id(place)
    return next(named, provider.name if provider else place)
