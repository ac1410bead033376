"""Questions put straight to a domain's own name server."""

from ipaddress import ip_address

import dns.flags
import dns.message
import pytest

from bot.model.trouble import Trouble
from bot.network.answer import Status
from bot.network.authority import ServerAnswer
from bot.network.errors import NetworkError, NotPublicError
from bot.network.network import Network
from bot.network.settings import Times
from tests.doubles.dns import DnsServer, Fault, dns_server
from tests.doubles.mailserver import unused_port
from tests.network.conftest import MakeNetwork

HERE = ip_address("127.0.0.1")
SOA = "ns1.firma.pl. x.firma.pl. 7 3600 600 86400 60"
ZONE = f"firma.pl. SOA {SOA}"
TIMES = Times(dns_try=0.05)


def asking(make_network: MakeNetwork, server: DnsServer) -> Network:
    return make_network([server.address], name_server_port=server.port, times=TIMES)


async def test_the_servers_own_answer_is_told_with_its_authority(
    make_network: MakeNetwork,
) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        server.authoritative = True
        answer = await network.ask_server(HERE, "firma.pl", "SOA")
    assert answer == ServerAnswer(Status.FOUND, True, (SOA,))


async def test_an_answer_from_a_cache_has_no_authority(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        assert not (await network.ask_server(HERE, "firma.pl", "SOA")).is_authoritative


async def test_no_recursion_is_asked_for(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags: list[int] = []
    reply = DnsServer.reply

    async def noting(self: DnsServer, wire: bytes, way: str) -> list[bytes]:
        flags.append(dns.message.from_wire(wire).flags)
        return await reply(self, wire, way)

    monkeypatch.setattr(DnsServer, "reply", noting)
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        await network.ask_server(HERE, "firma.pl", "SOA")
    assert [flag & (dns.flags.RD | dns.flags.AD) for flag in flags] == [0]


@pytest.mark.parametrize(
    ("fault", "detail"), [(Fault.REFUSED, "REFUSED"), (Fault.SERVFAIL, "SERVFAIL")]
)
async def test_a_server_that_gives_no_answer_says_so(
    make_network: MakeNetwork, fault: Fault, detail: str
) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        server.fault = fault
        answer = await network.ask_server(HERE, "firma.pl", "SOA")
    assert answer == ServerAnswer(None, detail=detail)


async def test_silence_is_a_timeout_after_a_second_try(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        server.fault = Fault.SILENCE
        with pytest.raises(NetworkError) as caught:
            await network.ask_server(HERE, "firma.pl", "SOA")
        assert caught.value.trouble is Trouble.TIMEOUT
        assert server.count("firma.pl", "SOA") == 2


async def test_where_nobody_listens_it_is_refused(make_network: MakeNetwork) -> None:
    async with make_network(name_server_port=unused_port(), times=TIMES) as network:
        with pytest.raises(NetworkError) as caught:
            await network.ask_server(HERE, "firma.pl", "SOA")
    assert caught.value.trouble is Trouble.REFUSED


async def test_an_answer_cut_by_udp_comes_by_tcp(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        server.authoritative = True
        server.misbehave("firma.pl", Fault.TRUNCATED)
        answer = await network.ask_server(HERE, "firma.pl", "SOA")
        assert answer.is_authoritative
        assert [way for _, _, way in server.asked] == ["udp", "tcp"]


async def test_a_server_that_knows_no_edns_is_asked_without(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        server.misbehave("firma.pl", Fault.NO_EDNS)
        assert (await network.ask_server(HERE, "firma.pl", "SOA")).status is Status.FOUND


async def test_a_forged_answer_does_not_end_the_wait(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        server.misbehave("firma.pl", Fault.WRONG_QUESTION)
        await network.ask_server(HERE, "firma.pl", "SOA")
        server.behave("firma.pl")
        server.misbehave("firma.pl", Fault.WRONG_ID)
        with pytest.raises(NetworkError, match="timeout"):
            await network.within(5, fresh=True).ask_server(HERE, "firma.pl", "NS")


async def test_garbage_is_told(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        server.fault = Fault.GARBAGE
        with pytest.raises(NetworkError) as caught:
            await network.ask_server(HERE, "firma.pl", "SOA")
    assert caught.value.trouble is Trouble.GARBAGE


async def test_one_question_serves_all_who_ask_it(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, asking(make_network, server) as network:
        for _ in range(3):
            await network.within(5).ask_server(HERE, "firma.pl", "SOA")
        assert server.count("firma.pl") == 1


async def test_the_view_waits_no_longer_than_its_deadline(make_network: MakeNetwork) -> None:
    async with (
        dns_server(ZONE) as server,
        make_network(name_server_port=server.port, times=Times(dns_try=30)) as network,
    ):
        server.fault = Fault.SILENCE
        with pytest.raises(NetworkError, match="timeout"):
            await network.within(0.05).ask_server(HERE, "firma.pl", "SOA")


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "fe80::1"])
async def test_the_guard_stands_before_port_53_too(make_network: MakeNetwork, address: str) -> None:
    async with make_network() as network:
        with pytest.raises(NotPublicError):
            await network.ask_server(ip_address(address), "firma.pl", "SOA")


async def test_what_is_no_name_is_not_asked_for(make_network: MakeNetwork) -> None:
    async with make_network() as network:
        assert (await network.ask_server(HERE, "a..b", "SOA")).status is Status.NO_NAME
