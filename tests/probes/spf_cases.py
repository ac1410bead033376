"""What check_host() must answer, case by case, from the text of RFC 7208 (and RFC 8616).

A case is a small zone, a question and the expected result. The domain asked about is d.example
unless the case says otherwise; the client is 192.0.2.1. Each id begins with the section.
"""

# ruff: noqa: E501 - a table is read across, one case a line

from dataclasses import dataclass

V6 = "2001:db8::1"


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    zone: str
    result: str
    ip: str = "192.0.2.1"
    domain: str = "d.example"
    sender: str = "user@d.example"
    helo: str = "helo.example"
    explanation: str | None = None
    problem: str | None = None
    lookups: int | None = None
    voids: int | None = None
    mechanism: str | None = None


def record(id_: str, terms: str, result: str, zone: str = "", **more: str | int | None) -> Case:
    """A case whose domain has the record `v=spf1 <terms>`."""
    return Case(id_, f"d.example TXT v=spf1 {terms}\n{zone}", result, **more)  # type: ignore[arg-type]


def broken(id_: str, terms: str) -> Case:
    """A record with an error of syntax behind a term that would match (section 4.6)."""
    return record(f"{id_}: {terms!r}", f"+all {terms}", "permerror", problem="syntax")


LONG = "x" * 64
HOSTS10 = "\n".join(
    f"d.example MX {n} m{n}.example\nm{n}.example A 198.51.100.{n}" for n in range(10)
)
NAMES10 = "\n".join(f"192.0.2.1 PTR n{n}.example\nn{n}.example A 198.51.100.{n}" for n in range(10))
TEN = " ".join(f"a:h{n}.example" for n in range(10))
TEN_ZONE = "\n".join(f"h{n}.example A 198.51.100.{n}" for n in range(11))

DOMAINS = [
    Case("4.3 one label", "example TXT v=spf1 +all", "none", domain="example"),
    Case("4.3 empty domain", "", "none", domain="", sender="", helo=""),
    Case("4.3 root", "", "none", domain=".", sender="", helo="."),
    Case("4.3 label of 64", f"{LONG}.example TXT v=spf1 +all", "none", domain=f"{LONG}.example"),
    Case("4.3 label of 63", f"{LONG[1:]}.example TXT v=spf1 +all", "pass", domain=f"{LONG[1:]}.example"),
    Case("4.3 empty label", "a..example TXT v=spf1 +all", "none", domain="a..example"),
    Case("4.3 leading dot", "d.example TXT v=spf1 +all", "none", domain=".d.example"),
    Case("4.3 final dot", "d.example TXT v=spf1 +all", "pass", domain="d.example."),
    Case("4.3 too long", "", "none", domain="a." * 130 + "example"),
    Case("4.3 domain literal", "", "none", domain="[192.0.2.1]", helo="[192.0.2.1]"),
    Case("4.3 blank only", "", "none", domain=" "),
    Case("4.3 name in capitals", "d.example TXT v=spf1 +all", "pass", domain="D.EXAMPLE"),
    Case("4.3 no such name", "", "none"),
    Case("4.3 no TXT", "d.example A 192.0.2.1", "none"),
    Case("4.3 underscore", "_x.d.example TXT v=spf1 +all", "pass", domain="_x.d.example"),
    Case("RFC 8616 4 U-label", "xn--kda.example TXT v=spf1 +all", "pass", domain="ó.example"),
    Case("RFC 8616 4 no label", "", "none", domain="\u2028.example"),
    record("4.3 no local part", "exists:%{l}.l.example -all", "pass", "postmaster.l.example A 127.0.0.2", sender="@d.example"),
    record("4.3 only a domain", "exists:%{l}.%{o}.x.example -all", "pass", "postmaster.o.example.x.example A 127.0.0.2", sender="o.example"),
    record("2.4 null sender", "exists:%{l}.%{o}.x.example -all", "pass", "postmaster.d.example.x.example A 127.0.0.2", sender=""),
    Case("4.4 timeout", "d.example TXT !timeout", "temperror", problem="dns"),
    Case("4.4 server failure", "d.example TXT !servfail", "temperror", problem="dns"),
    Case("4.4 bogus", "d.example TXT !bogus", "temperror", problem="dns"),
    Case("4.4 refused", "d.example TXT !dns-refused", "temperror", problem="dns"),
    Case("4.4 an alias is followed", "d.example CNAME e.example\ne.example TXT v=spf1 +all", "pass"),
    Case("4.4 other types do not matter", "d.example TXT v=spf1 +all\nd.example A !timeout\nd.example MX !timeout", "pass"),
    Case("3.1 only TXT counts", "d.example SPF v=spf1 +all", "none"),
]  # fmt: skip

SELECTION = [
    Case("4.5 not SPF", "d.example TXT hello\nd.example TXT v=spf10 +all", "none"),
    Case("4.5 among others", "d.example TXT v=verify 1\nd.example TXT v=spf1 +all", "pass"),
    Case("4.5 two records", "d.example TXT v=spf1 +all\nd.example TXT v=spf1 -all", "permerror", problem="several-records"),
    Case("4.5 two in different case", "d.example TXT v=spf1 a\nd.example TXT V=SPF1 mx", "permerror", problem="several-records"),
    Case("4.5 two, one bare", "d.example TXT v=spf1\nd.example TXT v=spf1 +all", "permerror", problem="several-records"),
    Case("4.5 one and a lookalike", "d.example TXT v=spf1-all\nd.example TXT v=spf1 +all", "pass"),
    Case("4.5 version in capitals", "d.example TXT V=sPf1 +ALL", "pass"),
    Case("4.5 version only", "d.example TXT v=spf1", "neutral"),
    Case("4.5 version and blanks", "d.example TXT v=spf1  ", "neutral"),
    Case("4.5 tab behind the version", "d.example TXT v=spf1\t+all", "none"),
    Case("4.5 nothing behind the version", "d.example TXT v=spf1+all", "none"),
    Case("4.5 leading space", "d.example TXT  v=spf1 +all", "none"),
    Case("3.3 strings join without a space", "d.example TXT v=spf1 ip4:192.0.|2.1 -all", "pass"),
    Case("3.3 version across strings", "d.example TXT v=s|pf1 +all", "pass"),
    Case("3.3 no space at the joint", "d.example TXT v=spf1|+all", "none"),
    Case("3.3 the joint swallows nothing", "d.example TXT v=spf1 a|ll", "pass"),
    Case("3.3 empty strings", "d.example TXT |v=spf1 +all|", "pass"),
    Case("3.3 an empty record beside", "d.example TXT \nd.example TXT v=spf1 +all", "pass"),
    Case("3.1 letters outside ASCII", "d.example TXT v=spf1 +all é", "permerror", problem="syntax"),
    Case("3.1 outside ASCII elsewhere", "d.example TXT d\xe9j\xe0 vu\nd.example TXT v=spf1 +all", "pass"),
    Case("3.1 control character", "d.example TXT v=spf1 +all\x01", "permerror", problem="syntax"),
]  # fmt: skip

