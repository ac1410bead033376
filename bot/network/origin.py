"""Who announces an address to the Internet, as Team Cymru's DNS zones tell it."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_network

from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.resolver import Resolver
from bot.network.settings import IPAddress, IPNetwork

_COUNTRY = re.compile(r"[A-Z]{2}")
_NUMBER = re.compile(r"[0-9]{1,10}")
_ZONE_V4, _ZONE_V6, _ZONE_NAMES = "origin.asn.cymru.com", "origin6.asn.cymru.com", "asn.cymru.com"


@dataclass(frozen=True, slots=True)
class Origin:
    """The network that an address lies in. Unknown parts are ""."""

    asn: int
    prefix: str  # "192.0.2.0/24"
    country: str  # of the network's registration: "PL"
    owner: str  # "EXAMPLE-AS Example Ltd"


async def find_origin(dns: Resolver, address: IPAddress) -> Origin | None:
    """The origin of an address, or None where nobody announces it."""
    answer = await dns.txt(_question(address))
    announced = [
        origin
        for record in answer.records
        if (origin := _parse_origin(record.text, address)) is not None
    ]
    if not announced:
        return None
    # Overlapping announcements: routers follow the narrowest.
    asn, network, country = max(announced, key=lambda origin: origin[1].prefixlen)
    try:
        names = await dns.txt(f"AS{asn}.{_ZONE_NAMES}")
    except NetworkError:
        owner = ""  # the number alone is worth showing
    else:
        owners = [_parse_owner(record.text, asn) for record in names.records]
        owner = next((text for text in owners if text), "")
    return Origin(asn, str(network), country, owner)


def _question(address: IPAddress) -> str:
    labels = address.reverse_pointer.split(".")[:-2]
    zone = _ZONE_V4 if isinstance(address, IPv4Address) else _ZONE_V6
    return ".".join((*labels, zone))


def _parse_origin(text: str, address: IPAddress) -> tuple[int, IPNetwork, str] | None:
    """Read "23028 | 216.90.108.0/24 | US | arin | 1998-09-25"; several numbers share a prefix."""
    fields = [field.strip() for field in text.split("|")]
    if len(fields) < 3:
        return None
    numbers = fields[0].split()
    try:
        network = ip_network(fields[1])
    except ValueError:
        return None
    if not numbers or not _NUMBER.fullmatch(numbers[0]) or address not in network:
        return None
    country = fields[2] if _COUNTRY.fullmatch(fields[2]) else ""
    return int(numbers[0]), network, country


def _parse_owner(text: str, asn: int) -> str:
    """Read "23028 | US | arin | 2002-01-04 | TEAM-CYMRU, US"."""
    fields = [field.strip() for field in text.split("|", 4)]
    if len(fields) != 5 or fields[0] != str(asn):
        return ""
    name, comma, country = fields[4].rpartition(", ")
    return clean(name if comma and _COUNTRY.fullmatch(country) else fields[4], 120)
