"""Looking at a place: the right servers are asked, and only what is surely theirs counts."""

import pytest

from bot.conversation.mind import Context
from bot.conversation.outages.commands import TIME, Declare, declare
from bot.conversation.outages.look import (
    MOST_HOSTS,
    is_well,
    requests,
    sights,
    to_vouch,
    to_witness,
    vouched,
    witnesses,
)
from bot.conversation.outages.outage import Course, Health, Sight, Symptom
from bot.conversation.outages.place import (
    ASKS_ITSELF,
    domain_place,
    name_of,
    place_of,
    symptom_of,
    symptoms_of,
)
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Errand
from bot.faq.match import Matched
from bot.formats.target import parse_target
from bot.model.check import CheckRequest, Inconclusive, Judged, Outcome, Report, TargetKind
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from tests.conversation.people import ScriptedMatcher, knowledge, make_mind

MIND = make_mind()
ERROR, OK = Severity.ERROR, Severity.OK
IMAP = "imap.example.com"


def course(*symptoms: Symptom) -> Course:
    return Course(symptoms or (Symptom.RECEIVING,), 0.0)


def seen(*outcomes: Outcome, about: Course | None = None) -> list[Sight]:
    (request,) = requests("firma.pl", course(), MIND)
    return list(sights(request, Report(request.target, outcomes), about or course()))


def finding(code: str, severity: Severity = ERROR, subject: str = f"{IMAP}:993") -> Finding:
    return Finding(code, severity, subject)


def asked(place: str, *symptoms: Symptom) -> set[tuple[str, tuple[str, ...]]]:
    return {(each.target.name, each.probes) for each in requests(place, course(*symptoms), MIND)}


def test_the_servers_of_the_file_are_asked_for_what_people_complain_about() -> None:
    assert asked("onet", Symptom.SENDING) == {("smtp.poczta.onet.pl", ("submission",))}
    assert asked("onet", Symptom.RECEIVING) == {
        ("imap.poczta.onet.pl", ("imap",)),
        ("pop3.poczta.onet.pl", ("pop3",)),
        ("onet.pl", ("mx", "smtp")),
    }
    assert asked("onet", Symptom.DELAYS) == {("onet.pl", ("mx", "smtp"))}
    assert all(each.fresh for each in requests("onet", course(), MIND))


def test_a_domain_that_nobody_knows_is_looked_at_as_a_whole() -> None:
    assert asked("firma.pl", Symptom.SLOW) == {("firma.pl", ())}


@pytest.mark.parametrize("place", sorted(set(MIND.provider_values.values())))
@pytest.mark.parametrize("symptom", [Symptom.CONNECTING, Symptom.RECEIVING])
def test_no_place_is_stormed_and_no_customers_own_name_is_asked(
    place: str, symptom: Symptom
) -> None:
    found = requests(place, course(symptom), MIND)
    assert len(found) <= 4 * MOST_HOSTS
    assert all(each.target.kind is TargetKind.NAME for each in found)


def test_no_symptom_is_without_eyes() -> None:
    for symptom in Symptom:
        assert requests("onet", course(symptom), MIND)


@pytest.mark.parametrize(
    ("outcome", "health"),
    [
        pytest.param(Judged("imap", (finding("imap.answers", OK),)), Health.WELL, id="answers"),
        pytest.param(Judged("imap", (finding("imap.tls-failed"),)), Health.FAILING, id="no TLS"),
        pytest.param(
            Judged("imap", (finding("imap.answers", OK), finding("imap.certificate-expired"))),
            Health.FAILING,
            id="answers with a certificate that no program takes",
        ),
        pytest.param(
            Inconclusive("imap", (Gap(f"{IMAP}:993", Trouble.TIMEOUT),)),
            Health.FAILING,
            id="silent",
        ),
        pytest.param(
            Judged(
                "imap",
                (finding("imap.answers", OK),),
                (Gap(f"{IMAP}:143", Trouble.TIMEOUT),),
            ),
            Health.WELL,
            id="one of two doors is open",
        ),
        *(
            pytest.param(
                Inconclusive("imap", (Gap(f"{IMAP}:993", trouble),)), Health.UNTESTED, id=trouble
            )
            for trouble in (
                *(Trouble.PORT_BLOCKED, Trouble.NO_INTERNET, Trouble.DNS_REFUSED, Trouble.BUSY),
                *(Trouble.NO_IPV6, Trouble.REJECTED, Trouble.NOT_PUBLIC),
            )
        ),
    ],
)
def test_what_a_report_says_of_a_server(outcome: Outcome, health: Health) -> None:
    (sight,) = seen(outcome)
    assert (sight.probe, sight.host, sight.health) == ("imap", IMAP, health)


def test_what_is_not_complained_about_is_passed_over() -> None:
    broken = Judged("dmarc", (finding("dmarc.missing", ERROR, "firma.pl"),))
    other = Judged("submission", (finding("submission.tls-failed"),))
    assert seen(broken, other) == []