SYNTAX = [
    *(
        broken("4.6.1", terms)
        for terms in (
            "foo", "foo:bar.example", "-", "+-mx", "=x", "-x=y", "9=x", "a=b:%", "redirect:d.example", "exp:d.example",
            "all:d.example", "-all.", "-all/8", "all=%",
        )
    ),
    *(broken("5.2", terms) for terms in ("include", "include:", "include:e.example/24", "include:e.example//64")),
    *(
        broken("5.3", terms)
        for terms in (
            "a:", "a/", "a/33", "a/032", "a//", "a//129", "a/24/64", "a:e.example:25", "a:museum", "a:museum.",
            "a:192.0.2.1", "a:e.ex-", "a:e.example\x00", "a:e.example/", "A:", "a:/24", "a:e.9", "a:e..",
        )
    ),
    *(broken("5.4", terms) for terms in ("mx:", "mx/33", "mx//129", "mx/-1", "mx:e.ex_", "mx://64")),
    *(broken("5.5", terms) for terms in ("ptr:", "ptr/0", "ptr//0", "ptr:museum")),
    *(
        broken("5.6", terms)
        for terms in (
            "ip4", "ip4:", "ip4:192.0.2", "ip4:192.0.2.0/33", "ip4:192.0.2.0/024", "ip4:192.0.2.0//24", "ip4:192.0.2.1:25",
            "ip4:192.0.2.300", "ip4:d.example", "ip4:2001:db8::1", "ip4:192.0.2.0/", "ip4:192.0.2.001",
            "ip6", "ip6:", "ip6:192.0.2.1", "ip6:2001:db8::/129", "ip6:2001:db8:://64", "ip6:2001:db8::1::", "ip6:x",
            "ip6:fe80::1%1", "ip6:::1.2.3", "ip6:2001:db8::/", "ip6:2001:db8::/064",
        )
    ),
    *(broken("5.7", terms) for terms in ("exists", "exists:", "exists:e.example/24", "exists/24")),
    *(
        broken("6", terms)
        for terms in (
            "redirect=", "exp=", "redirect=e.example redirect=e.example", "exp=e.example a exp=f.example",
            "redirect=e.example/24", "redirect=museum", "exp=-all", "REDIRECT=e.example redirect=f.example",
        )
    ),
    *(
        broken("7.1", terms)
        for terms in (
            "exists:%", "exists:%x", "exists:%{", "exists:%{d", "exists:%{}", "exists:%{a}.e.example", "exists:%{d0}",
            "exists:%{dd}", "exists:%(d)", "exists:%{d}e", "a:%{d}.7", "x=%{q}", "exists:e.%e.example", "exists:%{d2!}",
            "exists:%{2d}", "exists:%{dr2}", "exists:%{d-r}",
        )
    ),
    *(broken("7.2", terms) for terms in ("exists:%{c}.e.example", "a:%{R}.e.example", "exp=%{t}.e.example", "x=%{c}")),
    record("4.6 error before a match", "foo +all", "permerror", problem="syntax"),
    record("4.6.1 spaces", "  a:h0.example    +all   ", "pass", "h0.example A 198.51.100.1"),
    record("4.6.1 names in any case", "IP4:198.51.100.1 EXISTS:H0.Example Include:I.example ALL", "pass", "h0.example CNAME h1.example\nI.example TXT v=spf1 ?aLL"),
    record("6 unknown modifiers are ignored", "x=1 y.z-_9=%{d}%% moo= +all", "pass"),
    record("6 a mechanism's name with = is a modifier", "ip4=198.51.100.1 all= ?all", "neutral"),
    record("6 obsolete default=", "default=pass", "neutral"),
    record("6 modifiers may stand anywhere", "redirect=e.example +all", "pass"),
    record("6 unknown modifiers may repeat", "x=1 x=2 +all", "pass"),
]  # fmt: skip

