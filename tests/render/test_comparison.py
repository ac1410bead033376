"""Two reports side by side: the table, what one has and the other lacks, and what nobody claims."""

import os
from pathlib import Path

import pytest

from bot.model.check import Inconclusive, Refused, Target, TargetKind
from bot.model.document import Cell, Document, Heading, Item, Row, Sign, Table
from bot.model.finding import Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from bot.render.comparison import Pair, comparison_document, lacking
from bot.render.overview import standing
from bot.render.report import ReportState
from bot.render.telegram_html import render_pages
from bot.render.terminal import render_document
from tests.render.reports import (
    ERROR,
    LANGUAGES,
    NOTICE,
    OK,
    SOUND,
    TROUBLED,
    WARNING,
    find,
    judged,
    knowledge,
    state,
)
from tests.render.test_terminal import picture

GOLDEN = Path(__file__).parent / "golden"
OTHER = Target(TargetKind.NAME, "sklep.pl", "sklep.pl")
UNSEEN = Inconclusive("dmarc", (Gap("sklep.pl", Trouble.TIMEOUT),))


def shop(*outcomes: object, **changes: object) -> ReportState:
    return ReportState(OTHER, outcomes, **changes)  # type: ignore[arg-type]


def drawn(states: Pair, language: Language = Language.PL) -> Document:
    return comparison_document(states, knowledge(), language)


PAIRS: dict[str, Pair] = {
    "ended": (state(*SOUND, seconds=1.25), shop(*TROUBLED, seconds=3.5)),
    "beginning": (state(finished=False), shop(finished=False)),
    "growing": (
        state(*SOUND[:2], working=("dmarc", "smtp"), finished=False),
        shop(working=("mx", "spf", "dmarc", "smtp"), finished=False),
    ),
    "interrupted": (
        state(*SOUND, interrupted=True),
        shop(*SOUND[:1], working=("spf", "dmarc", "smtp"), interrupted=True),
    ),
    "refused": (state(*SOUND), shop(Refused("mx"), Refused("smtp"))),
    "alike": (state(*SOUND), shop(*SOUND)),
}


@pytest.mark.parametrize("width", [30, 72])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAIRS)
def test_a_comparison_looks_as_it_is_drawn_here(name: str, language: Language, width: int) -> None:
    compare_to_golden(
        picture(render_document(drawn(PAIRS[name], language)), width),
        f"comparison-{name}-{width}.{language}.txt",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_on_a_phone_has_a_line_a_probe(language: Language) -> None:
    (page,) = render_pages(drawn(PAIRS["ended"], language))
    compare_to_golden(page.html + "\n", f"comparison.{language}.html")


def compare_to_golden(made: str, name: str) -> None:
    path = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):  # then read the difference before you commit it
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


def rows(document: Document) -> dict[str, tuple[str, ...]]:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return {row.label: tuple(cell.text for cell in row.cells) for row in table.rows}


def test_a_probe_that_only_one_side_calls_for_does_not_apply_to_the_other() -> None:
    found = rows(drawn((state(*SOUND[:2]), shop(*SOUND[:1]))))
    assert found == {"serwery MX": ("dobrze", "dobrze"), "SPF": ("dobrze", "nie dotyczy")}


def test_what_one_has_is_told_worst_first() -> None:
    one = judged(
        "spf",
        find("spf.sound", OK),
        find("spf.flattened", NOTICE),
        find("spf.missing", WARNING),
        find("spf.everybody", ERROR),
    )
    codes = [each.code for each in lacking(state(one), shop(judged("spf")))]
    assert codes == ["spf.everybody", "spf.missing", "spf.flattened", "spf.sound"]


def test_what_both_have_is_no_difference_whatever_it_is_about() -> None:
    one, other = (judged("mx", find("mx.single", NOTICE, name)) for name in ("a.pl", "b.pl"))
    assert not lacking(state(one), shop(other))


def test_nothing_is_claimed_about_what_the_other_side_hid() -> None:
    assert not lacking(state(judged("dmarc", find("dmarc.reject", OK))), shop(UNSEEN))
    document = drawn((state(SOUND[2]), shop(UNSEEN)))
    assert rows(document)["DMARC"] == ("dobrze", "nie sprawdzono")
    assert not [block for block in document.blocks if isinstance(block, Item)]


def test_no_heading_stands_over_nothing() -> None:
    document = drawn((state(*SOUND), shop(*SOUND[:2], judged("dmarc"), SOUND[3])))
    headings = [
        "".join(inline.text for inline in block.line)
        for block in document.blocks
        if isinstance(block, Heading)
    ]
    assert headings == ["firma.pl i sklep.pl", "firma.pl ma, a sklep.pl nie:"]


def test_a_row_is_never_broken_into_columns_that_do_not_fit() -> None:
    table = Table(("a.pl", "b.pl"), (Row("x" * 40, (Cell("dobrze"), Cell("dobrze"))),))
    narrow = picture(render_document(Document((table,))), 50)
    assert "dobrze | dobrze" in " ".join(narrow.split())


def test_a_probe_that_found_nothing_to_look_at_is_not_praised() -> None:
    assert standing(judged("imap")) is None
    assert standing(judged("imap", find("imap.answers", Severity.OK))) is Sign.OK
