"""/settings as people meet with it: a card that grows, steps, files; nobody's address is kept."""

import asyncio
import logging
import plistlib

import pytest

from bot.conversation.action import LONGEST
from bot.conversation.drive import Desk
from bot.conversation.limits import Limits, Rate, Rates
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.settings.buttons import settings_action
from bot.conversation.settings.step import FindSettings
from bot.conversation.turn import take_turn
from bot.formats.mailbox import parse_mailbox
from bot.model.document import Choice, Document
from bot.model.language import Language
from bot.render.data import document_text
from tests.conversation.finders import ScriptedSettings
from tests.conversation.people import ScriptedChecks, WrittenOutlet, knowledge, make_mind
from tests.render.mailboxes import GMAIL, GOOD, MICROSOFT, MUTE, NOTHING, replace

ANNA = "anna@firma.pl"


def make_desk(settings: ScriptedSettings | None = None, **changes: object) -> Desk:
    return Desk(
        make_mind(),
        ScriptedChecks(),
        MemorySessions(),
        settings=settings or ScriptedSettings(),
        **changes,  # type: ignore[arg-type]
    )


def choices(document: Document) -> dict[str, Choice]:
    return {choice.label: choice for row in document.choices for choice in row}


def everything(outlet: WrittenOutlet) -> str:
    shown = [*outlet.said, *(document for document, _ in outlet.replaced)]
    for board in outlet.boards:
        shown += [*board.states, *board.finished]
    return str(shown)


async def ask(desk: Desk, text: str = f"/settings {ANNA}", **changes: object) -> WrittenOutlet:
    outlet = WrittenOutlet()
    await desk.handle(Incoming("x", text, **changes), outlet)  # type: ignore[arg-type]
    return outlet


async def press(desk: Desk, choice: Choice, **changes: object) -> WrittenOutlet:
    outlet = WrittenOutlet()
    await desk.handle(Incoming("x", action=choice.action, **changes), outlet)  # type: ignore[arg-type]
    return outlet


async def test_a_card_is_posted_at_once_and_grows() -> None:
    outlet = await ask(make_desk())
    (board,) = outlet.boards
    first, growing = board.states
    assert "Szukam ustawień" in "".join(inline.text for inline in first.blocks[0].line)  # type: ignore[union-attr]
    assert "imap.firma.pl" in document_text(growing)
    assert not growing.choices
    (last,) = board.finished
    assert "działa (połączyłem się przed chwilą)" in document_text(last)


async def test_every_value_can_be_copied_at_a_touch() -> None:
    outlet = await ask(make_desk())
    copied = [choice.copy for choice in choices(outlet.boards[0].finished[0]).values()]
    assert [value for value in copied if value] == [
        *("imap.firma.pl", "993", "SSL/TLS", "smtp.firma.pl", "465", ANNA),
    ]


async def test_only_the_domain_is_asked_for() -> None:
    settings = ScriptedSettings()
    await ask(make_desk(settings))
    assert "anna" not in str(settings.requests)


async def test_the_address_is_kept_nowhere() -> None:
    sessions = MemorySessions()
    desk = Desk(make_mind(), ScriptedChecks(), sessions, settings=ScriptedSettings())
    for text in (f"/settings {ANNA}", ANNA, f"ustawienia dla {ANNA} w outlooku", "thunderbird"):
        await desk.handle(Incoming("x", text), WrittenOutlet())
    session = await sessions.load(Incoming("x"))
    assert "anna" not in str(session)
    assert (session.settings, session.setup) == ("firma.pl", "thunderbird")
    assert ("program", "thunderbird") in session.slots


async def test_a_program_named_with_the_question_gets_its_steps() -> None:
    outlet = await ask(make_desk(), f"jak ustawić {ANNA} w thunderbirdzie")
    (steps,) = outlet.said
    assert "Konfiguruj ręcznie" in document_text(steps)
    assert ANNA in document_text(steps)


async def test_a_program_is_asked_for_once_and_remembered() -> None:
    desk = make_desk()
    card = (await ask(desk)).boards[0].finished[0]
    asked = await press(desk, choices(card)["Krok po kroku"])
    question = asked.said[0]
    assert len(choices(question)) == len(knowledge().programs)
    steps = await press(desk, choices(question)["Thunderbird"])
    ((document, _),) = steps.replaced
    assert "anna@firma.pl" in document_text(document)
    again = (await ask(desk)).boards[0].finished[0]
    assert "Kroki: Thunderbird" in choices(again)
    (followed,) = (await ask(desk, "jan@firma.pl")).said
    assert "jan@firma.pl" in document_text(followed)


