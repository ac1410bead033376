"""The whole table of RFC 7208 once more through the real resolver, over a real wire."""

import re
from ipaddress import ip_address

import dns.exception
import dns.name
import pytest

from bot.network.resolver import Resolver
from bot.probes.spf_check_host import check_host
from tests.doubles.dns import DnsServer, Fault, dns_server
from tests.probes.spf_cases import CASES, Case

FAULTS = {
    "!timeout": Fault.SERVFAIL,  # a silence would only make the tests slow
    "!servfail": Fault.SERVFAIL,
    "!bogus": Fault.BOGUS,
    "!dns-refused": Fault.REFUSED,
}


def fill(server: DnsServer, zone: str) -> None:
    """Spell the lines of a case as a zone file does."""
    lines = []
    for line in filter(str.strip, zone.splitlines()):
        name, rdtype, value = line.split(" ", 2)
        name = re.sub(r"([\"();@$])", r"\\\1", name.replace("\\x20", "\\032"))
        if rdtype == "PTR":
            name = ip_address(name).reverse_pointer
        try:
            dns.name.from_text(name)
        except dns.exception.DNSException:
            continue  # such a name cannot be in DNS
        if value in FAULTS:
            server.misbehave(name, FAULTS[value], rdtype)
        elif rdtype in ("TXT", "SPF"):
            lines.append(f"{name} {rdtype} {' '.join(map(quoted, value.split('|')))}")
        else:
            is_name = rdtype in ("CNAME", "PTR", "MX") and not value.endswith(".")
            lines.append(f"{name} {rdtype} {value}{'.' if is_name else ''}")
    server.add("\n".join(lines))


def quoted(string: str) -> str:
    return '"' + "".join(f"\\{byte:03}" for byte in string.encode("latin-1")) + '"'


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_the_rfc_is_kept_on_the_wire(case: Case) -> None:
    async with dns_server("") as server:
        fill(server, case.zone)
        resolver = Resolver([server.address])
        try:
            found = await check_host(
                resolver, case.ip, case.domain, case.sender, case.helo, now=1136073600
            )
        finally:
            await resolver.close()
    assert (found.result, found.explanation) == (case.result, case.explanation)