BASICS = [
    record("4.6.2 pass", "+all", "pass", mechanism="+all"),
    record("4.6.2 pass is the default", "all", "pass", mechanism="all"),
    record("4.6.2 fail", "-all", "fail"),
    record("4.6.2 softfail", "~all", "softfail"),
    record("4.6.2 neutral", "?all", "neutral"),
    record("4.6.2 qualifier of another mechanism", "-ip4:192.0.2.1 +all", "fail", mechanism="-ip4:192.0.2.1"),
    record("4.7 nothing matched", "ip4:198.51.100.1", "neutral"),
    record("4.6.2 first match decides", "?ip4:192.0.2.1 -all", "neutral"),
    record("5.1 all ends it", "~all a:t.example", "softfail", "t.example A !timeout", lookups=0),
    record("5.1 redirect beside all", "redirect=r.example ?all", "neutral", "r.example TXT v=spf1 -all"),
    # 5.6
    record("5.6 host", "ip4:192.0.2.1 -all", "pass"),
    record("5.6 not this host", "ip4:192.0.2.2 -all", "fail"),
    record("5.6 network", "ip4:192.0.2.128/24 -all", "pass"),
    record("5.6 next network", "ip4:192.0.3.0/24 -all", "fail"),
    record("5.6 odd length", "ip4:192.0.2.0/31 -all", "pass"),
    record("5.6 everything", "ip4:198.51.100.1/0 -all", "pass"),
    record("5.6 /32", "ip4:192.0.2.1/32 -all", "pass"),
    record("5.6 IPv6 host", f"ip6:{V6} -all", "pass", ip=V6),
    record("5.6 IPv6 in capitals", "ip6:2001:DB8:0:0:0:0:0:1 -all", "pass", ip=V6),
    record("5.6 IPv6 network", "ip6:2001:db8:ffff::/32 -all", "pass", ip=V6),
    record("5.6 IPv6 everything", "ip6:::1/0 -all", "pass", ip=V6),
    record("5.6 dotted tail", "ip6:2001:db8::0.0.0.1 -all", "pass", ip=V6),
    record("5.6 IPv4 client, IPv6 network", "ip6:::/0 -all", "fail"),
    record("5.6 IPv6 client, IPv4 network", "ip4:0.0.0.0/0 -all", "fail", ip=V6),
    record("5 mapped client is IPv4", "-ip6:::/0 ip4:192.0.2.1", "pass", ip="::ffff:192.0.2.1"),
    record("5 mapped client, mapped network", "ip6:::ffff:192.0.2.1 -all", "fail", ip="::FFFF:c000:201"),
    record("5.6 asks nothing", f"ip4:198.51.100.1 ip6:{V6} -all", "fail", lookups=0, voids=0),
]  # fmt: skip

HOSTS = [
    # 5.3
    record("5.3 own addresses", "a -all", "pass", "d.example A 198.51.100.1\nd.example A 192.0.2.1", lookups=1),
    record("5.3 no match", "a -all", "fail", "d.example A 198.51.100.1"),
    record("5.3 named", "a:h.example -all", "pass", "h.example A 192.0.2.1"),
    record("5.3 final dot", "a:h.example. -all", "pass", "h.example A 192.0.2.1"),
    record("5.3 prefix", "a:h.example/24 -all", "pass", "h.example A 192.0.2.77"),
    record("5.3 prefix too long", "a:h.example/25 -all", "fail", "h.example A 192.0.2.177"),
    record("5.3 /0", "a:h.example/0 -all", "pass", "h.example A 198.51.100.1"),
    record("5.3 /0 without addresses", "a:h.example/0 -all", "fail", f"h.example AAAA {V6}"),
    record("5.3 /0 is not for IPv6", "a:h.example/0 -all", "fail", "h.example A 192.0.2.1\nh.example AAAA 2001:db8::2", ip=V6),
    record("5.3 //0 is not for IPv4", "a:h.example//0 -all", "fail", "h.example A 198.51.100.1"),
    record("5.3 //0 for IPv6", "a:h.example/32//0 -all", "pass", "h.example AAAA 2001:db9::", ip=V6),
    record("5.3 //0 without AAAA", "a:h.example//0 -all", "fail", "h.example A 192.0.2.1", ip=V6),
    record("5.3 IPv6", "a:h.example -all", "pass", f"h.example AAAA {V6}", ip=V6),
    record("5.3 IPv6 prefix", "a:h.example//64 -all", "pass", "h.example AAAA 2001:db8::ffff", ip=V6),
    record("5.3 IPv6 prefix too long", "a:h.example//65 -all", "fail", "h.example AAAA 2001:db8::8000:0:0:1", ip=V6),
    record("5.3 dual", "a:h.example/32//48 -all", "pass", "h.example A 198.51.100.1\nh.example AAAA 2001:db8:0:9::", ip=V6),
    record("5.3 mapped client asks A", "a:h.example -all", "pass", f"h.example A 192.0.2.1\nh.example AAAA {V6}", ip="::ffff:192.0.2.1"),
    record("5.3 alias", "a:h.example -all", "pass", "h.example CNAME i.example\ni.example A 192.0.2.1"),
    record("5.3 no such name", "a:h.example -all", "fail", voids=1),
    record("5.3 no data", "a:h.example -all", "fail", "h.example TXT x", voids=1),
    record("5 timeout", "a:h.example -all", "temperror", "h.example A !timeout", problem="dns"),
    record("5 server failure", "a:h.example +all", "temperror", "h.example A !servfail", problem="dns"),
    record("5.3 other family is not asked", "a:h.example -all", "pass", "h.example A 192.0.2.1\nh.example AAAA !timeout"),
    record("5.3 colon in a name", "a:foo:bar.example -all", "pass", "foo:bar.example A 192.0.2.1"),
    record("5.3 slash in a name", "a:foo/24.example -all", "pass", "foo/24.example A 192.0.2.1"),
    record("5.3 hyphens in the top label", "a:h.e-x--1 -all", "pass", "h.e-x--1 A 192.0.2.1"),
    record("5.3 digits in the top label", "a:h.3com -all", "pass", "h.3com A 192.0.2.1"),
    record("4.8 label of 64", f"a:{LONG}.example -all", "fail", voids=0),
    record("4.8 empty label", "a:h..example -all", "fail", voids=0),
    record("4.8 label of 64 by a macro", f"exists:%{{l}}{LONG[4:]}.example -all", "fail", voids=0),
    # 5.4
    record("5.4 own exchangers", "mx -all", "pass", "d.example MX 10 m.example\nm.example A 192.0.2.1", lookups=1),
    record("5.4 second exchanger", "mx -all", "pass", "d.example MX 10 l.example\nd.example MX 20 m.example\nl.example A 198.51.100.1\nm.example A 192.0.2.1"),
    record("5.4 named", "mx:e.example -all", "pass", "e.example MX 10 m.example\nm.example A 192.0.2.1"),
    record("5.4 prefix", "mx/24 -all", "pass", "d.example MX 10 m.example\nm.example A 192.0.2.99"),
    record("5.4 name and prefix", "mx:e.example/24//64 -all", "pass", "e.example MX 10 m.example\nm.example A 192.0.2.99"),
    record("5.4 IPv6", "mx//64 -all", "pass", "d.example MX 10 m.example\nm.example AAAA 2001:db8::99", ip=V6),
    record("5.4 //0 not for IPv4", "mx//0 -all", "fail", "d.example MX 10 m.example\nm.example A 198.51.100.1"),
    record("5.4 no implicit MX", "mx -all", "fail", "d.example A 192.0.2.1", voids=1),
    record("5.4 no such name", "mx:e.example -all", "fail", voids=1),
    record("5.4 null MX", "mx -all", "fail", "d.example MX 0 .", voids=0),
    record("5.4 exchanger without address", "mx -all", "fail", "d.example MX 10 m.example", voids=1),
    record("5.4 exchanger by an alias", "mx -all", "pass", "d.example MX 10 m.example\nm.example CNAME n.example\nn.example A 192.0.2.1"),
    record("5 MX times out", "mx -all", "temperror", "d.example MX !timeout", problem="dns"),
    record("5 exchanger times out", "mx -all", "temperror", "d.example MX 10 m.example\nm.example A !timeout", problem="dns"),
    record("5.4 match before a failing exchanger", "mx -all", "pass", "d.example MX 10 m.example\nm.example A 192.0.2.1\nd.example MX 20 n.example\nn.example A !timeout"),
    # 5.7
    record("5.7 exists", "exists:h.example -all", "pass", "h.example A 127.0.0.2", lookups=1),
    record("5.7 does not exist", "exists:h.example -all", "fail", voids=1),
    record("5.7 A for an IPv6 client", "exists:h.example -all", "pass", "h.example A 127.0.0.2", ip=V6),
    record("5.7 AAAA does not count", "exists:h.example -all", "fail", f"h.example AAAA {V6}", ip=V6, voids=1),
    record("5.7 timeout", "exists:h.example +all", "temperror", "h.example A !timeout", problem="dns"),
    record("5.7 alias", "exists:h.example -all", "pass", "h.example CNAME i.example\ni.example A 127.0.0.2"),
]  # fmt: skip

