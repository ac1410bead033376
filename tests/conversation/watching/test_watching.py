"""/watch, /watches and /unwatch as people use them, in private and in a group."""

from dataclasses import dataclass, field, replace

import pytest

from bot.conversation.drive import Desk
from bot.conversation.groups.group import GroupSettings, Standing, Watchers
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Check, Toast
from bot.conversation.turn import needs_standing, take_turn
from bot.conversation.watching.compare import Change, ChangeKind, State
from bot.conversation.watching.watch import SERVICE, Added, Watch, Watched, WatchOffice
from bot.conversation.watching.words import notice
from bot.formats.target import parse_target
from bot.model.document import Document, Note, Sign
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.render.data import document_text
from tests.conversation.people import (
    ScriptedChecks,
    ScriptedMatcher,
    WrittenOutlet,
    knowledge,
    make_mind,
)

ANNA = Incoming("tg:5", person="tg:5", chat="tg:5")
GROUP = Incoming("tg:-100:5", person="tg:5", chat="tg:-100", is_private=False, thread="17")
ADMINISTRATOR = replace(GROUP, standing=Standing(is_administrator=True))


@dataclass
class ListedWatches:
    """Fulfils watching.Watches, for one chat."""

    kept: list[Watch] = field(default_factory=list)

    async def add(self, watch: Watch, most: int, now: float) -> Added:
        if watch.target in [each.target for each in self.kept]:
            return Added.ALREADY
        if len(self.kept) >= most:
            return Added.TOO_MANY
        self.kept.append(watch)
        return Added.ADDED

    async def remove(self, chat: str, target: str) -> bool:
        left = [each for each in self.kept if each.target.name != target]
        was = len(left) < len(self.kept)
        self.kept = left
        return was

    async def of_chat(self, chat: str) -> tuple[Watch, ...]:
        return tuple(self.kept)

    async def load(self, target: str) -> Watched | None:
        raise NotImplementedError

    async def record(
        self, watched: Watched, state: State, changes: tuple[Change, ...], now: float
    ) -> bool:
        raise NotImplementedError

    async def end(self, target: str) -> None:
        raise NotImplementedError

    async def drop_chat(self, chat: str) -> None:
        raise NotImplementedError


@dataclass
class Talk:
    """A conversation with the desk, in one language."""

    language: Language = Language.PL
    watches: ListedWatches = field(default_factory=ListedWatches)
    incoming: Incoming = ANNA
    pokes: int = 0

    def __post_init__(self) -> None:
        mind = make_mind(ScriptedMatcher(language=self.language), services=frozenset({SERVICE}))
        office = WatchOffice(self.watches, self._poke, lambda: 1.0, hours=6.0, most=3)
        self.checks = ScriptedChecks()
        self._desk = Desk(mind, self.checks, MemorySessions(), offices=office.offices)

    def _poke(self) -> None:
        self.pokes += 1

    async def writes(self, text: str) -> Document:
        return await self._does(replace(self.incoming, text=text))

    async def presses(self, action: str) -> Document:
        return await self._does(replace(self.incoming, action=action))

    async def _does(self, incoming: Incoming) -> Document:
        outlet = WrittenOutlet()
        await self._desk.handle(incoming, outlet)
        (document,) = outlet.said
        return document


def words(document: Document) -> str:
    return document_text(document).replace("\xa0", " ")


def actions(document: Document) -> list[str]:
    return [choice.action for row in document.choices for choice in row]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.PL, "Obserwuję firma.pl. Zaglądam tam mniej więcej co 6 godzin"),
        (Language.EN, "I am watching firma.pl. I look about every 6 hours"),
    ],
)
async def test_a_watch_is_begun_and_looked_at_at_once(language: Language, sentence: str) -> None:
    talk = Talk(language)
    said = await talk.writes("/watch firma.pl")
    assert sentence in words(said)
    assert actions(said) == [f"f|{language}|-|firma.pl", f"z|{language}|firma.pl"]
    assert talk.pokes == 1
    (watch,) = talk.watches.kept
    assert (watch.chat, watch.person, watch.language) == ("tg:5", "tg:5", language)


async def test_in_a_group_it_is_told_in_the_topic_where_it_was_asked_for() -> None:
    talk = Talk(incoming=ADMINISTRATOR)
    await talk.writes("/watch anna@firma.pl")
    (watch,) = talk.watches.kept
    assert (watch.chat, watch.thread, watch.target.name) == ("tg:-100", "17", "firma.pl")