def test_a_silent_mail_exchanger_counts_only_where_names_are_answered() -> None:
    silent = Inconclusive("smtp", (Gap("mx.firma.pl", Trouble.TIMEOUT),))
    (alone,) = seen(silent, Inconclusive("mx", (Gap("firma.pl", Trouble.TIMEOUT),)))
    assert alone.health is Health.UNTESTED
    (proved,) = seen(silent, Judged("mx", ()))
    assert proved.health is Health.FAILING


def test_a_failure_needs_a_witness_on_the_same_service() -> None:
    failing = [
        Sight("imap", IMAP, Health.FAILING, finding("imap.tls-failed")),
        Sight("pop3", "pop3.example.com", Health.FAILING, gap=Gap("x", Trouble.TIMEOUT)),
        Sight("submission", "smtp.example.com", Health.WELL, finding("submission.answers", OK)),
    ]
    assert to_vouch(failing) == ("imap", "pop3")
    first, second, third = vouched(failing, frozenset({"pop3"}))
    assert (first.probe, first.health) == ("pop3", Health.FAILING)
    assert (second.probe, second.health, second.finding) == ("submission", Health.WELL, None)
    assert (third.probe, third.health) == ("imap", Health.UNTESTED)


def test_a_witness_is_another_company_and_answers_without_a_fault() -> None:
    hosts = witnesses("onet", "imap", MIND)
    assert len(hosts) > 20
    assert not [host for host in hosts if host.endswith("onet.pl")]
    request = to_witness(hosts[0], "imap")
    assert request is not None
    assert request.probes == ("imap",)
    assert to_witness("127.0.0.1", "imap") is None
    target = request.target
    assert is_well(Report(target, (Judged("imap", (finding("imap.answers", OK),)),)), "imap")
    assert not is_well(Report(target, (Judged("imap", (finding("imap.no-address"),)),)), "imap")
    assert not is_well(Report(target, ()), "imap")


def test_topics_that_servers_can_cause_have_a_symptom_and_others_none() -> None:
    topics = knowledge().topics
    with_one = {name for name, topic in topics.items() if symptom_of(topic)}
    assert {"cannot-send", "cannot-receive", "password-rejected", "slow-sync"} <= with_one
    assert {"delayed-mail", "certificate-warning", "connection-timed-out"} <= with_one
    assert not with_one & {"recall-message", "change-mailbox-password", "imap-or-pop3"}
    assert symptoms_of([topics[ASKS_ITSELF]]) == frozenset(Symptom)
    assert {symptom_of(topic) for topic in topics.values()} >= set(Symptom)


@pytest.mark.parametrize(
    ("domain", "slots", "place"),
    [
        ("onet.pl", (), "onet"),
        ("poczta.onet.pl", (), "onet"),
        ("imap.firma.pl", (), "firma.pl"),
        ("xn--bka-8la.pl", (), "xn--bka-8la.pl"),
        ("", (("provider", "gmail"),), "gmail"),
        ("", (("provider", "microsoft"),), "microsoft"),
        ("192.0.2.1", (), ""),
        ("", (), ""),
    ],
)
def test_the_place_of_a_talk(domain: str, slots: tuple[tuple[str, str], ...], place: str) -> None:
    assert place_of(Session(domain=domain, slots=slots), MIND) == place


def test_places_are_called_as_people_call_them() -> None:
    assert name_of("onet", knowledge()) == "Onet"
    assert name_of(parse_target("bąka.pl").name, knowledge()) == "bąka.pl"
    assert name_of("long-gone", knowledge()) == "long-gone"
    assert domain_place("not a domain") == ""


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("onet.pl cannot-send 9:40", 580),
        ("onet.pl cannot-send od 09.40", 580),
        ("onet.pl cannot-send 23:59", 1439),
        ("onet.pl cannot-send", None),
        ("onet.pl cannot-send 24:00", None),
        ("onet.pl cannot-send 5.7.8", None),
        ("onet.pl cannot-send 192.0.2.10", None),
    ],
)
def test_what_a_helper_types(text: str, minute: int | None) -> None:
    incoming = Incoming("tg:8", f"/outage {text}")
    context = Context(Session(), Session(), incoming, MIND, Language.PL)
    (step,) = declare(context, text).steps
    assert isinstance(step, Errand)
    assert step.order == Declare("onet", Symptom.SENDING, minute)
    assert bool(TIME.search(text)) is (minute is not None)


def test_words_tell_what_fails_as_a_question_would() -> None:
    mind = make_mind(ScriptedMatcher({"onet nie odbiera": Matched("cannot-receive", 0.9)}))
    context = Context(Session(), Session(), Incoming("tg:8"), mind, Language.PL)
    (step,) = declare(context, "onet   nie odbiera 9:40").steps
    assert isinstance(step, Errand)
    assert step.order == Declare("onet", Symptom.RECEIVING, 580)


def test_requests_can_be_shared() -> None:
    """Two outages that look at the same server at once make one look."""
    one, other = (
        requests("onet", course(Symptom.SENDING), MIND),
        requests("onet", course(Symptom.SENDING), MIND),
    )
    assert one == other
    assert all(isinstance(each, CheckRequest) for each in one)
