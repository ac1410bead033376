"""The domains of the laboratory: a good one, and one broken domain for every defect.

This table is the test: a check must find what `says` names, and nothing else of warning or above.
"""

from dataclasses import dataclass

from tests.doubles.dkim_keys import ED25519, RSA_768, RSA_1024, RSA_2048
from tests.laboratory.plan import (
    DOMAIN_DNS,
    NOBODY,
    Delegation,
    Domain,
    Dovecot,
    Host,
    Postfix,
    Reverse,
    Scripted,
    Server,
    Showing,
    Tlsa,
    Web,
    lay_out,
)
from tests.laboratory.remarks import DOMAINS as REMARKS
from tests.laboratory.settings import DOMAINS as SETTINGS
from tests.laboratory.settings import ISPDB

_FAULTS = tuple(showing for showing in Showing if showing not in (Showing.SOUND, Showing.FOREIGN))

# A domain that is broken in one way is sound in all others.
_NS = ("ns1.dobra.pl.", "ns2.dobra.pl.")
_MX = ("10 mx1.dobra.pl.", "20 mx2.dobra.pl.")
_SPF = ("v=spf1 mx -all",)
_DMARC = ("v=DMARC1; p=reject; rua=mailto:dmarc@dobra.pl",)

_AUTOCONFIG = """<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="dobra.pl">
<domain>dobra.pl</domain>
<incomingServer type="imap"><hostname>imap.dobra.pl</hostname><port>993</port>
<socketType>SSL</socketType><authentication>password-cleartext</authentication>
<username>%EMAILADDRESS%</username></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.dobra.pl</hostname><port>465</port>
<socketType>SSL</socketType><authentication>password-cleartext</authentication>
<username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>"""
_MTA_STS = "version: STSv1\r\nmode: enforce\r\nmx: *.dobra.pl\r\nmax_age: 604800\r\n"


def _domain(
    name: str,
    story: str,
    *says: str,
    hides: tuple[str, ...] = (),
    mx: tuple[str, ...] = _MX,
    spf: tuple[str, ...] = _SPF,
    dmarc: tuple[str, ...] = _DMARC,
    hosts: tuple[Host, ...] = (),
    records: tuple[str, ...] = (),
    delegation: Delegation = Delegation.PLAIN,
    ns: tuple[str, ...] = _NS,
    ns_above: tuple[str, ...] | None = None,
) -> Domain:
    return Domain(
        name,
        story,
        frozenset(says),
        frozenset(hides),
        mx,
        spf,
        dmarc,
        hosts,
        records,
        delegation,
        ns,
        ns_above,
    )


def _smtp(
    what: str,
    story: str,
    *says: str,
    server: Server | None = None,
    reverse: Reverse = Reverse.CONFIRMED,
    hides: tuple[str, ...] = (),
) -> Domain:
    """A domain whose first MX is broken in one way; the second is sound."""
    name = f"{what}.pl"
    host = Host(f"mx.{name}", (server,) if server else (), reverse=reverse)
    mx = (f"10 mx.{name}.", "20 mx2.dobra.pl.")
    return _domain(name, story, *says, mx=mx, hosts=(host,), hides=hides)


def _strings(text: str) -> str:
    """A TXT record's data, cut into character strings."""
    return " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))


_KEY = f"v=DKIM1; k=rsa; p={RSA_2048}"

_GOOD = (
    _domain(
        "dobra.pl",
        "nothing is wrong here",
        mx=("10 mx1.dobra.pl.", "20 mx2.dobra.pl.", "30 mx3.dobra.pl."),
        hosts=(
            Host("mx1.dobra.pl", (Postfix(),), tlsa=(Tlsa.LEAF,)),
            Host("mx2.dobra.pl", (Postfix(),), tlsa=(Tlsa.LEAF,)),
            Host("mx3.dobra.pl", (Postfix(),), tlsa=(Tlsa.LEAF,)),
            Host(
                "smtp.dobra.pl",
                (Postfix(587, login=True), Postfix(465, implicit_tls=True, login=True)),
            ),
            Host("imap.dobra.pl", (Dovecot(),)),
            Host("pop3.dobra.pl", (Dovecot(),)),
            Host("autoconfig.dobra.pl", (Web((("/mail/config-v1.1.xml", _AUTOCONFIG),)),)),
            Host("mta-sts.dobra.pl", (Web((("/.well-known/mta-sts.txt", _MTA_STS),)),)),
            Host(
                "www.dobra.pl",
                (
                    Web(
                        pages=(("/", "Poczta działa."),),
                        moved=(
                            ("/moved", "https://autoconfig.dobra.pl/mail/config-v1.1.xml"),
                            ("/to-http", "http://autoconfig.dobra.pl/mail/config-v1.1.xml"),
                            ("/inside", "https://10.0.0.1/"),
                            ("/round", "https://www.dobra.pl/round"),
                        ),
                    ),
                ),
            ),
        ),
        records=(
            f"google._domainkey TXT {_strings(_KEY)}",
            *(f"ns{number} A {address}" for number, address in enumerate(DOMAIN_DNS, start=1)),
            "_imaps._tcp SRV 0 1 993 imap.dobra.pl.",
            "_pop3s._tcp SRV 10 1 995 pop3.dobra.pl.",
            "_submissions._tcp SRV 0 1 465 smtp.dobra.pl.",
            "_submission._tcp SRV 10 1 587 smtp.dobra.pl.",
            '_mta-sts TXT "v=STSv1; id=20260101"',
            '*._report._dmarc TXT "v=DMARC1;"',  # gets the reports of all the others
            '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@dobra.pl"',
            '@ CAA 0 issue "letsencrypt.org"',
            '@ CAA 0 iodef "mailto:admin@dobra.pl"',
        ),
        delegation=Delegation.SIGNED,
    ),
    _domain("żółw.pl", "nothing is wrong with an internationalised name either"),
    _domain(
        "obserwowana.pl",
        "nothing is wrong until a test of watching breaks it",
        mx=("10 mx.obserwowana.pl.", "20 mx2.dobra.pl."),
        hosts=(Host("mx.obserwowana.pl", (Postfix(),)),),
    ),
    _domain("niepodpisana.com", "nothing is wrong, in another top-level domain"),
    _domain(
        "wielka.pl",
        "nothing is wrong: three MX, six SPF includes",
        mx=("10 mx1.dobra.pl.", "20 mx2.dobra.pl.", "30 mx3.dobra.pl."),
        spf=("v=spf1 mx " + " ".join(f"include:_spf{n}.wielka.pl" for n in range(1, 7)) + " -all",),
        records=tuple(f'_spf{n} TXT "v=spf1 ip4:198.51.100.{n} -all"' for n in range(1, 7)),
        delegation=Delegation.SIGNED,
    ),
)