async def test_the_other_protocol_is_offered_only_where_there_is_one() -> None:
    both = make_desk()
    (steps,) = (await ask(both, f"{ANNA} thunderbird")).said
    ((turned, _),) = (await press(both, choices(steps)["POP3 zamiast IMAP"])).replaced
    assert "pop3.firma.pl" in document_text(turned)
    assert "IMAP zamiast POP3" in choices(turned)
    one = make_desk(ScriptedSettings(replace(GOOD, incoming=GOOD.incoming[:1])))
    (steps,) = (await ask(one, f"{ANNA} thunderbird")).said
    assert "POP3 zamiast IMAP" not in choices(steps)


async def test_a_protocol_that_is_not_there_is_no_reason_to_give_up() -> None:
    desk = make_desk(ScriptedSettings(replace(GOOD, incoming=GOOD.incoming[:1])))
    (steps,) = (await ask(desk, f"ustawienia pop3 dla {ANNA} w thunderbirdzie")).said
    assert "imap.firma.pl" in document_text(steps)


async def test_a_program_named_after_another_matter_is_no_answer_to_the_card() -> None:
    desk = make_desk()
    await ask(desk)
    await ask(desk, "/check sklep.pl")
    later = await ask(desk, "thunderbird")
    assert "imap.firma.pl" not in everything(later)


async def test_buttons_work_after_a_restart() -> None:
    card = (await ask(make_desk())).boards[0].finished[0]
    settings = ScriptedSettings()
    desk = make_desk(settings)
    outlet = await press(desk, choices(card)["Profil: iPhone, iPad, Mac"])
    assert outlet.toasts == ["Sprawdzam jeszcze raz…"]
    (document,) = outlet.said
    assert document.enclosure
    (payload,) = plistlib.loads(document.enclosure.content)["PayloadContent"]
    assert payload["EmailAddress"] == ANNA
    assert len(settings.requests) == 1


async def test_a_search_is_not_repeated_for_each_button() -> None:
    settings = ScriptedSettings()
    desk = make_desk(settings)
    card = (await ask(desk)).boards[0].finished[0]
    for label in ("Profil: iPhone, iPad, Mac", "SSL/TLS czy STARTTLS?", "In English"):
        await press(desk, choices(card)[label])
    assert len(settings.requests) == 1
    await press(desk, choices(card)["Sprawdź od nowa"])
    assert [request.fresh for request in settings.requests] == [False, True]


async def test_the_other_language_takes_the_place_of_the_card() -> None:
    desk = make_desk()
    card = (await ask(desk)).boards[0].finished[0]
    outlet = await press(desk, choices(card)["In English"])
    ((document, _),) = outlet.replaced
    assert "Incoming: IMAP, works" in document_text(document)
    assert "Po polsku" in choices(document)


async def test_an_administrator_is_helped_only_where_it_is_needed() -> None:
    silent = ScriptedSettings(replace(GOOD, sources=MUTE))
    desk = make_desk(silent)
    card = (await ask(desk)).boards[0].finished[0]
    outlet = await press(desk, choices(card)["Dla administratora"])
    (document,) = outlet.said
    assert document.enclosure
    assert b"<clientConfig" in document.enclosure.content
    published = (await ask(make_desk())).boards[0].finished[0]
    assert "Dla administratora" not in choices(published)
    provider = make_desk(ScriptedSettings(GMAIL))
    public = (await ask(provider, "/settings anna@gmail.com")).boards[0].finished[0]
    assert "Dla administratora" not in choices(public)


async def test_oauth2_only_offers_no_profile() -> None:
    card = (await ask(make_desk(ScriptedSettings(MICROSOFT)))).boards[0].finished[0]
    assert not [label for label in choices(card) if label.startswith("Profil")]


async def test_where_nothing_is_found_one_can_look_again() -> None:
    desk = make_desk(ScriptedSettings(NOTHING, by_the_way=()))
    card = (await ask(desk)).boards[0].finished[0]
    assert "Sprawdź od nowa" in choices(card)
    assert not [choice for choice in choices(card).values() if choice.copy]


async def test_in_a_group_the_address_is_not_said_back() -> None:
    desk = make_desk()
    outlet = await ask(desk, is_private=False)
    assert "anna" not in everything(outlet)
    card = outlet.boards[0].finished[0]
    assert choices(card)["Dalej na prywatnym czacie"].private == "settings-firma_pl"
    assert not [label for label in choices(card) if label.startswith("Profil")]
    steps = await press(desk, choices(card)["Krok po kroku"], is_private=False)
    again = await press(desk, choices(steps.said[0])["Spark"], is_private=False)
    assert "anna" not in everything(again)


