"""Who minds a bad certificate of an MX host: nobody, those who keep to DANE, those of MTA-STS."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from bot.formats.mta_sts import MtaStsPolicy
from bot.model.finding import Severity
from bot.model.trouble import Trouble
from bot.network.answer import Answer, TlsaRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.talk import CertificateFault, ServerTalk, Stage
from bot.probes import smtp_hosts as smtp_probe
from bot.probes.probe import Statement
from bot.probes.smtp import gather, judge
from bot.probes.smtp_hosts import MxHost, SmtpFacts
from bot.probes.smtp_trust import find_policy
from bot.probes.vouching import Base
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import Fault, dns_server
from tests.doubles.mailserver import mail_server, smtp
from tests.probes.making import certificate, codes, cut_off, found, look, mx, no_data, only
from tests.probes.making import talk as any_talk

MX1, MX2 = "mx1.firma.pl", "mx2.firma.pl"
CA = ThrowAwayCa(Path(mkdtemp()))
LEAF = CA.unknown_issuer(MX1).leaf.public_bytes(Encoding.DER)
ROOT = CA.stranger.certificate.public_bytes(Encoding.DER)
EE = TlsaRecord(3, 0, 1, hashlib.sha256(LEAF).digest())
TA = TlsaRecord(2, 0, 1, hashlib.sha256(ROOT).digest())
OTHER = TlsaRecord(3, 0, 1, bytes(32))
SELF, EXPIRED = CertificateFault.SELF_SIGNED, CertificateFault.EXPIRED
UNKNOWN, WRONG_NAME = CertificateFault.UNKNOWN_ISSUER, CertificateFault.WRONG_NAME
TIMEOUT, BOGUS = NetworkError(Trouble.TIMEOUT), NetworkError(Trouble.BOGUS)
AT = datetime.now(UTC)  # the certificates are real, and so are their dates
YEAR = timedelta(days=365)


def talk(*faults: CertificateFault, host: str = MX1, **changes: Any) -> ServerTalk:
    names = changes.pop("names", (host,))
    cert = replace(
        certificate(*faults, names=names),
        chain=(LEAF, ROOT),
        not_before=AT - YEAR,
        not_after=AT + YEAR,
    )
    return any_talk(cert=cert, host=host, **changes)


def tlsa(*records: TlsaRecord, signed: bool = True) -> Answer[TlsaRecord]:
    answer = found("x", *records) if records else no_data("x")
    return replace(answer, authenticated=signed)


def host(*talks: ServerTalk, name: str = MX1, records: Any = None) -> MxHost:
    return MxHost(name, talks, base=None if records is None else Base(name, records))


def unsigned(*talks: ServerTalk) -> MxHost:
    """A server in an unsigned zone, whose name servers cannot answer for TLSA."""
    return MxHost(MX1, talks, base=Base(MX1, TIMEOUT, is_insecure=True))


def policy(*mx: str) -> MtaStsPolicy:
    return MtaStsPolicy("enforce", 604_800, mx)


def said(*hosts: MxHost, **changes: Any) -> list[Statement]:
    answer = changes.pop("mx", mx(*(one.name for one in hosts)))
    whole = {"seen_at": AT, "addresses": sum(len(one.talks) for one in hosts), **changes}
    statements = judge(SmtpFacts(look(), hosts=hosts, mx=answer, **whole))
    return [one for one in statements if getattr(one, "severity", 1) is not Severity.OK]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(said(host(talk(SELF))), ["smtp.certificate-self-signed"], id="no records"),
        pytest.param(said(host(talk(SELF), records=tlsa(EE))), ["smtp.dane-vouches"], id="DANE-EE"),
        pytest.param(
            said(host(talk(SELF, EXPIRED, WRONG_NAME, names=("x.pl",)), records=tlsa(EE))),
            ["smtp.dane-vouches"],
            id="DANE-EE asks for neither name nor dates",
        ),
        pytest.param(
            said(host(talk(SELF), records=tlsa(OTHER))),
            ["smtp.certificate-self-signed"],
            id="a record of another certificate",
        ),
        pytest.param(
            said(host(talk(SELF), records=tlsa(EE, signed=False))),
            ["smtp.certificate-self-signed"],
            id="nobody signed the record",
        ),
        pytest.param(
            said(host(talk(SELF), records=tlsa(EE, signed=False)), validates=False),
            ["? not-validating"],
            id="our resolver cannot tell",
        ),
        pytest.param(
            said(host(talk(SELF), records=tlsa(EE, signed=False)), validates=TIMEOUT),
            ["? not-validating"],
            id="whether our resolver can tell is not known",
        ),
        pytest.param(
            said(host(talk(SELF), records=tlsa(OTHER, signed=False)), validates=False),
            ["smtp.certificate-self-signed"],
            id="signed or not, another certificate's record vouches for nothing",
        ),
        pytest.param(said(host(talk(SELF), records=TIMEOUT)), ["? timeout"], id="records unseen"),
        pytest.param(
            said(unsigned(talk(SELF))),
            ["smtp.certificate-self-signed"],
            id="records that nobody asks for",
        ),
        pytest.param(
            said(unsigned(talk(SELF)), validates=False),
            ["? timeout"],
            id="nobody here can tell that nobody asks for them",
        ),
        pytest.param(
            said(host(talk(SELF), records=BOGUS)),
            ["smtp.certificate-self-signed"],
            id="bogus records vouch for nothing",
        ),
        pytest.param(said(host(talk(UNKNOWN), records=tlsa(TA))), ["smtp.dane-vouches"], id="TA"),
        pytest.param(
            said(host(talk(UNKNOWN, WRONG_NAME, names=("x.pl",)), records=tlsa(TA))),
            ["smtp.certificate-wrong-name"],
            id="DANE-TA replaces the issuer, not the name",
        ),
        pytest.param(
            said(
                host(talk(UNKNOWN, WRONG_NAME, names=("firma.pl",)), records=tlsa(TA)),
                mx=replace(mx(MX1), authenticated=True),
            ),
            ["smtp.dane-vouches"],
            id="where MX is signed, the domain's own name will do",
        ),
        pytest.param(
            said(host(talk(SELF)), policy=policy(MX1)),
            ["smtp.certificate-self-signed", "smtp.mta-sts-none"],
            id="MTA-STS",
        ),
        pytest.param(
            said(host(talk(SELF)), policy=TIMEOUT),
            ["smtp.certificate-self-signed", "? timeout"],
            id="whether MTA-STS minds it could not be seen",
        ),
        pytest.param(
            said(host(talk(SELF), records=tlsa(EE)), policy=policy("*.firma.pl")),
            ["smtp.certificate-self-signed", "smtp.mta-sts-none"],
            id="DANE does not stand in for MTA-STS",
        ),
        pytest.param(
            said(host(talk(SELF), records=TIMEOUT), policy=policy(MX1)),
            ["smtp.certificate-self-signed", "smtp.mta-sts-none"],
            id="so nobody need see the records",
        ),
        pytest.param(
            said(host(talk(SELF)), policy=policy(MX2)),
            ["smtp.certificate-self-signed"],
            id="a server that the policy does not name",
        ),
        pytest.param(
            said(host(talk(SELF)), host(talk(host=MX2), name=MX2), policy=policy(MX1, MX2)),
            ["smtp.certificate-self-signed", "smtp.mta-sts-some"],
            id="the other server meets it",
        ),
        pytest.param(
            said(host(talk(SELF)), host(talk(host=MX2), name=MX2), policy=policy(MX1)),
            ["smtp.certificate-self-signed", "smtp.mta-sts-none"],
            id="the other server is not named",
        ),
        pytest.param(
            said(
                host(talk(SELF)),
                host(cut_off(Stage.CONNECT, Trouble.TIMEOUT, host=MX2), name=MX2),
                policy=policy(MX1, MX2),
            ),
            ["smtp.certificate-self-signed", "smtp.mta-sts-some", "? timeout"],
            id="the other server was not seen",
        ),
        pytest.param(
            said(
                host(talk(SELF), cut_off(Stage.CONNECT, Trouble.NO_IPV6, host=MX1, address="::2")),
                policy=policy(MX1),
            ),
            ["smtp.certificate-self-signed", "smtp.mta-sts-none", "? no-ipv6"],
            id="its other address is ours to miss",
        ),
        pytest.param(
            said(
                host(talk(), talk(SELF, address="192.0.2.2")),
                policy=policy(MX1),
            ),
            ["smtp.certificate-self-signed"],
            id="one of its addresses meets it",
        ),
        pytest.param(
            said(
                host(any_talk(host=MX1, tls=None, starttls_offered=False)),
                policy=policy(MX1),
            ),
            ["smtp.no-starttls", "smtp.mta-sts-none"],
            id="no TLS at all",
        ),
        pytest.param(
            said(host(cut_off(Stage.HANDSHAKE, Trouble.TLS, host=MX1)), policy=policy(MX1)),
            ["smtp.tls-failed", "smtp.mta-sts-none"],
            id="no TLS behind STARTTLS",
        ),
        pytest.param(
            said(host(cut_off(Stage.CONNECT, Trouble.TIMEOUT, host=MX1)), policy=policy(MX1)),
            ["? timeout"],
            id="silence is no verdict",
        ),
        pytest.param(said(host(talk()), policy=policy(MX1)), [], id="all is well"),
    ],
)
def test_who_minds_what(seen: list[Statement], expected: list[str]) -> None:
    assert codes(seen) == expected


def test_mail_that_no_server_may_take_is_lost_and_is_not_where_another_takes_it() -> None:
    none = said(host(talk(SELF)), policy=policy(MX1))
    some = said(host(talk(SELF)), host(talk(host=MX2), name=MX2), policy=policy(MX1, MX2))
    assert only(none, "smtp.mta-sts-none").severity is Severity.ERROR
    assert only(some, "smtp.mta-sts-some").severity is Severity.WARNING
    assert only(some, "smtp.mta-sts-some").params == {"hosts": MX1}


MakeNetwork = Callable[..., Network]


@pytest.mark.parametrize(
    "records",
    [
        pytest.param((), id="none"),
        pytest.param(("v=STSv1; id=1", "v=STSv1; id=2"), id="several"),
        pytest.param(("v=STSv1; id=-",), id="broken"),
        pytest.param(("v=STSv1; id=1",), id="but no policy behind it"),
    ],
)
async def test_there_is_no_policy_where_senders_find_none(
    make_network: MakeNetwork, records: tuple[str, ...]
) -> None:
    zone = "firma.pl. A 127.0.0.1\n"
    zone += "".join(f'_mta-sts.firma.pl. TXT "{text}"\n' for text in records)
    async with dns_server(zone) as dns, make_network([dns.address]) as network:
        assert await find_policy(network, "firma.pl") is None


async def test_a_record_that_dns_cannot_give_leaves_the_policy_unknown(
    make_network: MakeNetwork,
) -> None:
    async with dns_server("firma.pl. A 127.0.0.1") as dns, make_network([dns.address]) as network:
        dns.misbehave("_mta-sts.firma.pl", Fault.SERVFAIL)
        unseen = await find_policy(network, "firma.pl")
        assert isinstance(unseen, NetworkError)
        assert unseen.trouble is Trouble.SERVFAIL


async def test_a_policy_that_comes_late_is_waited_for_where_a_fault_hangs_on_it(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(network: Network, domain: str) -> MtaStsPolicy:
        await asyncio.sleep(0.3)
        return policy(MX1)

    zone = f"firma.pl. MX 10 {MX1}.\n{MX1}. A 127.0.0.1"
    async with (
        dns_server(zone) as dns,
        mail_server(smtp(tls=CA.expired(MX1).context())) as server,
        make_network([dns.address]) as network,
    ):
        monkeypatch.setattr("bot.probes.beside.PATIENCE", 0.05)
        monkeypatch.setattr(smtp_probe, "find_policy", late)
        monkeypatch.setattr(smtp_probe, "PORT", server.port)
        statements = list(judge(await gather(network, look())))
    assert "smtp.mta-sts-none" in codes(statements)
