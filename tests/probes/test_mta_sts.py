"""MTA-STS: what record and policy mean together, and how they are fetched."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import bot.probes.mta_sts as module
import bot.probes.mta_sts_policy as policy_module
from bot.model.finding import Kind, Severity
from bot.model.trouble import Trouble
from bot.network.errors import CertificateError, NetworkError, NotPublicError
from bot.network.fetched import Fetched
from bot.network.network import Network
from bot.network.talk import CertificateFault
from bot.probes.mta_sts import PROBE, MtaStsFacts, gather, judge
from tests.doubles.ca import Issued, ThrowAwayCa
from tests.doubles.dns import Fault, dns_server
from tests.doubles.mailserver import Peer
from tests.doubles.web import answer, redirect, web_server
from tests.probes.making import codes, look, mx, no_data, no_name, only, txt

RECORD = "v=STSv1; id=20260101"
LINES = ("version: STSv1", "mode: enforce", "mx: *.firma.pl", "max_age: 604800")
TIMEOUT = NetworkError(Trouble.TIMEOUT)
MakeNetwork = Callable[..., Network]


def policy(*lines: str, **changes: Any) -> Fetched:
    text = "".join(f"{line}\r\n" for line in lines or LINES)
    whole = {"status": 200, "content_type": "text/plain", "body": text.encode(), **changes}
    return Fetched("https://mta-sts.firma.pl/.well-known/mta-sts.txt", **whole)


def changed(**values: str | None) -> Fetched:
    """The sound policy with one line changed or left out."""
    lines = (line for line in LINES if values.get(line.partition(":")[0], "") is not None)
    return policy(
        *(
            f"{name}: {values[name]}" if values.get(name := line.partition(":")[0]) else line
            for line in lines
        )
    )


def facts(**changes: Any) -> MtaStsFacts:
    whole: dict[str, Any] = {
        "record": txt(RECORD),
        "policy": policy(),
        "mx": mx("mx1.firma.pl", "mx2.firma.pl"),
        **changes,
    }
    return MtaStsFacts(look(), **whole)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(), ["mta-sts.sound"], id="sound"),
        pytest.param(facts(record=txt(RECORD, "v=spf1 -all")), ["mta-sts.sound"], id="wildcard"),
        pytest.param(
            facts(record=no_data(), policy=None),
            ["mta-sts.missing"],
            id="neither record nor policy",
        ),
        pytest.param(
            facts(record=no_name(), policy=NetworkError(Trouble.NO_ADDRESS)),
            ["mta-sts.missing"],
            id="no policy host",
        ),
        pytest.param(
            facts(record=no_data(), policy=CertificateError(CertificateFault.WRONG_NAME)),
            ["mta-sts.missing"],
            id="a wildcard address leads to some web server",
        ),
        pytest.param(
            facts(record=no_data(), policy=policy("<html>", "</html>")),
            ["mta-sts.missing"],
            id="a web server that answers everything",
        ),
        pytest.param(facts(record=no_data()), ["mta-sts.no-record"], id="policy without record"),
        pytest.param(
            facts(record=no_data(), policy=changed(mode="none")),
            ["mta-sts.missing"],
            id="what is left of a policy taken back",
        ),
        pytest.param(
            facts(record=txt(RECORD, "v=STSv1; id=2")), ["mta-sts.several"], id="two records"
        ),
        pytest.param(facts(record=txt("v=stsv1; id=1")), ["mta-sts.bad-version"], id="small"),
        pytest.param(facts(record=txt("v=STSv1 id=1")), ["mta-sts.bad-version"], id="no semicolon"),
        pytest.param(facts(record=txt("v=STSv1;")), ["mta-sts.bad-id"], id="no id"),
        pytest.param(facts(record=txt("v=STSv1; id=2026-01-01")), ["mta-sts.bad-id"], id="hyphens"),
        pytest.param(facts(record=txt("v=STSv1; id=1; x")), ["mta-sts.bad-part"], id="a bad part"),
        pytest.param(
            facts(record=txt("v=STSv1;"), mx=mx("mx.inny.pl")),
            ["mta-sts.bad-id", "mta-sts.none-listed"],
            id="both are broken",
        ),
        pytest.param(facts(record=TIMEOUT), ["? timeout"], id="the record is not seen"),
        pytest.param(
            facts(policy=NetworkError(Trouble.NO_ADDRESS)), ["mta-sts.no-host"], id="no host"
        ),
        pytest.param(facts(policy=NetworkError(Trouble.REFUSED)), ["mta-sts.closed"], id="closed"),
        pytest.param(facts(policy=NetworkError(Trouble.TLS)), ["mta-sts.tls-failed"], id="no TLS"),
        pytest.param(
            facts(policy=NetworkError(Trouble.TOO_LONG)), ["mta-sts.too-long"], id="too long"
        ),
        pytest.param(facts(policy=TIMEOUT), ["? timeout"], id="the policy is not seen"),
        pytest.param(facts(policy=NotPublicError()), ["? not-public"], id="a private host"),
        pytest.param(
            facts(policy=NetworkError(Trouble.SERVFAIL)), ["? servfail"], id="its DNS fails"
        ),
        pytest.param(facts(policy=policy(status=404)), ["mta-sts.no-file"], id="404"),
        pytest.param(facts(policy=policy(status=503)), ["? try-later"], id="503 is no verdict"),
        pytest.param(facts(policy=policy(status=429)), ["? try-later"], id="429 is no verdict"),
        pytest.param(
            facts(policy=policy(status=301, location="https://x.pl/")),
            ["mta-sts.redirect"],
            id="a redirect",
        ),
        pytest.param(
            facts(policy=policy(content_type="text/html")), ["mta-sts.content-type"], id="HTML"
        ),
        pytest.param(
            facts(policy=policy(*LINES, "nonsense")), ["mta-sts.policy-line"], id="a bad line"
        ),
        pytest.param(
            facts(policy=policy(*LINES, "")), ["mta-sts.blank-lines", "mta-sts.sound"], id="blank"
        ),
        pytest.param(
            facts(policy=policy("", *LINES[:2], "", "nonsense")),
            ["mta-sts.blank-lines", "mta-sts.policy-line"],
            id="blank lines and worse",
        ),
        pytest.param(
            facts(policy=changed(version=None)), ["mta-sts.policy-version"], id="no version"
        ),
        pytest.param(
            facts(policy=changed(version="STSv2")), ["mta-sts.policy-version"], id="version 2"
        ),
        pytest.param(facts(policy=changed(mode=None)), ["mta-sts.policy-mode"], id="no mode"),
        pytest.param(facts(policy=changed(mode="strict")), ["mta-sts.policy-mode"], id="bad mode"),
        pytest.param(facts(policy=changed(max_age=None)), ["mta-sts.policy-max-age"], id="no age"),
        pytest.param(facts(policy=changed(max_age="1w")), ["mta-sts.policy-max-age"], id="bad age"),
        pytest.param(facts(policy=changed(mx=None)), ["mta-sts.policy-no-mx"], id="no mx"),
        pytest.param(
            facts(policy=changed(mx="mx.*.firma.pl")), ["mta-sts.policy-bad-mx"], id="bad mx"
        ),
        pytest.param(facts(policy=changed(mode="none")), ["mta-sts.none"], id="mode none"),
        pytest.param(facts(policy=changed(mode="testing")), ["mta-sts.testing"], id="testing"),
        pytest.param(
            facts(policy=changed(max_age="3600")),
            ["mta-sts.max-age-short", "mta-sts.sound"],
            id="an hour",
        ),
        pytest.param(
            facts(
                policy=policy("version: STSv1", "mode: testing", "mx: *.firma.pl", "max_age: 60")
            ),
            ["mta-sts.testing"],
            id="a short time on trial is wise",
        ),
        pytest.param(
            facts(policy=changed(max_age="99999999")),
            ["mta-sts.max-age-long", "mta-sts.sound"],
            id="three years",
        ),
        pytest.param(facts(mx=mx("mx.inny.pl")), ["mta-sts.none-listed"], id="none is listed"),
        pytest.param(
            facts(mx=mx("mx1.firma.pl", "mx.inny.pl")), ["mta-sts.not-listed"], id="one is not"
        ),
        pytest.param(
            facts(mx=mx("a.b.firma.pl")), ["mta-sts.none-listed"], id="the star is one label"
        ),
        pytest.param(
            facts(mx=mx("mx.firma.pl.evil.net")), ["mta-sts.none-listed"], id="only looks like it"
        ),
        pytest.param(
            facts(mx=mx("mx.inny.pl"), policy=changed(mode="testing")),
            ["mta-sts.testing-not-listed", "mta-sts.testing"],
            id="none is listed, on trial",
        ),
        pytest.param(facts(mx=TIMEOUT), ["? timeout"], id="the servers are not seen"),
        pytest.param(facts(mx=mx("")), ["mta-sts.sound"], id="a null MX"),
        pytest.param(facts(mx=no_data()), ["mta-sts.none-listed"], id="the domain is its own MX"),
        pytest.param(
            facts(mx=no_data(), policy=changed(mx="firma.pl")), ["mta-sts.sound"], id="and listed"
        ),
        pytest.param(
            facts(record=no_name(), mx=no_name(), policy=None), ["? no-name"], id="no such name"
        ),
        pytest.param(
            facts(policy=policy(body=b"version: STSv1\nmode: \xff\n")),
            ["mta-sts.policy-mode"],
            id="not UTF-8",
        ),
    ],
)
def test_what_record_and_policy_mean(seen: MtaStsFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (CertificateFault.EXPIRED, "mta-sts.certificate-expired"),
        (CertificateFault.NOT_YET_VALID, "mta-sts.certificate-not-yet-valid"),
        (CertificateFault.WRONG_NAME, "mta-sts.certificate-wrong-name"),
        (CertificateFault.SELF_SIGNED, "mta-sts.certificate-self-signed"),
        (CertificateFault.UNKNOWN_ISSUER, "mta-sts.certificate-unknown-issuer"),
        (CertificateFault.OTHER, "mta-sts.certificate-unsound"),
    ],
)
def test_each_fault_of_the_certificate_is_told(fault: CertificateFault, code: str) -> None:
    assert codes(judge(facts(policy=CertificateError(fault)))) == [code]


def test_only_mail_that_is_lost_is_an_error() -> None:
    errors = {kind.code for kind in PROBE.kinds if kind.severity is Severity.ERROR}
    assert errors == {"mta-sts.none-listed"}


def test_a_missing_policy_is_no_warning() -> None:
    missing = only(judge(facts(record=no_data(), policy=None)), "mta-sts.missing")
    assert missing.severity is Severity.NOTICE


def test_servers_and_patterns_are_named() -> None:
    seen = facts(mx=mx("mx1.firma.pl", "xn--kda4b0koi.pl"))
    assert only(judge(seen), "mta-sts.not-listed").params == {
        "hosts": "żółć.pl",
        "patterns": "*.firma.pl",
    }


def test_every_kind_is_in_the_table() -> None:
    found = (*vars(module).values(), *vars(policy_module).values())
    declared = {value for value in found if isinstance(value, Kind)}
    assert declared | set(policy_module.CERTIFICATES.values()) == set(PROBE.kinds)


ZONE = f"""
    firma.pl. MX 10 mx1.firma.pl.
    _mta-sts.firma.pl. TXT "{RECORD}"
    mta-sts.firma.pl. A 127.0.0.1
