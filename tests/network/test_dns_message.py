"""Tests of bot.network.dns_message: bytes in, a reply or MalformedError out."""

import contextlib
import struct

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.network.answer import Status
from bot.network.dns_message import Reply, Verdict, read_reply
from bot.network.dns_parts import MalformedError, id_of, is_cut
from bot.network.question import PAYLOAD, Question


def question(name: str = "firma.pl", rdtype: str = "A") -> Question:
    asked = Question.about(name, rdtype)
    assert asked is not None
    return asked


def response(asked: Question, *answer: str, rcode: int = 0, soa: str = "") -> dns.message.Message:
    made = dns.message.make_response(dns.message.from_wire(asked.to_wire(7)))
    made.set_rcode(dns.rcode.Rcode(rcode))
    for line in answer:
        name, ttl, rdtype, data = line.split(" ", 3)
        made.answer.append(dns.rrset.from_text(name, int(ttl), "IN", rdtype, data))
    if soa:
        ttl, minimum = soa.split()
        data = f"ns. root. 1 2 3 4 {minimum}"
        made.authority.append(dns.rrset.from_text("pl.", int(ttl), "IN", "SOA", data))
    return made


def read(made: dns.message.Message, asked: Question | None = None) -> Reply:
    return read_reply(made.to_wire(), asked or question())


def test_the_question_wants_recursion_and_the_verdict_but_not_the_signatures() -> None:
    message = dns.message.from_wire(question("Firma.PL").to_wire(4711))
    assert message.id == 4711
    assert message.flags == dns.flags.RD | dns.flags.AD
    assert message.payload == PAYLOAD
    assert message.ednsflags == 0
    assert message.question[0].name.to_text() == "Firma.PL."
    unchecked = dns.message.from_wire(question().to_wire(1, edns=False, validate=False))
    assert unchecked.flags & dns.flags.CD
    assert unchecked.edns == -1


@pytest.mark.parametrize(
    "name", ["a..b", "x" * 64 + ".pl", ".".join(["x" * 60] * 5), "żółw.pl", "a.b\\999", "..", "\\"]
)
def test_what_cannot_be_a_name_makes_no_question(name: str) -> None:
    assert Question.about(name, "A") is None


def test_a_name_is_absolute_whether_it_ends_in_a_dot_or_not() -> None:
    assert question("firma.pl") == question("firma.pl.") == question("FIRMA.pl")


@pytest.mark.parametrize(
    ("answer", "records", "aliases", "ttl"),
    [
        pytest.param(("firma.pl. 60 A 1.2.3.4",), 1, (), 60, id="plain"),
        pytest.param(
            ("firma.pl. 60 CNAME b.pl.", "b.pl. 30 CNAME c.pl.", "c.pl. 90 A 1.1.1.1"),
            1,
            ("b.pl", "c.pl"),
            30,
            id="a chain, whose shortest life counts",
        ),
        pytest.param(
            ("c.pl. 90 A 1.1.1.1", "firma.pl. 60 CNAME c.pl."), 1, ("c.pl",), 60, id="out of order"
        ),
        pytest.param(
            ("firma.pl. 60 CNAME b.pl.", "b.pl. 60 CNAME firma.pl."), 0, ("b.pl",), 0, id="a loop"
        ),
        pytest.param(("firma.pl. 60 CNAME firma.pl.",), 0, (), 0, id="an alias of itself"),
        pytest.param(("other.pl. 60 A 1.2.3.4",), 0, (), 0, id="another name's record"),
        pytest.param(("firma.pl. 60 TXT x",), 0, (), 0, id="another type"),
    ],
)
def test_the_alias_chain_is_followed_inside_the_answer(
    answer: tuple[str, ...], records: int, aliases: tuple[str, ...], ttl: int
) -> None:
    reply = read(response(question(), *answer))
    assert reply.status is (Status.FOUND if records else Status.NO_DATA)
    assert len(reply.records) == records
    assert reply.aliases == aliases
    assert reply.ttl == ttl


def test_an_endless_chain_ends() -> None:
    chain = [f"n{i}.pl. 60 CNAME n{i + 1}.pl." for i in range(40)]
    reply = read(response(question("n0.pl"), *chain, "n40.pl. 60 A 1.1.1.1"), question("n0.pl"))
    assert reply.records == ()


def test_a_question_for_the_alias_itself_follows_nothing() -> None:
    asked = question(rdtype="CNAME")
    reply = read(response(asked, "firma.pl. 60 CNAME b.pl.", "b.pl. 60 A 1.1.1.1"), asked)
    assert len(reply.records) == 1
    assert reply.aliases == ()