PTR = [
    record("5.5 own name", "ptr -all", "pass", "192.0.2.1 PTR d.example\nd.example A 192.0.2.1", lookups=1),
    record("5.5 below the own name", "ptr -all", "pass", "192.0.2.1 PTR a.b.d.example\na.b.d.example A 192.0.2.1"),
    record("5.5 named", "ptr:e.example -all", "pass", "192.0.2.1 PTR x.e.example\nx.e.example A 192.0.2.1"),
    record("5.5 letters of any case", "ptr:E.Example -all", "pass", "192.0.2.1 PTR X.e.EXAMPLE\nx.e.example A 192.0.2.1"),
    record("5.5 not below", "ptr:e.example -all", "fail", "192.0.2.1 PTR xe.example\nxe.example A 192.0.2.1"),
    record("5.5 above", "ptr:x.e.example -all", "fail", "192.0.2.1 PTR e.example\ne.example A 192.0.2.1"),
    record("5.5 not confirmed", "ptr -all", "fail", "192.0.2.1 PTR x.d.example\nx.d.example A 192.0.2.2"),
    record("5.5 confirmed by the second address", "ptr -all", "pass", "192.0.2.1 PTR x.d.example\nx.d.example A 192.0.2.2\nx.d.example A 192.0.2.1"),
    record("5.5 second name", "ptr -all", "pass", "192.0.2.1 PTR x.e.example\n192.0.2.1 PTR x.d.example\nx.d.example A 192.0.2.1"),
    record("5.5 IPv6", "ptr -all", "pass", f"{V6} PTR x.d.example\nx.d.example AAAA {V6}", ip=V6),
    record("5.5 IPv6 is not confirmed by A", "ptr -all", "fail", f"{V6} PTR x.d.example\nx.d.example A 192.0.2.1", ip=V6),
    record("5.5 mapped client", "ptr -all", "pass", "192.0.2.1 PTR d.example\nd.example A 192.0.2.1", ip="::ffff:192.0.2.1"),
    record("5.5 no name", "ptr -all", "fail", voids=1),
    record("5.5 PTR times out: no match", "ptr -all", "fail", "192.0.2.1 PTR !timeout", voids=0),
    record("5.5 PTR fails: no match", "ptr ?all", "neutral", "192.0.2.1 PTR !servfail"),
    record("5.5 a name that fails is skipped", "ptr -all", "pass", "192.0.2.1 PTR a.d.example\n192.0.2.1 PTR b.d.example\na.d.example A !timeout\nb.d.example A 192.0.2.1"),
    record("5.5 names that do not exist are skipped", "ptr -all", "pass", "192.0.2.1 PTR a.d.example\n192.0.2.1 PTR b.d.example\n192.0.2.1 PTR c.d.example\n192.0.2.1 PTR e.d.example\ne.d.example A 192.0.2.1"),
    record("5.5 label of 64", f"ptr:{LONG}.example -all", "fail"),
    record("4.6.4 tenth name", "ptr -all", "pass", NAMES10.replace("n9.example", "x.d.example").replace("x.d.example A 198.51.100.9", "x.d.example A 192.0.2.1")),
    record("4.6.4 eleventh name is ignored", "ptr -all", "fail", NAMES10 + "\n192.0.2.1 PTR x.d.example\nx.d.example A 192.0.2.1", problem=None),
]  # fmt: skip

