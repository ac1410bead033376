"""What every mail server is judged by, from one conversation; and how addresses are merged."""

from datetime import timedelta

import pytest

from bot.model.trouble import Trouble
from bot.network.talk import CertificateFault, Failure, ServerTalk, Stage
from bot.probes.remarks import merge, merge_gaps
from bot.probes.servers import ServerKinds, details, judge_talk
from bot.probes.talks import server_name
from tests.probes.making import NOW, certificate, codes, cut_off, subjects, talk

KINDS = ServerKinds.under("imap", is_verified=True)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(talk(), [], id="sound"),
        pytest.param(talk(version="TLSv1.2"), [], id="TLS 1.2"),
        pytest.param(talk(version="TLSv1.1"), ["imap.old-tls"], id="TLS 1.1"),
        pytest.param(talk(version="TLSv1"), ["imap.old-tls"], id="TLS 1.0"),
        pytest.param(talk(CertificateFault.EXPIRED), ["imap.certificate-expired"], id="expired"),
        pytest.param(
            talk(CertificateFault.NOT_YET_VALID), ["imap.certificate-not-yet-valid"], id="early"
        ),
        pytest.param(
            talk(CertificateFault.WRONG_NAME), ["imap.certificate-wrong-name"], id="wrong name"
        ),
        pytest.param(
            talk(CertificateFault.WRONG_NAME, host="192.0.2.1"), [], id="no name to hold it against"
        ),
        pytest.param(
            talk(CertificateFault.SELF_SIGNED), ["imap.certificate-self-signed"], id="self-signed"
        ),
        pytest.param(
            talk(CertificateFault.UNKNOWN_ISSUER), ["imap.certificate-unknown-issuer"], id="unknown"
        ),
        pytest.param(
            talk(CertificateFault.INCOMPLETE_CHAIN),
            ["imap.certificate-incomplete-chain"],
            id="incomplete",
        ),
        pytest.param(talk(CertificateFault.OTHER), ["imap.certificate-unsound"], id="other"),
        pytest.param(
            talk(CertificateFault.EXPIRED, CertificateFault.WRONG_NAME),
            ["imap.certificate-expired", "imap.certificate-wrong-name"],
            id="two faults at once",
        ),
        pytest.param(
            talk(cert=certificate(begins=-85 * DAY, ends=5 * DAY)),
            ["imap.certificate-expiring"],
            id="expires in days",
        ),
        pytest.param(talk(cert=certificate(begins=-3 * DAY, ends=3 * DAY)), [], id="short-lived"),
        pytest.param(
            talk(capabilities=(), starttls_offered=False, tls=None),
            ["imap.no-starttls"],
            id="no STARTTLS",
        ),
        pytest.param(
            talk(capabilities=None, starttls_offered=False, implicit_tls=True),
            [],
            id="implicit TLS",
        ),
        pytest.param(
            cut_off(Stage.STARTTLS, Trouble.REJECTED), ["imap.starttls-refused"], id="refused TLS"
        ),
        pytest.param(
            cut_off(Stage.STARTTLS, Trouble.TRY_LATER), ["imap.starttls-refused"], id="454"
        ),
        pytest.param(cut_off(Stage.STARTTLS, Trouble.TIMEOUT), [], id="silence after STARTTLS"),
        pytest.param(
            cut_off(Stage.HANDSHAKE, Trouble.TLS), ["imap.tls-failed"], id="bad handshake"
        ),
        pytest.param(cut_off(Stage.HANDSHAKE, Trouble.TIMEOUT), [], id="silence in the handshake"),
        pytest.param(talk(starttls_injected=True), ["imap.injection"], id="injection"),
        pytest.param(talk(timings=((Stage.GREETING, 6.0),)), ["imap.slow"], id="slow"),
        pytest.param(talk(timings=((Stage.GREETING, 4.0),)), [], id="not so slow"),
        pytest.param(
            cut_off(Stage.GREETING, Trouble.TIMEOUT, timings=((Stage.GREETING, 20.0),)),
            [],
            id="no greeting is not a slow one",
        ),
        pytest.param(cut_off(), [], id="refused"),
    ],
)
def test_what_one_conversation_shows(seen: ServerTalk, expected: list[str]) -> None:
    assert [remark.kind.code for remark in judge_talk(KINDS, seen, NOW)] == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(cut_off(), [], id="refused is an answer"),
        pytest.param(cut_off(Stage.HANDSHAKE, Trouble.TLS), [], id="so is a bad handshake"),
        pytest.param(cut_off(Stage.CONNECT, Trouble.TIMEOUT), ["? timeout"], id="timeout"),
        pytest.param(cut_off(Stage.GREETING, Trouble.TRY_LATER), ["? try-later"], id="421"),
        pytest.param(cut_off(Stage.GREETING, Trouble.REJECTED), ["? rejected"], id="554"),
        pytest.param(cut_off(Stage.GREETING, Trouble.TOO_LONG), ["? too-long"], id="endless"),
        pytest.param(cut_off(Stage.HANDSHAKE, Trouble.TIMEOUT), ["? timeout"], id="stuck"),
        pytest.param(talk(), [], id="nothing missing"),
    ],
)
def test_what_could_not_be_seen(seen: ServerTalk, expected: list[str]) -> None:
    assert codes(merge_gaps("firma.pl", [seen], with_port=True)) == expected


