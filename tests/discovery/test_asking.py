"""Sources asked over real sockets: what is sent, what is refused, where redirects end."""

import asyncio
from collections.abc import Callable

import pytest

from bot.discovery.claim import NOBODY, Standing
from bot.discovery.discover import discovering
from bot.discovery.guess import look_around
from bot.discovery.microsoft import ask_autodiscover, may_be_asked, post
from bot.discovery.srv import ask_srv, find_mx, mx_bases
from bot.discovery.web import ask_autoconfig, ask_ispdb, mx_files, own_files
from bot.knowledge.provider import MailServer, Provider, ProviderKind, Security
from bot.knowledge.providers import Providers
from bot.model.settings import SettingsSource
from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import Fault, dns_server
from tests.doubles.web import answer, redirect, web_server
from tests.laboratory.settings import config

MakeNetwork = Callable[..., Network]
FILE = answer(config("firma.pl", ("imap", "imap.firma.pl", 993, "SSL")).encode())
POX = (
    b"<Autodiscover><Response><Account><Protocol><Type>IMAP</Type><Server>imap.firma.pl</Server>"
    b"<Port>993</Port></Protocol></Account></Response></Autodiscover>"
)
ZONE = "firma.pl. A 127.0.0.1\nautodiscover.firma.pl. A 127.0.0.1"


@pytest.mark.parametrize(
    ("page", "has_answered", "trouble"),
    [
        pytest.param(FILE, True, None, id="a file"),
        pytest.param(answer(b"no", "404 Not Found"), False, None, id="no file"),
        pytest.param(answer(b"<html></html>"), False, None, id="a web page instead"),
        pytest.param(answer(b""), False, None, id="an empty page"),
        pytest.param(answer(b"<clientConfig"), False, Trouble.GARBAGE, id="a broken file"),
        pytest.param(answer(b"<a/>" * 99999), False, Trouble.TOO_LONG, id="a file too long"),
        pytest.param(answer(b"", "503 Busy"), False, Trouble.TRY_LATER, id="an overloaded server"),
        pytest.param(redirect("https://10.0.0.1/"), False, Trouble.NOT_PUBLIC, id="a way inside"),
        pytest.param(redirect("http://firma.pl/x"), False, None, id="a way down to http"),
        pytest.param(redirect("/"), False, None, id="a way round in circles"),
    ],
)
async def test_a_file_is_read_or_told_why_not(
    make_network: MakeNetwork,
    ca: ThrowAwayCa,
    page: bytes,
    has_answered: bool,
    trouble: Trouble | None,
) -> None:
    tls = ca.good("firma.pl").context()
    async with (
        dns_server(ZONE) as dns,
        make_network([dns.address]) as network,
        web_server({"/": page}, tls=tls) as server,
    ):
        url = f"https://firma.pl:{server.port}/"
        asked = (await ask_autoconfig(network, url, "firma.pl", Standing.OWN_FILE)).asked
    assert asked.has_answered is has_answered
    assert (asked.gap.trouble if asked.gap else None) is trouble


async def test_a_file_may_name_a_page_where_access_is_switched_on(
    make_network: MakeNetwork, ca: ThrowAwayCa
) -> None:
    tls = ca.good("firma.pl").context()
    enable = '<enable visiturl="https://poczta.firma.pl/imap"/></emailProvider>'
    file = config("firma.pl", ("imap", "imap.firma.pl", 993, "SSL"))
    page = answer(file.replace("</emailProvider>", enable).encode())
    async with (
        dns_server(ZONE) as dns,
        make_network([dns.address]) as network,
        web_server({"/": page}, tls=tls) as server,
    ):
        url = f"https://firma.pl:{server.port}/"
        found = await ask_autoconfig(network, url, "firma.pl", Standing.OWN_FILE)
    assert found.asked.switch_on == "https://poczta.firma.pl/imap"


