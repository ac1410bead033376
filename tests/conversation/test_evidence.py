"""Answers carry what is known of the person's own provider; never what belongs to another."""

from dataclasses import replace

import pytest

from bot.conversation.drive import Desk
from bot.conversation.evidence import KINDS, evidence
from bot.conversation.memory import MemorySessions
from bot.conversation.mind import Context, Mind
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.faq.match import Matched
from bot.knowledge import Knowledge
from bot.knowledge.provider import (
    Access,
    Auth,
    Limit,
    LimitKind,
    MailServer,
    Provider,
    ProviderKind,
    Security,
)
from bot.knowledge.providers import Providers
from bot.knowledge.reference import Reference
from bot.knowledge.topic import EVIDENCE, Topic, Variant
from bot.model.check import Judged, Report, Target, TargetKind
from bot.model.document import Document
from bot.model.finding import Finding, Severity
from bot.model.language import WRITTEN, Language
from bot.render.data import document_text
from tests.conversation.people import (
    PROBES,
    ScriptedChecks,
    ScriptedMatcher,
    WrittenOutlet,
    knowledge,
    make_mind,
)

FIRM = Provider(
    "interia",
    "Interia",
    "PL",
    ProviderKind.MAILBOX,
    domains=("interia.pl",),
    mx=(),
    spf=(),
    servers=(
        MailServer("imap", "imap.interia.pl", 993, Security.TLS),
        MailServer("pop3", "pop.interia.pl", 995, Security.TLS),
        MailServer("smtp", "smtp.interia.pl", 587, Security.STARTTLS),
    ),
    username="address",
    auth=(Auth.OAUTH2, Auth.APP_PASSWORD),
    access=Access.SWITCH_ON,
    note={},
    pages=("https://interia.pl/pomoc",),
    sources=(),
    limits=(
        Limit(LimitKind.MESSAGE, 25, ""),
        Limit(LimitKind.MAILBOX, 1000, ""),
        Limit(LimitKind.MESSAGES_A_DAY, 500, ""),
    ),
)
TOPIC = replace(knowledge().topics["imap-or-pop3"], evidence=EVIDENCE)


def make_context(
    provider: Provider = FIRM, language: Language = Language.PL, **known: object
) -> Context:
    shipped = knowledge()
    known_only = Knowledge(shipped.topics, shipped.findings, shipped.phrases, shipped.lexicon)
    known_only.__dict__["reference"] = Reference(Providers((provider,)))
    mind = Mind(known_only, ScriptedMatcher(), PROBES)
    session = replace(Session(domain="interia.pl"), **known)  # type: ignore[arg-type]
    return Context(session, session, Incoming("x"), mind, language)


def told(context: Context, *kinds: str, variant: Variant | None = None) -> str:
    topic: Topic = replace(TOPIC, evidence=kinds)
    return document_text(Document(evidence(context, topic, variant)))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("incoming", "odbieranie przez IMAP: imap.interia.pl, port 993, SSL/TLS"),
        ("outgoing", "wysyłanie: smtp.interia.pl, port 587, STARTTLS"),
        ("offers-imap", "ma IMAP (imap.interia.pl, port 993), więc możesz wybrać IMAP"),
        ("username", "cały adres e-mail"),
        ("login", "przez okno dostawcy (OAuth2) albo hasłem aplikacji"),
        ("switch-on", "najpierw włączyć"),
        ("message-size", "do 25 MB"),
        ("mailbox-size", "1000 MB"),
        ("sending-limit", "500 wiadomości na dobę"),
    ],
)
def test_each_kind_says_what_the_file_holds(kind: str, said: str) -> None:
    text = told(make_context(), kind)
    assert said in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "pomoc Interia" in text


def test_every_kind_that_a_topic_may_name_is_told() -> None:
    assert set(EVIDENCE) == set(KINDS)


def test_of_pop3_is_told_whose_account_is_pop3() -> None:
    assert "pop.interia.pl" in told(make_context(slots=(("protocol", "pop3"),)), "incoming")


