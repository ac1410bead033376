"""What one look at a server says of the claim in its provider's file."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from bot.knowledge.marks import Failed, Proved, Untested, Verdict
from bot.knowledge.provider import Auth, Cause, MailServer, Security
from bot.model.trouble import Trouble
from bot.network.talk import CertificateFault, Failure, Protocol, ServerTalk, Stage, Tls
from bot.probes.claim import judge, look_at
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import Fault, dns_server
from tests.doubles.mailserver import imap, mail_server, pop3, smtp, unused_port
from tests.network.conftest import MakeNetwork
from tests.probes.making import certificate

IMAP = MailServer("imap", "imap.firma.pl", 993, Security.TLS)
POP3 = MailServer("pop3", "pop3.firma.pl", 995, Security.TLS)
SMTP = MailServer("smtp", "smtp.firma.pl", 587, Security.STARTTLS)
PASSWORD, OAUTH = (Auth.PASSWORD,), (Auth.OAUTH2,)
PLAIN = ("IMAP4rev1", "AUTH=PLAIN")


def talk(server: MailServer, *after: str, **changes: object) -> ServerTalk:
    """A sound conversation with `server`, but for the changes."""
    sound = ServerTalk(
        Protocol(server.protocol),
        server.host,
        "192.0.2.1",
        server.port,
        server.security is Security.TLS,
        greeting="ready",
        capabilities=("STARTTLS",) if server.security is Security.STARTTLS else None,
        starttls_offered=server.security is Security.STARTTLS,
        tls=Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", certificate()),
        capabilities_after=after,
    )
    return replace(sound, **changes)  # type: ignore[arg-type]


def ended(stage: Stage, trouble: Trouble, detail: str = "") -> dict[str, object]:
    """The changes of a conversation that ended before TLS."""
    return {"failure": Failure(stage, trouble, detail), "tls": None, "capabilities_after": None}


@pytest.mark.parametrize(
    ("server", "seen", "verdict"),
    [
        pytest.param(IMAP, talk(IMAP, *PLAIN), Proved(), id="as claimed"),
        pytest.param(IMAP, talk(IMAP, "IMAP4rev1"), Proved(), id="IMAP's own LOGIN"),
        pytest.param(
            IMAP, talk(IMAP, "IMAP4rev1", "LOGINDISABLED"), Failed(Cause.NO_LOGIN), id="no login"
        ),
        pytest.param(SMTP, talk(SMTP, "SIZE 1000"), Failed(Cause.NO_LOGIN), id="sends for nobody"),
        pytest.param(POP3, talk(POP3), Proved(), id="POP3 without CAPA is no proof against it"),
        pytest.param(POP3, talk(POP3, "UIDL"), Failed(Cause.NO_LOGIN), id="POP3 without USER"),
        pytest.param(
            replace(SMTP, auth=PASSWORD),
            talk(SMTP, "AUTH XOAUTH2 OAUTHBEARER"),
            Failed(Cause.OTHER_LOGIN, "XOAUTH2, OAUTHBEARER"),
            id="passwords are over",
        ),
        pytest.param(
            replace(SMTP, auth=OAUTH),
            talk(SMTP, "AUTH PLAIN LOGIN"),
            Failed(Cause.OTHER_LOGIN, "PLAIN, LOGIN"),
            id="no OAuth2",
        ),
        pytest.param(
            replace(SMTP, auth=(Auth.APP_PASSWORD, Auth.OAUTH2)),
            talk(SMTP, "AUTH XOAUTH2"),
            Proved(),
            id="one of two ways is enough",
        ),
        pytest.param(
            IMAP,
            talk(IMAP, *PLAIN, tls=Tls("TLSv1.3", "x", certificate(CertificateFault.EXPIRED))),
            Failed(Cause.CERTIFICATE, "expired"),
            id="expired",
        ),
        pytest.param(
            IMAP,
            talk(IMAP, **ended(Stage.CONNECT, Trouble.REFUSED)),
            Failed(Cause.CLOSED),
            id="closed",
        ),
        pytest.param(
            IMAP,
            talk(IMAP, **ended(Stage.CONNECT, Trouble.TIMEOUT)),
            Untested("timeout"),
            id="silent: a firewall on the way looks the same",
        ),
        pytest.param(
            SMTP,
            talk(SMTP, **ended(Stage.GREETING, Trouble.REJECTED, "554 no")),
            Untested("rejected", "554 no"),
            id="does not talk to us",
        ),
        pytest.param(
            IMAP,
            talk(IMAP, **ended(Stage.TLS_AT_ONCE, Trouble.TLS, "wrong version")),
            Failed(Cause.TLS_FAILED, "wrong version"),
            id="no TLS there",
        ),
        pytest.param(
            SMTP,
            talk(SMTP, **ended(Stage.STARTTLS, Trouble.REJECTED, "502 no")),
            Failed(Cause.STARTTLS_REFUSED, "502 no"),
            id="STARTTLS denied",
        ),
        pytest.param(
            SMTP,
            talk(SMTP, starttls_offered=False, tls=None, capabilities=("SIZE",)),
            Failed(Cause.NO_STARTTLS),
            id="STARTTLS not offered",
        ),
        pytest.param(
            IMAP,
            talk(IMAP, failure=Failure(Stage.CAPABILITIES_AFTER, Trouble.RESET)),
            Untested("reset"),
            id="broken off before the login was named",
        ),
    ],
)
def test_what_a_conversation_says(server: MailServer, seen: ServerTalk, verdict: Verdict) -> None:
    assert judge(server, seen) == verdict


async def test_a_server_is_looked_at_over_the_wire(
    make_network: MakeNetwork, ca: ThrowAwayCa
) -> None:
    good, wrong = ca.good("imap.firma.pl").context(), ca.wrong_name().context()
    zone = "imap.firma.pl. A 127.0.0.1\npop3.firma.pl. A 127.0.0.1\nempty.firma.pl. TXT x"
    async with (
        dns_server(zone) as dns,
        mail_server(imap(capabilities=PLAIN), tls=good) as first,
        mail_server(pop3(), tls=wrong) as second,
        make_network([dns.address]) as network,
    ):
        dns.misbehave("lame.firma.pl", Fault.SERVFAIL)
        seen = {
            name: await look_at(network, replace(server, port=port))
            for name, server, port in (
                ("sound", IMAP, first.port),
                ("wrong name", POP3, second.port),
                ("closed", IMAP, unused_port()),
                ("gone", replace(IMAP, host="gone.firma.pl"), first.port),
                ("empty", replace(IMAP, host="empty.firma.pl"), first.port),
                ("lame", replace(IMAP, host="lame.firma.pl"), first.port),
            )
        }
    assert seen == {
        "sound": Proved(),
        "wrong name": Failed(Cause.CERTIFICATE, "wrong-name"),
        "closed": Failed(Cause.CLOSED),
        "gone": Failed(Cause.NO_SUCH_HOST),
        "empty": Failed(Cause.NO_ADDRESS),
        "lame": Untested("servfail", "lame.firma.pl A: SERVFAIL"),
    }


async def test_one_address_of_several_is_enough(make_network: MakeNetwork, ca: ThrowAwayCa) -> None:
    tls = ca.good("smtp.firma.pl").context()
    script = smtp(tls=tls, capabilities_after=("AUTH PLAIN",))
    async with (
        dns_server("smtp.firma.pl. A 127.0.0.2\nsmtp.firma.pl. A 127.0.0.1") as dns,
        mail_server(script) as server,
        make_network([dns.address]) as network,
    ):
        assert await look_at(network, replace(SMTP, port=server.port)) == Proved()
    assert server.address == ip_address("127.0.0.1")


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        pytest.param("mail.{domain}", "customers-host", id="the customer's domain"),
        pytest.param("{mx}", "customers-host", id="the customer's MX"),
        pytest.param("127.0.0.1", "bridge", id="on the person's own computer"),
        pytest.param("inside.firma.pl", "not-public", id="an address inside"),
    ],
)
async def test_where_nothing_is_asked(make_network: MakeNetwork, host: str, reason: str) -> None:
    async with (
        dns_server("inside.firma.pl. A 10.0.0.1") as dns,
        make_network([dns.address]) as network,
    ):
        assert await look_at(network, replace(IMAP, host=host)) == Untested(reason)
