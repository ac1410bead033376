"""/privacy and /forget where things are kept: told from what is declared, done for the person."""

from dataclasses import dataclass, field, replace

import pytest

from bot.conversation.drive import Desk
from bot.conversation.keeping import Erased, Holding
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Incoming
from bot.conversation.privacy import SERVICE, PrivacyOffice
from bot.conversation.session import Session
from bot.model.language import Language
from bot.render.data import document_text
from tests.conversation.people import ScriptedChecks, ScriptedMatcher, WrittenOutlet, make_mind

ANNA = Incoming("tg:5", person="tg:5", chat="tg:5")


async def nothing_elsewhere(person: str) -> None:
    """Nobody put anything of theirs anywhere else."""


@dataclass
class ScriptedArchive:
    """Keeps what it is told."""

    kept: tuple[Holding, ...] = ()
    had: tuple[Erased, ...] = ()
    erased: list[str] = field(default_factory=list)

    def holdings(self) -> tuple[Holding, ...]:
        return self.kept

    async def erase(self, person: str) -> tuple[Erased, ...]:
        self.erased.append(person)
        return self.had

    async def clear(self, now: float) -> tuple[Erased, ...]:
        return ()


async def said(
    archive: ScriptedArchive, text: str, language: Language, sessions: MemorySessions | None = None
) -> str:
    mind = make_mind(ScriptedMatcher(language=language), services=frozenset({SERVICE}))
    desk = Desk(
        mind,
        ScriptedChecks(),
        sessions or MemorySessions(),
        offices=PrivacyOffice(archive, nothing_elsewhere).offices,
    )
    outlet = WrittenOutlet()
    await desk.handle(replace(ANNA, text=text), outlet)
    (document,) = outlet.said
    return document_text(document).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (Language.PL, ["od ostatniej wiadomości: usuwam po 7 dniach", "dopóki ich nie zmienią"]),
        (Language.EN, ["from the last message: deleted after 7 days", "until they change them"]),
    ],
)
async def test_privacy_says_what_is_kept_and_how_long(
    language: Language, sentences: list[str]
) -> None:
    archive = ScriptedArchive((Holding("sessions", 7, True), Holding("groups", None, False)))
    text = await said(archive, "/privacy", language)
    for sentence in sentences:
        assert sentence in text


async def test_forget_erases_the_person_and_says_what_there_was() -> None:
    archive = ScriptedArchive(had=(Erased("sessions", 2), Erased("group_helpers", 1)))
    sessions = MemorySessions()
    await sessions.save(ANNA, Session(domain="firma.pl"))
    text = await said(archive, "/forget", Language.PL, sessions)
    assert archive.erased == ["tg:5"]
    assert "2 rozmowy" in text
    assert "1 wpis na liście pomagających" in text
    assert await sessions.load(ANNA) == Session()


async def test_who_had_nothing_is_told_so() -> None:
    assert "Nie trzymam o Tobie niczego" in await said(ScriptedArchive(), "/forget", Language.PL)


async def test_a_chat_without_an_archive_forgets_its_session() -> None:
    desk, outlet = Desk(make_mind(), ScriptedChecks(), MemorySessions()), WrittenOutlet()
    await desk.handle(replace(ANNA, text="/forget"), outlet)
    assert "Zapomniałem tę rozmowę" in document_text(outlet.said[0])
