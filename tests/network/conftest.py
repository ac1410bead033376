"""What the tests of the wire share: a throw-away authority, and a network that may use loopback."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from bot.network.network import Network
from bot.network.settings import NetworkSettings, ServerAddress, Times, parse_networks
from bot.network.trust import Trust
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.mailserver import unused_port

# Long enough for a busy machine, short enough for a test that waits for one of them.
TIMES = Times(
    dns_try=0.2,
    dns_total=1.0,
    connect=5.0,
    greeting=5.0,
    command=5.0,
    handshake=5.0,
    farewell=0.2,
    ping=0.3,
    fetch=5.0,
)
MakeNetwork = Callable[..., Network]


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> ThrowAwayCa:
    return ThrowAwayCa(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def make_network(ca: ThrowAwayCa) -> MakeNetwork:
    """A network over loopback whose every setting can be changed."""

    def make(resolvers: Iterable[ServerAddress] = (), **changes: object) -> Network:
        servers = tuple(resolvers) or (ServerAddress("127.0.0.1", unused_port()),)
        settings = NetworkSettings(
            resolvers=servers,
            allow_networks=parse_networks("127.0.0.0/8, ::1"),
            ehlo_name="bot.example",
            ports=frozenset(range(65536)),
            times=TIMES,
        )
        return Network.from_settings(
            replace(settings, **changes),  # type: ignore[arg-type]
            trust=Trust(str(ca.root_file)),
        )

    return make
