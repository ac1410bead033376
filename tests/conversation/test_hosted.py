"""What a look can tell is not asked: whose mail a domain is."""

import asyncio
from dataclasses import replace

from bot.conversation.drive import Desk
from bot.conversation.limits import Limits, Rate, Rates
from bot.conversation.memory import MemorySessions
from bot.conversation.mind import Mind
from bot.conversation.ports import Incoming, Progress
from bot.conversation.session import Session
from bot.conversation.turn import take_turn
from bot.faq.match import Ambiguous, Match, Matched
from bot.knowledge.topic import Variant
from bot.model.check import CheckRequest, Inconclusive, Judged, Outcome, Report
from bot.model.finding import Finding, Severity
from bot.model.language import WRITTEN
from bot.model.trouble import Gap, Trouble
from bot.render.data import document_text
from tests.conversation.people import (
    PROBES,
    ScriptedChecks,
    ScriptedMatcher,
    WrittenOutlet,
    knowledge,
)

QUESTION = "nie odbieram poczty anna@firma.pl"
ASKS_WHOSE = Ambiguous(
    ("app-password", "enable-imap"), {}, 0.6, "provider", (("gmail", "app-password"),)
)


def make_mind(match: Match = ASKS_WHOSE, probes: tuple[str, ...] = (*PROBES, "provider")) -> Mind:
    return Mind(knowledge(), ScriptedMatcher({QUESTION: match}), probes)


def identified(name: str, code: str = "provider.identified") -> Outcome:
    return Judged("provider", (Finding(code, Severity.OK, "firma.pl", {"name": name}),))


class Typing(WrittenOutlet):
    """Counts how often an answer was shown to be under way."""

    typed = 0

    async def typing(self) -> None:
        self.typed += 1


async def ask(
    outcome: Outcome, mind: Mind | None = None, **changes: object
) -> tuple[Session, ScriptedChecks, Typing]:
    checks, sessions, outlet = ScriptedChecks((outcome,)), MemorySessions(), Typing()
    desk = Desk(mind or make_mind(), checks, sessions, **changes)  # type: ignore[arg-type]
    incoming = Incoming("x", QUESTION, person="anna")
    await desk.handle(incoming, outlet)
    return await sessions.load(incoming), checks, outlet


def slots(session: Session) -> dict[str, str]:
    return dict(session.slots)


async def test_the_domain_is_looked_up_instead_of_asking_whose_mail_it_is() -> None:
    session, checks, outlet = await ask(identified("OVHcloud"))
    assert slots(session)["provider"] == "ovh"
    assert session.hosted == (("firma.pl", "ovh"),)
    (request,) = checks.requests
    assert (request.target.name, request.probes) == ("firma.pl", ("provider",))
    assert outlet.typed == 1
    assert len(outlet.said) == 1


async def test_what_looking_does_not_tell_is_asked_and_not_looked_up_again() -> None:
    gap = Gap("firma.pl", Trouble.TIMEOUT)
    session, _, outlet = await ask(Inconclusive("provider", (gap,)))
    assert "provider" not in slots(session)
    assert session.hosted == (("firma.pl", ""),)
    assert "Czyja to poczta?" in document_text(outlet.said[0])
    assert take_turn(session, Incoming("x", QUESTION), make_mind()).look_up is None


async def test_what_is_only_likely_is_not_taken_for_sure() -> None:
    session, *_ = await ask(identified("OVHcloud", "provider.likely"))
    assert "provider" not in slots(session)


async def test_a_look_that_takes_too_long_is_given_up() -> None:
    class Never(ScriptedChecks):
        async def run(self, request: CheckRequest, progress: Progress) -> Report:
            raise TimeoutError  # as at the end of the moment it is given

    outlet, sessions = WrittenOutlet(), MemorySessions()
    await Desk(make_mind(), Never(), sessions).handle(Incoming("x", QUESTION), outlet)
    assert "Czyja to poczta?" in document_text(outlet.said[0])


async def test_whoever_has_no_checks_left_is_asked() -> None:
    limits = Limits(Rates(person=Rate(1, 60.0)))
    limits.check("anna", "", "other.pl")
    _, checks, outlet = await ask(identified("OVHcloud"), limits=limits)
    assert checks.requests == []
    assert "Czyja to poczta?" in document_text(outlet.said[0])


async def test_a_stopped_look_stops_the_answer() -> None:
    checks = ScriptedChecks((identified("OVHcloud"), identified("OVHcloud")), asyncio.Event())
    desk = Desk(make_mind(), checks, MemorySessions())
    outlet = WrittenOutlet()
    task = asyncio.create_task(desk.handle(Incoming("x", QUESTION), outlet))
    await checks.first_shown.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert outlet.said == []


def test_a_domain_of_a_known_provider_needs_no_look() -> None:
    mind = Mind(knowledge(), ScriptedMatcher({"kto? jan@wp.pl": ASKS_WHOSE}), (*PROBES, "provider"))
    turn = take_turn(Session(), Incoming("x", "kto? jan@wp.pl"), mind)
    assert slots(turn.session)["provider"] == "wp"
    assert turn.look_up is None


def test_nothing_is_looked_up_for_an_answer_that_it_would_not_change() -> None:
    topic = replace(knowledge().topics["imap-or-pop3"], evidence=(), variants=())
    plain = replace(knowledge(), topics={**knowledge().topics, topic.id: topic})
    mind = Mind(plain, ScriptedMatcher({QUESTION: Matched(topic.id, 0.9)}), (*PROBES, "provider"))
    assert take_turn(Session(), Incoming("x", QUESTION), mind).look_up is None


def test_steps_written_for_a_provider_are_worth_a_look() -> None:
    variant = Variant({"provider": "ovh"}, {language: ("…",) for language in WRITTEN})
    topic = replace(knowledge().topics["imap-or-pop3"], evidence=(), variants=(variant,))
    written = replace(knowledge(), topics={**knowledge().topics, topic.id: topic})
    mind = Mind(written, ScriptedMatcher({QUESTION: Matched(topic.id, 0.9)}), (*PROBES, "provider"))
    turn = take_turn(Session(), Incoming("x", QUESTION), mind)
    assert turn.look_up is not None
    assert turn.look_up.name == "firma.pl"


def test_without_the_probe_the_person_is_asked() -> None:
    turn = take_turn(Session(), Incoming("x", QUESTION), make_mind(probes=PROBES))
    assert turn.look_up is None


def test_an_address_of_a_machine_is_nobodys_domain() -> None:
    text = "nie odbieram z 203.0.113.5"
    mind = Mind(knowledge(), ScriptedMatcher({text: ASKS_WHOSE}), (*PROBES, "provider"))
    assert take_turn(Session(), Incoming("x", text), mind).look_up is None
