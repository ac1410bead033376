"""Tests of bot.network.resolver against a real server that misbehaves to order."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest

from bot.model.trouble import Trouble
from bot.network.answer import (
    CaaRecord,
    MxRecord,
    SoaRecord,
    SrvRecord,
    Status,
    TlsaRecord,
    TxtRecord,
)
from bot.network.errors import NetworkError
from bot.network.resolver import Resolver
from bot.network.settings import ServerAddress
from tests.doubles.dns import DnsServer, Fault, dns_server
from tests.doubles.mailserver import unused_port
from tests.network.conftest import TIMES

ZONE = """
firma.pl.           300 IN SOA ns.firma.pl. root.firma.pl. 7 3600 600 86400 60
firma.pl.           300 IN MX  20 mx2.firma.pl.
firma.pl.           300 IN MX  10 MX1.firma.pl.
firma.pl.           300 IN TXT "v=spf1 " "-all"
firma.pl.           300 IN TXT "\\200\\255 bytes"
firma.pl.           300 IN NS  ns.firma.pl.
firma.pl.           300 IN CAA 0 issue "letsencrypt.org"
nullmx.firma.pl.    300 IN MX  0 .
mx1.firma.pl.       300 IN A   192.0.2.1
mx1.firma.pl.       300 IN AAAA 2001:db8::1
www.firma.pl.       300 IN CNAME web.firma.pl.
web.firma.pl.       300 IN CNAME mx1.firma.pl.
dead.firma.pl.      300 IN CNAME nowhere.firma.pl.
_imaps._tcp.firma.pl. 300 IN SRV 10 5 993 imap2.firma.pl.
_imaps._tcp.firma.pl. 300 IN SRV 0 1 993 imap.firma.pl.
_pop3._tcp.firma.pl. 300 IN SRV 0 0 0 .
_25._tcp.mx1.firma.pl. 300 IN TLSA 3 1 0 00ff
_25._tcp.mx2.firma.pl. 300 IN TYPE52 \\# 5 03010100ff
1.2.0.192.in-addr.arpa. 300 IN PTR mx1.firma.pl.
"""


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with dns_server(ZONE) as running:
        yield running


@pytest.fixture
async def resolver(server: DnsServer) -> AsyncIterator[Resolver]:
    made = Resolver([server.address], times=TIMES)
    yield made
    await made.close()


async def trouble(asked: object) -> Trouble:
    with pytest.raises(NetworkError) as caught:
        await asked  # type: ignore[misc]
    return caught.value.trouble


async def test_every_type_is_read(resolver: Resolver) -> None:
    assert (await resolver.mx("firma.pl")).records == (
        MxRecord(10, "mx1.firma.pl"),
        MxRecord(20, "mx2.firma.pl"),
    )
    assert (await resolver.mx("nullmx.firma.pl")).records == (MxRecord(0, ""),)
    texts = (await resolver.txt("firma.pl")).records
    assert TxtRecord((b"v=spf1 ", b"-all")) in texts
    assert TxtRecord((b"\xc8\xff bytes",)) in texts
    assert {text.text for text in texts} == {"v=spf1 -all", "Èÿ bytes"}
    assert (await resolver.a("mx1.firma.pl")).records == (IPv4Address("192.0.2.1"),)
    assert (await resolver.aaaa("mx1.firma.pl")).records == (IPv6Address("2001:db8::1"),)
    assert (await resolver.ns("firma.pl")).records == ("ns.firma.pl",)
    assert (await resolver.cname("www.firma.pl")).records == ("web.firma.pl",)
    assert (await resolver.soa("firma.pl")).records == (
        SoaRecord("ns.firma.pl", "root.firma.pl", 7, 3600, 600, 86400, 60),
    )
    assert (await resolver.srv("_imaps._tcp.firma.pl")).records == (
        SrvRecord(0, 1, 993, "imap.firma.pl"),
        SrvRecord(10, 5, 993, "imap2.firma.pl"),
    )
    assert (await resolver.srv("_pop3._tcp.firma.pl")).records == (SrvRecord(0, 0, 0, ""),)
    assert (await resolver.tlsa("_25._tcp.mx1.firma.pl")).records == (
        TlsaRecord(3, 1, 0, b"\x00\xff"),
    )
    assert (await resolver.caa("firma.pl")).records == (CaaRecord(0, "issue", "letsencrypt.org"),)
    assert (await resolver.ptr(ip_address("192.0.2.1"))).records == ("mx1.firma.pl",)
    assert (await resolver.query("firma.pl", "MX")).records == (
        "10 MX1.firma.pl.",
        "20 mx2.firma.pl.",
    )


async def test_a_tlsa_record_of_the_wrong_length_is_not_lost(
    resolver: Resolver, server: DnsServer
) -> None:
    answer = await resolver.tlsa("_25._tcp.mx2.firma.pl")
    assert answer.records == (TlsaRecord(3, 1, 1, b"\x00\xff"),)


async def test_aliases_are_followed_and_told(resolver: Resolver) -> None:
    answer = await resolver.a("WWW.firma.pl.")
    assert answer.name == "www.firma.pl"
    assert answer.aliases == ("web.firma.pl", "mx1.firma.pl")
    assert answer.records == (IPv4Address("192.0.2.1"),)
    dead = await resolver.a("dead.firma.pl")
    assert (dead.status, dead.aliases) == (Status.NO_NAME, ("nowhere.firma.pl",))


async def test_no_name_and_no_data_are_told_apart(resolver: Resolver) -> None:
    assert (await resolver.a("nic.firma.pl")).status is Status.NO_NAME
    assert (await resolver.a("firma.pl")).status is Status.NO_DATA
    assert (await resolver.a("_tcp.firma.pl")).status is Status.NO_DATA  # a name between


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".pl", "żółw.pl", "\\"])
async def test_what_cannot_be_a_name_does_not_exist(
    resolver: Resolver, server: DnsServer, name: str
) -> None:
    assert (await resolver.a(name)).status is Status.NO_NAME
    assert server.asked == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.SERVFAIL, Trouble.SERVFAIL),
        (Fault.REFUSED, Trouble.DNS_REFUSED),
        (Fault.BOGUS, Trouble.BOGUS),
        (Fault.BOGUS_UNSAID, Trouble.BOGUS),
        (Fault.SILENCE, Trouble.TIMEOUT),
        (Fault.WRONG_ID, Trouble.TIMEOUT),
        (Fault.TRUNCATED_ALWAYS, Trouble.SERVFAIL),
        (Fault.GARBAGE, Trouble.SERVFAIL),
    ],
)
async def test_failures_are_told_apart(
    resolver: Resolver, server: DnsServer, fault: Fault, expected: Trouble
) -> None:
    server.misbehave("mx1.firma.pl", fault)
    assert await trouble(resolver.a("mx1.firma.pl")) is expected


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.WRONG_QUESTION, Fault.NO_EDNS])
async def test_what_can_be_mended_is_mended(
    resolver: Resolver, server: DnsServer, fault: Fault
) -> None:
    server.misbehave("mx1.firma.pl", fault)
    assert (await resolver.a("mx1.firma.pl")).records == (IPv4Address("192.0.2.1"),)


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.GARBAGE, Fault.WRONG_ID])
async def test_a_lost_answer_is_asked_for_again(
    resolver: Resolver, server: DnsServer, fault: Fault
) -> None:
    server.misbehave("mx1.firma.pl", fault, times=1)
    assert (await resolver.a("mx1.firma.pl")).status is Status.FOUND
    assert server.count("mx1.firma.pl") >= 2


async def test_a_failure_that_has_just_passed_is_not_taken_for_dnssec(
    resolver: Resolver, server: DnsServer
) -> None:
    server.misbehave("mx1.firma.pl", Fault.SERVFAIL, times=1)
    assert (await resolver.a("mx1.firma.pl")).status is Status.FOUND


async def test_an_answer_too_big_for_udp_comes_by_tcp(
    resolver: Resolver, server: DnsServer
) -> None:
    for number in range(60):
        server.add(f'big.firma.pl. 300 TXT "{number} {"x" * 60}"')
    lines = [f'big.firma.pl. 300 TXT "{number} {"x" * 60}"' for number in range(60)]
    server.add("\n".join(lines))
    assert len((await resolver.txt("big.firma.pl")).records) == 60
    assert [way for name, _, way in server.asked if name == "big.firma.pl"] == ["udp", "tcp"]


async def test_one_resolver_that_is_dead_costs_little(server: DnsServer) -> None:
    dead = ServerAddress("127.0.0.1", unused_port())
    resolver = Resolver([dead, server.address], times=TIMES)
    assert (await resolver.a("mx1.firma.pl")).status is Status.FOUND
    await resolver.close()


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.SERVFAIL, Fault.REFUSED, Fault.GARBAGE])
async def test_the_second_resolver_answers_for_the_first(server: DnsServer, fault: Fault) -> None:
    async with dns_server(ZONE) as first:
        first.fault = fault
        resolver = Resolver([first.address, server.address], times=TIMES)
        assert (await resolver.a("mx1.firma.pl")).status is Status.FOUND
        assert first.count("mx1.firma.pl") >= 1
        await resolver.close()


async def test_a_silent_resolver_is_asked_last_from_then_on(server: DnsServer) -> None:
    async with dns_server(ZONE) as first:
        first.fault = Fault.SILENCE
        resolver = Resolver([first.address, server.address], times=TIMES)
        for name in ("mx1.firma.pl", "firma.pl", "www.firma.pl"):
            await resolver.a(name)
        assert first.asked == [("mx1.firma.pl", "A", "udp")]
        await resolver.close()


async def test_a_slow_first_resolver_is_still_listened_to(server: DnsServer) -> None:
    async with dns_server(ZONE) as first:
        first.delay = TIMES.dns_try * 2
        server.fault = Fault.SILENCE
        resolver = Resolver([first.address, server.address], times=TIMES)
        assert (await resolver.a("mx1.firma.pl")).status is Status.FOUND
        await resolver.close()


async def test_bogus_from_one_resolver_is_not_covered_up_by_one_that_does_not_look(
    server: DnsServer,
) -> None:
    async with dns_server(ZONE) as first:
        first.fault = Fault.BOGUS
        resolver = Resolver([first.address, server.address], times=TIMES)
        assert await trouble(resolver.a("mx1.firma.pl")) is Trouble.BOGUS
        await resolver.close()


async def test_servfail_counts_more_than_refused(server: DnsServer) -> None:
    server.fault = Fault.SERVFAIL
    async with dns_server(ZONE) as first:
        first.fault = Fault.REFUSED
        resolver = Resolver([first.address, server.address], times=TIMES)
        assert await trouble(resolver.a("mx1.firma.pl")) is Trouble.SERVFAIL
        await resolver.close()


async def test_the_same_question_goes_out_once(resolver: Resolver, server: DnsServer) -> None:
    server.delay = 0.02
    names = ["firma.pl", "FIRMA.pl", "firma.pl."] * 10
    answers = await asyncio.gather(*(resolver.mx(name) for name in names))
    assert len({answer.records for answer in answers}) == 1
    assert server.count("firma.pl", "MX") == 1
    await resolver.mx("firma.pl")
    assert server.count("firma.pl", "MX") == 1


@pytest.mark.parametrize("name", ["nic.firma.pl", "firma.pl"])
async def test_no_is_kept_too(resolver: Resolver, server: DnsServer, name: str) -> None:
    await resolver.a(name)
    again = await resolver.a(name)
    assert again.age > 0
    assert server.count(name) == 1


async def test_a_failure_is_not_asked_for_twice_at_once(
    resolver: Resolver, server: DnsServer
) -> None:
    server.misbehave("mx1.firma.pl", Fault.REFUSED)
    assert await trouble(resolver.a("mx1.firma.pl")) is Trouble.DNS_REFUSED
    assert await trouble(resolver.a("mx1.firma.pl")) is Trouble.DNS_REFUSED
    assert server.count("mx1.firma.pl") == 1


async def test_two_hundred_questions_at_once_are_all_answered(server: DnsServer) -> None:
    resolver = Resolver([server.address])
    server.delay = 0.05
    server.add("\n".join(f"n{i}.firma.pl. A 192.0.2.{i}" for i in range(200)))
    answers = await asyncio.gather(*(resolver.a(f"n{i}.firma.pl") for i in range(200)))
    assert [str(answer.records[0]) for answer in answers] == [f"192.0.2.{i}" for i in range(200)]
    await resolver.close()


async def test_more_questions_than_a_socket_takes_are_answered(server: DnsServer) -> None:
    resolver = Resolver([server.address])
    for start in range(0, 600, 100):
        batch = [resolver.a(f"n{i}.firma.pl") for i in range(start, start + 100)]
        assert {answer.status for answer in await asyncio.gather(*batch)} == {Status.NO_NAME}
    await resolver.close()


async def test_a_view_counts_age_and_keeps_to_its_deadline(
    resolver: Resolver, server: DnsServer
) -> None:
    ages: list[float] = []
    await resolver.view(note_age=ages.append).a("mx1.firma.pl")
    await resolver.view(note_age=ages.append).a("mx1.firma.pl")
    assert ages[0] == 0.0 < ages[1]
    server.slow("late.firma.pl", 60)
    now = asyncio.get_running_loop().time()
    assert await trouble(resolver.view(deadline=now + 0.05).a("late.firma.pl")) is Trouble.TIMEOUT


async def test_a_waiter_that_gives_up_does_not_take_the_answer_from_others(
    resolver: Resolver, server: DnsServer
) -> None:
    server.delay = 0.05
    impatient = resolver.a("mx1.firma.pl")
    patient = resolver.a("mx1.firma.pl")
    await asyncio.sleep(0.01)
    impatient.cancel()
    assert (await patient).status is Status.FOUND
    assert server.count("mx1.firma.pl") == 1


async def test_the_resolvers_word_on_dnssec_is_passed_on(server: DnsServer) -> None:
    server.authenticated = True
    resolver = Resolver([server.address], times=TIMES)
    assert (await resolver.a("mx1.firma.pl")).authenticated
    assert (await resolver.a("nic.firma.pl")).authenticated
    await resolver.close()


async def test_a_resolver_that_is_not_there_is_told_at_once() -> None:
    port = unused_port()
    resolver = Resolver([ServerAddress("127.0.0.1", port)], times=TIMES)
    with pytest.raises(NetworkError) as caught:
        await resolver.a("firma.pl")
    assert caught.value.trouble is Trouble.TIMEOUT
    assert caught.value.detail == f"firma.pl A: resolver 127.0.0.1:{port}: Connection refused"
    await resolver.close()
    await resolver.close()  # twice is harmless


async def test_a_resolver_that_denies_the_root_is_not_believed(
    server: DnsServer, resolver: Resolver
) -> None:
    # What closed networks answer to everything: no such name, and no SOA with it.
    server.remove(".", "NS")
    assert await trouble(resolver.mx("inna.example")) is Trouble.NO_INTERNET
    assert await trouble(resolver.a("mx.inna.example")) is Trouble.NO_INTERNET
    assert server.count(".", "NS") == 1


async def test_a_denial_without_soa_is_believed_of_a_resolver_that_knows_the_root(
    server: DnsServer, resolver: Resolver
) -> None:
    assert (await resolver.mx("inna.example")).status is Status.NO_NAME
    assert server.count(".", "NS") == 1


async def test_a_denial_with_its_soa_costs_no_other_question(
    server: DnsServer, resolver: Resolver
) -> None:
    assert (await resolver.mx("nowhere.firma.pl")).status is Status.NO_NAME
    assert server.count(".", "NS") == 0


async def test_when_the_root_cannot_be_asked_a_denial_stands(
    server: DnsServer, resolver: Resolver
) -> None:
    server.misbehave(".", Fault.SERVFAIL)
    assert (await resolver.mx("inna.example")).status is Status.NO_NAME


async def test_below_a_name_that_is_proved_not_to_exist_nothing_is_asked(
    server: DnsServer,
) -> None:
    server.authenticated = True
    resolver = Resolver([server.address], times=TIMES)
    assert (await resolver.txt("_domainkey.firma.pl")).status is Status.NO_NAME
    below = await resolver.txt("s1._domainkey.FIRMA.pl")
    assert (below.status, below.name) == (Status.NO_NAME, "s1._domainkey.firma.pl")
    assert below.age > 0
    assert (await resolver.a("_domainkey.firma.pl")).status is Status.NO_NAME
    assert len(server.asked) == 1
    assert (await resolver.a("mx1.firma.pl")).status is Status.FOUND
    view = resolver.view(not_before=asyncio.get_running_loop().time())
    assert (await view.txt("s1._domainkey.firma.pl")).status is Status.NO_NAME
    assert server.count("s1._domainkey.firma.pl") == 1
    await resolver.close()


async def test_a_denial_that_nobody_proves_says_nothing_of_names_below(
    server: DnsServer, resolver: Resolver
) -> None:
    assert (await resolver.a("other.firma.pl")).status is Status.NO_NAME
    assert (await resolver.a("more.other.firma.pl")).status is Status.NO_NAME
    assert server.count("more.other.firma.pl") == 1


async def test_that_an_alias_leads_nowhere_denies_no_name_below_it(server: DnsServer) -> None:
    server.authenticated = True
    server.add("a.dead.firma.pl. 300 A 192.0.2.9")
    resolver = Resolver([server.address], times=TIMES)
    assert (await resolver.a("dead.firma.pl")).status is Status.NO_NAME
    assert (await resolver.a("a.dead.firma.pl")).status is Status.FOUND
    await resolver.close()
