"""Cases: opened once, letters in order and never twice; whoever is forgotten leaves nothing."""

from bot.conversation.cases.case import Case, Desk, Facts, Helper, Kind, Letter, Reach, Way
from bot.model.check import Inconclusive, Judged, Report, Target, TargetKind
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from bot.storage.cases_letters import DELIVER, REMIND, REWRITE
from bot.storage.store import Store, open_store
from tests.storage.clock import DAY, Clock
from tests.storage.conftest import DAYS

ANNA, HELPER, DESK, GROUP = "tg:5", "tg:9", "tg:-100", "tg:-200"
HOUR = 3600.0
FIRMA = Target(TargetKind.NAME, "firma.pl", "firma.pl")
REPORT = Report(
    FIRMA,
    (
        Judged("spf", (Finding("spf.several", Severity.ERROR, "firma.pl", {"count": 2}),)),
        Inconclusive("smtp", (Gap("mx.firma.pl", Trouble.TIMEOUT),)),
    ),
    seconds=1.5,
)
FACTS = Facts(("cannot-send", "?a,b"), (("provider", "gmail"),), "firma.pl", (), REPORT)


def case(chat: str = ANNA, person: str = ANNA, **changes: object) -> Case:
    return Case(person, chat, DESK, Language.PL, "Nic nie działa", FACTS, **changes)  # type: ignore[arg-type]


async def opened(store: Store, now: float = 1.0, update: str = "tg:1", **changes: str) -> Case:
    return await store.cases.open(case(**changes), "tg:5", update, now, HOUR)


def answer(number: int, message: str, text: str = "Zrób tak", way: Way = Way.PERSON) -> Letter:
    author = HELPER if way is Way.PERSON else ANNA
    chat = DESK if way is Way.PERSON else ANNA
    return Letter(number, way, Kind.TEXT, chat, message, author, text)


async def due(store: Store, kind: str, now: float = 1e12) -> list[str]:
    claimed = await store.schedule.claim([kind], now, 60.0, 100)
    for each in claimed:
        await store.schedule.postpone(each, each.job.due_at)
    return [each.job.key for each in claimed]


async def test_a_case_is_the_same_after_a_restart(address: str) -> None:
    async with open_store(address, DAYS) as store:
        first = await opened(store)
    async with open_store(address, DAYS) as store:
        assert await store.cases.load(first.number) == first
    assert first.facts == FACTS
    assert (first.opened_at, first.waiting_since, first.is_open) == (1.0, 1.0, True)


async def test_of_desks_for_everybody_there_is_one_and_a_chats_own_goes_first(store: Store) -> None:
    first, second = Desk(DESK, Reach.ALL, Language.PL), Desk("tg:-300", Reach.ALL, Language.EN)
    await store.cases.set_desk(first)
    assert await store.cases.desk_for(ANNA) == first
    await store.cases.set_desk(second)
    assert await store.cases.desk_for(ANNA) == second
    assert await store.cases.desk_for(DESK) == Desk(DESK, Reach.OWN, Language.PL)
    assert await store.cases.drop_desk("tg:-300")
    assert not await store.cases.drop_desk("tg:-300")
    assert await store.cases.desk_for(ANNA) is None


async def test_the_draft_is_used_up_by_the_case(store: Store) -> None:
    await store.cases.keep_draft("tg:5", ANNA, ANNA, "pierwsze", 1.0)
    await store.cases.keep_draft("tg:5", ANNA, ANNA, "drugie", 2.0)
    assert await store.cases.draft("tg:5") == "drugie"
    await opened(store)
    assert await store.cases.draft("tg:5") == ""


async def test_the_same_press_is_known_again(store: Store) -> None:
    first = await opened(store)
    assert await store.cases.opened_by("tg:1") == first
    assert await store.cases.opened_by("tg:2") is None
    assert await store.cases.opened_by("") is None
    more = Letter(first.number, Way.HELPERS, Kind.TEXT, "", "draft tg:2", ANNA, "i jeszcze")
    assert await store.cases.write(more, 2.0, HOUR)
    assert await store.cases.opened_by("tg:2") == await store.cases.load(first.number)


async def test_letters_go_in_order_and_each_is_written_once(store: Store) -> None:
    number = (await opened(store)).number
    assert await store.cases.write(answer(number, "11", "raz"), 2.0, HOUR)
    assert not await store.cases.write(answer(number, "11", "raz"), 3.0, HOUR)
    assert await store.cases.write(answer(number, "12", "dwa"), 3.0, HOUR)
    seen = []
    while letter := await store.cases.next_letter(number):
        seen.append((letter.kind, letter.text))
        await store.cases.arrived(letter, "900")
    assert seen == [(Kind.CARD, ""), (Kind.TEXT, "raz"), (Kind.TEXT, "dwa")]
    assert len(await due(store, DELIVER)) == 3


async def test_the_first_answer_is_noted_and_ends_the_reminders(store: Store) -> None:
    number = (await opened(store)).number
    assert await due(store, REMIND) == [str(number)]
    await store.cases.write(answer(number, "11"), 61.0, HOUR)
    await store.cases.write(answer(number, "12"), 99.0, HOUR)
    known = await store.cases.load(number)
    assert known is not None
    assert (known.first_answer_at, known.waiting_since) == (61.0, None)
    assert await due(store, REMIND) == []
    assert await store.cases.waits(0.0) == (60.0,)
    assert await store.cases.waits(0.0, [GROUP]) == ()
    assert await store.cases.waits(2.0) == ()