async def test_without_a_name_it_asks_and_takes_the_next_message() -> None:
    talk = Talk()
    assert "Którą domenę" in words(await talk.writes("/watch"))
    assert "Obserwuję firma.pl" in words(await talk.writes("firma.pl"))


@pytest.mark.parametrize(
    ("watchers", "helpers", "may"),
    [
        (Watchers.ADMINISTRATORS, ("tg:5",), False),
        (Watchers.HELPERS, (), False),
        (Watchers.HELPERS, ("tg:5",), True),
        (Watchers.EVERYBODY, (), True),
    ],
)
async def test_in_a_group_only_those_may_set_watches_whom_it_lets(
    watchers: Watchers, helpers: tuple[str, ...], may: bool
) -> None:
    settings = GroupSettings(watchers=watchers, helpers=helpers)
    talk = Talk(incoming=replace(GROUP, group=settings, standing=Standing()))
    talk.watches.kept.append(Watch("tg:-100", parse_target("b.pl"), Language.PL))
    for text in ("/watch a.pl", "/unwatch b.pl"):
        said = words(await talk.writes(text))
        assert ("obserwowanie włączają i wyłączają administratorzy" in said) is not may
    assert [each.target.name for each in talk.watches.kept] == (["a.pl"] if may else ["b.pl"])
    assert "Obserwuję tutaj 1 domenę:" in words(await talk.writes("/watches"))


async def test_a_watch_without_a_name_waits_for_no_message_of_a_group() -> None:
    talk = Talk(incoming=ADMINISTRATOR)
    said = await talk.writes("/watch")
    assert "razem z nazwą domeny: /watch firma.pl" in words(said)
    assert actions(said) == []


@pytest.mark.parametrize("action", ["w|pl|firma.pl", "z|pl|firma.pl"])
def test_a_button_of_a_watch_is_refused_in_a_group_to_whom_it_is_not_for(action: str) -> None:
    mind = make_mind(services=frozenset({SERVICE}))
    pressed = replace(GROUP, action=action, standing=Standing())
    assert needs_standing(pressed)
    (toast,) = take_turn(Session(), pressed, mind).steps
    assert isinstance(toast, Toast)
    assert "administratorzy" in toast.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("/watch localhost", "Tego adresu nie sprawdzam"),
        ("/watch ąęó!!", "ąęó"),
        ("/unwatch ???", "???"),
        ("/unwatch firma.pl", "Nie obserwuję tutaj firma.pl."),
        ("/unwatch", "Nic tu nie obserwuję."),
        ("/watches", "Nic tu nie obserwuję."),
    ],
)
async def test_wrong_input_gets_one_clear_sentence(text: str, sentence: str) -> None:
    talk = Talk()
    assert sentence in words(await talk.writes(text))
    assert talk.watches.kept == []


async def test_twice_is_once_and_too_many_are_refused() -> None:
    talk = Talk()
    await talk.writes("/watch a.pl")
    assert words(await talk.writes("/watch a.pl")) == "a.pl już tu obserwuję."
    for name in ("b.pl", "c.pl"):
        await talk.writes(f"/watch {name}")
    assert "najwyżej 3 domeny" in words(await talk.writes("/watch d.pl"))
    assert talk.pokes == 3


async def test_the_list_has_a_way_out_for_each() -> None:
    talk = Talk()
    for name in ("a.pl", "b.pl"):
        await talk.writes(f"/watch {name}")
    said = await talk.writes("/watches")
    assert words(said).splitlines() == ["Obserwuję tutaj 2 domeny:", "- a.pl", "- b.pl"]
    assert [action for action in actions(said) if action.startswith("z")] == [
        "z|pl|a.pl",
        "z|pl|b.pl",
    ]
    assert "Czego mam już nie obserwować?" in words(await talk.writes("/unwatch"))


async def test_a_button_ends_a_watch_and_another_takes_it_up_again() -> None:
    talk = Talk()
    await talk.writes("/watch firma.pl")
    said = await talk.presses("z|pl|firma.pl")
    assert words(said) == "Nie obserwuję już firma.pl."
    assert talk.watches.kept == []
    (again,) = actions(said)
    assert "Obserwuję firma.pl" in words(await talk.presses(again))
    assert "Nie obserwuję już" in words(await talk.writes("/unwatch FIRMA.PL"))