INCLUDE = [
    record("5.2 pass is a match", "include:i.example -all", "pass", "i.example TXT v=spf1 ip4:192.0.2.1 -all", mechanism="include:i.example"),
    record("5.2 the qualifier is the outer one", "~include:i.example -all", "softfail", "i.example TXT v=spf1 +all"),
    record("5.2 a forbidding include", "-include:i.example +all", "fail", "i.example TXT v=spf1 +all"),
    record("5.2 fail is no match", "include:i.example ?all", "neutral", "i.example TXT v=spf1 -all"),
    record("5.2 softfail is no match", "include:i.example -all", "fail", "i.example TXT v=spf1 ~all"),
    record("5.2 neutral is no match", "include:i.example -all", "fail", "i.example TXT v=spf1 ?all"),
    record("5.2 nothing matched is no match", "include:i.example -all", "fail", "i.example TXT v=spf1"),
    record("5.2 temperror", "include:i.example +all", "temperror", "i.example TXT !timeout", problem="dns"),
    record("5.2 temperror inside", "include:i.example +all", "temperror", "i.example TXT v=spf1 a:h.example\nh.example A !servfail", problem="dns"),
    record("5.2 permerror", "include:i.example +all", "permerror", "i.example TXT v=spf1 foo", problem="syntax"),
    record("5.2 none: no such name", "include:i.example +all", "permerror", problem="include-without-record", voids=1),
    record("5.2 none: no record", "include:i.example +all", "permerror", "i.example TXT hello", problem="include-without-record", voids=0),
    record("5.2 none: one label", "include:%{d1} +all", "permerror", "example TXT v=spf1 +all", problem="include-without-record"),
    record("5.2 two records", "include:i.example +all", "permerror", "i.example TXT v=spf1 a\ni.example TXT v=spf1", problem="several-records"),
    record("5.2 matched before the include", "ip4:192.0.2.1 include:i.example", "pass", lookups=0),
    record("5.2 d is the included domain", "include:i.example -all", "pass", "i.example TXT v=spf1 exists:%{d}.x.example\ni.example.x.example A 127.0.0.2"),
    record("5.2 the sender stays", "include:i.example -all", "pass", "i.example TXT v=spf1 exists:%{l}.%{o}.x.example\nuser.d.example.x.example A 127.0.0.2"),
    record("5.2 a is of the included domain", "include:i.example -all", "pass", "i.example TXT v=spf1 a mx\ni.example A 192.0.2.1"),
    record("5.2 a redirect inside", "include:i.example -all", "pass", "i.example TXT v=spf1 redirect=j.example\nj.example TXT v=spf1 +all", lookups=2),
    record("5.2 a redirect to nothing inside", "include:i.example -all", "permerror", "i.example TXT v=spf1 redirect=j.example", problem="redirect-without-record"),
    record("5.2 nested", "include:i.example -all", "pass", "i.example TXT v=spf1 include:j.example\nj.example TXT v=spf1 include:k.example\nk.example TXT v=spf1 ip4:192.0.2.1", lookups=3),
    record("5.2 loop", "include:i.example +all", "permerror", "i.example TXT v=spf1 include:d.example", problem="too-many-lookups", lookups=10),
    record("5.2 of itself", "include:d.example +all", "permerror", problem="too-many-lookups"),
    record("5.2 a loop behind a match", "include:i.example -all", "pass", "i.example TXT v=spf1 +all include:i.example"),
]  # fmt: skip

REDIRECT = [
    record("6.1 takes over", "redirect=r.example", "fail", "r.example TXT v=spf1 -all", lookups=1, mechanism="-all"),
    record("6.1 pass", "redirect=r.example", "pass", "r.example TXT v=spf1 ip4:192.0.2.1"),
    record("6.1 only where nothing matched", "?ip4:192.0.2.1 redirect=r.example", "neutral", "r.example TXT v=spf1 -all", lookups=0),
    record("6.1 stands first, acts last", "redirect=r.example ip4:198.51.100.1", "softfail", "r.example TXT v=spf1 ~all"),
    record("6.1 none: no such name", "redirect=r.example", "permerror", problem="redirect-without-record"),
    record("6.1 none: no record", "redirect=r.example", "permerror", "r.example TXT hello", problem="redirect-without-record"),
    record("6.1 none: one label", "redirect=%{d1}", "permerror", "example TXT v=spf1 +all", problem="redirect-without-record"),
    record("6.1 none: label of 64", f"redirect={LONG}.example", "permerror", problem="redirect-without-record"),
    record("6.1 temperror", "redirect=r.example", "temperror", "r.example TXT !timeout", problem="dns"),
    record("6.1 permerror", "redirect=r.example", "permerror", "r.example TXT v=spf1 foo", problem="syntax"),
    record("6.1 a is of the other domain", "redirect=r.example", "pass", "r.example TXT v=spf1 a -all\nr.example A 192.0.2.1"),
    record("6.1 d is the other domain", "redirect=r.example", "pass", "r.example TXT v=spf1 exists:%{d}.x.example\nr.example.x.example A 127.0.0.2"),
    record("6.1 a macro", "redirect=_spf.%{d}", "pass", "_spf.d.example TXT v=spf1 +all"),
    record("6.1 chain", "redirect=r.example", "pass", "r.example TXT v=spf1 redirect=s.example\ns.example TXT v=spf1 +all", lookups=2),
    record("6.1 loop", "redirect=d.example", "permerror", problem="too-many-lookups", lookups=10),
    record("6.1 neutral of the other", "redirect=r.example", "neutral", "r.example TXT v=spf1"),
]  # fmt: skip