_MX_BROKEN = (
    _domain(
        "mx-null.pl",
        "a null MX: takes no mail, and says so",
        "mx.null",
        mx=("0 .",),
        spf=("v=spf1 -all",),
    ),
    _domain(
        "mx-implicit.pl",
        "no MX, but an address: mail goes there",
        "mx.implicit",
        mx=(),
        spf=("v=spf1 a -all",),
        hosts=(Host("mx-implicit.pl", (Postfix(),)),),
    ),
    _domain(
        "mx-none.pl",
        "no MX and no address: mail has nowhere to go",
        "mx.none",
        mx=(),
        spf=("v=spf1 -all",),
    ),
    _domain(
        "mx-lost.pl",
        "is an alias for a name that does not exist",
        "mx.alias-to-nothing",
        delegation=Delegation.LOST_ALIAS,
    ),
    _domain(
        "mx-null-beside.pl",
        "a null MX beside a real one",
        "mx.null-beside-others",
        mx=("0 .", "10 mx1.dobra.pl.", "20 mx2.dobra.pl."),
    ),
    _domain(
        "mx-unusable.pl",
        "neither of two MX leads anywhere",
        "mx.none-usable",
        "mx.nothing",
        hides=("no-address",),
        mx=("10 gone.mx-unusable.pl.", "20 lost.mx-unusable.pl."),
    ),
    _domain(
        "mx-cname.pl",
        "the MX is an alias",
        "mx.cname",
        mx=("10 mail.mx-cname.pl.", "20 mx2.dobra.pl."),
        hosts=(Host("real.mx-cname.pl", (Postfix(),), also=("mail.mx-cname.pl",)),),
        records=("mail CNAME real",),
    ),
    _domain(
        "mx-ip.pl",
        "the MX is written as an IP address",
        "mx.ip",
        mx=("10 198.51.100.10.", "20 mx2.dobra.pl."),
    ),
    _domain(
        "mx-nothing.pl",
        "the MX is a name that does not exist",
        "mx.nothing",
        hides=("no-address",),
        mx=("10 gone.mx-nothing.pl.", "20 mx2.dobra.pl."),
    ),
    _domain(
        "mx-no-address.pl",
        "the MX is a name without an address",
        "mx.nothing",
        hides=("no-address",),
        mx=("10 text.mx-no-address.pl.", "20 mx2.dobra.pl."),
        records=('text TXT "no address here"',),
    ),
    _domain(
        "mx-duplicate.pl",
        "the same MX twice",
        "mx.duplicate",
        mx=("10 mx1.dobra.pl.", "20 mx1.dobra.pl.", "20 mx2.dobra.pl."),
    ),
    _domain("mx-single.pl", "one MX only", "mx.single", mx=("10 mx1.dobra.pl.",)),
    _domain(
        "mx-no-ipv6.pl",
        "no MX has IPv6",
        "mx.no-ipv6",
        mx=("10 mx1.mx-no-ipv6.pl.", "20 mx2.mx-no-ipv6.pl."),
        hosts=(
            Host("mx1.mx-no-ipv6.pl", (Postfix(),), ipv6=False),
            Host("mx2.mx-no-ipv6.pl", (Postfix(),), ipv6=False),
        ),
    ),
    _domain(
        "mx-private.pl",
        "an MX with a private address",
        "mx.private",
        hides=("not-public",),
        mx=("10 inside.mx-private.pl.", "20 mx2.dobra.pl."),
        records=("inside A 10.1.2.3",),
    ),
)

# By what the grammar of RFC 7208 section 12 says of each.
_SPF_TYPOS = {
    "bad-character": "v=spf1 mx –all",
    "unknown-mechanism": "v=spf1 mx ipv4:198.51.100.1 -all",
    "missing-argument": "v=spf1 mx include: -all",
    "unexpected-argument": "v=spf1 mx -all:dobra.pl",
    "bad-domain": "v=spf1 mx include:dobra -all",
    "bad-macro": "v=spf1 mx exists:%{z}.dobra.pl -all",
    "bad-ip4": "v=spf1 mx ip4:1.2.3 -all",
    "bad-ip6": "v=spf1 mx ip6:2001:db8:::1 -all",
    "bad-prefix-length": "v=spf1 mx ip4:198.51.100.0/33 -all",
    "repeated-modifier": "v=spf1 mx redirect=dobra.pl redirect=wielka.pl",
}

