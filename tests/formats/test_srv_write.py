"""SRV records for a domain's administrator: lines of a zone file that a name server reads."""

import dns.rdatatype
import dns.zone

from bot.formats.srv_write import write_srv
from bot.model.settings import ConnectionSecurity, MailboxServer

TLS, STARTTLS, NONE = ConnectionSecurity.TLS, ConnectionSecurity.STARTTLS, ConnectionSecurity.NONE
SERVERS = (
    MailboxServer("imap", "imap.firma.pl", 993, TLS),
    MailboxServer("imap", "imap.firma.pl", 143, STARTTLS),
    MailboxServer("pop3", "pop.firma.pl", 995, TLS),
    MailboxServer("smtp", "smtp.firma.pl", 465, TLS),
    MailboxServer("smtp", "smtp.firma.pl", 587, STARTTLS),
)


def test_each_server_has_its_service_name_and_the_first_of_a_kind_comes_first() -> None:
    assert write_srv("firma.pl", SERVERS) == (
        "_imaps._tcp.firma.pl. 3600 IN SRV 0 1 993 imap.firma.pl.",
        "_imap._tcp.firma.pl. 3600 IN SRV 10 1 143 imap.firma.pl.",
        "_pop3s._tcp.firma.pl. 3600 IN SRV 0 1 995 pop.firma.pl.",
        "_submissions._tcp.firma.pl. 3600 IN SRV 0 1 465 smtp.firma.pl.",
        "_submission._tcp.firma.pl. 3600 IN SRV 10 1 587 smtp.firma.pl.",
    )


def test_a_name_server_reads_the_lines() -> None:
    zone = dns.zone.from_text(
        "\n".join(write_srv("firma.pl", SERVERS)), "firma.pl.", check_origin=False
    )
    (record,) = zone.find_rdataset("_submissions._tcp", dns.rdatatype.SRV)
    assert (record.priority, record.port, str(record.target)) == (0, 465, "smtp")


def test_what_has_no_encryption_has_no_record() -> None:
    assert write_srv("firma.pl", [MailboxServer("imap", "imap.firma.pl", 143, NONE)]) == ()


def test_what_srv_does_not_name_has_no_record() -> None:
    assert write_srv("firma.pl", [MailboxServer("jmap", "jmap.firma.pl", 443, TLS)]) == ()
