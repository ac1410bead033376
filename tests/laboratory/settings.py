"""Domains that publish settings for mail programs, rightly and wrongly; and a double of ISPDB."""

import base64
import json
from hashlib import sha256

from tests.laboratory.plan import NOBODY, Domain, Dovecot, Host, Postfix, Scripted, Server, Web

_MX = ("10 mx1.dobra.pl.", "20 mx2.dobra.pl.")
_SPF = ("v=spf1 mx -all",)
_DMARC = ("v=DMARC1; p=reject; rua=mailto:dmarc@dobra.pl",)
FILE = "/mail/config-v1.1.xml"
POX = "/autodiscover/autodiscover.xml"


def config(domain: str, *servers: tuple[str, str, int, str]) -> str:
    """An autoconfig file; a server is protocol, host, port and socketType."""
    sections = "".join(
        f'<{_element(kind)} type="{kind}"><hostname>{host}</hostname><port>{port}</port>'
        f"<socketType>{socket}</socketType><authentication>password-cleartext</authentication>"
        f"<username>%EMAILADDRESS%</username></{_element(kind)}>"
        for kind, host, port, socket in servers
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<clientConfig version="1.1">'
        f'<emailProvider id="{domain}"><domain>{domain}</domain>{sections}'
        "</emailProvider></clientConfig>"
    )


def _element(kind: str) -> str:
    return "outgoingServer" if kind == "smtp" else "incomingServer"


_IMAP = ("imap", "imap.dobra.pl", 993, "SSL")
_POP3 = ("pop3", "pop3.dobra.pl", 995, "SSL")
_SMTP = ("smtp", "smtp.dobra.pl", 465, "SSL")
_BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><clientConfig>&c;</clientConfig>'
)
_POX_ANSWER = """<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
<Account><AccountType>email</AccountType><Action>settings</Action>
<Protocol><Type>IMAP</Type><Server>imap.dobra.pl</Server><Port>993</Port><SSL>on</SSL></Protocol>
<Protocol><Type>POP3</Type><Server>pop3.dobra.pl</Server><Port>110</Port><SSL>off</SSL></Protocol>
<Protocol><Type>SMTP</Type><Server>smtp.dobra.pl</Server><Port>587</Port><SSL>off</SSL>
<Encryption>TLS</Encryption></Protocol></Account></Response></Autodiscover>"""
PACC = json.dumps(
    {
        "protocols": {"imap": {"host": "imap.dobra.pl"}, "smtp": {"host": "smtp.dobra.pl"}},
        "authentication": {"password": True},
        "info": {"provider": {"name": "Dobra"}},
    }
)
_DIGEST = base64.b64encode(sha256(PACC.encode()).digest()).decode()


def _domain(
    what: str,
    story: str,
    *says: str,
    mx: tuple[str, ...] = _MX,
    hosts: tuple[Host, ...] = (),
    records: tuple[str, ...] = (),
) -> Domain:
    name = f"settings-{what}.pl"
    return Domain(
        name,
        f"settings: {story}",
        frozenset(says),
        mx=mx,
        spf=_SPF,
        dmarc=_DMARC,
        hosts=hosts,
        records=records,
    )


def _file(what: str, *servers: Server) -> tuple[Host, ...]:
    return (Host(f"autoconfig.settings-{what}.pl", servers),)


def _page(text: str, **options: object) -> Web:
    return Web(((FILE, text),), content_type="text/xml", **options)  # type: ignore[arg-type]


