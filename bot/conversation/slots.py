"""What a person has named so far: program, device, provider, protocol, error, domain."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation.hosted import provider_of
from bot.conversation.mind import Context, Mind
from bot.conversation.session import Session
from bot.faq.normalise import fold, words
from bot.formats.target import spot_targets

ABOUT_MATTER = frozenset({"protocol", "error"})  # forgotten when the subject changes
PHONE = "phone"  # some phone; which, was not said
PHONES = frozenset({"iphone", "android"})
MOST_WORDS = 8  # of a message that names something and says nothing else


def remember(context: Context, text: str) -> Context:
    """The context with what this message names; what was named last stands last."""
    targets = spot_targets(text)
    named = dict(context.mind.matcher.entities(text).slots)
    if {"protocol:imap", "protocol:pop3"} <= _names(context.mind, text):
        named.pop("protocol", None)  # who asks which of the two has told neither
    session = tell(context.session, named)
    if targets:
        domain = targets[0].name
        if "provider" not in named:  # another domain: whose mail it is, is not known again
            session = forget(session, frozenset({"provider"}))
            if provider := provider_of(session, context.mind, domain):
                value = context.mind.provider_values[provider.id]
                session = tell(session, {"provider": value})
        session = replace(session, domain=domain)
    return replace(context, session=session)


def _names(mind: Mind, text: str) -> set[str]:
    return {name for _, _, name in mind.names(words(fold(text)))}


def tell(session: Session, named: Mapping[str, str]) -> Session:
    """The session with these slots told last."""
    kept = tuple(pair for pair in session.slots if pair[0] not in named)
    return replace(session, slots=(*kept, *named.items()))


def forget(session: Session, slots: frozenset[str]) -> Session:
    """The session without these slots."""
    return replace(session, slots=tuple(pair for pair in session.slots if pair[0] not in slots))


def change_subject(context: Context, text: str, topic: str) -> Context:
    """Another area is another matter: what belonged to the last one is forgotten.

    A person's program and provider stay what they are.
    """
    topics, before = context.mind.knowledge.topics, context.session.topic
    if before not in topics or topics[before].area == topics[topic].area:
        return context
    named = context.mind.matcher.entities(text).slots
    session = forget(context.session, ABOUT_MATTER - set(named))
    return replace(context, session=session)


def only_named(context: Context, text: str) -> Mapping[str, str]:
    """The slots of a message that names something and says nothing else ("a w Outlooku?")."""
    tokens = words(fold(text))
    if not 0 < len(tokens) <= MOST_WORDS:
        return {}
    mind = context.mind
    named: dict[str, str] = {}
    said: set[int] = set()
    for at, size, value in mind.names(tokens):
        slot, _, name = value.partition(":")
        if named.setdefault(slot, name) != name:
            return {}  # "imap or pop3" is a question
        said.update(range(at, at + size))
    for at, token in enumerate(tokens):
        if mind.is_word(token, "phone"):
            named.setdefault("device", PHONE)
            said.add(at)
    rest = [token for at, token in enumerate(tokens) if at not in said]
    return named if all(mind.is_word(token, "about") for token in rest) else {}
