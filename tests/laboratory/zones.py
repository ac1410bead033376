"""The zones of the laboratory: root, top-level domains, domains and reverse names, signed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import dns.dnssec
import dns.name
import dns.rdtypes.ANY.DNSKEY
import dns.reversename
import dns.zone
import idna
from cryptography.hazmat.primitives.asymmetric import ec
from dns.dnssectypes import Algorithm

from tests.laboratory.plan import (
    DOMAIN_DNS,
    LAME_DNS,
    NOBODY,
    ROOT_DNS,
    SOA,
    TLD_DNS,
    Delegation,
    Domain,
    Host,
    Place,
    Plan,
    Reverse,
)

TLDS = ("pl", "com", "org", "in-addr.arpa", "ip6.arpa")
REVERSE = ("100.51.198.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa")
NOBODY_NAME = "mx.smtp-dropped.pl."
LOST_REVERSE = "gone.dobra.pl"  # a name that nobody has
OTHER_REVERSE = "mx1.dobra.pl"  # a name of another address


def _start(soa: str = SOA) -> str:
    return f"$TTL 300\n@ SOA ns1.dobra.pl. hostmaster.dobra.pl. {soa}\n"


_START = _start()


@dataclass(frozen=True, slots=True)
class Zones:
    """Zone files by zone name for each of the three floors of servers, and the trust anchor."""

    root: dict[str, str]
    tlds: dict[str, str]
    domains: dict[str, str]
    anchor: str


class _Key:
    """A key that signs a whole zone (a CSK: ECDSA P-256, RFC 6605)."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.public = dns.dnssec.make_dnskey(
            self.private.public_key(), Algorithm.ECDSAP256SHA256, flags=257
        )

    def ds(self, zone: str) -> str:
        """The line for the parent zone."""
        ds = dns.dnssec.make_ds(dns.name.from_text(zone), self.public, "SHA256")
        return f"{absolute(zone)} DS {ds.to_text()}\n"


def a_label(name: str) -> str:
    """The name as DNS knows it."""
    return idna.encode(name, uts46=True).decode() if not name.isascii() else name


def absolute(name: str) -> str:
    """The name with its final dot, in A-labels."""
    return a_label(name).rstrip(".") + "."


def make_zones(plan: Plan, tlsa: Callable[[Host], Sequence[str]] = lambda host: ()) -> Zones:
    """All zone files of the plan; `tlsa` gives the data of a host's TLSA records."""
    keys: dict[str, _Key] = {}
    domains = dict(_domain_zones(plan, keys, tlsa)) | _reverse_zones(plan)
    tlds = {tld: _tld_zone(tld, plan, keys) for tld in TLDS}
    keys["."] = _Key()
    root = _sign(".", _root_zone(keys), keys["."])
    return Zones({".": root}, tlds, domains, f". DNSKEY {keys['.'].public.to_text()}\n")


def _domain_zones(
    plan: Plan, keys: dict[str, _Key], tlsa: Callable[[Host], Sequence[str]]
) -> list[tuple[str, str]]:
    zones = []
    for domain in plan.domains:
        zone = a_label(domain.name)
        text = _domain_zone(domain, {place.host.name: place for place in plan.places})
        for host in domain.hosts:
            text += "".join(f"_25._tcp.{absolute(host.name)} TLSA {data}\n" for data in tlsa(host))
        match domain.delegation:
            case Delegation.ABSENT | Delegation.LAME | Delegation.SILENT | Delegation.LOST_ALIAS:
                continue
            case Delegation.SIGNED:
                keys[zone] = _Key()
                text = _sign(zone, text, keys[zone])
            case Delegation.BOGUS:
                keys[zone] = _Key()
                text = _sign(zone, text, _Key())
            case Delegation.PLAIN:
                pass
        zones.append((zone, text))
    return zones