@pytest.mark.parametrize(
    ("soa", "ttl"),
    [("300 60", 60), ("30 3600", 30), ("", 0)],
    ids=["the minimum", "the record's own life", "no SOA, not kept"],
)
def test_no_is_kept_as_rfc_2308_says(soa: str, ttl: int) -> None:
    assert read(response(question(), rcode=3, soa=soa)).ttl == ttl


def test_no_name_and_no_data_are_told_apart() -> None:
    assert read(response(question(), rcode=3, soa="9 9")).status is Status.NO_NAME
    assert read(response(question(), rcode=0, soa="9 9")).status is Status.NO_DATA
    alias = response(question(), "firma.pl. 60 CNAME b.pl.", rcode=3, soa="9 9")
    assert read(alias).status is Status.NO_NAME
    assert read(alias).aliases == ("b.pl",)


@pytest.mark.parametrize(
    ("rcode", "codes", "verdict"),
    [
        (2, [], Verdict.SERVFAIL),
        (2, [6], Verdict.BOGUS),
        (2, [7], Verdict.BOGUS),
        (2, [9], Verdict.BOGUS),
        (2, [12], Verdict.BOGUS),
        (2, [22, 6], Verdict.BOGUS),
        (2, [22], Verdict.SERVFAIL),  # no reachable authority
        (2, [23], Verdict.SERVFAIL),  # network error
        (5, [], Verdict.REFUSED),
        (5, [15], Verdict.REFUSED),
        (9, [], Verdict.SERVFAIL),
    ],
)
def test_failures_are_told_apart(rcode: int, codes: list[int], verdict: Verdict) -> None:
    made = response(question(), rcode=rcode)
    made.use_edns(0, options=[dns.edns.EDEOption(code) for code in codes])
    assert read(made).verdict is verdict


def test_a_server_without_edns_is_known() -> None:
    made = response(question(), rcode=1)
    made.use_edns(False)
    assert read(made).verdict is Verdict.NO_EDNS


def test_the_verdict_of_a_validating_resolver_is_taken() -> None:
    made = response(question(), "firma.pl. 60 A 1.2.3.4")
    assert not read(made).authenticated
    made.flags |= dns.flags.AD
    assert read(made).authenticated


def test_an_answer_to_another_question_is_malformed() -> None:
    with pytest.raises(MalformedError):
        read(response(question("inna.pl")))
    with pytest.raises(MalformedError):
        read(response(question(rdtype="MX")))


def test_only_a_reply_that_repeats_the_question_is_taken_for_one() -> None:
    asked = question()
    assert asked.is_echoed_in(response(question("FIRMA.PL")).to_wire())
    assert not asked.is_echoed_in(response(question("inna.pl")).to_wire())
    assert not asked.is_echoed_in(response(question(rdtype="MX")).to_wire())
    bare = struct.pack("!HHHHHH", 7, 0x8182, 0, 0, 0, 0)
    assert asked.is_echoed_in(bare)  # SERVFAIL without a question
    assert not asked.is_echoed_in(bare[:2] + b"\x81\x80" + bare[4:])


@given(st.binary(max_size=80))
def test_any_bytes_are_a_reply_or_malformed(data: bytes) -> None:
    number = id_of(data)
    assert number is None or 0 <= number < 65536
    if number is not None:
        is_cut(data)
    with contextlib.suppress(MalformedError):
        read_reply(data, question())


_TYPES = ["A", "AAAA", "MX", "TXT", "SRV", "TLSA", "CAA", "SOA", "PTR", "HTTPS", "LOC", "DNSKEY"]


@given(
    st.sampled_from(_TYPES),
    st.integers(0, 9),
    st.binary(max_size=60),
    st.integers(0, 70),
    st.integers(0, 255),
)
def test_damaged_records_are_a_reply_or_malformed(
    rdtype: str, answers: int, data: bytes, at: int, value: int
) -> None:
    asked = question("a.pl", rdtype)
    header = struct.pack("!HHHHHH", 7, 0x8180, 1, answers, 0, 0)
    record = b"\xc0\x0c" + struct.pack("!HHIH", asked.rdtype, 1, 60, len(data)) + data
    wire = bytearray(header + asked.to_wire(7, edns=False)[12:] + record)
    if 12 <= at < len(wire):
        wire[at] = value
    try:
        reply = read_reply(bytes(wire), asked)
    except MalformedError:
        return
    assert all(record.to_text() is not None for record in reply.records)