OLD = {"version": "TLSv1"}
V6 = "2001:db8::1"


@pytest.mark.parametrize(
    ("talks", "expected"),
    [
        pytest.param([talk(**OLD)], ["mx.firma.pl"], id="one address"),
        pytest.param([talk(**OLD), talk(address=V6, **OLD)], ["mx.firma.pl"], id="all addresses"),
        pytest.param([talk(**OLD), talk(address=V6)], ["mx.firma.pl [192.0.2.1]"], id="some"),
        pytest.param(
            [talk(**OLD), cut_off(Stage.CONNECT, Trouble.NO_IPV6, address=V6)],
            ["mx.firma.pl"],
            id="the other family is ours to lack",
        ),
        pytest.param(
            [talk(**OLD), talk(host="mx2.firma.pl", **OLD)],
            ["mx.firma.pl", "mx2.firma.pl"],
            id="two servers",
        ),
        pytest.param([talk(host="192.0.2.1", **OLD)], ["192.0.2.1"], id="an address by itself"),
    ],
)
def test_addresses_of_one_server_are_merged(talks: list[ServerTalk], expected: list[str]) -> None:
    remarks = [remark for one in talks for remark in judge_talk(KINDS, one, NOW)]
    assert subjects(merge(remarks, talks, with_port=False)) == expected


def test_what_our_own_network_lacks_is_said_once() -> None:
    talks = [
        cut_off(Stage.CONNECT, Trouble.NO_IPV6, host=f"mx{n}.firma.pl", address=V6)
        for n in range(3)
    ]
    assert subjects(merge_gaps("firma.pl", talks, with_port=False)) == ["firma.pl"]


def test_a_server_is_named_with_its_port() -> None:
    assert server_name(talk(port=993)) == "mx.firma.pl:993"
    assert server_name(talk(host=V6, port=993)) == "[2001:db8::1]:993"
    assert server_name(talk(host="xn--kda4b0koi.pl", port=25)) == "żółć.pl:25"


def test_the_details_of_an_answer() -> None:
    assert details(talk()) == {
        "greeting": "mx.firma.pl ready",
        "capabilities": "SIZE 1000",
        "connect_ms": 12,
        "greeting_ms": 20,
        "tls_ms": 30,
        "tls": "TLS 1.3",
        "names": "mx.firma.pl",
        "issuer": "R11, Let's Encrypt",
        "until": "2027-01-22",
    }


def test_of_many_names_a_few_are_shown() -> None:
    many = certificate(CertificateFault.WRONG_NAME, names=[f"n{n}.pl" for n in range(9)])
    (remark,) = judge_talk(KINDS, talk(cert=many), NOW)
    assert dict(remark.params)["names"] == "n0.pl, n1.pl, n2.pl, n3.pl, …"


@pytest.mark.parametrize(("said", "shown"), [("no shared cipher", "no shared cipher"), ("", "–")])
def test_a_handshake_that_fails_is_told_with_its_cause(said: str, shown: str) -> None:
    failed = cut_off(Stage.HANDSHAKE, failure=Failure(Stage.HANDSHAKE, Trouble.TLS, said))
    (remark,) = judge_talk(KINDS, failed, NOW)
    assert dict(remark.params)["detail"] == shown
