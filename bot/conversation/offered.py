"""What a search for a domain's servers showed: which protocols it offers, and where."""

from collections.abc import Callable, Mapping

from bot.conversation.hosted import known_provider
from bot.conversation.mind import Context
from bot.formats.errors import FormatError
from bot.formats.target import parse_target
from bot.knowledge.topic import Topic
from bot.model.check import Target, TargetKind
from bot.model.settings import FoundServer, SettingsReport

PROTOCOL = "protocol"  # the slot
INCOMING = ("imap", "pop3")
BY_SERVERS = frozenset({"offers-imap", "incoming", "outgoing"})  # evidence that names servers

Found = Callable[[str], SettingsReport | None]  # the servers found last for a domain


def to_find(context: Context, topics: list[Topic], *, asks: bool) -> Target | None:
    """The domain whose servers would decide or be said, when nobody knows them yet.

    `asks` tells that the person would be asked which protocol they use.
    """
    domain, found = context.session.domain, context.mind.found
    wanted = asks or any(BY_SERVERS & set(topic.evidence) for topic in topics)
    if not wanted or not domain or found is None or found(domain) is not None:
        return None
    if known_provider(context) is not None:
        return None
    try:
        target = parse_target(domain)
    except FormatError:
        return None
    return target if target.kind is TargetKind.NAME else None


def servers(context: Context) -> SettingsReport | None:
    """The servers that were found for the domain that this talk is about."""
    domain, found = context.session.domain, context.mind.found
    return found(domain) if domain and found is not None else None


def proved(report: SettingsReport, protocol: str) -> FoundServer | None:
    """The best server of a protocol that a live connection showed to work."""
    listed = report.outgoing if protocol == "smtp" else report.incoming
    return next(
        (each for each in listed if each.server.protocol == protocol and each.proof.is_proved),
        None,
    )


def with_offered(context: Context, known: Mapping[str, str]) -> Mapping[str, str]:
    """The slots, and the protocol where a domain offers but one."""
    report = servers(context)
    if PROTOCOL in known or report is None:
        return known
    # What was found and could not be tried may be offered all the same.
    named = {each.server.protocol for each in report.incoming if each.proof.is_proved is not False}
    offered = [protocol for protocol in INCOMING if protocol in named]
    return {**known, PROTOCOL: offered[0]} if len(offered) == 1 else known