async def test_a_private_chat_goes_on_where_the_group_ended() -> None:
    outlet = await ask(make_desk(), "/start settings-firma_pl")
    assert "imap.firma.pl" in document_text(outlet.boards[0].finished[0])


async def test_a_search_that_is_stopped_shows_what_is_ready() -> None:
    settings = ScriptedSettings(gate=asyncio.Event())
    outlet = WrittenOutlet()
    task = asyncio.create_task(
        make_desk(settings).handle(Incoming("x", f"/settings {ANNA}"), outlet)
    )
    await settings.is_waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert settings.is_cancelled
    (last,) = outlet.boards[0].finished
    assert "przerwane" in document_text(last)
    assert "smtp.firma.pl" in document_text(last)


async def test_our_own_fault_is_told_with_a_number_and_without_the_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    outlet = await ask(make_desk(ScriptedSettings(trouble=ValueError("boom"))))
    assert "anna" not in caplog.text
    assert "incident" in caplog.text
    (last,) = outlet.boards[0].finished
    assert "anna" not in document_text(last)


async def test_searches_count_as_checks_do() -> None:
    limits = Limits(Rates(person=Rate(1, 60), chat=None, target=None, total=None, messages=None))
    desk = make_desk(limits=limits)
    first = await ask(desk, person="p", chat="c")
    known = await ask(desk, person="p", chat="c")
    other = await ask(desk, "/settings anna@sklep.pl", person="p", chat="c")
    assert first.boards
    assert known.boards  # it is known already, and costs nobody anything
    assert not other.boards
    assert "1" in document_text(other.said[0])


@pytest.mark.parametrize(
    "address",
    [
        "a@b.pl",
        "anna.maria.kowalska-nowak@bardzo-dluga-nazwa-firmy.com.pl",
        "anna|b@firma.pl",
        "żaneta@firma.pl",
        "anna@żółw.pl",
    ],
)
def test_an_action_always_fits_a_button_and_finds_its_way_back(address: str) -> None:
    mailbox = parse_mailbox(address)
    for program in ("samsung-email", "outlook-classic"):
        action = settings_action("setup", Language.PL, mailbox, program, "ph")
        assert len(action.encode()) <= LONGEST
        shown = f"Ustawienia poczty {mailbox.shown}\n• Serwer: imap.firma.pl"
        turn = take_turn(Session(), Incoming("x", action=action, shown=shown), make_mind())
        (step,) = turn.steps
        assert isinstance(step, FindSettings)
        assert step.mailbox == mailbox
        assert step.view.program == program


def test_a_button_of_a_group_holds_no_address() -> None:
    action = settings_action("setup", Language.PL, parse_mailbox(ANNA), "?", is_private=False)
    assert "anna" not in action


async def test_a_checked_domain_leads_to_the_settings_of_its_mailboxes() -> None:
    desk = make_desk()
    report = (await ask(desk, "firma.pl")).boards[0].finished[0]
    outlet = await press(desk, choices(report)["Ustawienia poczty"])
    assert "imap.firma.pl" in document_text(outlet.boards[0].finished[0])
    probe = (await ask(desk, "/spf firma.pl")).boards[0].finished[0]
    assert "Ustawienia poczty" not in choices(probe)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("what do I type in Outlook for Gmail", "gmail.com"),
        ("co mam wpisać w Thunderbirdzie dla wp", "wp.pl"),
        ("co wpisać w thunderbirdzie dla firma.pl", "firma.pl"),
        ("jak ustawić pocztę firma.pl na iphonie", "firma.pl"),
        ("jaki port i szyfrowanie dla firma.pl", "firma.pl"),
        ("nowy telefon i nie wiem jak dodać pocztę z firma.pl", "firma.pl"),
        ("/settings gmail", "gmail.com"),
        ("/settings wp na iphonie", "wp.pl"),
    ],
)
def test_settings_are_found_for_a_question_in_free_words(text: str, domain: str) -> None:
    turn = take_turn(Session(), Incoming("x", text), make_mind())
    assert turn.command == "settings"
    (found,) = [step for step in turn.steps if isinstance(step, FindSettings)]
    assert found.request.target.name == domain


@pytest.mark.parametrize(
    "text",
    [
        "jak działa Gmail",
        "Outlook nie wysyła przez Gmaila",
        "co wpisać w temacie listu",
        "nie działa mi poczta firma.pl na iphonie",
    ],
)
def test_a_provider_named_in_another_question_brings_no_card(text: str) -> None:
    turn = take_turn(Session(), Incoming("x", text), make_mind())
    assert not [step for step in turn.steps if isinstance(step, FindSettings)]
