"""One laboratory for all tests that need it; where it cannot run, each says why."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.network.network import Network
from bot.network.settings import NetworkSettings, Times
from bot.network.trust import Trust
from tests.laboratory.laboratory import Laboratory, why_not
from tests.laboratory.scripted import SLOW

# Silence is waited for a little longer than the slowest greeting of the laboratory.
_TIMES = Times(greeting=SLOW + 1.5)


@pytest.fixture(scope="session")
def laboratory() -> Iterator[Laboratory]:
    """The laboratory, started for the first test that asks and stopped after the last."""
    if reason := why_not():
        pytest.skip(reason)
    with Laboratory() as laboratory:
        yield laboratory


@pytest.fixture(scope="session")
def network(laboratory: Laboratory) -> Iterator[Network]:
    """One network for all, as in one process of the bot: its cache is shared."""
    settings = replace(NetworkSettings.from_environment(laboratory.environment), times=_TIMES)
    trust = Trust(laboratory.environment["SSL_CERT_FILE"])

    async def opened() -> Network:
        return Network.from_settings(settings, trust=trust)

    network = laboratory.run(opened())
    yield network
    laboratory.run(network.close())