_SPF_BROKEN: tuple[Domain, ...] = (
    _domain("spf-missing.pl", "no SPF", "spf.missing", spf=()),
    _domain(
        "spf-parked.pl", "takes no mail, has no SPF", "spf.missing-parked", mx=("0 .",), spf=()
    ),
    _domain(
        "dmarc-parked.pl",
        "takes no mail, has no DMARC",
        "dmarc.missing-parked",
        mx=("0 .",),
        spf=("v=spf1 -all",),
        dmarc=(),
    ),
    _domain(
        "dmarc-parked-none.pl",
        "takes no mail, and only watches who forges it",
        "dmarc.none-parked",
        mx=("0 .",),
        spf=("v=spf1 -all",),
        dmarc=("v=DMARC1; p=none",),
    ),
    _domain(
        "mx-parked.pl",
        "has an address and no mail, and nobody sends from it",
        "mx.implicit-parked",
        "smtp.none-wanted",
        mx=(),
        spf=("v=spf1 -all",),
        hosts=(Host("mx-parked.pl", (), ipv6=False),),
    ),
    _domain(
        "spf-several.pl",
        "two SPF records",
        "spf.several",
        "spf.merged",
        spf=(*_SPF, "v=spf1 a ~all"),
    ),
    _domain("spf-version.pl", "almost SPF", "spf.bad-version", "spf.mended", spf=("spf1 mx -all",)),
    *(
        _domain(
            f"spf-{what}.pl", f"SPF: {what.replace('-', ' ')}", f"spf.syntax-{what}", spf=(text,)
        )
        for what, text in _SPF_TYPOS.items()
    ),
    _domain("spf-everybody.pl", "everybody may send", "spf.everybody", spf=("v=spf1 mx +all",)),
    _domain("spf-neutral.pl", "says nothing about others", "spf.neutral", spf=("v=spf1 mx ?all",)),
    _domain("spf-no-end.pl", "no word about the rest", "spf.no-end", spf=("v=spf1 mx",)),
)

# What shows only when all that a record leads to is followed; "@" stands for the domain.
_SPF_TREES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("after-all", "v=spf1 mx -all a", ()),
    ("redirect-ignored", "v=spf1 mx -all redirect=dobra.pl", ()),
    ("ptr", "v=spf1 mx ptr -all", ()),
    ("large-network", "v=spf1 mx ip4:198.48.0.0/12 -all", ()),
    ("whole-internet", "v=spf1 mx ip4:0.0.0.0/0 -all", ()),
    ("include-nothing", "v=spf1 mx include:gone.@ -all", ()),
    (
        "include-several",
        "v=spf1 mx include:two.@ -all",
        ('two TXT "v=spf1 mx -all"', 'two TXT "v=spf1 a -all"'),
    ),
    ("include-broken", "v=spf1 mx include:bad.@ -all", ('bad TXT "v=spf1 ip4:1.2.3 -all"',)),
    ("include-everybody", "v=spf1 mx include:open.@ -all", ('open TXT "v=spf1 +all"',)),
    ("redirect-neutral", "v=spf1 mx redirect=half.@", ('half TXT "v=spf1 a:mx1.dobra.pl ?all"',)),
    ("loop", "v=spf1 mx include:@ -all", ()),
    ("bad-target", f"v=spf1 mx a:{'x' * 64}.@ -all", ()),
    ("too-many-voids", "v=spf1 a:gone1.@ a:gone2.@ a:gone3.@ -all", ()),
    (
        "too-many-mx",
        "v=spf1 mx:many.@ -all",
        tuple(f"many MX {n} m{n}.dobra.pl." for n in range(11)),
    ),
    (
        "too-many-lookups",
        "v=spf1 " + " ".join(f"include:_spf{n}.@" for n in range(11)) + " -all",
        tuple(f'_spf{n} TXT "v=spf1 ip4:198.51.100.{n} -all"' for n in range(11)),
    ),
    (
        "long",
        "v=spf1 mx " + " ".join(f"ip4:198.51.100.{n}" for n in range(30)) + " -all",
        (),
    ),
)
_SPF_BROKEN += (
    *(
        _domain(
            f"spf-{what}.pl",
            f"SPF: {what.replace('-', ' ')}",
            f"spf.{what}",
            spf=(text.replace("@", f"spf-{what}.pl"),),
            records=records,
        )
        for what, text, records in _SPF_TREES
    ),
    _domain(
        "spf-glued.pl",
        "SPF in two strings without a blank between",
        "spf.glued",
        spf=(),
        records=('@ TXT "v=spf1 mx" "include:_spf1.wielka.pl -all"',),
    ),
)


def _dmarc(what: str, story: str, code: str, *texts: str) -> Domain:
    return _domain(f"dmarc-{what}.pl", story, code, dmarc=texts)


def _dkim(what: str, story: str, text: str, *others: str) -> Domain:
    """A domain with one bad key; `others` stand beside it."""
    lines = tuple(f"default._domainkey TXT {_strings(each)}" for each in (text, *others))
    return _domain(f"dkim-{what}.pl", story, f"dkim.{what}", records=lines)


