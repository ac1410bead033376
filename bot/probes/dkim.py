"""DKIM keys (RFC 6376, 8301, 8463): can receivers check what the domain signs?"""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.formats.dkim import DkimKey, is_dkim_key, parse_dkim_key
from bot.formats.errors import FormatError
from bot.formats.suffix import organizational_domain
from bot.formats.target import KEYS
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, TxtRecord
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.dkim_keys import KINDS, LONGEST_SHOWN, Slot, judge_keys
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, is_there
from bot.probes.provider_signs import senders

NOT_A_DOMAIN = Kind("dkim.not-a-domain", Severity.NOTICE)
# Never "missing": only the domain knows its selectors.
UNKNOWN = Kind(
    "dkim.unknown", Severity.NOTICE, frozenset({"count", "domain"}), "RFC 6376 section 3.1"
)
NO_KEY = Kind("dkim.no-key", Severity.WARNING, reference="RFC 6376 section 3.6.2")
NOT_A_KEY = Kind(
    "dkim.not-a-key", Severity.WARNING, frozenset({"record"}), "RFC 6376 section 3.6.1"
)
ALIAS_TO_NOTHING = Kind(
    "dkim.alias-to-nothing", Severity.NOTICE, frozenset({"target"}), "RFC 6376 section 3.6.2"
)
WILDCARD = Kind("dkim.wildcard", Severity.NOTICE, frozenset({"record"}), "RFC 6376 section 6.1.2")
NOBODY_SIGNS = Kind("dkim.nobody-signs", Severity.OK, reference="RFC 6376 section 3.6.1")


@dataclass(frozen=True, slots=True)
class DkimFacts:
    """The slots asked for, and one that nobody can have filled: a wildcard fills that too."""

    look: Look
    domain: str = ""
    exists: bool = True
    slots: tuple[Slot, ...] = ()
    selector: str = ""  # the one that a person named
    wildcard: tuple[str, ...] = ()
    error: NetworkError | None = None  # why it could not be seen whether there is a wildcard


async def gather(network: Network, look: Look) -> DkimFacts:
    """All selectors at once, beside a random one, once it is seen whether there can be any."""
    if look.is_address:
        return DkimFacts(look)
    selector, domain = split(look.name)
    selectors = (selector,) if selector else look.reference.selectors
    if not selector:
        network.dns.txt(domain)  # on its way meanwhile
        # Where DNSSEC proves that there is no such name, the resolver knows of all names below it
        # (RFC 8020), and the many selectors of our list need not be asked for.
        await attempt(network.dns.txt(f"{KEYS}.{domain}"))
    itself, chance, further, slots = await asyncio.gather(
        attempt(network.dns.txt(domain)),
        attempt(network.dns.txt(f"{secrets.token_hex(6)}.{KEYS}.{domain}")),
        _of_provider(network, look, domain) if not selector else _slots_at(network, domain, ()),
        _slots_at(network, domain, selectors),
    )
    return DkimFacts(
        look,
        domain,
        is_there(itself),
        (*slots, *further),
        selector,
        _texts(chance),
        chance if isinstance(chance, NetworkError) else None,
    )


async def _of_provider(network: Network, look: Look, domain: str) -> tuple[Slot, ...]:
    """The slots that only customers of the provider have, whom MX and SPF name."""
    mx, texts = await asyncio.gather(
        attempt(network.dns.mx(domain)), attempt(network.dns.txt(domain))
    )
    known, known_by = look.reference.selectors_of, look.reference.providers
    hosts = [record.exchange for record in mx.records] if isinstance(mx, Answer) else []
    found = [known_by.of_mx(host) for host in hosts]
    found += senders(known_by, texts)
    names = {name: None for each in found if each for name in known.get(each.id, ())}
    return await _slots_at(network, domain, tuple(names))


async def _slots_at(network: Network, domain: str, names: Sequence[str]) -> tuple[Slot, ...]:
    asked = (attempt(network.dns.txt(f"{name}.{KEYS}.{domain}")) for name in names)
    answers = await asyncio.gather(*asked)
    return tuple(_slot(name, answer) for name, answer in zip(names, answers, strict=True))


