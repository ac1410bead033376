"""One engine for all tests of this room, learnt once."""

import pytest

from bot.faq.engine import Engine, load_matcher
from bot.knowledge.cache import Cache
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def engine(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return load_matcher(knowledge, Cache(tmp_path_factory.mktemp("cache")))
