"""The short table on top of a report: each part of the mail in a row, each probe with its mark."""

import pytest

from bot.model.check import Crashed, Inconclusive, Judged, Outcome, Refused
from bot.model.document import Sign, Table
from bot.model.finding import Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from bot.render.data import document_text
from bot.render.overview import overview, standing
from bot.render.report import report_document
from bot.render.telegram_html import render_pages
from bot.render.terminal import render_document
from bot.render.words import Words
from tests.render.reports import TROUBLED, find, judged, knowledge, state
from tests.render.test_terminal import picture

OK, WARNING = Severity.OK, Severity.WARNING
GAP = Gap("firma.pl", Trouble.TIMEOUT)
# One finding whose words there are; what counts here is who found it.
PLAIN = tuple(judged(each, find("mx.sound", OK)) for each in ("mx", "spf", "dmarc", "smtp"))
ENOUGH = tuple(judged(each, find(f"{each}.sound", OK)) for each in ("mx", "spf", "dmarc", "smtp"))


def table(*outcomes: Outcome, language: Language = Language.EN) -> Table:
    made = overview(outcomes, Words(knowledge(), language))
    assert made is not None
    return made


def rows(made: Table) -> dict[str, list[tuple[str, Sign | None]]]:
    return {row.label: [(cell.text, cell.sign) for cell in row.cells] for row in made.rows}


def test_parts_stand_in_their_order_whatever_ended_first() -> None:
    made = rows(table(*ENOUGH, judged("dane", find("dane.sound", OK))))
    assert list(made) == ["Receiving", "Against forgery", "Encryption"]
    assert [text for text, _ in made["Receiving"]] == ["MX servers", "SMTP servers"]
    assert list(rows(table(*reversed(ENOUGH)))) == ["Receiving", "Against forgery"]


def test_a_probe_stands_by_its_worst_finding() -> None:
    worst = judged("mx", find("mx.sound", OK), find("mx.single", WARNING))
    assert rows(table(worst, *ENOUGH[1:]))["Receiving"][0] == ("MX servers", Sign.WARNING)


@pytest.mark.parametrize(
    "outcome",
    [Judged("mx", (), (GAP,)), Inconclusive("mx", (GAP,)), Refused("mx"), Crashed("mx", "c0ffee")],
)
def test_what_was_not_seen_is_called_that(outcome: Outcome) -> None:
    assert standing(outcome) is Sign.UNTESTED


def test_a_probe_with_nothing_to_look_at_has_no_mark() -> None:
    made = rows(table(judged("bimi"), *ENOUGH))
    assert [text for text, _ in made["Against forgery"]] == ["SPF", "DMARC"]
    assert standing(None) is None
    assert standing(judged("bimi", find("bimi.missing", OK))) is None
    assert standing(judged("bimi", find("bimi.sound", OK))) is Sign.OK


def test_a_probe_of_no_part_is_shown_all_the_same() -> None:
    made = rows(table(judged("telepathy", find("spf.sound", OK)), *ENOUGH))
    assert made["Other"] == [("telepathy", Sign.OK)]


def test_few_probes_need_no_table() -> None:
    assert overview(ENOUGH[:3], Words(knowledge(), Language.PL)) is None


@pytest.mark.parametrize("changes", [{"finished": False}, {"interrupted": True}])
def test_a_report_that_is_not_whole_has_no_table(changes: dict[str, bool]) -> None:
    whole = report_document(state(*TROUBLED), knowledge(), Language.PL)
    part = report_document(state(*TROUBLED, **changes), knowledge(), Language.PL)  # type: ignore[arg-type]
    assert isinstance(whole.blocks[1], Table)
    assert not any(isinstance(block, Table) for block in part.blocks)


def test_the_table_reads_alike_in_a_terminal_on_a_phone_and_as_text() -> None:
    document = report_document(state(*PLAIN), knowledge(), Language.PL)
    lines = picture(render_document(document)).splitlines()
    assert "Odbieranie           ✓ serwery MX  ✓ serwery SMTP" in lines
    assert "Przeciw podszywaniu  ✓ SPF  ✓ DMARC" in lines
    assert (
        "Odbieranie: ✅ serwery MX · ✅ serwery SMTP" in render_pages(document)[0].html.splitlines()
    )
    assert "Odbieranie: serwery MX | serwery SMTP" in document_text(document).splitlines()
