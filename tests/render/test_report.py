"""Reports as documents: the verdict, the order, what is brought together, what is never said."""

from dataclasses import replace

import pytest

from bot.model.check import Crashed, Inconclusive, Judged, Outcome
from bot.model.document import Bullets, Copyable, Document, Heading, Item, Note, Sign
from bot.model.finding import Severity
from bot.model.language import WRITTEN, Language
from bot.model.trouble import Gap, Trouble
from bot.render.report import ReportState, report_document
from tests.render.reports import (
    ERROR,
    EXPIRED,
    NOTICE,
    OK,
    PLAIN,
    SOUND,
    STATES,
    TROUBLED,
    WARNING,
    find,
    judged,
    knowledge,
    state,
)


def draw(report: ReportState, language: Language = Language.EN) -> Document:
    return report_document(report, knowledge(), language)


def items(document: Document) -> list[tuple[Sign, str]]:
    return [(block.sign, text(block)) for block in document.blocks if isinstance(block, Item)]


def text(block: Item | Heading | Note) -> str:
    return "".join(inline.text for inline in block.line)


def title(document: Document) -> str:
    first = document.blocks[0]
    assert isinstance(first, Heading)
    return text(first)


HIDDEN = Inconclusive("mx", (Gap("firma.pl", Trouble.TIMEOUT),))
SPF = judged("spf", find("spf.sound", OK))
DMARC = judged("dmarc", find("dmarc.reject", OK))
MX = judged("mx", find("mx.sound", OK))
WEAK = judged("spf", find("spf.missing", WARNING))
OPEN = judged("spf", find("spf.everybody", ERROR))
NOWATCH = judged("dmarc", find("dmarc.none", WARNING))
ENVELOPE = "anybody can forge the domain: SPF alone does not protect the sender that people see"
BROKEN = judged("smtp", EXPIRED[0])


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        (
            (MX, SPF, DMARC),
            "Mail to firma.pl arrives, and the domain is protected against forgery.",
        ),
        ((MX, SPF, NOWATCH), f"Mail to firma.pl arrives, but {ENVELOPE}."),
        ((MX, WEAK, NOWATCH), "Mail to firma.pl arrives, but anybody can forge the domain."),
        (
            (MX, WEAK, DMARC),
            "Mail to firma.pl arrives, but its own mail may be refused unless DKIM signs it: "
            "DMARC guards against forgery, and SPF fails.",
        ),
        (
            (MX, BROKEN, SPF, DMARC),
            "There is serious trouble in receiving mail for firma.pl, "
            "but the domain is protected against forgery.",
        ),
        (
            (MX, BROKEN, OPEN, DMARC),
            "There is serious trouble in receiving mail for firma.pl, "
            "and besides anybody can forge the domain: its SPF lets everybody in.",
        ),
        (
            (HIDDEN, SPF, DMARC),
            "It could not be tested whether mail to firma.pl arrives, "
            "but the domain is protected against forgery.",
        ),
        (
            (MX, Crashed("smtp", "x"), SPF, DMARC),
            "It could not be tested whether mail to firma.pl arrives, "
            "but the domain is protected against forgery.",
        ),
        (
            (judged("mx", find("mx.single", NOTICE)), SPF, DMARC),
            "Mail to firma.pl arrives, and the domain is protected against forgery.",
        ),
        (
            (judged("mx", find("mx.null", OK)), SPF, DMARC),
            "firma.pl chooses to accept no mail, and the domain is protected against forgery.",
        ),
        (
            (judged("spf", find("spf.result-fail", NOTICE, ip="192.0.2.1")),),
            "Receivers see that 192.0.2.1 may not send mail for firma.pl, and may refuse it.",
        ),
        ((judged("mx", find("mx.no-name", ERROR)),), "firma.pl does not exist in DNS."),
        ((BROKEN,), "firma.pl: there is serious trouble."),
        ((WEAK,), "firma.pl: it works, but should be improved."),
        ((SPF,), "firma.pl: all is well."),
        (
            (HIDDEN, Inconclusive("dmarc", (Gap("firma.pl", Trouble.TIMEOUT),))),
            "The mail of firma.pl could not be tested just now.",
        ),
        ((HIDDEN,), "firma.pl: this could not be tested."),
        ((Judged("ptr", (), (Gap("x", Trouble.TIMEOUT),)),), "firma.pl: this could not be tested."),
    ],
)
def test_one_sentence_says_what_it_comes_to(outcomes: tuple[Outcome, ...], sentence: str) -> None:
    assert title(draw(state(*outcomes))) == sentence


