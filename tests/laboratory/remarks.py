"""Domains that work, each with one thing worth knowing: nothing on them is a warning."""

from tests.laboratory.plan import SOA, Delegation, Domain, Host, Postfix, Tlsa, Web

_MX = ("10 mx1.dobra.pl.", "20 mx2.dobra.pl.")
_SPF = ("v=spf1 mx -all",)
_RUA = "rua=mailto:dmarc@dobra.pl"
_DMARC = (f"v=DMARC1; p=reject; {_RUA}",)
_POLICY = "version: STSv1\r\nmode: enforce\r\nmx: *.dobra.pl\r\nmax_age: 604800\r\n"


def _domain(
    name: str,
    *says: str,
    mx: tuple[str, ...] = _MX,
    spf: tuple[str, ...] = _SPF,
    dmarc: tuple[str, ...] = _DMARC,
    hosts: tuple[Host, ...] = (),
    records: tuple[str, ...] = (),
    delegation: Delegation = Delegation.PLAIN,
    soa: str = SOA,
) -> Domain:
    story = f"worth knowing: {says[0].replace('-', ' ').replace('.', ': ')}"
    whole = frozenset(says)
    return Domain(
        name,
        story,
        whole,
        mx=mx,
        spf=spf,
        dmarc=dmarc,
        hosts=hosts,
        records=records,
        delegation=delegation,
        soa=soa,
    )


def _spf(what: str, text: str, *records: str) -> Domain:
    name = f"spf-{what}.pl"
    return _domain(name, f"spf.{what}", spf=(text.replace("@", name),), records=records)


def _mta_sts(what: str, policy: str) -> Domain:
    name = f"mta-sts-{what}.pl"
    page = Web((("/.well-known/mta-sts.txt", policy),))
    return _domain(
        name,
        f"mta-sts.{what}",
        hosts=(Host(f"mta-sts.{name}", (page,)),),
        records=('_mta-sts TXT "v=STSv1; id=1"',),
    )


def _bimi(what: str, *texts: str, dmarc: tuple[str, ...] = _DMARC) -> Domain:
    records = tuple(f'default._bimi TXT "{text}"' for text in texts)
    return _domain(f"bimi-{what}.pl", f"bimi.{what}", records=records, dmarc=dmarc)


_LOGO = "v=BIMI1; l=https://www.dobra.pl/logo.svg"
_VMC = "a=https://www.dobra.pl/vmc.pem"
_SPF_PARTS = tuple(f'_spf{number} TXT "v=spf1 ip4:198.51.100.{number} -all"' for number in range(9))

DOMAINS = (
    _spf("nobody", "v=spf1 -all"),
    _spf("void", "v=spf1 mx a:gone.@ -all"),
    _spf(
        "void-ipv6",
        "v=spf1 a:four1.@ a:four2.@ a:four3.@ -all",
        *(f"four{number} A 198.51.100.{number}" for number in (1, 2, 3)),
    ),
    _spf(
        "near-limit",
        "v=spf1 " + " ".join(f"include:_spf{number}.@" for number in range(9)) + " -all",
        *_SPF_PARTS,
    ),
    _domain("dmarc-no-reports.pl", "dmarc.no-reports", dmarc=("v=DMARC1; p=reject",)),
    _domain("dmarc-percent.pl", "dmarc.percent", dmarc=(f"v=DMARC1; p=reject; pct=50; {_RUA}",)),
    _domain("dmarc-strict.pl", "dmarc.strict", dmarc=(f"v=DMARC1; p=reject; aspf=s; {_RUA}",)),
    _domain(
        "dmarc-unknown-tag.pl", "dmarc.unknown-tag", dmarc=(f"v=DMARC1; p=reject; x=y; {_RUA}",)
    ),
    _mta_sts("none", _POLICY.replace("enforce", "none")),
    _mta_sts("testing", _POLICY.replace("enforce", "testing")),
    _mta_sts("max-age-short", _POLICY.replace("604800", "3600")),
    _mta_sts("max-age-long", _POLICY.replace("604800", "99999999")),
    _mta_sts("blank-lines", _POLICY + "\r\n"),
    _domain(
        "dane-partial.pl",
        "dane.partial",
        mx=("10 mx1.dobra.pl.", "20 mx.dane-partial.pl."),
        hosts=(Host("mx.dane-partial.pl", (Postfix(),)),),
        delegation=Delegation.SIGNED,
    ),
    _domain(
        "dane-both.pl",
        "dane.sound",
        mx=("10 mx.dane-both.pl.",),
        hosts=(Host("mx.dane-both.pl", (Postfix(),), tlsa=(Tlsa.LEAF, Tlsa.ISSUER)),),
        delegation=Delegation.SIGNED,
    ),
    _domain("soa-expires-soon.pl", "soa.expires-soon", soa="1 3600 600 86400 60"),
    _domain("soa-retry.pl", "soa.retry", soa="1 3600 3600 1209600 60"),
    _domain("soa-long-no.pl", "soa.long-no", soa="1 3600 600 1209600 172800"),
    _domain("caa-unknown-tag.pl", "caa.unknown-tag", records=('@ CAA 0 isue "letsencrypt.org"',)),
    _domain("caa-bad-iodef.pl", "caa.bad-iodef", records=('@ CAA 0 iodef "security"',)),
    _domain("caa-no-issue.pl", "caa.no-issue", records=('@ CAA 0 iodef "mailto:a@dobra.pl"',)),
    _domain(
        "caa-no-mail.pl",
        "caa.no-mail-certificates",
        "caa.sound",
        records=('@ CAA 0 issue "letsencrypt.org"', '@ CAA 0 issuemail ";"'),
    ),
    _bimi("sound", f"{_LOGO}; {_VMC}"),
    _bimi("declined", "v=BIMI1; l=; a="),
    _bimi("several", f"{_LOGO}; {_VMC}", _LOGO),
    _bimi("bad-version", "v=BIMI2; l=https://www.dobra.pl/logo.svg"),
    _bimi("no-location", f"v=BIMI1; l=; {_VMC}"),
    _bimi("bad-address", "v=BIMI1; l=http://www.dobra.pl/logo.svg"),
    _bimi("bad-part", f"{_LOGO}; surprise"),
    _bimi("no-authority", _LOGO),
    _bimi("not-enforced", f"{_LOGO}; {_VMC}", dmarc=(f"v=DMARC1; p=quarantine; pct=50; {_RUA}",)),
    # Its organization's record counts, for it has none.
    _domain("sklep.bimi-sound.pl", "bimi.sound", dmarc=()),
)