_DKIM_BROKEN = (
    _dkim("weak", "an RSA key of 768 bits", f"v=DKIM1; p={RSA_768}"),
    _dkim("short", "an RSA key of 1024 bits", f"v=DKIM1; p={RSA_1024}"),
    _dkim("testing", "a key in test mode", f"{_KEY}; t=y"),
    _dkim("bad-base64", "a key that is no base64", "v=DKIM1; p=MIIB*"),
    _dkim("bad-key", "a key cut short", f"v=DKIM1; p={RSA_2048[:200]}"),
    _dkim("bad-record", "no p=", "v=DKIM1; k=rsa"),
    _dkim("no-sha256", "a key for SHA-1 only", f"{_KEY}; h=sha1"),
    _dkim("not-for-mail", "a key that is not for mail", f"{_KEY}; s=other"),
    _dkim("unknown-type", "a key of a kind that does not exist", f"v=DKIM1; k=dsa; p={RSA_2048}"),
    _dkim("several", "two keys at one selector", _KEY, f"v=DKIM1; p={RSA_1024}"),
    _dkim("revoked", "a key that was withdrawn", "v=DKIM1; p="),
    _dkim("only-ed25519", "Ed25519 alone", f"v=DKIM1; k=ed25519; p={ED25519}"),
    _dkim("strict", "not for subdomains", f"{_KEY}; t=s"),
    _domain("dkim-unknown.pl", "no selector that anybody could guess", "dkim.unknown"),
    _domain(
        "dkim-alias.pl",
        "an alias of a provider that has no key there",
        "dkim.alias-to-nothing",
        records=("selector1._domainkey CNAME gone.dobra.pl.",),
    ),
    _domain(
        "dkim-wildcard.pl",
        "the same TXT under every name",
        "dkim.wildcard",
        records=('*._domainkey TXT "hello"',),
    ),
    _domain(
        "dkim-nobody.pl",
        "declares that nobody signs",
        "dkim.nobody-signs",
        records=('*._domainkey TXT "v=DKIM1; p="',),
    ),
)


_RUA = "rua=mailto:dmarc@dobra.pl"
_DMARC_BROKEN = (
    _dmarc("missing", "no DMARC", "dmarc.missing"),
    _dmarc("several", "two records", "dmarc.several", *_DMARC, "v=DMARC1; p=none"),
    _dmarc("version", "almost DMARC", "dmarc.bad-version", f"v=DMARC 1; p=reject; {_RUA}"),
    _dmarc("no-policy", "no p=", "dmarc.no-policy", f"v=DMARC1; {_RUA}"),
    _dmarc("bad-policy", "p= with a typo", "dmarc.bad-policy", f"v=DMARC1; p=rejct; {_RUA}"),
    _dmarc(
        "bad-tag", "adkim= with a typo", "dmarc.bad-tag", f"v=DMARC1; p=reject; adkim=x; {_RUA}"
    ),
    _dmarc(
        "repeated",
        "two policies in one record",
        "dmarc.repeated-tag",
        f"v=DMARC1; p=reject; p=none; {_RUA}",
    ),
    _dmarc(
        "bad-address", "reports go nowhere", "dmarc.bad-address", "v=DMARC1; p=reject; rua=dobra.pl"
    ),
    _dmarc("none", "only watches", "dmarc.none", f"v=DMARC1; p=none; {_RUA}"),
    _dmarc("testing", "says not to mean it", "dmarc.testing", f"v=DMARC1; p=reject; t=y; {_RUA}"),
    _dmarc(
        "subdomains",
        "anybody may use its subdomains",
        "dmarc.subdomains-open",
        f"v=DMARC1; p=reject; sp=none; {_RUA}",
    ),
    _dmarc(
        "missing-names",
        "anybody may use subdomains that do not exist",
        "dmarc.missing-names-open",
        f"v=DMARC1; p=reject; np=none; {_RUA}",
    ),
    _dmarc(
        "no-suffix",
        "claims to be a public suffix",
        "dmarc.no-suffix",
        f"v=DMARC1; p=reject; psd=y; {_RUA}",
    ),
    _dmarc(
        "report",
        "reports to a domain that never agreed",
        "dmarc.report-unauthorized",
        "v=DMARC1; p=reject; rua=mailto:dmarc@wielka.pl",
    ),
    _dmarc(
        "next", "puts forged mail into spam", "dmarc.next-reject", f"v=DMARC1; p=quarantine; {_RUA}"
    ),
    _domain(
        "oddzial.dmarc-testing.pl",
        "its parent says not to mean it",
        "dmarc.inherited-testing",
        dmarc=(),
    ),
    _domain("oddzial.dmarc-none.pl", "its parent only watches", "dmarc.inherited-none", dmarc=()),
    _domain(
        "oddzial.niepodpisana.com", "its parent's policy protects it", "dmarc.inherited", dmarc=()
    ),
    _domain(
        "dmarc-misplaced.pl",
        "DMARC at the domain itself",
        "dmarc.wrong-place",
        spf=(*_SPF, *_DMARC),
        dmarc=(),
    ),
)


def _mta_sts(
    what: str,
    *says: str,
    policy: str = _MTA_STS,
    records: tuple[str, ...] = ("v=STSv1; id=1",),
    server: Server | None = None,
    has_host: bool = True,
) -> Domain:
    name = f"mta-sts-{what}.pl"
    server = server or Web((("/.well-known/mta-sts.txt", policy),))
    return _domain(
        name,
        f"MTA-STS: {what.replace('-', ' ')}",
        *(says or (f"mta-sts.{what}",)),
        hosts=(Host(f"mta-sts.{name}", (server,)),) if has_host else (),
        records=tuple(f'_mta-sts TXT "{text}"' for text in records),
    )