async def test_where_nobody_is_nothing_is_wrong(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as dns, make_network([dns.address]) as network:
        dns.misbehave("dead.firma.pl", Fault.SERVFAIL)
        for host, trouble in (("gone.firma.pl", None), ("dead.firma.pl", Trouble.SERVFAIL)):
            url = f"https://{host}/"
            asked = (await ask_autoconfig(network, url, "firma.pl", Standing.OWN_FILE)).asked
            assert (asked.gap.trouble if asked.gap else None) is trouble


async def test_ispdb_may_be_the_operators_own_and_hears_the_name_alone(
    make_network: MakeNetwork,
) -> None:
    async with (
        dns_server(ZONE) as dns,
        make_network([dns.address], allow_networks=()) as network,
        web_server({"/v1.1/firma.pl": FILE}, tls=None) as server,
    ):
        base = f"http://127.0.0.1:{server.port}/v1.1/"
        found = await ask_ispdb(network, base, "firma.pl", "firma.pl", Standing.ISPDB)
    assert [each.host for each in found.servers] == ["imap.firma.pl"]
    assert server.received[0] == "GET /v1.1/firma.pl HTTP/1.1"


@pytest.mark.parametrize(
    ("pages", "asks_password", "hosts"),
    [
        pytest.param({"/a": answer(POX)}, False, ["imap.firma.pl"], id="servers"),
        pytest.param({"/a": answer(b"", "401 No")}, True, [], id="it wants a password"),
        pytest.param({"/a": answer(b"", "404 No")}, False, [], id="nothing"),
        pytest.param(
            {"/a": redirect("/b"), "/b": redirect("/c"), "/c": answer(POX)},
            False,
            ["imap.firma.pl"],
            id="two redirects",
        ),
        pytest.param({"/a": redirect("/a")}, False, [], id="redirects without end"),
    ],
)
async def test_autodiscover_is_asked_for_nobody(
    make_network: MakeNetwork,
    ca: ThrowAwayCa,
    pages: dict[str, bytes],
    asks_password: bool,
    hosts: list[str],
) -> None:
    async with (
        dns_server(ZONE) as dns,
        make_network([dns.address]) as network,
        web_server(pages, tls=ca.good("firma.pl").context()) as server,
    ):
        outcome = await post(network, f"https://firma.pl:{server.port}/a", "firma.pl")
        assert outcome.asks_password is asks_password
        assert [each.host for each in outcome.found.servers] == hosts
        posts = [line for line in server.received if line.startswith("POST")]
    assert 1 <= len(posts) <= 4
    assert not any(line.lower().startswith("authorization") for line in server.received)


async def test_autodiscover_is_followed_into_no_private_network(
    make_network: MakeNetwork, ca: ThrowAwayCa
) -> None:
    text = "<RedirectUrl>https://10.0.0.1/x</RedirectUrl>"
    account = f"<Response><Account>{text}</Account></Response>"
    page = answer(f"<Autodiscover>{account}</Autodiscover>".encode())
    async with (
        dns_server(ZONE) as dns,
        make_network([dns.address]) as network,
        web_server({"/a": page}, tls=ca.good("firma.pl").context()) as server,
    ):
        with pytest.raises(NetworkError) as caught:
            await post(network, f"https://firma.pl:{server.port}/a", "firma.pl")
    assert caught.value.trouble is Trouble.NOT_PUBLIC


@pytest.mark.parametrize(
    ("url", "may_be"),
    [
        ("https://autodiscover.firma.pl/", True),
        ("https://firma.com.pl/", True),
        ("https://autodiscover.com.pl/", False),
        ("https://autodiscover.pl/", False),
        ("https://autodiscover/", False),
        ("https://[::1", False),
        ("nonsense", False),
    ],
)
def test_no_public_suffix_is_asked(url: str, may_be: bool) -> None:
    assert may_be_asked(url) is may_be


async def test_every_way_of_autodiscover_is_shown(make_network: MakeNetwork) -> None:
    async with dns_server("firma.pl. MX 0 .") as dns, make_network([dns.address]) as network:
        places = [each.asked.place for each in await ask_autodiscover(network, "firma.pl")]
    assert len(set(places)) == 5
    assert not any(NOBODY in place for place in places)


async def test_srv_records_by_trust_and_by_refusal(make_network: MakeNetwork) -> None:
    zone = """
        _imaps._tcp.firma.pl. SRV 10 1 993 b.firma.pl.
        _imaps._tcp.firma.pl. SRV 0 1 993 a.inna.pl.
        _pop3s._tcp.firma.pl. SRV 0 0 0 .
        _submission._tcp.firma.pl. SRV 0 0 0 .
        _submissions._tcp.firma.pl. SRV 0 1 465 smtp.firma.pl.
    """
    async with dns_server(zone) as dns, make_network([dns.address]) as network:
        dns.misbehave("_jmap._tcp.firma.pl", Fault.SERVFAIL)
        told = await ask_srv(network, "firma.pl")
    answers = {each.asked.place.split(".")[0]: each for each in told}
    assert [server.host for server in answers["_imaps"].servers] == ["a.inna.pl", "b.firma.pl"]
    assert answers["_imaps"].strangers == {"a.inna.pl"}
    assert answers["_pop3s"].not_offered == ("pop3",)
    # Declined by STARTTLS, offered with TLS at once: it is offered.
    assert answers["_submission"].not_offered == ()
    assert answers["_jmap"].asked.gap is not None


async def test_signed_records_may_lead_anywhere(make_network: MakeNetwork) -> None:
    zone = "_imaps._tcp.firma.pl. SRV 0 1 993 a.inna.pl."
    async with dns_server(zone, authenticated=True) as dns, make_network([dns.address]) as network:
        answers = await ask_srv(network, "firma.pl")
    assert not any(each.strangers for each in answers)


@pytest.mark.parametrize(
    ("mx", "domain", "bases"),
    [
        ("mx.hoster.pl", "firma.pl", ("hoster.pl",)),
        (
            "mx.premium.europe.hoster.com.pl",
            "firma.pl",
            ("premium.europe.hoster.com.pl", "hoster.com.pl"),
        ),
        ("mx.firma.pl", "firma.pl", ()),
        ("mx.firma.pl", "oddzial.firma.pl", ("firma.pl",)),
    ],
)
def test_the_bases_of_an_mx(mx: str, domain: str, bases: tuple[str, ...]) -> None:
    assert mx_bases(mx, domain) == bases


def test_no_address_of_a_person_is_in_any_question() -> None:
    urls = [url for url, _ in own_files("firma.pl")] + list(mx_files("hoster.pl", "firma.pl"))
    assert {url.partition("emailaddress=")[2] for url in urls} == {"", f"{NOBODY}@firma.pl"}


def test_the_place_of_the_draft_is_asked_beside_that_of_thunderbird() -> None:
    for host, urls in (
        ("firma.pl", [url for url, _ in own_files("firma.pl")]),
        ("hoster.pl", list(mx_files("hoster.pl", "firma.pl"))),
    ):
        places = [url.partition("?")[0] for url in urls if url.startswith("https:")]
        assert f"https://autoconfig.{host}/mail/config-v1.1.xml" == places[0]
        assert f"https://autoconfig.{host}/.well-known/mail-v1.xml" in places
        assert f"https://{host}/.well-known/autoconfig/mail/config-v1.1.xml" in places


async def test_usual_names_but_not_those_of_a_wildcard(make_network: MakeNetwork) -> None:
    zone = """
        firma.pl. MX 10 mx.hoster.pl.
        imap.firma.pl. A 127.0.0.1
        mail.firma.pl. A 127.0.0.2
        poczta.firma.pl. A 10.0.0.1
    """
    async with dns_server(zone) as dns, make_network([dns.address]) as network:
        mx = asyncio.create_task(find_mx(network, "firma.pl"))
        around = await look_around(network, "firma.pl", mx)
    assert around.hosts == {
        "imap": ("imap.firma.pl", "mail.firma.pl", "mx.hoster.pl"),
        "pop3": ("mail.firma.pl", "mx.hoster.pl"),
        "smtp": ("mail.firma.pl", "mx.hoster.pl"),
    }
    guessed = around.servers()
    assert {server.source for server in guessed} == {SettingsSource.GUESS}
    assert len(guessed) == 14


PROVIDER = Provider(
    "hoster", "Hoster", "PL", ProviderKind.HOSTING, (), ("*.hoster.pl",), (),
    (MailServer("imap", "{domain}", 993, Security.TLS),), "address", (), None, {}, (), (),
)  # fmt: skip


async def test_a_provider_is_known_by_the_mx(make_network: MakeNetwork) -> None:
    async with (
        dns_server("firma.pl. MX 10 mx.hoster.pl.") as dns,
        make_network([dns.address]) as network,
        discovering(network, "firma.pl", Providers((PROVIDER,))) as discovery,
    ):
        answers = [one async for some in discovery.answers() for one in some]
        assert discovery.provider is PROVIDER
    (known,) = [one for one in answers if one.asked.source is SettingsSource.KNOWLEDGE]
    assert (known.standing, known.asked.place) == (Standing.KNOWN_MX, "hoster")
    assert [(each.host, each.username) for each in known.servers] == [
        ("firma.pl", "%EMAILADDRESS%")
    ]
    assert {one.asked.source for one in answers} >= {
        SettingsSource.AUTOCONFIG,
        SettingsSource.SRV,
        SettingsSource.PACC,
        SettingsSource.AUTODISCOVER,
    }


async def test_a_search_that_is_left_leaves_nothing_behind(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as dns, make_network([dns.address]) as network:
        dns.fault = Fault.SILENCE
        async with discovering(network, "firma.pl", Providers()) as discovery:
            assert discovery.best_waiting is Standing.OWN_FILE
