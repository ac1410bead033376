"""Topics as documents: short, in full, for a program, with sources and the day of review."""

import pytest

from bot.knowledge.topic import Source, Topic, Variant
from bot.model.document import Bullets, Heading, Link, Note, Paragraph
from bot.model.language import Language
from bot.render.answer import answer_document
from bot.render.data import document_text
from tests.render.reports import knowledge

PL, EN = Language.PL, Language.EN
VARIANT = Variant({"program": "outlook"}, {PL: ("W Outlooku inaczej.",), EN: ("In Outlook else.",)})
TOPIC = Topic(
    id="imap-or-pop3",
    area="imap-or-pop3",
    title={PL: "IMAP czy POP3", EN: "IMAP or POP3"},
    label={PL: "IMAP czy POP3", EN: "IMAP or POP3"},
    asked={PL: ("imap czy pop3",), EN: ("imap or pop3",)},
    answer={PL: ("Wybierz `IMAP`.", "1. raz", "2. dwa"), EN: ("Choose `IMAP`.", "1. a", "2. b")},
    more={PL: ("Więcej o tym.",), EN: ("More of it.",)},
    variants=(VARIANT,),
    unlike=(),
    follow=(),
    check=(),
    sources=(
        Source("RFC 9051 section 2 (flags)", "https://www.rfc-editor.org/rfc/rfc9051"),
        Source("RFC 1939"),
        Source("a help page"),
    ),
    reviewed="2026-11-23",
)


def test_a_short_answer_has_what_is_needed_and_no_more() -> None:
    document = answer_document(TOPIC, knowledge().phrases, EN)
    heading, first, steps, note = document.blocks
    assert isinstance(heading, Heading)
    assert isinstance(first, Paragraph)
    assert isinstance(steps, Bullets)
    assert steps.numbered
    assert isinstance(note, Note)
    words = "".join(inline.text for inline in note.line)
    assert words == "Sources: RFC 9051 section 2, RFC 1939 · reviewed 23\xa0November 2026"
    assert [type(inline) for inline in note.line if inline.text == "RFC 9051 section 2"] == [Link]


@pytest.mark.parametrize(
    ("in_full", "variant", "has", "has_not"),
    [
        (False, None, (), ("Więcej o tym.", "W Outlooku inaczej.")),
        (False, VARIANT, ("W Outlooku inaczej.",), ("Więcej o tym.",)),
        (True, None, ("Więcej o tym.",), ("W Outlooku inaczej.",)),
        (True, VARIANT, ("Więcej o tym.", "W Outlooku inaczej."), ()),
    ],
)
def test_more_and_the_person_s_program_are_added(
    in_full: bool, variant: Variant | None, has: tuple[str, ...], has_not: tuple[str, ...]
) -> None:
    document = answer_document(TOPIC, knowledge().phrases, PL, in_full=in_full, variant=variant)
    text = document_text(document)
    assert "Wybierz IMAP." in text
    assert all(words in text for words in has)
    assert not any(words in text for words in has_not)


def test_what_is_said_for_the_person_s_program_comes_first() -> None:
    document = answer_document(TOPIC, knowledge().phrases, PL, variant=VARIANT)
    text = document_text(document)
    assert text.index("W Outlooku inaczej.") < text.index("Wybierz IMAP.")


def test_in_full_every_source_is_named_as_it_is() -> None:
    document = answer_document(TOPIC, knowledge().phrases, PL, in_full=True)
    note = document.blocks[-1]
    assert isinstance(note, Note)
    words = "".join(inline.text for inline in note.line)
    assert all(source.name in words for source in TOPIC.sources)