_POLICY_PAGE = (("/.well-known/mta-sts.txt", _MTA_STS),)
_MTA_STS_BROKEN = (
    _mta_sts("several", records=("v=STSv1; id=1", "v=STSv1; id=2")),
    _mta_sts("bad-version", records=("v=STS1; id=1",)),
    _mta_sts("bad-id", records=("v=STSv1; id=2026-01-01",)),
    _mta_sts("bad-part", records=("v=STSv1; id=1; surprise",)),
    _mta_sts("no-record", records=()),
    _mta_sts("no-host", has_host=False),
    _domain(
        "mta-sts-closed.pl",
        "MTA-STS: closed",
        "mta-sts.closed",
        hosts=(Host("mta-sts.mta-sts-closed.pl"),),
        records=('_mta-sts TXT "v=STSv1; id=1"',),
    ),
    _mta_sts("tls-failed", server=Scripted("web-in-clear", 443)),
    _mta_sts(
        "redirect",
        server=Web(
            moved=(
                ("/.well-known/mta-sts.txt", "https://mta-sts.dobra.pl/.well-known/mta-sts.txt"),
            )
        ),
    ),
    _mta_sts("no-file", server=Web()),
    _mta_sts("too-long", policy=_MTA_STS + "mx: mx1.dobra.pl\r\n" * 5000),
    _mta_sts("content-type", server=Web(_POLICY_PAGE, content_type="text/html")),
    *(
        _mta_sts(f"certificate-{showing}", server=Web(_POLICY_PAGE, showing=showing))
        for showing in _FAULTS
        if showing not in (Showing.EXPIRING, Showing.INCOMPLETE_CHAIN)
    ),
    _mta_sts("policy-line", policy=_MTA_STS + "surprise\r\n"),
    _mta_sts("policy-version", policy=_MTA_STS.replace("STSv1", "STSv2")),
    _mta_sts("policy-mode", policy=_MTA_STS.replace("enforce", "enforced")),
    _mta_sts("policy-max-age", policy=_MTA_STS.replace("604800", "a week")),
    _mta_sts("policy-no-mx", policy=_MTA_STS.replace("mx: *.dobra.pl\r\n", "")),
    _mta_sts("policy-bad-mx", policy=_MTA_STS.replace("*.dobra.pl", "mx.*.pl")),
    _mta_sts("none-listed", policy=_MTA_STS.replace("*.dobra.pl", "*.wielka.pl")),
    _mta_sts("not-listed", policy=_MTA_STS.replace("*.dobra.pl", "mx1.dobra.pl")),
    _mta_sts(
        "testing-not-listed",
        policy=_MTA_STS.replace("*.dobra.pl", "mx1.dobra.pl").replace("enforce", "testing"),
    ),
)

_TLS_RPT_TEXTS = {
    "bad-version": ("v=TLSRPTv2; rua=mailto:tls@dobra.pl",),
    "no-address": ("v=TLSRPTv1;",),
    "bad-address": ("v=TLSRPTv1; rua=ftp://dobra.pl/",),
    "bad-part": ("v=TLSRPTv1; rua=mailto:tls@dobra.pl; surprise",),
    "several": ("v=TLSRPTv1; rua=mailto:tls@dobra.pl", "v=TLSRPTv1; rua=mailto:two@dobra.pl"),
}
_TLS_RPT_BROKEN = tuple(
    _domain(
        f"tls-rpt-{what}.pl",
        f"TLS-RPT: {what.replace('-', ' ')}",
        f"tls-rpt.{what}",
        records=tuple(f'_smtp._tls TXT "{text}"' for text in texts),
    )
    for what, texts in _TLS_RPT_TEXTS.items()
)

_SMTP_BROKEN = (
    _smtp("smtp-closed", "nothing listens on port 25", "smtp.refused"),
    _smtp("smtp-no-starttls", "no STARTTLS", "smtp.no-starttls", server=Postfix(showing=None)),
    *(
        _smtp(
            f"smtp-{showing}",
            f"certificate: {showing.replace('-', ' ')}",
            f"smtp.certificate-{showing}",
            server=Postfix(showing=showing),
        )
        for showing in _FAULTS
    ),
    _smtp("smtp-tls10", "TLS 1.0 only", "smtp.old-tls", server=Postfix(only_tls_1_0=True)),
    _smtp(
        "smtp-454", "offers STARTTLS and denies it", "smtp.starttls-refused", server=Scripted("454")
    ),
    _smtp("smtp-no-tls", "no TLS behind STARTTLS", "smtp.tls-failed", server=Scripted("no-tls")),
    _smtp(
        "smtp-helo",
        "knows HELO only",
        "smtp.helo-only",
        "smtp.no-starttls",
        server=Scripted("helo"),
    ),
    _smtp("smtp-chatter", "lines without end", server=Scripted("chatter"), hides=("too-long",)),
    _domain(
        "smtp-deaf.pl",
        "nothing listens at its only MX",
        "smtp.none-listens",
        mx=("10 mx.smtp-deaf.pl.",),
        hosts=(Host("mx.smtp-deaf.pl"),),
    ),
    _domain(
        "smtp-dropped.pl",
        "a firewall swallows whoever calls at port 25",
        hides=("timeout",),
        mx=("10 mx.smtp-dropped.pl.", "20 mx2.dobra.pl."),
        # Nobody has this address: a packet for it is dropped without a word.
        records=(f"mx A {NOBODY}",),
    ),
    _smtp("smtp-421", "come back later", server=Scripted("421"), hides=("try-later",)),
    _smtp("smtp-554", "no mail from you", server=Scripted("554"), hides=("rejected",)),
    _smtp(
        "smtp-slow",
        "greets late, each time",
        "smtp.slow",
        server=Scripted("slow"),
        hides=("timeout",),  # old versions of TLS: it is not waited for twice
    ),
    _smtp(
        "smtp-silent", "takes the call, says nothing", server=Scripted("silent"), hides=("timeout",)
    ),
    _smtp("smtp-endless", "a line without end", server=Scripted("endless"), hides=("too-long",)),
    _smtp(
        "smtp-injection",
        "words after the STARTTLS go-ahead",
        "smtp.injection",
        server=Scripted("injection"),
    ),
    _smtp("smtp-450", "not now", server=Scripted("450"), hides=("try-later",)),
    _smtp(
        "smtp-tls-old",
        "takes TLS 1.0 beside the new",
        "smtp.old-tls-offered",
        server=Postfix(tls_1_0_too=True),
    ),
    _smtp(
        "smtp-greeting",
        "greets with a name that is not its own",
        "smtp.greeting-name",
        server=Scripted("other-name"),
    ),
    _smtp(
        "smtp-nameless",
        "greets without a name",
        "smtp.greeting-nameless",
        server=Scripted("nameless"),
    ),
    _smtp("smtp-auth", "a login at port 25", "smtp.auth", server=Scripted("auth")),
    _smtp(
        "smtp-auth-in-clear",
        "passwords in the clear at port 25",
        "smtp.auth-in-clear",
        server=Scripted("auth-in-clear"),
    ),
    _smtp("smtp-escapes", "HTML and terminal escapes in the greeting", server=Scripted("escapes")),
)

