"""Questions, votes, drafts and counts: once each, whoever says it twice."""

from bot.conversation.curating.questions import Asked, Count, Draft, Fate, Tally
from bot.model.language import Language
from bot.storage.store import Store
from tests.storage.clock import DAY, Clock

DAY_ONE = "2026-11-23"
ANNA, BEN, GROUP = "tg:5", "tg:6", "tg:-100"


def asked(update: str = "tg:1", fate: Fate = Fate.ANSWERED, **changes: object) -> Asked:
    values = {"chat": ANNA, "is_private": True, "text": "imap czy pop3", "topic": "imap-or-pop3"}
    return Asked(update, ANNA, language=Language.PL, fate=fate, **{**values, **changes})  # type: ignore[arg-type]


async def counts(store: Store, chat: str | None = None) -> dict[str, int]:
    tallies = await store.questions.tallies(DAY_ONE, chat)
    return {each.what: each.count for each in tallies if each.count}


async def test_a_question_given_again_is_counted_once(store: Store) -> None:
    first = await store.questions.add(asked(), DAY_ONE, 1.0)
    assert await store.questions.add(asked(), DAY_ONE, 2.0) == first
    assert await store.questions.tallies(DAY_ONE, None) == (
        Tally(DAY_ONE, "answered", "imap-or-pop3", 1),
    )


async def test_only_what_was_not_answered_well_waits_for_a_curator(store: Store) -> None:
    good = await store.questions.add(asked(), DAY_ONE, 1.0)
    unknown = await store.questions.add(asked("tg:2", Fate.UNKNOWN), DAY_ONE, 1.0)
    await store.questions.add(asked("tg:3", Fate.OUTSIDE), DAY_ONE, 1.0)
    await store.questions.add(asked("tg:4", Fate.UNKNOWN, text=""), DAY_ONE, 1.0)
    assert [each.number for each in await store.questions.open(None, 10)] == [unknown]
    await store.questions.mark(good, None, DAY_ONE)
    assert [each.number for each in await store.questions.open(None, 10)] == [unknown, good]


async def test_one_vote_for_each_person_and_the_last_one_counts(store: Store) -> None:
    number = await store.questions.add(asked(), DAY_ONE, 1.0)
    for person, is_up in ((ANNA, True), (ANNA, True), (BEN, False), (ANNA, False), (ANNA, True)):
        assert await store.questions.vote(number, person, is_up, DAY_ONE, 1.0)
    assert await counts(store) == {"answered": 1, "useful": 1, "useless": 1}
    assert [each.number for each in await store.questions.open(None, 10)] == [number]
    await store.questions.vote(number, BEN, True, DAY_ONE, 2.0)
    assert await store.questions.open(None, 10) == ()  # nobody dislikes it any more
    assert not await store.questions.vote(999, ANNA, True, DAY_ONE, 1.0)


async def test_a_group_sees_its_own_questions_and_counts_only(store: Store) -> None:
    mine = asked("tg:2", Fate.UNKNOWN, chat=GROUP, is_private=False)
    await store.questions.add(mine, DAY_ONE, 1.0)
    await store.questions.add(asked(fate=Fate.UNKNOWN), DAY_ONE, 1.0)
    assert len(await store.questions.open(None, 10)) == 2
    assert len(await store.questions.open(GROUP, 10)) == 1
    assert await counts(store, GROUP) == {"unknown": 1}
    assert await counts(store) == {"unknown": 2}


async def test_what_is_settled_makes_one_draft_whoever_presses_twice(store: Store) -> None:
    number = await store.questions.add(asked(fate=Fate.UNKNOWN), DAY_ONE, 1.0)
    draft = Draft("imap-or-pop3", Language.PL, ("imap czy pop3",))
    first = await store.questions.settle((number,), draft, ANNA, 1.0)
    assert first
    assert not await store.questions.settle((number,), draft, BEN, 2.0)
    (kept,) = await store.questions.drafts()
    assert (kept.number, kept.topic, kept.asked) == (first, draft.topic, draft.asked)
    assert await store.questions.open(None, 10) == ()
    await store.questions.drop_drafts((first,))
    assert await store.questions.drafts() == ()


async def test_reasons_are_counted_once_each(store: Store) -> None:
    number = await store.questions.add(asked(fate=Fate.CLARIFIED), DAY_ONE, 1.0)
    for _ in range(2):
        await store.questions.choose(number, "cannot-send", DAY_ONE)
        await store.questions.mark(number, Count.HANDED, DAY_ONE)
    assert await counts(store) == {"clarified": 1, "chosen": 1, "handed": 1}


async def test_texts_and_votes_age_and_are_erased_but_counts_stay(
    store: Store, clock: Clock
) -> None:
    number = await store.questions.add(asked(fate=Fate.UNKNOWN), DAY_ONE, clock())
    await store.questions.vote(number, BEN, False, DAY_ONE, clock())
    await store.archive.erase(BEN)
    assert [each.kind for each in await store.archive.erase(ANNA)] == ["questions"]
    await store.questions.add(asked(fate=Fate.UNKNOWN), DAY_ONE, clock())
    clock.passes(31 * DAY)
    assert [each.kind for each in await store.archive.clear(clock())] == ["questions"]
    assert await counts(store) == {"unknown": 2, "useless": 1}
