"""The knowledge that ships: sound, linked, and as the writers' page says."""

from pathlib import Path

import pytest

from bot.knowledge.lint import lint
from bot.knowledge.load import load_knowledge
from bot.knowledge.located import Checker
from bot.knowledge.provider import Access
from bot.knowledge.sheets import shipped_folder
from bot.knowledge.stats import stats
from bot.knowledge.topic import AREAS, LANGUAGES, check_topic
from bot.knowledge.wording import placeholders
from bot.knowledge.yaml_file import parse_located
from bot.model.language import WRITTEN, Language
from bot.model.trouble import Trouble

KNOWLEDGE = load_knowledge()
README = (shipped_folder() / "README.md").read_text(encoding="utf-8")


def test_the_lint_finds_nothing() -> None:
    assert [str(fault) for fault in lint() if not fault.is_due] == []


def test_the_writers_example_is_a_sound_topic() -> None:
    example = README.split("```yaml\n")[1].split("```")[0]
    checker = Checker("example.yaml")
    value = parse_located(example.encode(), checker)
    assert value is not None
    check_topic("example", value, checker)
    assert checker.faults == []


def test_the_writers_page_names_every_area() -> None:
    assert [area for area in AREAS if area not in README] == []


def test_the_writers_page_is_one_page() -> None:
    assert len(README.splitlines()) <= 90


def test_there_are_topics_enough_in_areas_enough() -> None:
    counted = stats(KNOWLEDGE)
    assert counted.topics >= 25
    assert len(counted.areas) >= 10
    assert min(counted.asked.values()) >= 25 * 8
    assert sum(counted.areas.values()) == counted.topics


def test_providers_without_servers_for_programs_count_where_that_is_known() -> None:
    known = [
        provider.id
        for provider in KNOWLEDGE.reference.providers.all
        if provider.servers or provider.access in {Access.BRIDGE, Access.NONE}
    ]
    assert stats(KNOWLEDGE).servers == len(known)


@pytest.mark.parametrize("topic", KNOWLEDGE.topics.values(), ids=lambda topic: topic.id)
def test_a_topic_is_whole_in_both_languages(topic: object) -> None:
    for name in ("title", "label", "asked", "answer"):
        texts = getattr(topic, name)
        assert {language for language in texts if texts[language]} == LANGUAGES


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_is_worded(trouble: Trouble) -> None:
    for language in WRITTEN:
        template = KNOWLEDGE.findings.troubles[trouble][language]
        assert placeholders(template) <= {"subject", "detail"}


def test_vague_questions_offer_topics_that_exist() -> None:
    for vague in KNOWLEDGE.lexicon.vague:
        assert len(vague.options) >= 2, vague.id


def test_every_topic_can_be_reached_from_another_or_by_asking() -> None:
    assert [t.id for t in KNOWLEDGE.topics.values() if not t.asked[Language.PL]] == []


def test_the_wheel_would_carry_the_folder() -> None:
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    assert 'knowledge = "bot/_knowledge"' in pyproject.read_text(encoding="utf-8")
