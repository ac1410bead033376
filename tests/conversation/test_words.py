"""Nothing that the bot may have to say is missing in either language."""

import pytest

from bot.conversation.mind import WORD_LISTS
from bot.model.language import WRITTEN, Language
from bot.probes import PROBES
from bot.render.verdict import COUNTED
from tests.conversation.people import knowledge, make_mind


@pytest.mark.parametrize("language", WRITTEN)
def test_every_probe_has_a_name_for_people(language: Language) -> None:
    phrases = knowledge().phrases
    assert all(phrases.say(f"report.probe.{probe.name}", language) for probe in PROBES)


@pytest.mark.parametrize("language", WRITTEN)
def test_every_verdict_and_count_is_worded(language: Language) -> None:
    phrases = knowledge().phrases
    for grade in ("good", "weak", "bad", "unknown"):
        for what in ("receive", "forge", "plain"):
            assert phrases.say(f"report.verdict.{what}.{grade}", language, target="firma.pl")
    for key, _ in COUNTED:
        assert phrases.say(f"report.tally.{key}", language, count=2)


@pytest.mark.parametrize("name", WORD_LISTS)
def test_typed_words_are_understood_in_any_dress(name: str) -> None:
    mind = make_mind()
    for language in WRITTEN:
        for word in knowledge().phrases.say(f"words.{name}", language).split(","):
            assert mind.means(f"  {word.strip().upper()}! ", name)


def test_no_typed_word_means_two_things() -> None:
    mind = make_mind()
    for name in WORD_LISTS:
        for language in WRITTEN:
            for word in knowledge().phrases.say(f"words.{name}", language).split(","):
                meant = [other for other in WORD_LISTS if mind.means(word, other)]
                assert set(meant) <= {name, *({"bye", "leave"} if name in ("bye", "leave") else ())}


def test_what_follows_a_typed_word_is_told() -> None:
    mind = make_mind()
    assert mind.after_word("sprawdź firma.pl", "check") == "firma.pl"
    assert mind.after_word("Look at firma.pl sklep.pl", "check") == "firma.pl sklep.pl"
    assert mind.after_word("sprawdź", "check") == ""
    assert mind.after_word("firma.pl", "check") == ""
