"""The shipped topics: what people ask most is there, and what they are told to do can be done."""

import re
from itertools import chain

import pytest

from bot.conversation.commands import COMMANDS
from bot.knowledge.load import load_knowledge
from bot.knowledge.topic import AREAS, Topic
from bot.model.language import WRITTEN, Language
from bot.probes import PROBES

KNOWLEDGE = load_knowledge()
TOPICS = tuple(KNOWLEDGE.topics.values())
CODE = re.compile(r"`([^`]+)`")
NUMBER = re.compile(r"[\d.]+")
COMMAND = re.compile(r"/([a-z0-9]+)")
SHORT = 700  # what is read in ten seconds, in characters
FEWEST_TOPICS = 150
# What Thunderbird's options are not called in Polish, though it is often written.
NOT_IN_THUNDERBIRD = (
    "Normalne hasło",
    "Zaszyfrowane hasło",
    "połączeń do zapamiętania",
    "jedynie subskrybowane",
    "Informacje dla pomocy technicznej",
    "Operacje”, „Usuń konto",
)
# What people ask most, most of it first: each must be known in many words.
DEMANDED = (
    "password-rejected",
    "password-rejected-receiving",
    "password-rejected-sending",
    "keeps-asking-password",
    "imap-or-pop3",
    "change-pop3-to-imap",
    "devices-differ",
    "leave-copy-on-server",
    "cannot-receive",
    "cannot-send",
    "connection-timed-out",
    "connection-refused",
    "tls-handshake-failed",
    "what-is-spf",
    "what-is-dkim",
    "what-is-dmarc",
    "spf-dkim-dmarc",
    "mx-records",
    "messages-vanished",
    "undelivered-mail",
    "recover-deleted",
    "certificate-warning",
    "app-password",
    "oauth2-login",
    "bounce-user-unknown",
    "bounce-rejected-as-spam",
    "add-account",
    "find-server-names",
    "ports-and-encryption",
    "enable-imap",
    "forwarding",
    "backup-new-computer",
    "moving-mail-hosts",
    "mailbox-full",
    "special-folders",
    "sent-copies-missing",
    "folders-not-visible",
    "landing-in-spam",
    "slow-sync",
    "delayed-mail",
)

MUST = {
    "imap-or-pop3": "imap-or-pop3",
    "what-is-pop3": "protocols",
    "what-is-smtp": "protocols",
    "what-is-imap": "protocols",
    "find-server-names": "server-settings",
    "check-server": "server-settings",
    "where-mail-lies": "server-settings",
    "ports-and-encryption": "server-settings",
    "delayed-mail": "delays",
    "undelivered-mail": "missing-mail",
    "password-rejected-receiving": "password-rejected",
    "password-rejected-sending": "password-rejected",
    "app-password": "oauth-app-password",
    "cannot-send": "cannot-send",
    "cannot-receive": "cannot-receive",
    "connection-timed-out": "connection-fails",
    "connection-refused": "connection-fails",
    "certificate-warning": "certificate",
    "sent-copies-missing": "special-folders",
    "messages-vanished": "missing-mail",
}


def every_text(topic: Topic, language: Language) -> tuple[str, ...]:
    variants = (variant.text[language] for variant in topic.variants)
    return tuple(chain(topic.answer[language], topic.more.get(language, ()), *variants))


def codes(topic: Topic, language: Language) -> list[str]:
    return [code for text in every_text(topic, language) for code in CODE.findall(text)]


@pytest.mark.parametrize(("topic", "area"), MUST.items())
def test_what_is_asked_most_has_its_topic(topic: str, area: str) -> None:
    assert KNOWLEDGE.topics[topic].area == area


def test_every_area_has_a_topic() -> None:
    assert set(AREAS) - {topic.area for topic in TOPICS} == set()


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_both_languages_give_the_same_ports_and_codes(topic: Topic) -> None:
    polish, english = (
        sorted(code for code in codes(topic, language) if NUMBER.fullmatch(code))
        for language in (Language.PL, Language.EN)
    )
    assert polish == english


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_only_commands_that_exist_are_offered(topic: Topic) -> None:
    known = {command.name for command in COMMANDS}
    named = {
        found[1]
        for language in WRITTEN
        for code in codes(topic, language)
        if (found := COMMAND.match(code))
    }
    assert named <= known


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_only_probes_that_exist_are_offered(topic: Topic) -> None:
    assert set(topic.check) <= {probe.name for probe in PROBES}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_the_short_answer_is_short_and_there_is_more(topic: Topic) -> None:
    for language in WRITTEN:
        assert sum(map(len, topic.answer[language])) <= SHORT
        assert topic.more[language]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_each_language_has_ways_of_asking_enough(topic: Topic) -> None:
    for language in WRITTEN:
        assert len(topic.asked[language]) >= 12


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_each_leads_on_says_what_it_is_not_and_where_its_facts_are_from(topic: Topic) -> None:
    assert topic.follow
    assert topic.unlike
    assert topic.sources
    assert all(source.read for source in topic.sources)


def test_there_are_topics_enough() -> None:
    assert len(TOPICS) >= FEWEST_TOPICS


@pytest.mark.parametrize("topic", DEMANDED)
def test_what_is_asked_most_is_known_in_twenty_ways(topic: str) -> None:
    for language in WRITTEN:
        assert len(KNOWLEDGE.topics[topic].asked[language]) >= 20


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_thunderbirds_options_have_its_own_polish_names(topic: Topic) -> None:
    told = (topic.answer, topic.more, *(variant.text for variant in topic.variants))
    said = " ".join(chain.from_iterable(texts[Language.PL] for texts in told))
    assert [name for name in NOT_IN_THUNDERBIRD if name in said] == []