EXPLANATION = [
    record("6.2 said on fail", "exp=w.example -all", "fail", "w.example TXT Go away.", explanation="Go away."),
    record("6.2 not on softfail", "exp=w.example ~all", "softfail", "w.example TXT Go away."),
    record("6.2 not on pass", "exp=w.example +all", "pass", "w.example TXT Go away."),
    record("6.2 after another match", "-ip4:192.0.2.1 exp=w.example", "fail", "w.example TXT Go away.", explanation="Go away."),
    record("6.2 strings join", "-all exp=w.example", "fail", "w.example TXT Go| away.", explanation="Go away."),
    record("6.2 no such name", "-all exp=w.example", "fail", voids=0),
    record("6.2 no data", "-all exp=w.example", "fail", "w.example A 192.0.2.1", voids=0),
    record("6.2 several records", "-all exp=w.example", "fail", "w.example TXT a\nw.example TXT b"),
    record("6.2 timeout", "-all exp=w.example", "fail", "w.example TXT !timeout"),
    record("6.2 server failure", "-all exp=w.example", "fail", "w.example TXT !servfail"),
    record("6.2 error of syntax", "-all exp=w.example", "fail", "w.example TXT 100% no"),
    record("6.2 unknown macro", "-all exp=w.example", "fail", "w.example TXT %{a}"),
    record("6.2 outside ASCII", "-all exp=w.example", "fail", "w.example TXT d\xe9fense"),
    record("6.2 no name", f"-all exp={LONG}.example", "fail"),
    record("6.2 not looked up against the limit", f"{TEN} -all exp=w.example", "fail", TEN_ZONE + "\nw.example TXT No.", explanation="No.", lookups=10),
    record("6.2 after two voids", "a:x.example a:y.example -all exp=w.example", "fail", "", voids=2),
    record("6.2 macro in the name", "-all exp=w.%{d}", "fail", "w.d.example TXT No.", explanation="No."),
    record("6.2 not that of an include", "include:i.example -all exp=w.example", "fail", "i.example TXT v=spf1 -all exp=v.example\nv.example TXT inner\nw.example TXT outer", explanation="outer"),
    record("6.2 none where only the include has one", "include:i.example -all", "fail", "i.example TXT v=spf1 -all exp=v.example\nv.example TXT inner"),
    record("6.2 a forbidding include: the outer one", "-include:i.example exp=w.example", "fail", "i.example TXT v=spf1 +all exp=v.example\nv.example TXT inner\nw.example TXT outer", explanation="outer"),
    record("6.2 that of the redirect", "redirect=r.example exp=w.example", "fail", "r.example TXT v=spf1 -all exp=v.example\nv.example TXT other\nw.example TXT own", explanation="other"),
    record("6.2 none when the redirect has none", "exp=w.example redirect=r.example", "fail", "r.example TXT v=spf1 -all\nw.example TXT own"),
    record("6.2 own one when it does not come to the redirect", "-all redirect=r.example exp=w.example", "fail", "w.example TXT own", explanation="own"),
    record("6.2 d of the redirect", "redirect=r.example", "fail", "r.example TXT v=spf1 -all exp=w.%{d}\nw.r.example TXT %{d} of %{o}", explanation="r.example of d.example"),
    record("7.2 letters of explanations", "-all exp=w.example", "fail", "w.example TXT %{c} %{r} %{t} %{C}", explanation="192.0.2.1 unknown 1136073600 192.0.2.1"),
    record("7.2 c of IPv6", "-all exp=w.example", "fail", "w.example TXT %{c} %{i}", ip=V6, explanation="2001:db8::1 2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1"),
    record("7.2 i of a mapped client", "-all exp=w.example", "fail", "w.example TXT %{c} %{i} %{v}", ip="::ffff:192.0.2.1", explanation="192.0.2.1 192.0.2.1 in-addr"),
    record("7.3 a link", "-all exp=w.example", "fail", "w.example TXT http://%{d}/?s=%{S}&i=%{I}", sender="a+b/c@d.example", explanation="http://d.example/?s=a%2Bb%2Fc%40d.example&i=192.0.2.1"),
    record("7.2 escapes", "-all exp=w.example", "fail", "w.example TXT 100%% %_%-x", explanation="100%  %20x"),
    record("7.2 p is not counted here", f"{TEN} -all exp=w.example", "fail", TEN_ZONE + "\nw.example TXT %{p}", explanation="unknown", lookups=10),
    record("6.2 a sender outside ASCII", "-all exp=w.example", "fail", "w.example TXT Not you, %{s}", sender="zażółć@d.example"),
    record("6.2 a sender with a control character", "-all exp=w.example", "fail", "w.example TXT Not you, %{s}", sender="a\r\nb@d.example"),
    record("6.2 a sender outside ASCII, escaped", "-all exp=w.example", "fail", "w.example TXT Not you, %{L}", sender="é@d.example", explanation="Not you, %C3%A9"),
    record("6.2 the domain's own text with commas", "-all exp=w.example", "fail", "w.example TXT See http://d.example, (or) \"ask\"!", explanation='See http://d.example, (or) "ask"!'),
]  # fmt: skip


def expands(id_: str, macro: str, name: str, **more: str) -> Case:
    """The macro's value is looked up by `exists`: only the expected name is there."""
    name = name.replace(" ", "\\x20")
    return record(id_, f"exists:{macro} -all", "pass", f"{name} A 127.0.0.2", **more)


