"""/reload: a sound folder is swapped in, a faulty one refused with every fault; turns go on."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.conversation.curating.reloading import RELOAD, SERVICE, Edition, ReloadOffice
from bot.conversation.drive import Desk
from bot.conversation.keeping import Job, NobodyThereError
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Incoming
from bot.jobs.reloading import Reloader, check
from bot.knowledge import load_knowledge
from bot.knowledge.cache import Cache
from bot.knowledge.lint import lint
from bot.model.document import Document
from bot.model.language import Language
from bot.render.data import document_text
from bot.storage.store import open_store
from tests.conversation.people import ScriptedChecks, WrittenOutlet, make_mind
from tests.frontends.telegram.telegram_kit import wits
from tests.knowledge.folders import SOUND_TOPIC, knowledge_folder
from tests.storage.clock import Clock
from tests.storage.conftest import DAYS

TOPIC = "topics/what-is-pop3.yaml"


@dataclass
class WrittenCourier:
    """Fulfils keeping.Courier."""

    delivered: list[tuple[str, str]] = field(default_factory=list)
    is_anybody_there: bool = True

    async def deliver(self, chat: str, document: Document, thread: str = "") -> None:
        if not self.is_anybody_there:
            raise NobodyThereError(chat)
        self.delivered.append((chat, document_text(document).replace("\xa0", " ")))


def make_desk() -> Desk:
    return Desk(make_mind(), ScriptedChecks(), MemorySessions())


class Unwritten:
    """Fulfils reloading.Editions, for one process alone."""

    async def current(self) -> Edition:
        return Edition()

    async def publish(self, name: str, language: Language) -> Edition:
        return Edition(1, name, language)


async def reload(folder: Path | None, desk: Desk, courier: WrittenCourier) -> str:
    reloader = Reloader(folder, courier, lambda: desk.mind.knowledge, desk.renew, Unwritten())
    assert await reloader.do(Job(RELOAD, "tg:9", 1.0, "pl", "tg:9")) is None
    return courier.delivered[-1][1] if courier.delivered else ""


async def test_a_faulty_folder_is_refused_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "broken.yaml").write_text("area: x\nasked:\n  - a: [\n")
    desk = make_desk()
    before = desk.mind
    text = await reload(tmp_path, desk, WrittenCourier())
    assert "topics/broken.yaml:" in text
    assert "Zostaje dotychczasowa wiedza" in text
    assert desk.mind is before


async def test_a_folder_that_is_gone_is_refused(tmp_path: Path) -> None:
    text = await reload(tmp_path / "gone", make_desk(), WrittenCourier())
    assert "LISTONOSZ_KNOWLEDGE" in text


def test_knowledge_that_has_grown_old_is_no_reason_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[object] = []

    class Pupil:
        """In the place of the engine, which would learn the whole knowledge anew for a date."""

        def __init__(self, knowledge: object, cache: object) -> None:
            self.knowledge = knowledge

        def warm(self) -> None:
            learnt.append(self.knowledge)

    monkeypatch.setattr("bot.jobs.reloading.load_matcher", Pupil)
    old = SOUND_TOPIC.replace("2026-11-23", "2020-11-23")
    assert [fault.is_due for fault in lint(knowledge_folder(tmp_path, {TOPIC: old}))] == [True] * 2
    assert check(tmp_path, Cache(tmp_path / "cache")) == []
    assert learnt


async def test_sound_knowledge_answers_from_then_on() -> None:
    wits()  # a first run learns for a while
    desk, courier = make_desk(), WrittenCourier()
    before = desk.mind
    text = await reload(None, desk, courier)
    assert f"{len(load_knowledge().topics)} tem" in text
    assert desk.mind.matcher is not before.matcher
    assert desk.mind.services == before.services
    outlet = WrittenOutlet()
    await desk.handle(Incoming("x", "imap czy pop3"), outlet)
    assert outlet.said


async def test_whoever_asked_may_be_gone(tmp_path: Path) -> None:
    courier = WrittenCourier(is_anybody_there=False)
    assert await reload(tmp_path / "gone", make_desk(), courier) == ""


@pytest.mark.parametrize(("person", "planned"), [("tg:9", 1), ("tg:5", 0)])
async def test_only_an_operator_plans_it_and_once(
    tmp_path: Path, person: str, planned: int
) -> None:
    clock, outlet = Clock(), WrittenOutlet()
    async with open_store(f"sqlite:///{tmp_path / 'bot.db'}", DAYS, clock) as store:
        office = ReloadOffice(store.schedule, frozenset({"tg:9"}), lambda: None, clock)
        mind = make_mind(services=frozenset({SERVICE}))
        desk = Desk(mind, ScriptedChecks(), MemorySessions(), offices=office.offices)
        for _ in range(2):
            await desk.handle(Incoming(person, "/reload", person=person, chat=person), outlet)
        assert len(await store.schedule.claim([RELOAD], clock(), 60.0)) == planned
    last = document_text(outlet.said[-1])
    assert ("już to robię" in last.lower()) is bool(planned)
    assert ("tylko dla opiekunów" in last) is not bool(planned)
