"""No input can break Telegram's HTML, or pass its limits."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.load import load_knowledge
from bot.model.document import (
    Block,
    Bullets,
    Code,
    Copyable,
    Document,
    Heading,
    Item,
    Line,
    Link,
    Note,
    Paragraph,
    Sign,
    Strong,
    Text,
    line,
)
from bot.model.language import WRITTEN, Language
from bot.render.answer import answer_document
from bot.render.telegram_html import render_pages
from bot.render.telegram_pages import LONGEST, utf16
from tests.doubles.botapi_html import parse_html

GOLDEN = Path(__file__).parent / "golden"

NASTY = st.text(
    alphabet=st.one_of(
        st.characters(codec=None, exclude_categories=()),
        st.sampled_from("<>&\"'/ \n\t\r\x00\x1b\u202e\ud83d📮👩\u200d💻ą"),
    ),
    max_size=60,
)
LONG = st.builds(lambda text, count: text * count, NASTY, st.sampled_from([1, 1, 1, 3, 700]))
INLINE = st.one_of(
    st.builds(Text, LONG),
    st.builds(Strong, NASTY),
    st.builds(Code, LONG),
    st.builds(Link, NASTY, st.one_of(NASTY, NASTY.map(lambda text: f"https://{text}"))),
)
LINE = st.lists(INLINE, max_size=6).map(tuple)
BODY = st.one_of(
    st.builds(Paragraph, LINE),
    st.builds(Bullets, st.lists(LINE, max_size=5).map(tuple), st.booleans()),
    st.builds(Copyable, LONG),
    st.builds(Note, LINE),
)
BLOCK = st.one_of(
    st.builds(Heading, LINE),
    BODY,
    st.builds(Item, st.sampled_from(Sign), LINE, st.lists(BODY, max_size=3).map(tuple)),
)
DOCUMENTS = st.builds(Document, st.lists(BLOCK, max_size=12).map(tuple))


@given(DOCUMENTS)
def test_no_input_breaks_the_html_or_passes_a_limit(document: Document) -> None:
    pages = render_pages(document, {Sign.ERROR: "<błąd>"})
    assert pages
    for page in pages:
        page.html.encode()
        text, entities = parse_html(page.html)
        assert text.strip()
        assert utf16(text) <= LONGEST
        assert len(entities) <= 100
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert all(0 < len(copy) <= 256 for copy in page.copies)


@given(st.lists(st.text(alphabet="abc ł📮", max_size=900), min_size=1, max_size=30))
def test_nothing_is_lost_when_pages_are_cut(texts: list[str]) -> None:
    blocks = tuple(Item(Sign.ERROR, line(Code("x"), text)) for text in texts)
    whole = "".join(parse_html(page.html)[0] for page in render_pages(Document(blocks)))
    wanted = "".join(f"❌x{text}" for text in texts)
    assert "".join(whole.split()) == "".join(wanted.split())


def test_more_than_a_hundred_entities_take_another_page() -> None:
    document = Document((Bullets(tuple(line(Code(str(n)), " ") for n in range(250))),))
    pages = render_pages(document)
    assert [len(parse_html(page.html)[1]) for page in pages] == [100, 100, 50]


def test_a_line_of_a_thousand_codes_is_cut_too() -> None:
    inlines: Line = tuple(part for n in range(1000) for part in (Code(str(n)), Text(" ")))
    pages = render_pages(Document((Paragraph(inlines),)))
    assert max(len(parse_html(page.html)[1]) for page in pages) == 100
    assert "".join(parse_html(page.html)[0] for page in pages).split() == [
        str(n) for n in range(1000)
    ]


def test_pages_are_cut_between_items() -> None:
    body = (Paragraph(line("słowo " * 100)),)
    items = tuple(Item(Sign.WARNING, line(f"ustalenie {n}"), body) for n in range(20))
    pages = render_pages(Document(items))
    assert len(pages) > 2
    for page in pages:
        assert page.html.startswith("<b>⚠️ ustalenie")
        assert page.html.rstrip().endswith("słowo")


def test_an_item_longer_than_a_page_is_cut_between_its_blocks() -> None:
    body = tuple(Paragraph(line(f"akapit {n} " + "x" * 1500)) for n in range(4))
    pages = render_pages(Document((Item(Sign.ERROR, line("ustalenie"), body),)))
    assert [page.html[:9] for page in pages] == ["<b>❌ usta", "akapit 2 "]


def test_a_block_longer_than_a_page_is_cut_at_a_word() -> None:
    pages = render_pages(Document((Paragraph(line(Strong("zażółć " * 1000))),)))
    for page in pages:
        assert page.html.startswith("<b>zażółć ")
        assert page.html.rstrip().endswith("</b>")
        assert set(parse_html(page.html)[0].split()) == {"zażółć"}


def test_a_word_longer_than_a_page_is_cut_beside_no_clinging_letter() -> None:
    pages = render_pages(Document((Paragraph(line("👩\u200d💻" * 2000)),)))
    for page in pages:
        assert page.html.startswith("👩")
        assert page.html.endswith("💻")


def test_a_heading_stays_with_what_follows() -> None:
    filler = Paragraph(line("x" * 4000))
    blocks = (filler, Heading(line("Tytuł")), Paragraph(line("y" * 200)))
    pages = render_pages(Document(blocks))
    assert pages[1].html.startswith("<b>Tytuł</b>\ny")


def test_a_record_is_code_and_can_be_copied() -> None:
    record = "v=spf1 include:_spf.firma.pl -all"
    (page,) = render_pages(Document((Copyable(record), Copyable("a\nb"), Copyable("x" * 300))))
    assert f"<code>{record}</code>" in page.html
    assert "<pre>a\nb</pre>" in page.html
    assert page.copies == (record, "a\nb")


def test_only_https_addresses_become_links() -> None:
    links = line(Link("a", 'https://x.pl/?a=1&b="2"'), Link("b", "javascript:alert(1)"))
    (page,) = render_pages(Document((Paragraph(links),)))
    text, entities = parse_html(page.html)
    assert text == "ab"
    assert [entity["url"] for entity in entities] == ['https://x.pl/?a=1&b="2"']


def test_an_empty_document_is_still_a_message() -> None:
    assert [page.html for page in render_pages(Document(()))] == ["…"]


def test_items_without_a_body_stand_close() -> None:
    items = (Item(Sign.OK, line("a")), Item(Sign.OK, line("b")))
    (page,) = render_pages(Document(items))
    assert page.html == "✅ a\n✅ b"


@pytest.mark.parametrize("in_full", [False, True])
@pytest.mark.parametrize("language", WRITTEN)
def test_every_answer_fits_one_message(language: Language, in_full: bool) -> None:
    knowledge = load_knowledge()
    for topic in knowledge.topics.values():
        document = answer_document(topic, knowledge.phrases, language, in_full=in_full)
        pages = render_pages(document)
        assert len(pages) == 1, topic.id
        parse_html(pages[0].html)


SAMPLE: dict[Language, tuple[Block, ...]] = {
    Language.PL: (
        Heading(line("Sprawdzam ", Code("firma.pl"))),
        Item(
            Sign.ERROR,
            line("Domena ma 2 rekordy SPF, a może mieć jeden: ", Code("firma.pl")),
            (
                Paragraph(line("Odbiorcy traktują to jak brak SPF & odrzucają pocztę.")),
                Bullets((line("usuń jeden"), line("zostaw ", Code("<ten>"))), numbered=True),
                Copyable("v=spf1 mx -all"),
                Note(line("RFC 7208, sekcja 4.5")),
            ),
        ),
        Item(Sign.WARNING, line("Tylko jeden serwer MX.")),
        Item(Sign.OK, line("Serwery SMTP: ", Strong("3 rzeczy"), " w porządku.")),
        Item(Sign.WORKING, line("ptr: sprawdzam…")),
        Item(Sign.UNTESTED, line("Nie udało się sprawdzić: ", Code("mx1.firma.pl"))),
        Note(line("Więcej: ", Link("RFC 7208", "https://www.rfc-editor.org/rfc/rfc7208"))),
    ),
    Language.EN: (
        Heading(line("Checking ", Code("example.com"))),
        Item(
            Sign.ERROR,
            line("The domain has 2 SPF records and may have one: ", Code("example.com")),
            (
                Paragraph(line("Receivers take that as no SPF & refuse mail.")),
                Bullets((line("remove one"), line("keep ", Code("<this>")))),
                Copyable("_dmarc  TXT\nv=DMARC1; p=none"),
                Note(line("RFC 7208 section 4.5")),
            ),
        ),
        Item(Sign.NOTICE, line("No IPv6.")),
        Item(Sign.OK, line("SMTP servers: ", Strong("3 things"), " in order.")),
    ),
}
WORDS = {
    Language.PL: {Sign.ERROR: "błąd", Sign.WARNING: "ostrzeżenie", Sign.UNTESTED: "nie wiadomo"},
    Language.EN: {Sign.ERROR: "fault", Sign.NOTICE: "note"},
}


@pytest.mark.parametrize("language", WRITTEN)
def test_golden(language: Language) -> None:
    (page,) = render_pages(Document(SAMPLE[language]), WORDS[language])
    golden = GOLDEN / f"telegram.{language}.html"
    assert page.html + "\n" == golden.read_text(encoding="utf-8")