async def test_a_button_that_is_not_ours_is_called_old() -> None:
    mind = make_mind(services=frozenset({SERVICE}))
    for action in ("z|pl|", "z|pl|a.pl|b.pl", "w|pl|not a name"):
        turn = take_turn(Session(), replace(ANNA, action=action), mind)
        assert not any(isinstance(step, Check) for step in turn.steps)
        assert [type(step).__name__ for step in turn.steps] == ["Toast"]


LISTED = Finding(
    "blocklist.mx-major",
    Severity.WARNING,
    "mx1.firma.pl [192.0.2.1]",
    {
        "entry": "Spamhaus ZEN (spam)",
        "list": "Spamhaus ZEN",
        "kind": "spam",
        "link": "https://check.example",
    },
)


@pytest.mark.parametrize(
    ("change", "language", "sign", "sentence"),
    [
        (
            Change(ChangeKind.EXPIRES, "mx1.firma.pl", new="2027-06-01", days=21),
            Language.PL,
            Sign.WARNING,
            "Certyfikat serwera mx1.firma.pl wygasa za 21 dni (1 czerwca 2027).",
        ),
        (
            Change(ChangeKind.EXPIRES, "mx1.firma.pl", new="2027-06-01", days=1),
            Language.PL,
            Sign.ERROR,
            "wygasa za 1 dzień",
        ),
        (
            Change(ChangeKind.EXPIRES, "mx1.firma.pl", new="2027-06-01", days=0),
            Language.EN,
            Sign.ERROR,
            "The certificate of mx1.firma.pl ends today.",
        ),
        (
            Change(ChangeKind.EXPIRES, "mx1.firma.pl", new="2027-06-01", days=-2),
            Language.EN,
            Sign.ERROR,
            "has ended (1 June 2027)",
        ),
        (
            Change(ChangeKind.RENEWED, "mx1.firma.pl", "2027-06-01", "2027-09-01"),
            Language.PL,
            Sign.OK,
            "ma nowy certyfikat, ważny do 1 września 2027",
        ),
        (
            Change(ChangeKind.REFUSED, "10.0.0.1"),
            Language.PL,
            Sign.NOTICE,
            "Nie będę go obserwować.",
        ),
        (
            Change(ChangeKind.DOWN, "mx1.firma.pl", new="smtp"),
            Language.EN,
            Sign.ERROR,
            "mx1.firma.pl does not answer (receiving mail, port 25).",
        ),
        (
            Change(ChangeKind.UP, "mx1.firma.pl", new="imap"),
            Language.PL,
            Sign.OK,
            "mx1.firma.pl znowu odpowiada (IMAP).",
        ),
        (
            Change(ChangeKind.WORSE, LISTED.subject, finding=LISTED),
            Language.PL,
            Sign.WARNING,
            "Spamhaus ZEN",
        ),
        (
            Change(ChangeKind.HEALED, LISTED.subject, finding=LISTED),
            Language.EN,
            Sign.OK,
            "Fixed. Before, it was like this: ",
        ),
        (
            Change(ChangeKind.RECORD, "MX", "10 a.pl.\n20 b.pl.", "10 a.pl.\n30 c.pl."),
            Language.EN,
            Sign.NOTICE,
            "difference: −20 b.pl., +30 c.pl.",
        ),
        (
            Change(ChangeKind.RECORD, "SPF", "v=spf1 -all", ""),
            Language.PL,
            Sign.NOTICE,
            "jest: brak",
        ),
    ],
)
def test_each_kind_of_news_is_worded(
    change: Change, language: Language, sign: Sign, sentence: str
) -> None:
    document = notice(knowledge(), language, "firma.pl", "firma.pl", [change])
    assert sentence in words(document)
    assert document.language == language
    assert [getattr(block, "sign", None) for block in document.blocks] == [None, sign]


def test_the_gravest_comes_first_and_a_flood_is_counted() -> None:
    changes = [Change(ChangeKind.UP, f"mx{number}") for number in range(20)]
    changes.append(Change(ChangeKind.DOWN, "mail"))
    document = notice(knowledge(), Language.PL, "firma.pl", "firma.pl", changes)
    text, last = words(document), document.blocks[-1]
    assert text.startswith("Serwer mail nie odpowiada (poczta).")
    assert isinstance(last, Note)
    assert last.line[0].text == "i jeszcze 9\xa0zmian"
