"""Puts the claims of all sources together: one server each, in order, with their disagreements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.discovery.claim import INCOMING, Answered, Standing, known_auth
from bot.knowledge.provider import Provider
from bot.model.settings import (
    ConnectionSecurity,
    Disagreement,
    MailboxServer,
    Proof,
    SettingsSource,
)

OfHost = Callable[[str], tuple[Provider, ...]]
Endpoint = tuple[str, str, int, ConnectionSecurity]
_PASSWORDS = frozenset({"password-cleartext", "password-encrypted", "ntlm"})
_PROOF_ORDER = {True: 0, None: 1, False: 2}
_PROTOCOL_ORDER = {"imap": 0, "smtp": 0, "pop3": 1, "jmap": 2, "exchange": 3}


@dataclass(frozen=True, slots=True)
class Claim:
    """One server that at least one source names."""

    server: MailboxServer
    standing: Standing
    place: int  # in the best source's own order
    sources: tuple[SettingsSource, ...]


def merge(
    answers: Iterable[Answered],
    provider: Provider | None = None,
    of_host: OfHost = lambda host: (),
) -> tuple[Claim, ...]:
    """Each server once, the best source's word first; what it leaves out, the next one fills in.

    `of_host` tells whose a server is where the mailbox's own provider is not known by its MX, as
    with a filter for spam before Microsoft 365.
    """
    ordered = sorted(answers, key=lambda answer: answer.standing)
    has_own_file = any(answer.servers for answer in ordered if answer.standing is Standing.OWN_FILE)
    claims: dict[Endpoint, Claim] = {}
    for answer in ordered:
        if has_own_file and answer.standing is Standing.OWN_FILE_IN_CLEAR:
            continue  # the same file, but anybody could have changed it
        for place, server in enumerate(answer.servers):
            before = claims.get(server.endpoint)
            if before is None:
                claims[server.endpoint] = Claim(server, answer.standing, place, (server.source,))
            else:
                claims[server.endpoint] = _joined(before, server)
    return tuple(
        replace(claim, server=_as_known(claim.server, _whose(claim.server, provider, of_host)))
        for claim in claims.values()
    )


def _whose(
    server: MailboxServer, provider: Provider | None, of_host: OfHost
) -> tuple[Provider, ...]:
    if provider is not None and server.host in {each.host for each in provider.servers}:
        return (provider,)
    return of_host(server.host)


def _joined(claim: Claim, server: MailboxServer) -> Claim:
    told = replace(
        claim.server,
        auth=claim.server.auth or server.auth,
        username=claim.server.username or server.username,
        url=claim.server.url or server.url,
    )
    sources = tuple(dict.fromkeys((*claim.sources, server.source)))
    return replace(claim, server=told, sources=sources)


def _as_known(server: MailboxServer, whose: Sequence[Provider]) -> MailboxServer:
    """What we know for sure of a provider's logins stands above what others still write.

    Where a password of the account itself is refused, nobody must be told to type it.
    """
    ways = [known_auth(provider) for provider in whose]
    if not all(ways) or any("password-cleartext" in auth for auth in ways):
        return server
    auth = tuple(dict.fromkeys(method for each in ways for method in each))
    kept = tuple(method for method in server.auth if method not in _PASSWORDS)
    return replace(server, auth=tuple(dict.fromkeys((*kept, *auth))) if auth else server.auth)


def rank(claims: Iterable[Claim], proofs: Mapping[Endpoint, Proof]) -> tuple[Claim, ...]:
    """Proved first, then by their position."""

    def key(claim: Claim) -> tuple[int, ...]:
        proof = proofs.get(claim.server.endpoint, Proof())
        return (_PROOF_ORDER[proof.is_proved], *position(claim))

    return tuple(sorted(claims, key=key))


def position(claim: Claim) -> tuple[int, ...]:
    """Where a claim stands among its equals: what most people want, whose word, in what order.

    A password sent in the clear is everybody's (RFC 8314 section 3), so whoever encrypts comes
    before whoever does not, as some providers of ISPDB name them the other way round.
    """
    order = _PROTOCOL_ORDER.get(claim.server.protocol, len(_PROTOCOL_ORDER))
    is_plain = claim.server.security is ConnectionSecurity.NONE
    return order, is_plain, claim.standing, claim.place


def incoming(claims: Iterable[Claim]) -> list[Claim]:
    """Those where mail is read."""
    return [claim for claim in claims if claim.server.protocol in INCOMING]


def outgoing(claims: Iterable[Claim]) -> list[Claim]:
    """Those where mail is sent."""
    return [claim for claim in claims if claim.server.protocol not in INCOMING]


def disagreements(answers: Iterable[Answered]) -> tuple[Disagreement, ...]:
    """Protocols for which two sources name no server in common."""
    named: dict[str, dict[SettingsSource, list[MailboxServer]]] = {}
    for answer in sorted(answers, key=lambda answer: answer.standing):
        for server in answer.servers:
            if server.source is not SettingsSource.GUESS:
                named.setdefault(server.protocol, {}).setdefault(server.source, []).append(server)
    return tuple(
        Disagreement(protocol, tuple(servers[0] for servers in by_source.values()))
        for protocol, by_source in named.items()
        if _disagree(list(by_source.values()))
    )


def _disagree(lists: Sequence[Sequence[MailboxServer]]) -> bool:
    sets = [{server.endpoint for server in servers} for servers in lists]
    return any(not (one & other) for at, one in enumerate(sets) for other in sets[at + 1 :])
