"""One engine for all tests of this room, learnt once."""

from dataclasses import replace

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


@pytest.fixture
def small(knowledge: Knowledge) -> Knowledge:
    """A few topics and a little of what lies outside: learnt in a moment."""
    lexicon = replace(knowledge.lexicon, outside=knowledge.lexicon.outside[:2])
    topics = {name: knowledge.topics[name] for name in ("what-is-imap", "what-is-smtp")}
    return replace(knowledge, topics=topics, lexicon=lexicon, fingerprint="small")
