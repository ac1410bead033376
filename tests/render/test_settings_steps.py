"""Steps for a program: the values filled in, in the program's words, and only those that fit."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.formats.mailbox import Mailbox
from bot.knowledge.program import Program
from bot.model.document import Bullets, Document, Item, Sign
from bot.model.language import WRITTEN, Language
from bot.model.settings import SettingsReport
from bot.render.data import document_text
from bot.render.mailbox_facts import mailbox_facts
from bot.render.mailbox_words import MailboxWords
from bot.render.settings_steps import explain_document, steps_document
from bot.render.telegram_html import render_pages
from bot.render.terminal import render_document
from bot.render.words import Words
from tests.render.mailboxes import (
    ANNA,
    BROKEN,
    EXPIRED,
    GMAIL,
    GOOD,
    IMAP,
    MICROSOFT,
    POP3_ONLY,
    PROTON,
    SMTP,
    found,
    knowledge,
    mailbox,
    server,
)
from tests.render.test_terminal import picture

GOLDEN = Path(__file__).parent / "golden"
PROGRAMS = tuple(knowledge().programs.values())


def words(
    report: SettingsReport = GOOD,
    whose: Mailbox = ANNA,
    language: Language = Language.EN,
    *,
    is_private: bool = True,
) -> MailboxWords:
    facts = mailbox_facts(report, whose, knowledge())
    return MailboxWords(Words(knowledge(), language), facts, is_private)


def steps(document: Document) -> list[str]:
    (numbered,) = [block for block in document.blocks if isinstance(block, Bullets)][-1:]
    return ["".join(inline.text for inline in item) for item in numbered.items]


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.id)
def test_the_steps_look_as_they_are_drawn_here(program: Program, language: Language) -> None:
    document = steps_document(words(language=language), program, "")
    (page,) = render_pages(document)
    drawn = f"{picture(render_document(document), 40)}\n{page.html}\n"
    path = GOLDEN / f"steps-{program.id}.{language}.txt"
    if os.environ.get("WRITE_GOLDEN"):  # then read the difference before you commit it
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("report", [GOOD, GMAIL, MICROSOFT, PROTON, POP3_ONLY, BROKEN])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.id)
def test_any_program_and_mailbox_fit_in_a_message(
    program: Program, report: SettingsReport, language: Language
) -> None:
    document = steps_document(words(report, language=language), program, "")
    assert len(render_pages(document)) == 1
    assert "{" not in document_text(document)


def test_the_servers_and_the_address_stand_in_the_steps() -> None:
    text = document_text(steps_document(words(), knowledge().programs["thunderbird"], ""))
    for value in ("imap.firma.pl", "993", "SSL/TLS", "smtp.firma.pl", "465", "anna@firma.pl"):
        assert value in text


def test_pop3_is_taken_where_it_is_asked_for() -> None:
    text = document_text(steps_document(words(), knowledge().programs["thunderbird"], "pop3"))
    assert "pop3.firma.pl" in text
    assert "imap.firma.pl" not in text


def test_a_provider_with_oauth2_needs_no_servers_typed() -> None:
    text = document_text(steps_document(words(MICROSOFT), knowledge().programs["iphone"], ""))
    assert "sign in" in text
    assert "outlook.office365.com" not in text


def test_a_program_that_reads_no_pop3_says_so() -> None:
    text = document_text(steps_document(words(POP3_ONLY), knowledge().programs["spark"], ""))
    assert "does not read mail by POP3" in text


def test_the_new_outlook_is_honest_about_the_cloud() -> None:
    for language, word in ((Language.PL, "chmurę Microsoftu"), (Language.EN, "Microsoft's cloud")):
        document = steps_document(words(language=language), knowledge().programs["outlook-new"], "")
        assert word in document_text(document)


def test_a_broken_server_is_told_before_the_steps() -> None:
    report = replace(GOOD, incoming=(replace(IMAP, proof=EXPIRED),))
    document = steps_document(words(report), knowledge().programs["thunderbird"], "")
    marked = [block for block in document.blocks if isinstance(block, Item)]
    assert marked[0].sign is Sign.ERROR


def test_without_servers_there_are_no_steps() -> None:
    nothing = replace(GOOD, incoming=())
    document = steps_document(words(nothing), knowledge().programs["thunderbird"], "")
    assert not [block for block in document.blocks if isinstance(block, Bullets)]


def test_without_an_address_the_steps_say_which_part_to_type() -> None:
    document = steps_document(words(whose=mailbox("firma.pl")), knowledge().programs["iphone"], "")
    assert any("your whole e-mail address" in step for step in steps(document))


def test_a_group_never_reads_the_address_in_the_steps() -> None:
    for program in PROGRAMS:
        document = steps_document(words(is_private=False), program, "")
        assert "anna" not in picture(render_document(document))


def test_what_a_server_is_called_is_never_markup() -> None:
    odd = server("imap", 993, host="a`b`.firma.pl", username="{in_host}`%EMAILLOCALPART%`")
    report = replace(GOOD, incoming=(found(odd),), outgoing=(SMTP,))
    document = steps_document(words(report), knowledge().programs["thunderbird"], "")
    text = document_text(document)
    assert "a`b`.firma.pl" in text
    assert "{in_host}`anna`" in text


def test_the_words_of_the_programs_are_compared() -> None:
    text = document_text(explain_document(Words(knowledge(), Language.EN)))
    assert "993" in text
    assert "Thunderbird: “SSL/TLS” and “STARTTLS”" in text
    assert "iPhone or iPad: both are “Use SSL”" in text


@pytest.mark.parametrize("program", ["iphone", "apple-mail"])
def test_a_profile_is_praised_only_where_it_is_the_shorter_way(program: str) -> None:
    told = knowledge().programs[program]
    quicker = "A profile is quicker"
    assert quicker in document_text(steps_document(words(), told, ""))
    assert quicker not in document_text(steps_document(words(GMAIL), told, ""))


def test_a_name_that_only_the_provider_knows_is_described_in_the_steps() -> None:
    imap, smtp = (
        found(server(protocol, port, username="%USERNAME%"))
        for protocol, port in (("imap", 993), ("smtp", 465))
    )
    report = replace(GOOD, incoming=(imap,), outgoing=(smtp,))
    told = steps_document(words(report), knowledge().programs["thunderbird"], "")
    assert "username the login that your provider gave you" in " ".join(steps(told))
    assert "%" not in document_text(told)