_PTR_BROKEN = (
    _smtp(
        "ptr-missing", "no reverse name", "ptr.missing", server=Postfix(), reverse=Reverse.MISSING
    ),
    _smtp(
        "ptr-other",
        "a reverse name that leads elsewhere",
        "ptr.unconfirmed",
        server=Postfix(),
        reverse=Reverse.OTHER,
    ),
    _smtp(
        "ptr-lost",
        "a reverse name that does not exist",
        "ptr.unconfirmed",
        server=Postfix(),
        reverse=Reverse.LOST,
    ),
)

_DNS_BROKEN = (
    _domain(
        "dns-lame.pl",
        "name servers that do not know it",
        hides=("servfail",),
        delegation=Delegation.LAME,
    ),
    _domain(
        "dns-silent.pl",
        "name servers that say nothing",
        hides=("servfail",),
        delegation=Delegation.SILENT,
    ),
    _domain(
        "dns-bogus.pl",
        "DNSSEC that does not fit",
        "dnssec.bogus",
        hides=("bogus",),
        delegation=Delegation.BOGUS,
    ),
    _domain("firma.niemataki", "no such ending", "mx.no-such-ending", delegation=Delegation.ABSENT),
    _domain("dns-absent.pl", "no such name", "mx.no-name", delegation=Delegation.ABSENT),
)


def _dane(
    what: str,
    story: str,
    *says: str,
    tlsa: tuple[Tlsa, ...],
    server: Server | None = None,
    delegation: Delegation = Delegation.SIGNED,
) -> Domain:
    """A domain whose first MX has other TLSA records; the second is sound."""
    name = f"dane-{what}.pl"
    return _domain(
        name,
        f"DANE: {story}",
        *(says or (f"dane.{what}",)),
        mx=(f"10 mx.{name}.", "20 mx2.dobra.pl."),
        hosts=(Host(f"mx.{name}", (server or Postfix(),), tlsa=tlsa),),
        delegation=delegation,
    )


def _with_policy(
    what: str, story: str, *says: str, also: tuple[str, ...] = (), tlsa: tuple[Tlsa, ...] = ()
) -> Domain:
    """A domain that enforces MTA-STS, with a server that does not meet it."""
    name = f"{what}.pl"
    hosts = (f"mx.{name}", *also)
    policy = _MTA_STS.replace("mx: *.dobra.pl", "\r\n".join(f"mx: {host}" for host in hosts))
    return _domain(
        name,
        story,
        *says,
        mx=tuple(f"{number}0 {host}." for number, host in enumerate(hosts, start=1)),
        hosts=(
            Host(f"mx.{name}", (Postfix(showing=Showing.SELF_SIGNED),), tlsa=tlsa),
            Host(f"mta-sts.{name}", (Web((("/.well-known/mta-sts.txt", policy),)),)),
        ),
        records=('_mta-sts TXT "v=STSv1; id=1"',),
        delegation=Delegation.SIGNED,
    )


# Who checks the certificate of a server, and by what.
_TRUST = (
    _dane(
        "vouches",
        "a certificate of its own, which a signed record names",
        "smtp.dane-vouches",
        "dane.sound",
        tlsa=(Tlsa.LEAF,),
        server=Postfix(showing=Showing.SELF_SIGNED),
    ),
    _dane(
        "vouches-too",
        "neither name nor dates are asked for where the leaf is named",
        "smtp.dane-vouches",
        "dane.sound",
        tlsa=(Tlsa.LEAF,),
        server=Postfix(showing=Showing.EXPIRED),
    ),
    _dane(
        "vouches-issuer",
        "an authority that nobody knows but a signed record",
        "smtp.dane-vouches",
        "dane.sound",
        tlsa=(Tlsa.ISSUER,),
        server=Postfix(showing=Showing.UNKNOWN_ISSUER),
    ),
    _dane(
        "vouches-unsigned",
        "a record that nobody signed vouches for nothing",
        "dane.unsigned",
        "smtp.certificate-self-signed",
        tlsa=(Tlsa.LEAF,),
        server=Postfix(showing=Showing.SELF_SIGNED),
        delegation=Delegation.PLAIN,
    ),
    _dane(
        "broken-chain",
        "the authority is sent along, but has signed nothing",
        "dane.broken-chain",
        "smtp.certificate-unknown-issuer",
        tlsa=(Tlsa.ISSUER,),
        server=Postfix(showing=Showing.FOREIGN),
    ),
    _with_policy(
        "smtp-mta-sts-none",
        "its only server does not meet its policy",
        "smtp.mta-sts-none",
        "smtp.certificate-self-signed",
    ),
    _with_policy(
        "smtp-mta-sts-dane",
        "DANE does not stand in for MTA-STS",
        "smtp.mta-sts-none",
        "smtp.certificate-self-signed",
        "dane.sound",
        tlsa=(Tlsa.LEAF,),
    ),
    _with_policy(
        "smtp-mta-sts-some",
        "one of two servers does not meet its policy",
        "smtp.mta-sts-some",
        "smtp.certificate-self-signed",
        also=("mx2.dobra.pl",),
    ),
)

