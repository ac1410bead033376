"""The trace of a check: every question once, every conversation line by line, with times."""

from ipaddress import ip_address

from bot.conversation.ports import Progress
from bot.formats.target import parse_target
from bot.model.check import CheckRequest
from bot.model.trouble import Trouble
from bot.network.dns_message import Reply, Verdict
from bot.network.errors import NetworkError
from bot.network.guard import Guard
from bot.network.network import Network
from bot.network.question import Question
from bot.network.resolver import Resolver
from bot.network.talk import Failure, Protocol, ServerTalk, Stage
from bot.network.trace import Trace
from bot.probes.run import run_check
from bot.render.trace import trace_data, trace_lines
from tests.doubles.dns import Fault, dns_server

MX = Question.about("firma.pl", "MX")
assert MX is not None


def talk(**changes: object) -> ServerTalk:
    return ServerTalk(
        Protocol.SMTP,
        "mx.firma.pl",
        "192.0.2.1",
        25,
        implicit_tls=False,
        timings=((Stage.CONNECT, 0.012),),
        transcript=("S: 220 mx", "C: EHLO bot"),
        spoken_at=(0.031, 0.0323),
        **changes,  # type: ignore[arg-type]
    )


async def test_a_check_leaves_every_question_once_and_in_order() -> None:
    async with dns_server("firma.pl. 300 IN MX 10 mx.firma.pl.") as server:
        server.misbehave("_dmarc.firma.pl", Fault.SERVFAIL)
        async with Network(Resolver([server.address]), Guard()) as network:
            probes = ("mx", "spf", "dmarc")
            request = CheckRequest(parse_target("firma.pl"), probes, trace=True)
            report = await run_check(network, request, Progress())
            silent = await run_check(
                network, CheckRequest(parse_target("firma.pl"), probes), Progress()
            )
    assert silent.trace is None
    assert report.trace is not None
    subjects = [entry.subject for entry in report.trace]
    assert len(subjects) == len(set(subjects))
    assert {"firma.pl MX", "firma.pl TXT", "_dmarc.firma.pl TXT"} <= set(subjects)
    assert [entry.at for entry in report.trace] == sorted(entry.at for entry in report.trace)
    results = {entry.subject: entry.result for entry in report.trace}
    assert results["_dmarc.firma.pl TXT"] == "servfail"
    (mx,) = (entry for entry in report.trace if entry.subject == "firma.pl MX")
    assert mx.lines == ("MX 10 mx.firma.pl.", "TTL 300")


def test_a_conversation_is_kept_line_by_line() -> None:
    trace = Trace()
    trace.talk(talk(), 0.0)
    trace.talk(talk(failure=Failure(Stage.GREETING, Trouble.TIMEOUT, "5 s"), age=7.0), 0.0)
    done, cut = trace.entries
    assert (done.kind, done.subject, done.result) == ("smtp", "mx.firma.pl [192.0.2.1]:25", "done")
    assert done.lines == ("S: 220 mx", "C: EHLO bot")
    assert cut.result == "timeout at greeting"
    assert cut.lines[-1] == "-: 5 s"
    *_, greeting, ehlo = trace_lines([done])
    assert (greeting.split(), ehlo.split()) == (
        ["+0.031", "S:", "220", "mx"],
        ["+0.032", "C:", "EHLO", "bot"],
    )
    assert [line.split()[0] for line in trace_lines([cut])][-1] == "-:"  # said by nobody
    assert trace_data([done])[0]["spoken_at"] == [0.031, 0.0323]
    assert "connect 12 ms" in "\n".join(trace_lines([done]))
    assert "(7 s old)" in "\n".join(trace_lines([cut]))
    assert trace_data([done])[0]["times"] == {"connect": 0.012}


def test_what_was_asked_twice_is_written_once() -> None:
    trace = Trace()
    for _ in range(3):
        trace.dns(MX, 0.0, Reply(Verdict.ANSWER))
        trace.dns(MX, 0.0, NetworkError(Trouble.TIMEOUT))
        trace.ping(ip_address("192.0.2.1"), 0.0, "icmp 1.0 ms")
    assert sorted(entry.result for entry in trace.entries) == ["icmp 1.0 ms", "no-data", "timeout"]


def test_the_root_has_a_name_too() -> None:
    root = Question.about(".", "NS")
    assert root is not None
    trace = Trace()
    trace.dns(root, 0.0, Reply(Verdict.ANSWER))
    assert trace.entries[0].subject == ". NS"


async def test_a_trace_tells_by_which_way_an_answer_came() -> None:
    long = "\n".join(f'firma.pl. 300 TXT "{number} {"x" * 60}"' for number in range(60))
    zone = f"firma.pl. 300 MX 10 mx.firma.pl.\nfirma.pl. 300 A 192.0.2.1\n{long}"
    async with dns_server(zone) as one, dns_server(zone) as other:
        one.misbehave("firma.pl", Fault.SERVFAIL, "MX")
        async with Network(Resolver([one.address, other.address]), Guard()) as network:
            trace = Trace()
            dns = network.within(5, trace=trace).dns
            for asked in (dns.mx("firma.pl"), dns.txt("firma.pl"), dns.a("firma.pl")):
                await asked
    ways = {entry.subject.split()[1]: entry.lines[-1] for entry in trace.entries}
    assert ways == {
        "MX": f"from resolver {other.address}",
        "TXT": "by TCP",
        "A": "TTL 300",
    }