def test_a_proposed_record_is_shown_in_short_too() -> None:
    report = state(
        judged("spf", find("spf.flattened", NOTICE)), judged("mx", find("mx.single", NOTICE))
    )
    found = [block for block in draw(report).blocks if isinstance(block, Item)]
    copied = [part for item in found for part in item.body if isinstance(part, Copyable)]
    assert copied == [Copyable("v=spf1 ip4:192.0.2.1 -all")]


def test_the_worst_comes_first_and_what_is_sound_comes_last() -> None:
    signs = [sign for sign, _ in items(draw(STATES["troubled"]))]
    assert signs == [
        Sign.ERROR,
        Sign.WARNING,
        Sign.NOTICE,
        Sign.UNTESTED,
        Sign.UNTESTED,
        Sign.UNTESTED,
        Sign.OK,
        Sign.OK,
    ]


def test_the_same_statement_about_several_is_explained_once() -> None:
    expired = next(block for block in draw(STATES["troubled"]).blocks if isinstance(block, Item))
    assert text(expired) == "the certificate of mx1.firma.pl expired on 5\xa0January 2026"
    assert isinstance(expired.body[0], Bullets)
    assert "mx2.firma.pl" in expired.body[0].items[0][0].text
    assert len(expired.body) == 4  # the others, the meaning, the remedy, the reference


def bodies(document: Document, sign: Sign) -> list[int]:
    return [len(b.body) for b in document.blocks if isinstance(b, Item) and b.sign is sign]


def test_what_is_only_worth_knowing_is_one_line_until_details_are_asked_for() -> None:
    outcome = judged("mx", find("mx.single", NOTICE, reference="RFC 5321 section 5.1"))
    assert bodies(draw(state(outcome)), Sign.NOTICE) == [0]
    assert bodies(draw(state(outcome, detailed=True)), Sign.NOTICE) == [2]
    several = judged("mx", find("mx.single", NOTICE), find("mx.single", NOTICE, "b.pl"))
    assert items(draw(state(several))) == [
        (Sign.NOTICE, "firma.pl has one MX only (the same for: b.pl)")
    ]


def test_faults_are_explained_at_once() -> None:
    assert bodies(draw(state(BROKEN)), Sign.ERROR) == [3]
    assert bodies(draw(state(WEAK)), Sign.WARNING) == [3]


def test_features_that_one_may_live_without_are_told_together() -> None:
    document = draw(state(*PLAIN))
    (group,) = (b for b in document.blocks if isinstance(b, Item) and b.sign is Sign.NOTICE)
    assert text(group) == "Optional, and worth considering:"
    (listed,) = group.body
    assert isinstance(listed, Bullets)
    assert [words[0].text.split(":")[0] for words in listed.items] == ["MTA-STS", "BIMI"]
    assert "has no logo" not in str(document)


@pytest.mark.parametrize("change", [{"detailed": True}, {"finished": False}], ids=str)
def test_they_stand_apart_in_details_and_while_a_report_grows(change: dict[str, bool]) -> None:
    told = items(draw(state(*PLAIN, **change)))
    assert (Sign.NOTICE, "firma.pl has no MTA-STS") in told
    assert (Sign.OK, "firma.pl has no logo") in told


def test_one_of_them_alone_is_told_in_its_own_words() -> None:
    assert items(draw(state(PLAIN[-2]))) == [(Sign.NOTICE, "firma.pl has no MTA-STS")]


