"""Codes found in what people paste: the one that says most, and none by chance."""

import pytest

from bot.faq.codes import CodeFinder
from bot.knowledge import load_knowledge
from bot.knowledge.code import Code
from bot.knowledge.spoken import spoken


def code(name: str, *ways: str) -> Code:
    written = tuple(tuple(way.split(" + ")) for way in ways or (name,))
    return Code(name, written, "topic", spoken({"pl": "", "en": ""}), ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("550 5.7.1 rejected", "5.7.1"),
        ("550 5.7.133 rejected", None),
        ("version 15.7.1", None),
        ("5.7.1.", "5.7.1"),
        ("5.7.1.2", None),
        ("#5.7.1 smtp;", "5.7.1"),
        ("550-5.7.1 no", "5.7.1"),
        ("0X800ccc0e", "0x800CCC0E"),
        ("0x800CCC0EF", None),
        ("550 No such\n   user here", "no user"),
        ("550 5.7.1 no such user", "no user"),  # more of the text than 5.7.1
        ("no such user", None),
        ("Błąd: ŻÓŁTA SKRZYNKA", "zolta"),
        ("", None),
        ("\x00\u202e" * 50, None),
    ],
)
def test_a_code_is_found_where_it_stands_by_itself(text: str, found: str | None) -> None:
    finder = CodeFinder(
        (
            code("5.7.1"),
            code("0x800CCC0E"),
            code("no user", "550 + no such user"),
            code("zolta", "żółta skrzynka"),
        )
    )
    best = finder.find(text)
    assert (best.name if best else None) == found


def test_the_lines_of_a_long_reply_are_read_as_one() -> None:
    finder = CodeFinder((code("sentence", "because the sender is unauthenticated"),))
    reply = "550-5.7.26 blocked because the sender is\n550-5.7.26 unauthenticated. Gmail"
    assert finder.find(reply) is not None


def test_what_stands_behind_the_longest_message_is_not_read() -> None:
    assert CodeFinder((code("5.7.1"),)).find("x " * 2048 + "5.7.1") is None


# Real servers' bounces and programs' messages, shortened; addresses are made up.
PASTED = [
    pytest.param(
        "This is the mail system at host mx.firma.pl.\n\nI'm sorry to have to inform you that your "
        "message could not be delivered.\n\n<jan@example.com>: host mx.example.com[192.0.2.1] "
        "said: 550 5.1.1 <jan@example.com>: Recipient address rejected: User unknown in virtual "
        "mailbox table (in reply to RCPT TO command)",
        "bounce-user-unknown",
        id="Postfix, user unknown",
    ),
    pytest.param(
        "This message was created automatically by mail delivery software.\n"
        "A message that you sent could not be delivered to one or more of its recipients.\n"
        "  jan@example.com\n    Unrouteable address",
        "bounce-user-unknown",
        id="Exim, unrouteable",
    ),
    pytest.param(
        "Hi. This is the qmail-send program at example.com.\nI'm afraid I wasn't able to deliver "
        "your message.\n<jan@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)",
        "bounce-user-unknown",
        id="qmail, no mailbox",
    ),
    pytest.param(
        "<jan@example.com>:\nI'm not going to try again; this message has been in the queue too "
        "long.",
        "bounce-expired",
        id="qmail, queue too long",
    ),
    pytest.param(
        "Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient "
        "jan@example.com not found by SMTP address lookup'",
        "bounce-user-unknown",
        id="Microsoft 365, recipient not found",
    ),
    pytest.param(
        "Zdalny serwer zwrócił '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; "
        "authentication required'",
        "bounce-rejected-as-spam",
        id="Microsoft 365, group for insiders",
    ),
    pytest.param(
        "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP.",
        "sending-limit",
        id="Microsoft 365, tenant stopped",
    ),
    pytest.param(
        "554 5.4.14 Hop count exceeded - possible mail loop ATTR34", "mail-loop", id="loop"
    ),
    pytest.param(
        "Message blocked\nYour message to jan@example.com has been blocked.\nThe response was:\n"
        "550-5.7.26 This mail has been blocked because the sender is unauthenticated.",
        "bounce-rejected-as-spam",
        id="Gmail, unauthenticated",
    ),
    pytest.param(
        "552-5.2.2 The recipient's inbox is out of storage space and inactive.",
        "mailbox-full",
        id="Gmail, full",
    ),
    pytest.param(
        "<jan@example.com>: host mx.poczta.onet.pl said: 554 5.7.1 Service unavailable; Client "
        "host [192.0.2.7] blocked using zen.spamhaus.org",
        "blocklisted",
        id="blocklist",
    ),
    pytest.param(
        "<jan@wp.pl>: host mx.wp.pl said: 552 5.2.2 Skrzynka odbiorcy jest pełna",
        "mailbox-full",
        id="Polish, full",
    ),
    pytest.param(
        "550 SPF: 192.0.2.7 is not allowed to send mail from firma.pl",
        "bounce-rejected-as-spam",
        id="SPF",
    ),
    pytest.param(
        "451 4.7.1 Greylisting in action, please come back later", "greylisted", id="greylist"
    ),
    pytest.param(
        "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]",
        "ptr-record",
        id="no PTR",
    ),
    pytest.param(
        "553 5.7.1 <a@firma.pl>: Sender address rejected: not owned by user b@firma.pl",
        "sender-address-rejected",
        id="foreign sender",
    ),
    pytest.param(
        "Domain firma.pl has exceeded the max emails per hour (200/200 (100%)) allowed.",
        "sending-limit",
        id="cPanel limit",
    ),
    pytest.param("-ERR [IN-USE] Unable to lock maildrop", "pop3-stuck", id="POP3 lock"),
    pytest.param("AADSTS50126: Error validating credentials", "password-rejected", id="Entra"),
    pytest.param(
        "534-5.7.9 Application-specific password required.", "app-password", id="app password"
    ),
]


@pytest.mark.parametrize(("text", "topic"), PASTED)
def test_what_people_paste_leads_to_its_topic(text: str, topic: str) -> None:
    found = CodeFinder(load_knowledge().codes.values()).find(text)
    assert found is not None
    assert found.topic == topic


@pytest.mark.parametrize(
    "text",
    [
        "what is the sending limit of gmail",
        "mailbox full what now",
        "skrzynka pełna, co robić",
        "co to jest greylisting",
        "connection timed out",
        "moja poczta nie działa od 5.11.2026",
        "port 587 czy 465",
    ],
)
def test_what_people_say_themselves_is_no_code(text: str) -> None:
    assert CodeFinder(load_knowledge().codes.values()).find(text) is None