LONG_LOCAL = ".".join("abcdefgh" for _ in range(40))
KEPT = ".".join(["abcdefgh"] * 26) + ".tail.of.d.example"
MACROS = [
    expands("7.2 s", "%{s}.x.example", "user@d.example.x.example"),
    expands("7.2 l", "%{l}.x.example", "user.x.example"),
    expands("7.2 o", "%{o}.x.example", "o.example.x.example", sender="user@o.example"),
    expands("7.2 d", "%{d}.x.example", "d.example.x.example", sender="user@o.example"),
    expands("7.2 d without its final dot", "%{d}.x.example", "d.example.x.example", domain="d.example."),
    expands("7.2 o without its final dot", "%{o}.x.example", "o.example.x.example", sender="user@o.example."),
    expands("7.2 i", "%{i}.x.example", "192.0.2.1.x.example"),
    expands("7.2 i reversed", "%{ir}.x.example", "1.2.0.192.x.example"),
    expands("7.2 i of IPv6", "%{i}.x.example", "2.0.0.1.0.d.b.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.c.b.x.example", ip="2001:db8::cb"),
    expands("7.2 i of IPv6 reversed", "%{ir}.%{v}.arpa.example", "b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.example", ip="2001:db8::cb"),
    expands("7.2 v", "%{v}.x.example", "in-addr.x.example"),
    expands("7.2 v of IPv6", "%{v}.x.example", "ip6.x.example", ip=V6),
    expands("7.2 v of a mapped client", "%{v}.x.example", "in-addr.x.example", ip="::ffff:192.0.2.1"),
    expands("7.2 h", "%{h}.x.example", "mail.host.example.x.example", helo="mail.host.example"),
    expands("7.2 h is a literal", "%{h}.x.example", "[192.0.2.1].x.example", helo="[192.0.2.1]"),
    expands("7.2 h with odd letters", "%{h}.x.example", "jumpin' jupiter.x.example", helo="JUMPIN' JUPITER"),
    expands("7.3 h escaped", "%{H}.x.example", "jumpin%27%20jupiter.x.example", helo="JUMPIN' JUPITER"),
    expands("7.2 local part with dots", "%{l}.x.example", "a.b.c.x.example", sender="a.b.c@d.example"),
    expands("7.2 local part with @", "%{l}.x.example", '"a@b"@c.x.example', sender='"a@b"@c@d.example'),
    expands("7.2 local part with a backslash", "%{l}.x.example", "a\\\\b.x.example", sender="a\\b@d.example"),
    expands("7.3 two right-hand parts", "%{d2}.x.example", "d.example.x.example", domain="d.example"),
    expands("7.3 one right-hand part", "%{d1}.x.example", "example.x.example"),
    expands("7.3 more parts than there are", "%{d9}.x.example", "d.example.x.example"),
    expands("7.3 a very large number", "%{d340282366920938463463374607431768211456}.x.example", "d.example.x.example"),
    expands("7.3 reversed, then kept", "%{d1r}.x.example", "d.x.example"),
    expands("7.3 hyphen", "%{lr-}.x.example", "bad.strong.x.example", sender="strong-bad@d.example"),
    expands("7.3 hyphen, first part", "%{l1r-}.x.example", "strong.x.example", sender="strong-bad@d.example"),
    expands("7.3 hyphen without reversing", "%{l-}.x.example", "strong.bad.x.example", sender="strong-bad@d.example"),
    expands("7.3 hyphen is no delimiter by default", "%{lr}.x.example", "strong-bad.x.example", sender="strong-bad@d.example"),
    expands("7.3 the dot is none where others are given", "%{lr-}.x.example", "c.a.b.x.example", sender="a.b-c@d.example"),
    expands("7.3 several delimiters", "%{l1r+-.,/_=}.x.example", "a.x.example", sender="a=b_c+d@d.example"),
    expands("7.3 all delimiters", "%{l.-+,/_=}.x.example", "a.b.c.d.e.f.g.h.x.example", sender="a.b-c+d,e/f_g=h@d.example"),
    expands("7.3 plus", "%{l1r+}.x.example", "user.x.example", sender="user+tag@d.example"),
    expands("7.3 capital letters escape", "%{S}.x.example", "a%2bb%40d.example.x.example", sender="a+b@d.example"),
    expands("7.3 unreserved letters stay", "%{L}.x.example", "a-b_c~d.x.example", sender="a-b_c~d@d.example"),
    expands("7.3 escaped after splitting", "%{L1r/}.x.example", "a.x.example", sender="a/b@d.example"),
    expands("7.1 percent", "%%x.x.example", "%x.x.example"),
    expands("7.1 space", "a%_b.x.example", "a b.x.example"),
    expands("7.1 escaped space", "a%-b.x.example", "a%20b.x.example"),
    expands("7.1 all of them", "a%%%_%-b%{d}.x.example", "a% %20bd.example.x.example"),
    expands("7.1 a macro at the end", "x.%{d}", "x.d.example"),
    expands("7.1 macros side by side", "%{l}%{v}.%{d}", "userin-addr.d.example"),
    expands("7.1 letters of names in any case", "X.%{D}", "x.d.example"),
    expands("7.3 cut on the left to 253", "%{l}.tail.of.%{d}", KEPT, sender=f"{LONG_LOCAL}@d.example"),
    expands("7.2 p unknown", "%{p}.x.example", "unknown.x.example"),
    record("7.2 p on a failure of DNS", "exists:%{p}.x.example -all", "pass", "192.0.2.1 PTR !timeout\nunknown.x.example A 127.0.0.2"),
    record("7.2 p not confirmed", "exists:%{p}.x.example -all", "pass", "192.0.2.1 PTR h.example\nh.example A 192.0.2.2\nunknown.x.example A 127.0.0.2"),
    record("7.2 p of a name that fails", "exists:%{p}.x.example -all", "pass", "192.0.2.1 PTR h.example\nh.example A !timeout\nunknown.x.example A 127.0.0.2"),
    record("7.2 p any name", "exists:%{p}.x.example -all", "pass", "192.0.2.1 PTR h.example\nh.example A 192.0.2.1\nh.example.x.example A 127.0.0.2"),
    record("7.2 p prefers the domain", "exists:%{p}.x.example -all", "pass", "192.0.2.1 PTR h.example\n192.0.2.1 PTR h.d.example\n192.0.2.1 PTR d.example\nh.example A 192.0.2.1\nh.d.example A 192.0.2.1\nd.example A 192.0.2.1\nd.example.x.example A 127.0.0.2"),
    record("7.2 p prefers below the domain", "exists:%{p}.x.example -all", "pass", "192.0.2.1 PTR h.example\n192.0.2.1 PTR h.d.example\nh.example A 192.0.2.1\nh.d.example A 192.0.2.1\nh.d.example.x.example A 127.0.0.2"),
    record("7.2 p of IPv6", "exists:%{p}.x.example -all", "pass", f"{V6} PTR h.example\nh.example AAAA {V6}\nh.example.x.example A 127.0.0.2", ip=V6),
    record("4.6.4 p counts its PTR question", "exists:%{p}.x.example -all", "fail", lookups=2),
    record("7.2 p: the eleventh name is not asked", "exists:%{p}.x.example -all", "pass", NAMES10 + "\n192.0.2.1 PTR x.example\nx.example A 192.0.2.1\nunknown.x.example A 127.0.0.2"),
    record("7.3 in include", "include:%{d1}.%{v}.example -all", "pass", "example.in-addr.example TXT v=spf1 +all"),
    record("7.3 in a and mx", "a:%{l}.example mx:%{l}.example -all", "pass", "user.example MX 1 m.example\nuser.example A 198.51.100.1\nm.example A 192.0.2.1"),
    record("7.3 in ptr", "ptr:%{d} -all", "pass", "192.0.2.1 PTR h.d.example\nh.d.example A 192.0.2.1"),
    record("7.3 with a length", "a:%{l}.example/24 -all", "pass", "user.example A 192.0.2.200"),
    record("RFC 8616 4 local part outside ASCII", "exists:%{l}.x.example -all", "fail", sender="zażółć@d.example", voids=0),
    record("RFC 8616 4 nor escaped", "exists:%{L}.x.example -all", "fail", "%C3%A9.x.example A 127.0.0.2", sender="é@d.example", voids=0),
    record("RFC 8616 4 other macros still work", "exists:%{o}.x.example -all", "pass", "xn--kda.example.x.example A 127.0.0.2", sender="é@ó.example"),
]  # fmt: skip