DOMAINS = (
    _domain(
        "disagree",
        "its file and its SRV records name different servers",
        "settings.disagree",
        hosts=_file("disagree", _page(config("settings-disagree.pl", _IMAP, _SMTP))),
        records=("_imap._tcp SRV 0 1 143 imap.dobra.pl.",),
    ),
    _domain(
        "http",
        "its file comes over http alone",
        "settings.over-http",
        hosts=_file("http", _page(config("settings-http.pl", _IMAP, _SMTP), in_clear=True)),
    ),
    _domain("bomb", "a file that would blow up", hosts=_file("bomb", _page(_BOMB))),
    _domain(
        "html",
        "a web page where a file should be",
        hosts=_file("html", _page("<!DOCTYPE html><title>404</title>")),
    ),
    _domain("endless", "a file without end", hosts=_file("endless", Scripted("web-endless", 443))),
    _domain(
        "redirect",
        "leads into private networks",
        hosts=(
            Host(
                "autodiscover.settings-redirect.pl",
                (Web(moved=((POX, "https://127.0.0.1/"),)),),
            ),
            Host(
                "autoconfig.settings-redirect.pl",
                (Web(moved=((FILE, "https://10.0.0.1/config.xml"),)),),
            ),
        ),
    ),
    _domain(
        "expired",
        "names a server whose certificate has expired",
        "imap.certificate-expired",
        records=(
            "_imaps._tcp SRV 0 1 993 expired.uslugi.pl.",
            "_submissions._tcp SRV 0 1 465 smtp.dobra.pl.",
        ),
    ),
    _domain(
        "closed",
        "names a server whose port 587 is closed",
        "settings.closed",
        records=(
            "_submission._tcp SRV 0 1 587 deaf.uslugi.pl.",
            "_imaps._tcp SRV 0 1 993 imap.dobra.pl.",
        ),
    ),
    _domain(
        "stripped",
        "promises STARTTLS where there is none",
        "imap.no-starttls",
        records=("_imap._tcp SRV 0 1 143 clear.uslugi.pl.",),
    ),
    _domain(
        "imap-off",
        "names a server that lets nobody log in by IMAP",
        "imap.no-login",
        hosts=_file(
            "imap-off",
            _page(
                config(
                    "settings-imap-off.pl",
                    ("imap", "no-login.uslugi.pl", 143, "STARTTLS"),
                    _POP3,
                    _SMTP,
                )
            ),
        ),
    ),
    _domain(
        "oauth",
        "says password where the server takes OAuth2 alone",
        hosts=_file(
            "oauth",
            _page(config("settings-oauth.pl", ("imap", "oauth.uslugi.pl", 143, "STARTTLS"))),
        ),
    ),
    _domain(
        "gone",
        "names servers that do not exist",
        "settings.no-such-host",
        "settings.no-address",
        records=(
            "_imaps._tcp SRV 0 1 993 gone.dobra.pl.",
            "_pop3s._tcp SRV 0 1 995 text.uslugi.pl.",
        ),
    ),
    _domain(
        "clear",
        "tells programs not to encrypt",
        "settings.in-clear",
        hosts=_file(
            "clear",
            _page(config("settings-clear.pl", ("imap", "imap.dobra.pl", 143, "plain"), _SMTP)),
        ),
    ),
    _domain(
        "jmap",
        "promises JMAP where there is none",
        "settings.no-jmap",
        records=("_jmap._tcp SRV 0 1 443 www.dobra.pl.",),
    ),
    _domain(
        "not-offered",
        "declares that POP3 is not offered",
        records=(
            "_pop3s._tcp SRV 0 0 0 .",
            "_pop3._tcp SRV 0 0 0 .",
            "_imaps._tcp SRV 20 1 993 imap.dobra.pl.",
            "_imaps._tcp SRV 10 1 993 pop3.dobra.pl.",
        ),
    ),
    _domain(
        "dead",
        "a file that never comes: its host swallows whoever calls",
        records=(
            f"autoconfig A {NOBODY}",
            "_imaps._tcp SRV 0 1 993 imap.dobra.pl.",
            "_submissions._tcp SRV 0 1 465 smtp.dobra.pl.",
        ),
    ),
    _domain("ispdb", "known to ISPDB alone"),
    _domain(
        "pacc",
        "a PACC document that DNS vouches for",
        hosts=(
            Host(
                "ua-auto-config.settings-pacc.pl",
                (Web((("/.well-known/user-agent-configuration.json", PACC),)),),
            ),
        ),
        records=(f'_ua-auto-config TXT "v=UAAC1; a=sha256; d={_DIGEST}"',),
    ),
    _domain(
        "pacc-forged",
        "a PACC document that DNS does not vouch for",
        hosts=(
            Host(
                "ua-auto-config.settings-pacc-forged.pl",
                (Web((("/.well-known/user-agent-configuration.json", PACC + " "),)),),
            ),
        ),
        records=(f'_ua-auto-config TXT "v=UAAC1; a=sha256; d={_DIGEST}"',),
    ),
    _domain(
        "autodiscover",
        "Autodiscover by an SRV record",
        hosts=(Host("www.settings-autodiscover.pl", (Web(((POX, _POX_ANSWER),)),)),),
        records=("_autodiscover._tcp SRV 0 1 443 www.settings-autodiscover.pl.",),
    ),
    _domain(
        "guess",
        "publishes nothing; its servers have usual names",
        mx=("10 mail.settings-guess.pl.",),
        hosts=(
            Host(
                "mail.settings-guess.pl",
                (
                    Postfix(),
                    Postfix(465, implicit_tls=True, login=True),
                    Postfix(587, login=True),
                    Dovecot(),
                ),
            ),
        ),
    ),
)

ISPDB = Domain(
    "ispdb.org",
    "a double of Mozilla's database",
    hosts=(
        Host(
            "ispdb.org",
            (
                Web(
                    (
                        (
                            "/v1.1/settings-ispdb.pl",
                            config("settings-ispdb.pl", _IMAP, _POP3, _SMTP),
                        ),
                    ),
                    content_type="text/xml",
                ),
            ),
        ),
    ),
)