"""
PATH = "/.well-known/mta-sts.txt"


async def seen_at(
    make_network: MakeNetwork,
    monkeypatch: pytest.MonkeyPatch,
    issued: Issued,
    page: Any,
    zone: str = ZONE,
) -> list[str]:
    pages: Mapping[str, Any] = {PATH: page}
    async with (
        dns_server(zone) as dns,
        web_server(pages, tls=issued.context()) as web,
        make_network([dns.address]) as network,
    ):
        url = f"https://mta-sts.firma.pl:{web.port}{PATH}"
        monkeypatch.setattr(module, "policy_url", lambda domain: url)
        return codes(judge(await gather(network, look())))


POLICY = "\n".join(LINES).encode()


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(answer(POLICY), ["mta-sts.sound"], id="sound"),
        pytest.param(redirect("https://firma.pl/x"), ["mta-sts.redirect"], id="not followed"),
        pytest.param(answer(b"x" * 70_000), ["mta-sts.too-long"], id="more than 64 KB"),
        pytest.param(answer(status="404 Not Found"), ["mta-sts.no-file"], id="404"),
        pytest.param(
            answer(POLICY, content_type="text/plain; charset=utf-8"), ["mta-sts.sound"], id="UTF-8"
        ),
    ],
)
async def test_the_policy_is_fetched(
    make_network: MakeNetwork,
    monkeypatch: pytest.MonkeyPatch,
    ca: ThrowAwayCa,
    page: bytes,
    expected: list[str],
) -> None:
    issued = ca.good("mta-sts.firma.pl")
    assert await seen_at(make_network, monkeypatch, issued, page) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("expired", "mta-sts.certificate-expired"),
        ("not_yet_valid", "mta-sts.certificate-not-yet-valid"),
        ("wrong_name", "mta-sts.certificate-wrong-name"),
        ("self_signed", "mta-sts.certificate-self-signed"),
        ("incomplete_chain", "mta-sts.certificate-unknown-issuer"),
        ("unknown_issuer", "mta-sts.certificate-unknown-issuer"),
    ],
)
async def test_a_certificate_is_checked_and_its_fault_named(
    make_network: MakeNetwork,
    monkeypatch: pytest.MonkeyPatch,
    ca: ThrowAwayCa,
    case: str,
    expected: str,
) -> None:
    names = () if case == "wrong_name" else ("mta-sts.firma.pl",)
    issued = getattr(ca, case)(*names)
    assert await seen_at(make_network, monkeypatch, issued, answer(POLICY)) == [expected]


async def test_a_slow_web_server_is_not_waited_for_where_no_record_announces_it(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch, ca: ThrowAwayCa
) -> None:
    async def slow(peer: Peer) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    zone = "firma.pl. MX 10 mx1.firma.pl.\n*.firma.pl. A 127.0.0.1"
    issued = ca.good("mta-sts.firma.pl")
    seen = await seen_at(make_network, monkeypatch, issued, slow, zone)
    assert seen == ["mta-sts.missing"]


async def test_no_web_server_is_called_where_its_name_does_not_exist(
    make_network: MakeNetwork,
) -> None:
    zone = f'firma.pl. MX 10 mx1.firma.pl.\n_mta-sts.firma.pl. TXT "{RECORD}"'
    async with dns_server(zone) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look()))) == ["mta-sts.no-host"]


async def test_a_resolver_that_fails_is_no_missing_record(make_network: MakeNetwork) -> None:
    async with (
        dns_server("firma.pl. MX 10 mx1.firma.pl.") as server,
        make_network([server.address]) as network,
    ):
        server.misbehave("_mta-sts.firma.pl", Fault.SERVFAIL)
        assert codes(judge(await gather(network, look()))) == ["? servfail"]


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["mta-sts.not-a-domain"]
