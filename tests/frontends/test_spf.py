"""One address evaluated on the command line, in words."""

import io

import pytest

from bot.frontends.spf import is_ip, show
from bot.knowledge import load_knowledge
from bot.model.language import Language
from bot.probes.spf_check_host import check_host
from tests.probes.zone_dns import ZoneDns


async def shown(zone: str, language: Language = Language.EN, *, details: bool = False) -> list[str]:
    out = io.StringIO()
    result = await check_host(ZoneDns(zone), "192.0.2.1", "firma.pl")
    show(result, "192.0.2.1", load_knowledge(), language, out, details=details)
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("zone", "first", "language"),
    [
        (
            "firma.pl TXT v=spf1 ip4:192.0.2.0/24 -all",
            "pass: 192.0.2.1 may send mail for firma.pl: it matches ip4:192.0.2.0/24.",
            Language.EN,
        ),
        (
            "firma.pl TXT v=spf1 ~all",
            "softfail: firma.pl raczej nie wysyła poczty z adresu 192.0.2.1.",
            Language.PL,
        ),
        (
            "firma.pl TXT v=spf1 include:gone.pl -all",
            "permerror: 192.0.2.1 cannot be judged: the SPF refers to gone.pl, "
            "which has no proper SPF record.",
            Language.EN,
        ),
        ("firma.pl TXT !timeout", "temperror: firma.pl: no answer came", Language.EN),
    ],
)
async def test_the_result_stands_first(zone: str, first: str, language: Language) -> None:
    assert (await shown(zone, language))[0].startswith(first)


async def test_what_decided_and_what_it_cost_follow() -> None:
    lines = await shown("firma.pl TXT v=spf1 a -all exp=e.firma.pl\ne.firma.pl TXT Go away")
    assert "The term -all in the record of firma.pl decided." in lines[1]
    assert lines[-2] == "firma.pl explains the refusal in its own words: “Go away”"
    assert lines[-1] == "DNS lookups: 1 of the 10 allowed, void: 1 of 2."


async def test_details_show_the_way_to_the_result_term_by_term() -> None:
    zone = (
        "firma.pl TXT v=spf1 include:i.%{d} a redirect=r.pl\nfirma.pl A 198.51.100.1\n"
        "i.firma.pl TXT v=spf1 ?all\nr.pl TXT v=spf1 -all"
    )
    lines = await shown(zone, details=True)
    assert lines[lines.index("") :] == [
        "",
        "firma.pl: v=spf1 include:i.%{d} a redirect=r.pl",
        "  include:i.%{d} (i.firma.pl): does not match",
        "    i.firma.pl: v=spf1 ?all",
        "      ?all: matches",
        "  a [198.51.100.1]: does not match",
        "  redirect=r.pl: fail",
        "    r.pl: v=spf1 -all",
        "      -all: matches",
    ]
    assert "" not in await shown(zone)


async def test_the_way_says_where_there_is_no_record() -> None:
    lines = await shown("firma.pl TXT v=spf1 include:x.pl", Language.PL, details=True)
    assert lines[-2:] == ["  include:x.pl: permerror", "    x.pl: brak rekordu SPF"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", True),
        ("2001:db8::1", True),
        ("1.2.3", False),
        ("firma.pl", False),
        ("", False),
    ],
)
def test_an_address_is_told_from_other_words(text: str, expected: bool) -> None:
    assert is_ip(text) is expected
