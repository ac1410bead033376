"""Tests of bot.network.origin."""

from ipaddress import ip_address

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.origin import Origin, find_origin
from bot.network.resolver import Resolver
from tests.doubles.dns import Fault, dns_server
from tests.network.conftest import TIMES

V4 = "8.8.8.8.origin.asn.cymru.com."
V6 = f"{ip_address('2606:4700::1111').reverse_pointer[:-9]}.origin6.asn.cymru.com."


async def find(zone: str, address: str = "8.8.8.8") -> Origin | None:
    async with dns_server(zone) as server:
        resolver = Resolver([server.address], times=TIMES)
        try:
            return await find_origin(resolver, ip_address(address))
        finally:
            await resolver.close()


async def test_the_origin_of_an_address_is_told() -> None:
    zone = f"""
{V4} TXT "15169 | 8.8.8.0/24 | US | arin | 2023-12-28"
AS15169.asn.cymru.com. TXT "15169 | US | arin | 2000-03-30 | GOOGLE - Google LLC, US"
"""
    assert await find(zone) == Origin(15169, "8.8.8.0/24", "US", "GOOGLE - Google LLC")


async def test_over_ipv6_too() -> None:
    zone = f"""
{V6} TXT "13335 | 2606:4700::/32 | US | arin | 2011-11-01"
AS13335.asn.cymru.com. TXT "13335 | US | arin | 2010-07-14 | CLOUDFLARENET, US"
"""
    found = await find(zone, "2606:4700::1111")
    assert found == Origin(13335, "2606:4700::/32", "US", "CLOUDFLARENET")


async def test_the_narrowest_announcement_counts() -> None:
    zone = f"""
{V4} TXT "1 | 8.0.0.0/9 | US | arin |"
{V4} TXT "2 3 | 8.8.8.0/24 |  | arin |"
"""
    assert await find(zone) == Origin(2, "8.8.8.0/24", "", "")


async def test_an_address_that_nobody_announces_has_no_origin() -> None:
    assert await find("") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "NA | 8.8.8.0/24 | US | arin |",
        "1 | 8.8.8.0 | US",
        "1 | 9.9.9.0/24 | US | arin |",
        "1 | 8.8.8.0/33 | US | arin |",
        "12345678901 | 8.8.8.0/24 | US | arin |",
    ],
)
async def test_what_is_not_in_the_format_is_not_believed(text: str) -> None:
    found = await find(f'{V4} TXT "{text}"')
    assert found is None or found.prefix == "8.8.8.8/32"


async def test_the_number_is_told_even_if_its_owner_cannot_be_asked() -> None:
    async with dns_server(f'{V4} TXT "1 | 8.8.8.0/24 | US | arin |"') as server:
        server.misbehave("AS1.asn.cymru.com", Fault.REFUSED)
        resolver = Resolver([server.address], times=TIMES)
        assert await find_origin(resolver, ip_address("8.8.8.8")) == Origin(
            1, "8.8.8.0/24", "US", ""
        )
        await resolver.close()


async def test_a_failure_is_not_an_absence() -> None:
    async with dns_server("") as server:
        server.fault = Fault.REFUSED
        resolver = Resolver([server.address], times=TIMES)
        with pytest.raises(NetworkError) as caught:
            await find_origin(resolver, ip_address("8.8.8.8"))
        assert caught.value.trouble is Trouble.DNS_REFUSED
        await resolver.close()