def split(name: str) -> tuple[str, str]:
    """The selector, "" where there is none, and the domain: "s1._domainkey.firma.pl"."""
    selector, found, domain = name.partition(f".{KEYS}.")
    return (selector, domain) if found else ("", name)


def _slot(selector: str, answer: Answer[TxtRecord] | NetworkError) -> Slot:
    if isinstance(answer, NetworkError):
        return Slot(selector, error=answer)
    return Slot(selector, _texts(answer), next(reversed(answer.aliases), ""))


def _texts(answer: Answer[TxtRecord] | NetworkError) -> tuple[str, ...]:
    return tuple(record.text for record in answer.records) if isinstance(answer, Answer) else ()


def judge(facts: DkimFacts) -> Iterator[Statement]:
    """From the keys to what receivers make of signatures; silence about selectors not known."""
    if facts.look.is_address:
        yield NOT_A_DOMAIN(facts.look.shown)
        return
    domain = shown(facts.domain)
    if not facts.exists and not any(slot.texts for slot in facts.slots):
        yield Gap(domain, Trouble.NO_NAME)
        return
    if facts.wildcard:
        yield _wildcard(domain, facts.wildcard)
    if facts.selector:
        yield from _asked(domain, facts.slots[0])
    else:
        yield from _tried(facts, domain)


def _wildcard(domain: str, texts: Sequence[str]) -> Finding:
    keys = [text for text in texts if is_dkim_key(text)]
    if len(keys) == 1 and (key := _read(keys[0])) is not None and key.is_revoked:
        return NOBODY_SIGNS(domain)
    return WILDCARD(domain, record=clean(texts[0], LONGEST_SHOWN) or "–")


def _read(text: str) -> DkimKey | None:
    try:
        return parse_dkim_key(text)
    except FormatError:
        return None


def _asked(domain: str, slot: Slot) -> Iterator[Statement]:
    """A selector that a person named: that there is no key is knowledge too."""
    name = f"{slot.selector}.{KEYS}.{domain}"
    if slot.error:
        yield gap(name, slot.error)
    elif not slot.texts:
        yield NO_KEY(name)
    elif not any(map(is_dkim_key, slot.texts)):
        yield NOT_A_KEY(name, record=clean(slot.texts[0], LONGEST_SHOWN) or "–")
    else:
        yield from judge_keys(domain, [slot])


def _tried(facts: DkimFacts, domain: str) -> Iterator[Statement]:
    """Selectors of our list: those that do not answer say nothing."""
    own = [slot for slot in facts.slots if slot.texts and slot.texts != facts.wildcard]
    filled = [slot for slot in own if any(map(is_dkim_key, slot.texts))]
    yield from judge_keys(domain, filled)
    # A service that has a key in one place keeps others free for the next one.
    served = {organizational_domain(slot.target) for slot in filled if slot.target}
    for slot in facts.slots:
        is_empty = bool(slot.target) and not slot.texts and not slot.error
        if is_empty and organizational_domain(slot.target) not in served:
            target = shown(slot.target)
            yield ALIAS_TO_NOTHING(f"{slot.selector}.{KEYS}.{domain}", target=target)
    errors = [error for error in (facts.error, *(slot.error for slot in facts.slots)) if error]
    if errors:
        yield gap(f"{KEYS}.{domain}", errors[0])
    elif not filled and not _is_silent(facts):
        yield UNKNOWN(domain, count=len(facts.slots), domain=facts.domain)


def _is_silent(facts: DkimFacts) -> bool:
    """Whether the domain has said that nobody signs."""
    return bool(facts.wildcard) and _wildcard("", facts.wildcard).code == NOBODY_SIGNS.code


PROBE = Probe(
    "dkim",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        UNKNOWN,
        NO_KEY,
        NOT_A_KEY,
        ALIAS_TO_NOTHING,
        WILDCARD,
        NOBODY_SIGNS,
        *KINDS,
    ),
    seconds=15.0,
)
