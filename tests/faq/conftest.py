"""One engine for all tests of this room, learnt once, and again only after what it learns from."""

from dataclasses import replace

import pytest

from bot.faq.engine import Engine, load_matcher
from bot.faq.lessons import trials
from bot.knowledge.cache import Cache
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def engine(
    knowledge: Knowledge, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Engine:
    # Its cache is keyed by what is learnt from and by the code that learns: of a later run of the
    # tests it spares the learning alone. That one learns anew is proved on the small knowledge.
    kept = pytestconfig.cache
    return load_matcher(
        knowledge, Cache(kept.mkdir("engine") if kept else tmp_path_factory.mktemp("engine"))
    )


@pytest.fixture
def small(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Knowledge:
    """A few topics, a little of what lies outside and some trials: learnt in a moment."""
    monkeypatch.setattr("bot.faq.engine.trials", lambda known: list(trials(known))[::8])
    lexicon = replace(knowledge.lexicon, outside=knowledge.lexicon.outside[:2])
    topics = {name: knowledge.topics[name] for name in ("what-is-imap", "what-is-smtp")}
    return replace(knowledge, topics=topics, lexicon=lexicon, fingerprint="small")
