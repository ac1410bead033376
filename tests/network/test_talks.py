"""Tests of bot.network.talks: conversations are shared, kept, taken in turn and cut short."""

import asyncio
from ipaddress import ip_address

from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.network.talk import Failure, Protocol, ServerTalk, Stage
from tests.doubles.mailserver import (
    MailServer,
    busy,
    mail_server,
    silence,
    slow_greeting,
    smtp,
    unused_port,
)
from tests.network.conftest import MakeNetwork


async def talk_to(network: Network, server: MailServer, host: str = "mx.firma.pl") -> ServerTalk:
    return await network.talk(Protocol.SMTP, host, server.address, server.port)


async def test_the_same_conversation_is_held_once(make_network: MakeNetwork) -> None:
    script = slow_greeting(0.05, smtp())
    async with make_network() as network, mail_server(script) as server:
        talks = await asyncio.gather(*(talk_to(network, server) for _ in range(5)))
        later = await talk_to(network, server)
    assert server.connections == 1
    assert {talk.age for talk in talks} == {0.0}
    assert later.age > 0
    assert later.greeting == talks[0].greeting


async def test_a_fresh_view_looks_again(make_network: MakeNetwork) -> None:
    async with make_network() as network, mail_server(smtp()) as server:
        await talk_to(network, server)
        view = network.within(5, fresh=True)
        view._not_before += 10  # as though the first look were long ago
        await talk_to(view, server)
    assert server.connections == 2


async def test_a_server_that_sent_us_away_is_left_alone(make_network: MakeNetwork) -> None:
    async with make_network() as network, mail_server(busy()) as server:
        await talk_to(network, server)
        view = network.within(5, fresh=True)
        view._not_before += 10
        talk = await talk_to(view, server)
    assert talk.failure is not None
    assert talk.failure.trouble is Trouble.TRY_LATER
    assert talk.age > 0
    assert server.connections == 1


async def test_one_connection_per_target_at_a_time(make_network: MakeNetwork) -> None:
    script = slow_greeting(0.02, smtp())
    async with make_network() as network, mail_server(script) as server:
        hosts = [f"mx{number}.firma.pl" for number in range(5)]
        talks = await asyncio.gather(*(talk_to(network, server, host) for host in hosts))
    assert [talk.host for talk in talks] == hosts
    assert all(talk.failure is None for talk in talks)
    assert server.connections == 5
    assert server.most_at_once == 1


async def test_different_targets_do_not_wait_for_each_other(make_network: MakeNetwork) -> None:
    async with (
        make_network() as network,
        mail_server(silence()) as tarpit,
        mail_server(smtp()) as server,
    ):
        stuck = asyncio.create_task(talk_to(network, tarpit))
        talk = await talk_to(network, server)
        assert not stuck.done()
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)
    assert talk.failure is None


async def test_cancelling_closes_the_socket_at_once(make_network: MakeNetwork) -> None:
    async with make_network() as network, mail_server(silence()) as server:
        stuck = asyncio.create_task(talk_to(network, server))
        await server.reached()
        stuck.cancel()
        await asyncio.wait_for(server.empty(), 5)


async def test_a_view_shows_what_it_has_at_its_deadline(make_network: MakeNetwork) -> None:
    async with make_network() as network, mail_server(silence()) as server:
        talk = await talk_to(network.within(0.4), server)
        assert talk.failure == Failure(Stage.GREETING, Trouble.TIMEOUT)
        assert [stage for stage, _ in talk.timings] == [Stage.CONNECT, Stage.GREETING]
        await asyncio.wait_for(server.empty(), 5)


async def test_a_view_whose_time_is_over_says_so_and_asks_nobody(
    make_network: MakeNetwork,
) -> None:
    async with make_network() as network, mail_server(smtp()) as server:
        talk = await talk_to(network.within(0), server)
    assert talk.failure == Failure(Stage.CONNECT, Trouble.BUSY)
    assert server.connections == 0


async def test_whoever_never_got_its_turn_is_told_that_we_are_busy(
    make_network: MakeNetwork,
) -> None:
    async with make_network() as network, mail_server(silence()) as server:
        first = asyncio.create_task(talk_to(network, server, "a.firma.pl"))
        await server.reached()
        talk = await talk_to(network.within(0.05), server, "b.firma.pl")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert talk.failure == Failure(Stage.CONNECT, Trouble.BUSY)


async def test_closing_the_network_closes_every_socket(make_network: MakeNetwork) -> None:
    async with mail_server(silence()) as server:
        async with make_network() as network:
            stuck = asyncio.create_task(talk_to(network, server))
            await server.reached()
        await asyncio.wait_for(server.empty(), 5)
        await asyncio.gather(stuck, return_exceptions=True)


async def test_a_failed_connect_gives_the_turn_back(make_network: MakeNetwork) -> None:
    port = unused_port()
    async with make_network() as network:
        for host in ("a.firma.pl", "b.firma.pl"):
            talk = await network.talk(Protocol.SMTP, host, ip_address("127.0.0.1"), port)
            assert talk.failure == Failure(Stage.CONNECT, Trouble.REFUSED)
