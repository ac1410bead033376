"""Records as dnspython reads them, made into the house's own values; None for what is damaged."""

from ipaddress import IPv4Address, IPv6Address

import dns.rdata
import dns.rdtypes.ANY.CAA
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.SOA
import dns.rdtypes.ANY.TLSA
import dns.rdtypes.ANY.TXT
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA
import dns.rdtypes.IN.SRV
import dns.rdtypes.nsbase

from bot.network.answer import CaaRecord, MxRecord, SoaRecord, SrvRecord, TlsaRecord, TxtRecord
from bot.network.clean import clean
from bot.network.question import to_text


def read_a(data: dns.rdata.Rdata) -> IPv4Address | None:
    """An IPv4 address."""
    return IPv4Address(data.address) if isinstance(data, dns.rdtypes.IN.A.A) else None


def read_aaaa(data: dns.rdata.Rdata) -> IPv6Address | None:
    """An IPv6 address."""
    return IPv6Address(data.address) if isinstance(data, dns.rdtypes.IN.AAAA.AAAA) else None


def read_mx(data: dns.rdata.Rdata) -> MxRecord | None:
    """A mail exchanger; the null MX has the name ""."""
    if not isinstance(data, dns.rdtypes.ANY.MX.MX):
        return None
    return MxRecord(data.preference, to_text(data.exchange))


def read_txt(data: dns.rdata.Rdata) -> TxtRecord | None:
    """A text, as its strings."""
    return TxtRecord(data.strings) if isinstance(data, dns.rdtypes.ANY.TXT.TXT) else None


def read_target(data: dns.rdata.Rdata) -> str | None:
    """The one name that NS, CNAME and PTR hold."""
    if isinstance(data, dns.rdtypes.nsbase.NSBase):  # NS, CNAME and PTR share their shape
        return to_text(data.target)
    return None


def read_soa(data: dns.rdata.Rdata) -> SoaRecord | None:
    """A start of authority."""
    if not isinstance(data, dns.rdtypes.ANY.SOA.SOA):
        return None
    return SoaRecord(
        to_text(data.mname),
        to_text(data.rname),
        data.serial,
        data.refresh,
        data.retry,
        data.expire,
        data.minimum,
    )


def read_srv(data: dns.rdata.Rdata) -> SrvRecord | None:
    """A service's location."""
    if not isinstance(data, dns.rdtypes.IN.SRV.SRV):
        return None
    return SrvRecord(data.priority, data.weight, data.port, to_text(data.target))


def read_tlsa(data: dns.rdata.Rdata) -> TlsaRecord | None:
    """A certificate association, also one whose digest has the wrong length."""
    if not isinstance(data, dns.rdtypes.ANY.TLSA.TLSA):
        # A digest of the wrong length is the domain's mistake, to be seen and told.
        raw = data.data if isinstance(data, dns.rdata.GenericRdata) else b""
        return TlsaRecord(raw[0], raw[1], raw[2], raw[3:]) if len(raw) > 3 else None
    return TlsaRecord(data.usage, data.selector, data.mtype, data.cert)


def read_caa(data: dns.rdata.Rdata) -> CaaRecord | None:
    """A certification authority that is allowed."""
    if not isinstance(data, dns.rdtypes.ANY.CAA.CAA):
        return None
    return CaaRecord(data.flags, clean(data.tag), clean(data.value))


def read_presentation(data: dns.rdata.Rdata) -> str:
    """Any record as a zone file spells it."""
    return clean(data.to_text(), 4096)
