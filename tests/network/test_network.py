"""Tests of bot.network.network: the bundle, its gate, its deadline and its view of time."""

import asyncio
import socket
import subprocess
import sys
from ipaddress import ip_address

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import CertificateError, NetworkError, NotPublicError
from bot.network.network import Network
from bot.network.settings import NetworkSettings, ServerAddress
from bot.network.talk import Protocol
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import Fault, dns_server
from tests.doubles.mailserver import mail_server, smtp, unused_port, web_server
from tests.network.conftest import TIMES, MakeNetwork

ZONE = """
firma.pl.       SOA ns.firma.pl. root.firma.pl. 1 2 3 4 60
mx.firma.pl.    A 127.0.0.1
mx.firma.pl.    AAAA ::1
v6.firma.pl.    AAAA ::1
inside.firma.pl. A 10.0.0.1
mixed.firma.pl. A 127.0.0.1
mixed.firma.pl. A 192.168.1.1
sneaky.firma.pl. A 127.0.0.1
sneaky.firma.pl. AAAA 64:ff9b::10.0.0.1
alias.firma.pl. CNAME inside.firma.pl.
"""


async def test_addresses_of_a_name(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        both = (ip_address("127.0.0.1"), ip_address("::1"))
        assert await network.addresses("mx.firma.pl") == both
        assert await network.addresses("v6.firma.pl") == both[1:]
        assert await network.addresses("firma.pl") == ()
        assert await network.addresses("nowhere.firma.pl") == ()
        assert await network.addresses("127.0.0.1") == both[:1]


@pytest.mark.parametrize(
    "host",
    [
        "inside.firma.pl",
        "mixed.firma.pl",
        "sneaky.firma.pl",
        "alias.firma.pl",
        "10.0.0.1",
        "::ffff:10.0.0.1",
    ],
)
async def test_a_name_with_an_address_that_is_not_public_is_refused_whole(
    make_network: MakeNetwork, host: str
) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        with pytest.raises(NotPublicError):
            await network.addresses(host)


async def test_one_family_that_fails_does_not_hide_the_other(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        server.misbehave("mx.firma.pl", Fault.REFUSED, "AAAA")
        assert await network.addresses("mx.firma.pl") == (ip_address("127.0.0.1"),)
        server.misbehave("v6.firma.pl", Fault.REFUSED, "AAAA")
        with pytest.raises(NetworkError) as caught:
            await network.addresses("v6.firma.pl")
        assert caught.value.trouble is Trouble.DNS_REFUSED


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1"])
async def test_nothing_connects_where_the_guard_says_no(
    make_network: MakeNetwork, address: str
) -> None:
    async with make_network() as network:
        with pytest.raises(NotPublicError):
            await network.talk(Protocol.SMTP, "mx.firma.pl", ip_address(address), 25)
        with pytest.raises(NotPublicError):
            await network.ping(ip_address(address))
        with pytest.raises(NotPublicError):
            await network.origin(ip_address(address))


async def test_only_the_mail_ports_are_connected_to() -> None:
    settings = NetworkSettings(resolvers=(ServerAddress("127.0.0.1"),))
    async with Network.from_settings(settings) as network:
        with pytest.raises(NotPublicError):
            await network.talk(Protocol.SMTP, "mx.firma.pl", ip_address("8.8.8.8"), 22)


async def test_loopback_is_refused_unless_it_is_allowed() -> None:
    settings = NetworkSettings(ports=frozenset(range(65536)))
    async with Network.from_settings(settings) as network, mail_server(smtp()) as server:
        with pytest.raises(NotPublicError):
            await network.talk(Protocol.SMTP, "mx.firma.pl", server.address, server.port)
    assert server.connections == 0


async def test_gather_each_gives_what_is_ready_at_the_deadline(make_network: MakeNetwork) -> None:
    cancelled = asyncio.Event()

    async def late() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return "late"

    async def fails() -> str:
        raise NetworkError(Trouble.REFUSED)

    async def works() -> str:
        await asyncio.sleep(0)
        return "here"

    async with make_network() as network:
        view = network.within(0.1)
        found = await view.gather_each({"late": late(), "fails": fails(), "works": works()})
        assert found["works"] == "here"
        assert [outcome.trouble for outcome in (found["late"], found["fails"])] == [  # type: ignore[union-attr]
            Trouble.TIMEOUT,
            Trouble.REFUSED,
        ]
        assert cancelled.is_set()
        assert list(found) == ["late", "fails", "works"]
        assert await network.gather_each([works(), works()]) == ["here", "here"]
        assert await network.gather_each([]) == []
        assert await network.gather_each({}) == {}


async def test_gather_each_lets_our_own_bugs_through(make_network: MakeNetwork) -> None:
    async def bug() -> None:
        raise ZeroDivisionError

    async with make_network() as network:
        with pytest.raises(ZeroDivisionError):
            await network.gather_each([asyncio.sleep(60), bug()])


async def test_a_view_has_a_deadline_and_a_view_of_it_no_later_one(
    make_network: MakeNetwork,
) -> None:
    async with make_network() as network:
        assert network.remaining() == float("inf")
        view = network.within(5)
        assert 4 < view.remaining() <= 5
        assert view.within(60).remaining() <= 5
        assert network.within(0).remaining() == 0


async def test_a_view_tells_the_age_of_the_oldest_answer_it_used(
    make_network: MakeNetwork,
) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        first = network.within(5)
        await first.dns.a("mx.firma.pl")
        assert first.age == 0
        await asyncio.sleep(0.01)
        second = network.within(5)
        await second.dns.a("v6.firma.pl")
        assert second.age == 0
        await second.dns.a("mx.firma.pl")
        assert second.age >= 0.005


async def test_views_of_one_fresh_check_share_what_they_fetch(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        check = network.within(5, fresh=True)
        for _ in range(3):
            await check.within(5).dns.a("mx.firma.pl")
            await network.within(5, fresh=True).dns.a("mx.firma.pl")
        assert server.count("mx.firma.pl", "A") == 1


async def test_a_dns_question_ends_with_its_view(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        server.slow("mx.firma.pl", 60)
        with pytest.raises(NetworkError) as caught:
            await network.within(0.05).dns.a("mx.firma.pl")
        assert caught.value.trouble is Trouble.TIMEOUT


WITNESSES = "\n".join(f"w{number}.example. A 127.0.0.1" for number in range(3))


async def test_a_blocked_port_25_is_our_own_fault(make_network: MakeNetwork) -> None:
    from bot.network.port25 import port_25_blocked

    async with (
        dns_server(WITNESSES) as dns,
        make_network([dns.address]) as network,
        mail_server(smtp()) as reachable,
    ):
        three = ["w0.example", "w1.example", "w2.example"]
        closed = unused_port()
        assert await port_25_blocked(network.addresses, three, 1, closed)
        assert not await port_25_blocked(network.addresses, three, 1, reachable.port)
        # One silent witness could be down itself, and names that do not resolve tell nothing.
        assert not await port_25_blocked(network.addresses, three[:1], 1, closed)
        assert not await port_25_blocked(network.addresses, ["a.example", "b.example"], 1, closed)
        assert not await port_25_blocked(network.addresses, [], 1, closed)


async def test_when_port_25_is_known_blocked_no_target_is_blamed(
    make_network: MakeNetwork,
) -> None:
    async with (
        dns_server(WITNESSES) as dns,
        make_network(
            [dns.address], port_25_witnesses=("w0.example", "w1.example"), times=TIMES
        ) as network,
    ):
        # Nobody listens on port 25 of loopback here: at the first refusal we look at ourselves.
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", 25)) == 0:
                pytest.skip("something listens on port 25 of this machine")
        talk = await network.talk(Protocol.SMTP, "w0.example", ip_address("127.0.0.1"), 25)
        assert talk.failure is not None
        assert talk.failure.trouble is Trouble.PORT_BLOCKED
        assert "w0.example, w1.example" in talk.failure.detail  # the proof, for a trace
        assert not talk.connected


async def test_a_refusal_stands_where_our_witnesses_tell_nothing(
    make_network: MakeNetwork,
) -> None:
    witnesses = ("a.example", "b.example")
    async with (
        dns_server(WITNESSES) as dns,
        make_network([dns.address], port_25_witnesses=witnesses) as network,
    ):
        talk = await network.talk(Protocol.SMTP, "w0.example", ip_address("127.0.0.1"), 25)
        assert talk.failure is None or talk.failure.trouble is not Trouble.PORT_BLOCKED


async def test_a_file_is_fetched_once_for_all_who_want_it(
    make_network: MakeNetwork, ca: ThrowAwayCa
) -> None:
    async with (
        dns_server("mta-sts.firma.pl. A 127.0.0.1") as dns,
        mail_server(web_server(), tls=ca.good("mta-sts.firma.pl").context()) as server,
        make_network([dns.address]) as network,
    ):
        url = f"https://mta-sts.firma.pl:{server.port}/"
        views = network.within(5), network.within(5)
        found = await asyncio.gather(*(view.fetch(url, max_bytes=100) for view in views))
        found.append(await network.within(5).fetch(url, max_bytes=100))
        assert [fetched.status for fetched in found] == [400, 400, 400]
        assert server.connections == 1
        await network.within(5).fetch(url, max_bytes=101)  # another question
        assert server.connections == 2


async def test_everybody_who_shares_a_fetch_is_told_what_was_wrong(
    make_network: MakeNetwork, ca: ThrowAwayCa
) -> None:
    async with (
        dns_server("mta-sts.firma.pl. A 127.0.0.1") as dns,
        mail_server(web_server(), tls=ca.good("other.example").context()) as server,
        make_network([dns.address]) as network,
    ):
        url = f"https://mta-sts.firma.pl:{server.port}/"
        views = network.within(5), network.within(5)
        asked = (view.fetch(url, max_bytes=100) for view in views)
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(one) for one in found] == [CertificateError, CertificateError]


def test_whoever_fetches_nothing_loads_no_http_client() -> None:
    code = "import sys, bot.jobs.inprocess; print('httpcore' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