_DANE_BROKEN = (
    _dane("mismatch", "a certificate renewed with another key", tlsa=(Tlsa.OTHER,)),
    _dane(
        "authority-fault",
        "the authority is right, the certificate has expired",
        "dane.authority-fault",
        "smtp.certificate-expired",
        tlsa=(Tlsa.ISSUER,),
        server=Postfix(showing=Showing.EXPIRED),
    ),
    _dane(
        "no-tls",
        "records that promise TLS, and none there",
        "dane.no-tls",
        "smtp.no-starttls",
        tlsa=(Tlsa.OTHER,),
        server=Postfix(showing=None),
    ),
    _dane(
        "purpose",
        "the authority is right, the certificate is made for clients",
        "dane.authority-fault",
        "smtp.certificate-unsound",
        tlsa=(Tlsa.ISSUER,),
        server=Postfix(showing=Showing.UNSOUND),
    ),
    _domain(
        "dane-alias.pl",
        "DANE: the records stand where the alias of the server leads",
        "dane.sound",
        "mx.cname",
        mx=("10 alias.dane-alias.pl.", "20 mx2.dobra.pl."),
        hosts=(
            Host(
                "mx.dane-alias.pl",
                (Postfix(),),
                also=("alias.dane-alias.pl",),
                tlsa=(Tlsa.LEAF,),
            ),
        ),
        records=("alias CNAME mx",),
        delegation=Delegation.SIGNED,
    ),
    _dane("unusable", "records that are not for mail", tlsa=(Tlsa.PKIX,)),
    _dane("unusable-beside", "one of them is not for mail", tlsa=(Tlsa.PKIX, Tlsa.LEAF)),
    _dane(
        "unsigned",
        "records that nobody signed",
        tlsa=(Tlsa.LEAF,),
        delegation=Delegation.PLAIN,
    ),
    _dane("rollover", "the next certificate is announced", tlsa=(Tlsa.LEAF, Tlsa.OTHER)),
    _dane("issuer", "the authority is named", "dane.sound", tlsa=(Tlsa.ISSUER,)),
    _domain(
        "dane-bogus.pl",
        "DANE: a server in a zone whose signatures do not fit",
        "dane.bogus",
        hides=("bogus",),
        mx=("10 mx.dns-bogus.pl.", "20 mx2.dobra.pl."),
        delegation=Delegation.SIGNED,
    ),
    _domain("dane-domain-unsigned.pl", "DANE: only its servers are signed", "dane.domain-unsigned"),
)

_NS_BROKEN = (
    _domain(
        "ns-nothing.pl",
        "a name server that does not exist",
        "ns.nothing",
        ns=(*_NS, "gone.ns-nothing.pl."),
    ),
    _domain(
        "ns-private.pl",
        "a name server with a private address",
        "ns.private",
        ns=(*_NS, "inside.ns-private.pl."),
        records=("inside A 10.1.2.3",),
    ),
    _domain(
        "ns-alias.pl",
        "a name server that is an alias",
        "ns.alias",
        ns=(*_NS, "alias.ns-alias.pl."),
        records=("alias CNAME ns1.dobra.pl.",),
    ),
    # The root knows no more of it than where to ask.
    _domain("ns-lame.pl", "a name server that does not know it", "ns.lame", ns=(*_NS, "a.root.")),
    _domain(
        "ns-silent.pl",
        "a name server that says nothing",
        "ns.silent",
        ns=(*_NS, "ns.silent.pl."),
    ),
    _domain(
        "ns-differs.pl",
        "other name servers in the registry than in the zone",
        "ns.differs",
        ns_above=(*_NS, "a.root."),
    ),
    _domain(
        "ns-no-glue.pl",
        "a name server inside the zone, whose address the registry does not give",
        "ns.no-glue",
        ns=(*_NS, "ns.ns-no-glue.pl."),
        records=(f"ns A {DOMAIN_DNS[1]}",),
    ),
    _domain("ns-single.pl", "one name server only", "ns.single", ns=_NS[:1]),
)

_CAA_BROKEN = (
    _domain("caa-malformed.pl", "CAA: no name", "caa.malformed", records=('@ CAA 0 issue "%%%%"',)),
    _domain(
        "caa-critical.pl",
        "CAA: critical and unknown",
        "caa.critical-unknown",
        records=('@ CAA 128 tbs "unknown"',),
    ),
    _domain("caa-nobody.pl", "CAA: nobody", "caa.nobody", records=('@ CAA 0 issue ";"',)),
)

_WILDCARDS = (
    _domain(
        "wildcard.pl",
        "stars where nobody expects them",
        "wildcard.mx",
        "wildcard.txt",
        records=("* MX 10 mx1.dobra.pl.", '* TXT "any text"'),
    ),
)

_ALL = ("imap", "pop3", "submission")
_PORTS = {"imap": 143, "pop3": 110, "submission": 587}  # where STARTTLS is spoken
_SCRIPTED = {
    "denied": "starttls-refused",
    "injection": "injection",
    "no-tls": "tls-failed",
    "old-tls": "old-tls",
    "no-login": "no-login",
    "oauth": "oauth-only",
}