LIMITS = [
    record("4.6.4 ten terms", f"{TEN} -all", "fail", TEN_ZONE, lookups=10),
    record("4.6.4 eleven terms", f"{TEN} a:h10.example -all", "permerror", TEN_ZONE, problem="too-many-lookups", lookups=10),
    record("4.6.4 a match at the tenth", f"{TEN} a:h10.example +all", "pass", TEN_ZONE, ip="198.51.100.9", lookups=10),
    record("4.6.4 a match before the eleventh", f"{TEN} ip4:192.0.2.1 a:h10.example", "pass", TEN_ZONE, lookups=10),
    record("4.6.4 a match at the eleventh comes too late", f"{TEN} a:h10.example", "permerror", TEN_ZONE, ip="198.51.100.10", problem="too-many-lookups"),
    record("4.6.4 ip4, ip6, all do not count", f"{TEN} ip4:198.51.100.99 ip6:::1 -all", "fail", TEN_ZONE, lookups=10),
    record("4.6.4 ptr counts", f"{TEN} ptr", "permerror", TEN_ZONE, problem="too-many-lookups"),
    record("4.6.4 mx counts", f"{TEN} mx", "permerror", TEN_ZONE, problem="too-many-lookups"),
    record("4.6.4 exists counts", f"{TEN} exists:h0.example", "permerror", TEN_ZONE, problem="too-many-lookups"),
    record("4.6.4 include counts", f"{TEN} include:i.example", "permerror", TEN_ZONE + "\ni.example TXT v=spf1 +all", problem="too-many-lookups"),
    record("4.6.4 redirect counts", f"{TEN} redirect=r.example", "permerror", TEN_ZONE + "\nr.example TXT v=spf1 +all", problem="too-many-lookups"),
    record("4.6.4 redirect as the tenth", f"{TEN.removesuffix(' a:h9.example')} redirect=r.example", "pass", TEN_ZONE + "\nr.example TXT v=spf1 +all", lookups=10),
    record("4.6.4 terms inside includes count", f"include:i.example {TEN.removesuffix(' a:h9.example')} -all", "permerror", TEN_ZONE + "\ni.example TXT v=spf1 a:h9.example", problem="too-many-lookups"),
    record("4.6.4 inside, within the limit", f"include:i.example {TEN.removesuffix(' a:h8.example a:h9.example')} -all", "fail", TEN_ZONE + "\ni.example TXT v=spf1 a:h9.example", lookups=10),
    record("4.6.4 the same name counts each time", " ".join(["a:h0.example"] * 11), "permerror", TEN_ZONE, problem="too-many-lookups"),
    record("4.6.4 exceeded inside an include", "include:i.example +all", "permerror", TEN_ZONE + f"\ni.example TXT v=spf1 {TEN}", problem="too-many-lookups"),
    record("4.6.4 two voids", "a:x.example a:y.example +all", "pass", voids=2),
    record("4.6.4 three voids", "a:x.example a:y.example a:z.example +all", "permerror", problem="too-many-void-lookups", voids=3),
    record("4.6.4 the same void thrice", "a:x.example a:x.example a:x.example +all", "permerror", problem="too-many-void-lookups"),
    record("4.6.4 void of either kind", "a:x.example mx exists:e.example +all", "permerror", "e.example TXT x", problem="too-many-void-lookups"),
    record("4.6.4 void ptr", "a:x.example a:y.example ptr +all", "permerror", problem="too-many-void-lookups"),
    record("4.6.4 voids inside includes count", "include:i.example a:y.example +all", "permerror", "i.example TXT v=spf1 a:v.example a:w.example", problem="too-many-void-lookups"),
    record("4.6.4 a match before the third void", "a:x.example a:y.example ip4:192.0.2.1 a:z.example", "pass", voids=2),
    record("4.6.4 no void where other data is", "a:x.example a:y.example include:i.example +all", "permerror", "i.example TXT hello", problem="include-without-record", voids=2),
    record("11.1 exchangers without addresses are voids", "mx +all", "permerror", "d.example MX 1 x.example\nd.example MX 2 y.example\nd.example MX 3 z.example", problem="too-many-void-lookups"),
    record("4.6.4 ten exchangers", "mx -all", "fail", HOSTS10, lookups=1),
    record("4.6.4 the tenth exchanger", "mx -all", "pass", HOSTS10, ip="198.51.100.9"),
    record("4.6.4 eleven exchangers", "mx +all", "permerror", HOSTS10 + "\nd.example MX 10 m10.example", problem="too-many-mx"),
    record("4.6.4 eleven exchangers, the first would match", "mx +all", "permerror", HOSTS10 + "\nd.example MX 10 m10.example", ip="198.51.100.0", problem="too-many-mx"),
    record("4.6.4 per mechanism, not in all", "mx mx:e.example -all", "fail", HOSTS10 + "\n" + HOSTS10.replace("d.example", "e.example"), lookups=2),
    record("4.6 a failing later term does not matter", "ip4:192.0.2.1 a:x.example", "pass", "x.example A !timeout"),
    record("4.6 an earlier failure decides", "a:x.example ip4:192.0.2.1", "temperror", "x.example A !timeout", problem="dns"),
    record("4.6 an earlier failure before too many", f"a:x.example {TEN} a:h9.example", "temperror", TEN_ZONE + "\nx.example A !timeout", problem="dns"),
]  # fmt: skip

CASES = [
    *DOMAINS,
    *SELECTION,
    *SYNTAX,
    *BASICS,
    *HOSTS,
    *PTR,
    *INCLUDE,
    *REDIRECT,
    *EXPLANATION,
    *MACROS,
    *LIMITS,
]