async def test_who_asked_and_writes_again_waits_again_and_opens_what_was_closed(
    store: Store,
) -> None:
    number = (await opened(store)).number
    await store.cases.write(answer(number, "11"), 2.0, HOUR)
    told = Letter(number, Way.PERSON, Kind.EVENT, "", "closed 1", text="closed")
    assert await store.cases.close(number, told, 3.0)
    assert not await store.cases.close(number, told, 4.0)
    assert await store.cases.of_desk(DESK) == ()
    await store.cases.write(answer(number, "7", way=Way.HELPERS), 5.0, HOUR)
    (again,) = await store.cases.of_desk(DESK)
    assert (again.closed_at, again.waiting_since) == (None, 5.0)
    assert await due(store, REMIND) == [str(number)]


async def test_a_case_is_found_by_any_of_its_messages(store: Store) -> None:
    first = await opened(store)
    other = await opened(store, update="tg:2", chat=GROUP)
    card = await store.cases.next_letter(first.number)
    assert card is not None
    await store.cases.arrived(card, "30,31")
    await store.cases.place(first.number, "17", "30,31")
    await store.cases.write(answer(first.number, "11"), 2.0, HOUR)
    letter = await store.cases.next_letter(first.number)
    assert letter is not None
    await store.cases.arrived(letter, "400")
    find = store.cases.by_message
    assert [(await find(DESK, each)) is not None for each in ("30", "31", "3", "400", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    found = await find(ANNA, "400")
    assert found is not None
    assert found.number == first.number
    assert await store.cases.in_topic(DESK, "17") == found
    assert await store.cases.in_topic(DESK, "") is None
    assert await store.cases.open_of(ANNA, GROUP) == other


async def test_a_changed_letter_goes_as_it_is_now_or_is_changed_where_it_arrived(
    store: Store,
) -> None:
    number = (await opened(store)).number
    await store.cases.write(answer(number, "11", "źle"), 2.0, HOUR)
    letter = await store.cases.letter(DESK, "11")
    assert letter is not None
    await store.cases.rewrite(letter, "dobrze", 3.0)
    assert await due(store, REWRITE) == []
    letter = await store.cases.letter(DESK, "11")
    assert letter is not None
    assert letter.text == "dobrze"
    await store.cases.arrived(letter, "400")
    await store.cases.rewrite(letter, "lepiej", 4.0)
    assert await due(store, REWRITE) == [str(letter.number)]


async def test_of_a_persons_words_nothing_is_kept_once_they_arrived(store: Store) -> None:
    number = (await opened(store)).number
    await store.cases.write(answer(number, "7", "mój tekst", Way.HELPERS), 2.0, HOUR)
    letter = await store.cases.letter(ANNA, "7")
    assert letter is not None
    await store.cases.arrived(letter, "33")
    letter = await store.cases.letter(ANNA, "7")
    assert letter is not None
    assert letter.text == ""


async def test_a_curator_gets_the_question_and_the_answers_in_words(store: Store) -> None:
    number = (await opened(store)).number
    assert await store.cases.answered(number) is None
    await store.cases.write(answer(number, "11", "Zrób tak"), 2.0, HOUR)
    note = Letter(number, Way.NOBODY, Kind.TEXT, DESK, "note 1", HELPER, "dzwonił")
    await store.cases.write(note, 2.0, HOUR)
    known = await store.cases.answered(number)
    assert known is not None
    assert (known.question, known.answers) == ("Nic nie działa", ("Zrób tak",))
    assert [each.text for each in await store.cases.notes(number)] == ["dzwonił"]


async def test_a_helper_is_known_by_name_where_they_were_seen(store: Store) -> None:
    await store.cases.meet(Helper(HELPER, "Basia", "BasiaK"), DESK, 1.0)
    assert await store.cases.called("@basiak", DESK) == Helper(HELPER, "Basia", "basiak")
    assert await store.cases.called("@basiak", GROUP) is None
    assert await store.cases.named(HELPER) == Helper(HELPER, "Basia", "basiak")


async def test_who_is_forgotten_leaves_no_case_no_letter_and_no_job(store: Store) -> None:
    mine = await opened(store, chat=GROUP)
    other = await opened(store, update="tg:2", person="tg:6", chat=GROUP)
    await store.cases.write(answer(mine.number, "11"), 2.0, HOUR)
    await store.archive.erase(ANNA)
    assert await store.cases.load(mine.number) is None
    assert await store.cases.letter(DESK, "11") is None
    assert await store.cases.of_desk(DESK) == (other,)
    assert await due(store, REMIND) == [str(other.number)]


async def test_a_helper_who_is_forgotten_leaves_the_case_to_its_asker(store: Store) -> None:
    number = (await opened(store)).number
    await store.cases.assign(number, HELPER)
    await store.cases.write(answer(number, "11"), 2.0, HOUR)
    await store.archive.erase(HELPER)
    known = await store.cases.load(number)
    assert known is not None
    assert known.assignee == ""


async def test_only_closed_cases_grow_too_old(store: Store, clock: Clock) -> None:
    old = clock() - 2 * DAYS["cases"] * DAY
    open_one = await opened(store, old)
    closed = await opened(store, old, update="tg:2")
    told = Letter(closed.number, Way.PERSON, Kind.EVENT, "", "closed", text="closed")
    await store.cases.close(closed.number, told, old)
    await store.archive.clear(clock())
    assert await store.cases.load(closed.number) is None
    assert await store.cases.load(open_one.number) == open_one


async def test_cases_follow_a_group_of_helpers_that_moves(store: Store) -> None:
    await store.cases.set_desk(Desk(DESK, Reach.ALL, Language.PL))
    first = await opened(store)
    await store.groups.moved(DESK, "tg:-100500")
    assert (await store.cases.desk_for(ANNA)) == Desk("tg:-100500", Reach.ALL, Language.PL)
    (moved,) = await store.cases.of_desk("tg:-100500")
    assert moved.number == first.number