def _domain_zone(domain: Domain, places: dict[str, Place]) -> str:
    name = absolute(domain.name)
    lines = [f"$ORIGIN {name}\n{_start(domain.soa)}", *(f"@ NS {server}" for server in domain.ns)]
    lines += [f"@ MX {mx}" for mx in domain.mx]
    lines += [f"@ TXT {_quoted(text)}" for text in domain.spf]
    lines += [f"_dmarc TXT {_quoted(text)}" for text in domain.dmarc]
    for host in domain.hosts:
        place = places[host.name]
        lines.append(f"{absolute(host.name)} A {place.ipv4}")
        if place.ipv6:
            lines.append(f"{absolute(host.name)} AAAA {place.ipv6}")
    lines += domain.records
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TXT record's data in strings of at most 255 bytes; what is not plain ASCII by number."""
    data = text.encode()
    parts = [data[at : at + 255] for at in range(0, len(data), 255)] or [b""]
    return " ".join('"' + "".join(map(_spelled, part)) + '"' for part in parts)


def _spelled(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}"


def _tld_zone(tld: str, plan: Plan, keys: dict[str, _Key]) -> str:
    lines = [f"$ORIGIN {absolute(tld)}\n{_START}@ NS a.dns.pl.\n"]
    if tld == "pl":
        lines.append(f"a.dns A {TLD_DNS}\nns.lame A {LAME_DNS}\nns.silent A {NOBODY}\n")
        lines += [f"ns{n}.dobra A {address}\n" for n, address in enumerate(DOMAIN_DNS, start=1)]
    reverse = ("ns1.dobra.pl.", "ns2.dobra.pl.")
    delegated = [
        (a_label(d.name), d.delegation, d.ns if d.ns_above is None else d.ns_above)
        for d in plan.domains
    ]
    delegated += [(name, Delegation.PLAIN, reverse) for name in REVERSE]
    for name, delegation, servers in delegated:
        # A name further down is served from a zone of its own by the servers of its parent.
        is_below = name.partition(".")[2] == tld or (name in REVERSE and name.endswith(tld))
        if not is_below or delegation is Delegation.ABSENT:
            continue
        if delegation is Delegation.LOST_ALIAS:
            lines.append(f"{name}. CNAME {LOST_REVERSE}.\n")
            continue
        if delegation in (Delegation.LAME, Delegation.SILENT):
            lines.append(f"{name}. NS ns.{delegation}.pl.\n")
            continue
        lines += [f"{name}. NS {server}\n" for server in servers]
        if name in keys:
            lines.append(keys[name].ds(name))
    keys[tld] = _Key()
    return _sign(tld, "".join(lines), keys[tld])


def _root_zone(keys: dict[str, _Key]) -> str:
    lines = [f"$ORIGIN .\n{_START}@ NS a.root.\na.root. A {ROOT_DNS}\n"]
    lines.append(f"a.dns.pl. A {TLD_DNS}\n")
    lines += [f"{tld}. NS a.dns.pl.\n{keys[tld].ds(tld)}" for tld in TLDS]
    return "".join(lines)


def _reverse_zones(plan: Plan) -> dict[str, str]:
    start = f"{_START}@ NS ns1.dobra.pl.\n@ NS ns2.dobra.pl.\n"
    zones = {zone: f"$ORIGIN {zone}.\n{start}" for zone in REVERSE}
    zones[REVERSE[0]] += f"{dns.reversename.from_address(NOBODY)} PTR {NOBODY_NAME}\n"
    for place in plan.places:
        target = {
            Reverse.CONFIRMED: place.host.name,
            Reverse.OTHER: OTHER_REVERSE,
            Reverse.LOST: LOST_REVERSE,
            Reverse.MISSING: None,
        }[place.host.reverse]
        if target is None:
            continue
        for address in place.addresses:
            zone = REVERSE[ip_address(address).version == 6]
            zones[zone] += f"{dns.reversename.from_address(address)} PTR {absolute(target)}\n"
    return zones


def _sign(name: str, text: str, key: _Key) -> str:
    """The zone with its key, its signatures and its chain of NSEC (RFC 4034)."""
    zone = dns.zone.from_text(text, origin=dns.name.from_text(name), relativize=False)
    now = datetime.now(UTC)
    with zone.writer() as writer:
        dns.dnssec.sign_zone(
            zone,
            writer,
            keys=[(key.private, key.public)],
            dnskey_ttl=300,
            inception=now - timedelta(hours=1),
            expiration=now + timedelta(days=30),
            add_dnskey=True,
        )
    return str(zone.to_text(relativize=False))