def test_a_record_to_copy_stands_by_itself() -> None:
    copied = [
        part.text
        for block in draw(STATES["troubled"]).blocks
        if isinstance(block, Item)
        for part in block.body
        if isinstance(part, Copyable)
    ]
    assert copied == ["v=spf1 mx -all"]


def test_what_could_not_be_tested_is_no_verdict_and_is_told_once_for_all() -> None:
    untested = [words for sign, words in items(draw(STATES["troubled"])) if sign is Sign.UNTESTED]
    assert untested == [
        "reverse names: could not be tested, and the fault is mine (incident number: c0ffee00)",
        "mx4.firma.pl:25 (the same for: mx5.firma.pl:25): no answer came.",
        "mx6.firma.pl:25: come back: 421 4.7.0 <b>busy</b>.",
    ]


def test_a_long_list_of_servers_is_cut_and_counted() -> None:
    (_, last) = items(draw(STATES["sound"]))[-1]
    assert last.startswith("mx1.firma.pl takes mail over TLS (the same for: mx2.firma.pl, ")
    assert last.endswith("and 2\xa0others)")


def test_two_sound_statements_about_one_server_are_both_shown() -> None:
    twice = judged("smtp", *(find("smtp.sound", OK, "mx1.firma.pl") for _ in range(2)))
    assert len(items(draw(state(twice)))) == 2


def test_the_small_print_counts_and_tells_the_age() -> None:
    last = draw(STATES["troubled"]).blocks[-1]
    assert isinstance(last, Note)
    assert text(last) == (
        "2\xa0serious faults, 1\xa0warning, 1\xa0remark, 2\xa0things in order, "
        "4\xa0things that could not be tested. It took 3.5 s. Some answers are 42\xa0seconds old."
    )


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (4, ""),
        (5, "5\xa0seconds old"),
        (119, "119\xa0seconds old"),
        (120, "2\xa0minutes old"),
        (7199, "119\xa0minutes old"),
        (7200, "2\xa0hours old"),
    ],
)
def test_an_age_is_told_in_a_unit_that_tells_something(age: float, told: str) -> None:
    drawn = draw(state(replace(judged("smtp", find("smtp.sound", OK)), age=age))).blocks[-1]
    assert isinstance(drawn, Note)
    assert ("old" in text(drawn)) is bool(told)
    assert told in text(drawn)


def test_a_growing_report_is_short_and_says_what_is_still_under_way() -> None:
    document = draw(STATES["growing"])
    assert title(document) == "Checking firma.pl"
    assert not any(block.body for block in document.blocks if isinstance(block, Item))
    assert items(document)[-1] == (Sign.WORKING, "still working: MX servers, SPF, DMARC")
    assert not any(isinstance(block, Note) for block in document.blocks)


def test_an_interrupted_report_marks_what_was_not_reached() -> None:
    document = draw(STATES["interrupted"])
    assert items(document)[-2:] == [
        (Sign.UNTESTED, "DMARC: interrupted"),
        (Sign.UNTESTED, "SMTP servers: interrupted"),
    ]
    assert Sign.WORKING not in [sign for sign, _ in items(document)]


def test_all_refusals_look_the_same() -> None:
    whole = draw(STATES["refused"])
    assert whole == draw(state(*STATES["refused"].outcomes[:1], seconds=9.0))
    assert len(whole.blocks) == 1


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("name", STATES)
def test_every_state_can_be_drawn_in_every_language(name: str, language: Language) -> None:
    assert draw(STATES[name], language).blocks


def test_details_say_more_than_the_summary() -> None:
    short, long = draw(state(*TROUBLED)), draw(state(*TROUBLED, detailed=True))
    assert len(str(long)) > len(str(short))
    assert "connect: 5 s" in str(long)
    assert "connect: 5 s" not in str(short)


def test_nothing_found_and_nothing_hidden_is_no_praise() -> None:
    assert title(draw(state(Judged("mx", ())))) == "firma.pl: this could not be tested."
    assert Severity.OK in {finding.severity for o in SOUND for finding in o.findings}
