"""The card of a mailbox: what is wrong first, what to type where, and how much of it is certain."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.document import Document, Heading, Item, Sign
from bot.model.finding import Finding, Severity
from bot.model.language import WRITTEN, Language
from bot.model.settings import (
    AskedSource,
    Disagreement,
    Proof,
    SettingsReport,
    SettingsSource,
)
from bot.model.trouble import Gap, Trouble
from bot.render.data import document_text
from bot.render.settings_card import CardState, card_document
from bot.render.telegram_html import render_pages
from bot.render.terminal import render_document
from tests.render.mailboxes import (
    ANNA,
    AUTOCONFIG,
    BROKEN,
    FAILS,
    GOOD,
    GUESSED,
    IMAP,
    ISPDB,
    POP3,
    POP3_ONLY,
    SMTP,
    SRV,
    STARTTLS,
    STATES,
    UNTESTED,
    WORKS,
    found,
    knowledge,
    mailbox,
    server,
)
from tests.render.test_terminal import picture

GOLDEN = Path(__file__).parent / "golden"
NARROW = 40  # columns: a phone held upright


def draw(state: CardState, language: Language = Language.EN) -> Document:
    return card_document(state, knowledge(), language)


def said(report: SettingsReport, language: Language = Language.EN) -> str:
    return document_text(draw(CardState(ANNA, report), language))


def items(document: Document) -> list[Sign]:
    return [block.sign for block in document.blocks if isinstance(block, Item)]


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("name", STATES)
def test_a_card_looks_as_it_is_drawn_here(name: str, language: Language) -> None:
    document = draw(STATES[name], language)
    (page,) = render_pages(document)
    drawn = f"{picture(render_document(document), NARROW)}\n{page.html}\n"
    path = GOLDEN / f"card-{name}.{language}.txt"
    if os.environ.get("WRITE_GOLDEN"):  # then read the difference before you commit it
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_the_cause_of_a_complaint_comes_before_everything_else() -> None:
    title, cause, *_ = draw(CardState(ANNA, BROKEN)).blocks
    assert isinstance(title, Heading)
    assert isinstance(cause, Item)
    assert cause.sign is Sign.ERROR
    assert "expired" in "".join(inline.text for inline in cause.line)


def test_a_server_that_fails_gives_way_to_one_that_works() -> None:
    report = replace(GOOD, incoming=(replace(IMAP, proof=FAILS), POP3))
    text = said(report)
    assert "pop3.firma.pl" in text
    assert "Incoming: POP3, works" in text


def test_what_could_not_be_tested_is_never_called_broken() -> None:
    report = replace(GOOD, incoming=(replace(IMAP, proof=UNTESTED),), outgoing=())
    document = draw(CardState(ANNA, report))
    assert Sign.ERROR not in items(document)
    assert "not tested" in document_text(document)


def test_a_guess_is_always_marked_as_one() -> None:
    for language, word in ((Language.PL, "domysł"), (Language.EN, "guess")):
        assert word in said(GUESSED, language)
        assert word not in said(GOOD, language)


def test_a_source_that_came_over_http_is_marked() -> None:
    assert "http" in said(BROKEN)
    assert "http" not in said(GOOD)


@pytest.mark.parametrize(
    ("proofs", "verdict"),
    [
        ((WORKS, FAILS), "What works: imap.firma.pl (port 993)"),
        ((WORKS, WORKS), "each of them works"),
        ((FAILS, FAILS), "none of them works"),
        ((UNTESTED, FAILS), "could not be tested"),
    ],
)
def test_sources_that_disagree_are_told_with_what_came_of_trying(
    proofs: tuple[Proof, Proof], verdict: str
) -> None:
    other = server("imap", 143, STARTTLS, source=SRV)
    report = replace(
        GOOD,
        incoming=(replace(IMAP, proof=proofs[0]), found(other, proofs[1])),
        disagreements=(Disagreement("imap", (IMAP.server, other)),),
    )
    text = said(report)
    assert "an autoconfig file: imap.firma.pl, port 993, SSL/TLS" in text
    assert "SRV records in DNS: imap.firma.pl, port 143, STARTTLS" in text
    assert verdict in text


def test_oauth2_is_never_called_a_password() -> None:
    for name in ("gmail", "microsoft"):
        text = document_text(draw(STATES[name]))
        assert "OAuth2" in text
        assert "with the usual password of the mailbox" not in text


def test_a_password_in_the_clear_is_warned_of() -> None:
    assert "overheard" in said(POP3_ONLY)


@pytest.mark.parametrize("name", STATES)
def test_a_group_never_reads_the_address(name: str) -> None:
    for language in WRITTEN:
        document = draw(replace(STATES[name], is_private=False), language)
        assert "anna" not in picture(render_document(document))


def test_without_an_address_the_user_name_is_described() -> None:
    state = CardState(mailbox("firma.pl"), POP3_ONLY)
    assert "the part of your address before the @" in document_text(draw(state))
    state = CardState(mailbox("firma.pl"), GOOD)
    assert "your whole e-mail address" in document_text(draw(state))


def test_the_tag_of_an_address_is_left_out_of_the_user_name() -> None:
    state = CardState(mailbox("anna+sklep@firma.pl"), GOOD)
    text = document_text(draw(state))
    assert "User name: anna@firma.pl" in text
    assert "+sklep" in text


def test_a_refused_report_with_markup_in_it_breaks_nothing() -> None:
    odd = found(server("imap", 993, host="<b>&.firma.pl", username="<i>%EMAILADDRESS%"))
    report = replace(GOOD, incoming=(odd,), outgoing=(SMTP,))
    (page,) = render_pages(draw(CardState(ANNA, report)))
    assert "&lt;b&gt;" in page.html
    assert "<i>anna" not in page.html


@pytest.mark.parametrize(
    ("provider", "login"),
    [
        pytest.param("onet", "with the usual password of the mailbox", id="takes both"),
        pytest.param("fastmail", "with an app password", id="takes no other"),
    ],
)
def test_a_password_is_an_app_password_only_where_no_other_is_taken(
    provider: str, login: str
) -> None:
    text = said(replace(GOOD, provider=provider))
    assert login in next(line for line in text.splitlines() if line.startswith("Login"))


@pytest.mark.parametrize(
    ("report", "words"),
    [
        pytest.param(
            SettingsReport(ANNA.target, is_missing=True), "no such domain in DNS", id="no domain"
        ),
        pytest.param(
            SettingsReport(ANNA.target, takes_no_mail=True), "takes no mail", id="a null MX"
        ),
        pytest.param(SettingsReport(ANNA.target), "publishes nothing", id="nobody tells"),
    ],
)
def test_where_nothing_is_found_the_reason_is_told(report: SettingsReport, words: str) -> None:
    text = said(report)
    assert words in text
    assert "Try again" not in text


def test_a_server_that_lets_nobody_log_in_is_told_first_though_another_works() -> None:
    mute = Finding("imap.no-login", Severity.WARNING, "imap.firma.pl:143", {})
    report = replace(
        GOOD,
        incoming=(*GOOD.incoming, found(server("imap", 143, STARTTLS), Proof(False, (mute,)))),
    )
    document = draw(CardState(ANNA, report))
    assert items(document)[0] is Sign.WARNING
    assert "imap.firma.pl:143" in document_text(document)


def test_the_same_advice_is_given_once() -> None:
    both = [
        Finding("settings.over-http", Severity.WARNING, subject, {"domain": "firma.pl"})
        for subject in ("imap.firma.pl:993", "smtp.firma.pl:465")
    ]
    report = replace(
        GOOD,
        incoming=(replace(IMAP, proof=Proof(True, (both[0],))),),
        outgoing=(replace(SMTP, proof=Proof(True, (both[1],))),),
    )
    (page,) = render_pages(draw(CardState(ANNA, report)))
    text = page.html
    assert text.count("The administrator should offer this file over https") == 1
    assert text.count("only from a file fetched without encryption") == 2


def test_a_silent_place_is_named_where_another_of_its_kind_has_answered() -> None:
    gap = Gap("https://autoconfig.firma.pl/mail.xml", Trouble.GARBAGE)
    silent = AskedSource(SettingsSource.AUTOCONFIG, "https://autoconfig.firma.pl/mail.xml", gap=gap)
    other = AskedSource(SettingsSource.AUTOCONFIG, "https://autoconfig.hosting.pl/mail.xml", True)
    (named,) = render_pages(draw(CardState(ANNA, replace(GOOD, sources=(silent, other)))))
    (plain,) = render_pages(draw(CardState(ANNA, replace(GOOD, sources=(silent,)))))
    assert "No usable answer from: an autoconfig file (autoconfig.firma.pl)" in named.html
    assert "No usable answer from: an autoconfig file." in plain.html


def test_where_only_the_provider_is_known_its_note_says_where_to_look() -> None:
    text = said(SettingsReport(ANNA.target, "seohost"))
    assert "run by SeoHost" in text
    assert "h25.seohost.pl" in text
    assert "no database knows it" not in text


EWS = replace(server("exchange", 443), url="https://exchange.firma.pl/EWS/Exchange.asmx")


@pytest.mark.parametrize("language", WRITTEN)
def test_exchange_and_jmap_stand_beside_imap_with_their_addresses(language: Language) -> None:
    jmap = found(server("jmap", 443))
    text = said(replace(GOOD, incoming=(*GOOD.incoming, found(EWS), jmap)), language)
    assert EWS.url in text
    assert "jmap.firma.pl" in text
    broken = replace(GOOD, incoming=(*GOOD.incoming, found(EWS, FAILS)))
    assert EWS.url not in said(broken, language)


def test_a_mailbox_with_exchange_alone_is_shown_as_one_server() -> None:
    report = replace(GOOD, incoming=(found(EWS, UNTESTED),), outgoing=())
    document = draw(CardState(ANNA, report))
    assert items(document) == [Sign.UNTESTED]
    text = document_text(document)
    assert "Incoming and outgoing: Exchange" in text
    assert EWS.url in text
    assert "anna@firma.pl" in text


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        pytest.param({}, True, id="by a file"),
        pytest.param({"is_unsafe": True}, False, id="over http"),
        pytest.param({"source": SettingsSource.PACC}, False, id="by another than the server's"),
    ],
)
def test_a_page_where_access_is_switched_on_is_shown_as_its_source_deserves(
    changes: dict[str, object], is_shown: bool
) -> None:
    page = "https://poczta.firma.pl/imap"
    asked = replace(GOOD.sources[0], switch_on=page, **changes)  # type: ignore[arg-type]
    assert ("poczta.firma.pl/imap" in said(replace(GOOD, sources=(asked,)))) is is_shown
    # What we know of a provider ourselves stands above what a file says.
    assert "poczta.firma" not in said(replace(GOOD, sources=(asked,), provider="gmail"))


def test_who_asks_about_a_domain_alone_is_told_that_it_publishes_nothing() -> None:
    unpublished = replace(GOOD, sources=())
    words = "does not publish these settings"
    alone = CardState(mailbox("firma.pl"), unpublished)
    assert words in document_text(draw(alone))
    assert words not in said(unpublished)
    assert words not in document_text(draw(replace(alone, report=GOOD)))
    only_incoming = replace(unpublished, outgoing=())
    assert words not in document_text(draw(replace(alone, report=only_incoming)))


@pytest.mark.parametrize(
    ("source", "place", "told"),
    [
        (AUTOCONFIG, "https://autoconfig.hoster.pl/mail/config-v1.1.xml", " (hoster.pl)"),
        (
            AUTOCONFIG,
            "https://hoster.pl/.well-known/autoconfig/mail/config-v1.1.xml",
            " (hoster.pl)",
        ),
        (AUTOCONFIG, "https://firma.pl/.well-known/autoconfig/mail/config-v1.1.xml", ""),
        (AUTOCONFIG, "https://autoconfig.firma.pl/mail/config-v1.1.xml", ""),
        (ISPDB, "https://ispdb.example.org/v1.1/hoster.pl", " (hoster.pl)"),
        (ISPDB, "https://ispdb.example.org/v1.1/firma.pl", ""),
        (SRV, "_imaps._tcp.firma.pl", ""),
    ],
)
def test_a_file_of_whoever_receives_the_mail_is_named_as_theirs(
    source: SettingsSource, place: str, told: str
) -> None:
    imap = found(server("imap", 993, source=source))
    report = replace(GOOD, incoming=(imap,), sources=(AskedSource(source, place, True),))
    named = {
        AUTOCONFIG: "an autoconfig file",
        ISPDB: "Mozilla's database",
        SRV: "SRV records in DNS",
    }
    (page,) = render_pages(draw(CardState(ANNA, report)))
    assert f"From: {named[source]}{told}." in page.html.replace("&#x27;", "'")


def test_protocols_are_told_as_people_list_them() -> None:
    report = replace(GOOD, not_offered=("imap", "pop3", "smtp"))
    assert "does not offer IMAP, POP3 and SMTP." in said(report)
    assert "nie ma: IMAP i POP3." in said(
        replace(report, not_offered=("imap", "pop3")), Language.PL
    )


@pytest.mark.parametrize(
    ("username", "with_address", "without"),
    [
        ("%USERNAME%", "the login that your provider gave you", "the login that your"),
        (
            "%EMAILLOCALPART%.%EMAILDOMAIN%",
            "anna.firma.pl",
            "like anna.firma.pl (for anna@firma.pl)",
        ),
        ("", "anna@firma.pl", "usually the whole e-mail address"),
    ],
)
def test_a_user_name_is_told_as_far_as_the_address_tells_it(
    username: str, with_address: str, without: str
) -> None:
    imap, smtp = (
        found(server(protocol, port, username=username))
        for protocol, port in (("imap", 993), ("smtp", 465))
    )
    report = replace(GOOD, incoming=(imap,), outgoing=(smtp,), sources=())
    assert f"User name: {with_address}" in said(report)
    alone = document_text(draw(CardState(mailbox("firma.pl"), report)))
    assert f"User name: {without}" in alone
    assert "%" not in alone
    # Nobody publishes a name that programs cannot know.
    assert ("does not publish these settings" in alone) is (username != "%USERNAME%")