@pytest.mark.parametrize("kind", EVIDENCE)
def test_what_the_file_does_not_hold_is_not_told(kind: str) -> None:
    bare = replace(FIRM, servers=(), username="", auth=(), access=None, limits=())
    assert told(make_context(bare), kind) == ""


def test_no_app_password_is_asked_for_where_the_usual_one_works() -> None:
    usual = replace(FIRM, auth=(Auth.APP_PASSWORD, Auth.PASSWORD))
    assert told(make_context(usual), "login") == ""


def test_a_server_named_after_the_customer_is_told_only_where_the_domain_is_known() -> None:
    servers = (MailServer("imap", "mail.{domain}", 993, Security.TLS),)
    hosting = replace(FIRM, servers=servers, domains=())
    slots = (("provider", "interia"),)
    assert told(make_context(hosting, domain="", slots=slots), "incoming") == ""
    known = make_context(hosting, domain="firma.pl", hosted=(("firma.pl", "interia"),))
    assert "mail.firma.pl" in told(known, "incoming")
    assert told(known, "incoming").startswith("Poczta firma.pl leży w Interia.")


def test_another_provider_that_the_person_named_wins_over_the_domain() -> None:
    assert told(make_context(slots=(("provider", "gmail"),)), "incoming") == ""


def test_what_a_variant_says_of_the_provider_is_not_said_again() -> None:
    variant = Variant({"provider": "interia"}, {language: ("…",) for language in WRITTEN})
    assert told(make_context(), "incoming", variant=variant) == ""


def test_a_topic_that_wants_none_gets_none() -> None:
    assert told(make_context()) == ""


def test_both_languages_tell_it() -> None:
    assert "receiving by IMAP" in told(make_context(language=Language.EN), "incoming")


def judged(probe: str, *findings: Finding) -> Judged:
    return Judged(probe, findings)


def seen_context(*outcomes: Judged) -> Context:
    report = Report(Target(TargetKind.NAME, "interia.pl", "interia.pl"), outcomes)
    return replace(make_context(), seen={"interia.pl": report}.get)


def wrong(code: str, severity: Severity) -> Finding:
    return Finding(code, severity, "interia.pl", {"proposal": "v=spf1 -all"})


def test_what_was_just_seen_of_the_domain_is_said_first() -> None:
    context = seen_context(judged("spf", wrong("spf.missing", Severity.WARNING)))
    topic = replace(TOPIC, check=("spf",), evidence=("incoming",))
    text = document_text(Document(evidence(context, topic, None)))
    assert text.startswith("Ostatnie sprawdzenie interia.pl:")
    assert "SPF" in text
    assert "imap.interia.pl" in text


@pytest.mark.parametrize(
    ("check", "finding"),
    [
        (("dmarc",), wrong("spf.missing", Severity.WARNING)),  # another topic's probe
        (("spf",), wrong("spf.sound", Severity.OK)),
    ],
)
def test_what_proves_nothing_here_is_not_said(check: tuple[str, ...], finding: Finding) -> None:
    topic = replace(TOPIC, check=check, evidence=())
    assert evidence(seen_context(judged("spf", finding)), topic, None) == ()


async def test_the_desk_knows_what_it_saw() -> None:
    missing = Finding("spf.missing", Severity.WARNING, "firma.pl", {"proposal": "v=spf1 -all"})
    matcher = ScriptedMatcher({"co z spf?": Matched("what-is-spf", 0.9)})
    checks = ScriptedChecks((Judged("spf", (missing,)),))
    outlet, desk = WrittenOutlet(), Desk(make_mind(matcher), checks, MemorySessions())
    await desk.handle(Incoming("x", "/check firma.pl"), outlet)
    await desk.handle(Incoming("x", "co z spf?"), outlet)
    text = document_text(outlet.said[-1])
    assert "Ostatnie sprawdzenie firma.pl" in text