_SERVICES = (
    _domain(
        "uslugi.pl",
        "no fault of its own; its hosts have some",
        records=('text TXT "no address here"',),
        hosts=(
            Host("clear.uslugi.pl", (Dovecot(showing=None), Postfix(587, None, login=True))),
            Host("open.uslugi.pl", (Dovecot(login_in_clear=True),)),
            Host("deaf.uslugi.pl"),
            Host(
                "half.uslugi.pl",
                tuple(Scripted(f"{probe}-sound", _PORTS[probe], only_ipv4=True) for probe in _ALL),
            ),
            *(
                Host(
                    f"{what}.uslugi.pl",
                    tuple(Scripted(f"{probe}-{what}", _PORTS[probe]) for probe in _ALL),
                )
                for what in _SCRIPTED
            ),
            Host("auth-in-clear.uslugi.pl", (Scripted("submission-clear", 587),)),
            Host("www.uslugi.pl", (Web((("/", "secret"),), showing=Showing.EXPIRED),)),
            *(
                Host(
                    f"{showing}.uslugi.pl",
                    (
                        Dovecot(showing),
                        Postfix(587, showing, login=True),
                        Postfix(465, showing, implicit_tls=True, login=True),
                    ),
                )
                for showing in _FAULTS
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Service:
    """A host as people's programs see it, and what one probe must find there."""

    probe: str
    host: str
    says: frozenset[str] = frozenset()
    hides: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.probe} {self.host}"


def _services(host: str, what: str, *probes: str) -> tuple[Service, ...]:
    return tuple(Service(probe, host, frozenset({f"{probe}.{what}"})) for probe in probes)


SERVICES = (
    *_services("imap.dobra.pl", "answers", "imap", "pop3"),
    *_services("smtp.dobra.pl", "answers", "submission"),
    *_services("open.uslugi.pl", "plain-login", "imap", "pop3"),
    *_services("clear.uslugi.pl", "no-starttls", *_ALL),
    *(
        service
        for showing in _FAULTS
        for service in _services(f"{showing}.uslugi.pl", f"certificate-{showing}", *_ALL)
    ),
    *_services("deaf.uslugi.pl", "none-listens", *_ALL),
    *_services("half.uslugi.pl", "refused", *_ALL),
    *(
        service
        for what, code in _SCRIPTED.items()
        for service in _services(f"{what}.uslugi.pl", code, *_ALL)
    ),
    *_services("auth-in-clear.uslugi.pl", "plain-login", "submission"),
    *_services("gone._domainkey.dkim-short.pl", "no-key", "dkim"),
    *_services("any._domainkey.dkim-wildcard.pl", "not-a-key", "dkim"),
    *_services("gone.uslugi.pl", "no-such-host", *_ALL, "ping"),
    *_services("text.uslugi.pl", "no-address", *_ALL, "ping"),
)

_OTHERS = (
    ISPDB,
    # By these the bot tells a server that is silent from a port that is blocked.
    Domain("wp.pl", "a large provider", hosts=(Host("mx.wp.pl", (Postfix(),)),)),
    Domain("icloud.com", "a large provider", hosts=(Host("mx1.mail.icloud.com", (Postfix(),)),)),
    # Blocklists: two in good order, one that lists the world, one that refuses to answer.
    Domain(
        "czarnelisty.org",
        "blocklists",
        records=(
            "2.0.0.127.bl A 127.0.0.2",
            "10.100.51.198.bl A 127.0.0.2",  # mx1.dobra.pl
            "test.dbl A 127.0.0.2",
            "dobra.pl.dbl A 127.0.0.2",
            "*.world A 127.0.0.2",
            "*.shut A 127.255.255.254",
        ),
    ),
    # Who announces which network.
    Domain(
        "cymru.com",
        "owners of addresses",
        records=(
            '*.100.51.198.origin.asn TXT "64500 | 198.51.100.0/24 | PL | ripencc | 2024-05-06"',
            '*.113.0.203.origin.asn TXT "64501 | 203.0.113.0/24 | DE | ripencc | 2024-05-06"',
            "*.5.2.0.0.8.b.d.0.1.0.0.2.origin6.asn TXT "
            '"64500 | 2001:db8:25::/48 | PL | ripencc | 2024-05-06"',
            'AS64500.asn TXT "64500 | PL | ripencc | 2024-05-06 | LABORATORY-AS, PL"',
            'AS64501.asn TXT "64501 | DE | ripencc | 2024-05-06 | NAMES-AS, DE"',
        ),
    ),
)

GROUPS: dict[str, tuple[Domain, ...]] = {
    "good": _GOOD,
    "mx": _MX_BROKEN,
    "spf": _SPF_BROKEN,
    "dkim": _DKIM_BROKEN,
    "dmarc": _DMARC_BROKEN,
    "smtp": _SMTP_BROKEN,
    "mta-sts": _MTA_STS_BROKEN,
    "tls-rpt": _TLS_RPT_BROKEN,
    "ptr": _PTR_BROKEN,
    "dns": _DNS_BROKEN,
    "dane": _DANE_BROKEN,
    "trust": _TRUST,
    "ns": _NS_BROKEN,
    "caa": _CAA_BROKEN,
    "wildcards": _WILDCARDS,
    "services": _SERVICES,
    "settings": SETTINGS,
    "remarks": REMARKS,
}
CHECKED = tuple(domain for group in GROUPS.values() for domain in group)
PLAN = lay_out((*CHECKED, *_OTHERS))
