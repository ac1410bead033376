"""An address evaluated: which term decided, and what is only our own trouble."""

import pytest

from bot.probes.spf_check_host import check_host
from bot.probes.spf_result import judge_result
from tests.probes.making import codes, only
from tests.probes.zone_dns import ZoneDns

IP = "192.0.2.1"


async def judged(zone: str) -> list[object]:
    result = await check_host(ZoneDns(zone), IP, "firma.pl")
    return list(judge_result("firma.pl", IP, result))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        pytest.param("firma.pl TXT v=spf1 ip4:192.0.2.1 -all", "spf.result-pass", id="pass"),
        pytest.param("firma.pl TXT v=spf1 -all", "spf.result-fail", id="fail"),
        pytest.param("firma.pl TXT v=spf1 ~all", "spf.result-softfail", id="softfail"),
        pytest.param("firma.pl TXT v=spf1 ?all", "spf.result-neutral", id="neutral"),
        pytest.param("firma.pl TXT v=spf1", "spf.result-no-match", id="no term matches"),
        pytest.param("firma.pl TXT hello", "spf.result-none", id="no record"),
        pytest.param("x.pl TXT hello", "spf.result-none", id="no name"),
        pytest.param("firma.pl TXT v=spf1 oops", "spf.result-syntax", id="a fault"),
        pytest.param(
            "firma.pl TXT v=spf1 -all\nfirma.pl TXT v=spf1 a",
            "spf.result-several-records",
            id="several",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:x.pl -all",
            "spf.result-include-without-record",
            id="includes nothing",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 redirect=x.pl",
            "spf.result-redirect-without-record",
            id="redirects to nothing",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 a:x1.pl a:x2.pl a:x3.pl -all",
            "spf.result-too-many-void-lookups",
            id="voids",
        ),
        pytest.param(
            "firma.pl TXT v=spf1" + " a:h.pl" * 11 + " -all\nh.pl A 192.0.2.9",
            "spf.result-too-many-lookups",
            id="lookups",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 mx -all\n"
            + "".join(f"firma.pl MX {n} h{n}.pl\n" for n in range(11)),
            "spf.result-too-many-mx",
            id="MX",
        ),
        pytest.param("firma.pl TXT !timeout", "? timeout", id="DNS says nothing: no verdict"),
        pytest.param(
            "firma.pl TXT v=spf1 a:h.pl -all\nh.pl A !servfail", "? servfail", id="DNS fails"
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT !servfail",
            "? servfail",
            id="DNS fails at an include",
        ),
    ],
)
async def test_the_result_is_one_finding(zone: str, expected: str) -> None:
    assert codes(await judged(zone)) == [expected]  # type: ignore[arg-type]


async def test_the_term_that_decided_is_named_with_its_record() -> None:
    found = await judged("firma.pl TXT v=spf1 redirect=r.pl\nr.pl TXT v=spf1 ip4:192.0.2.0/24 -all")
    assert only(found, "spf.result-pass").params == {  # type: ignore[arg-type]
        "ip": IP,
        "mechanism": "ip4:192.0.2.0/24",
        "where": "r.pl",
    }
