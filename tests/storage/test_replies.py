"""Which messages answer which question: the newest state, until it is too old."""

from bot.conversation.keeping import Replied
from bot.storage.store import Store

DAY = 86_400.0


async def test_the_newest_answers_are_known(store: Store) -> None:
    assert await store.replies.find("tg:5", "1") is None
    await store.replies.note("tg:5", "1", Replied("tg:5", "tg:9", "ab", ("10",)), 1.0)
    newer = Replied("tg:5", "tg:9", "cd", ("10", "11"))
    await store.replies.note("tg:5", "1", newer, 2.0)
    assert await store.replies.find("tg:5", "1") == newer
    assert await store.replies.find("tg:6", "1") is None


async def test_they_follow_their_group_and_age(store: Store) -> None:
    replied = Replied("tg:5", "tg:9", "ab", ("10",))
    await store.replies.note("tg:-1", "1", replied, 5 * DAY)
    await store.groups.moved("tg:-1", "tg:-100")
    assert await store.replies.find("tg:-100", "1") == replied
    await store.archive.clear(36 * DAY)
    assert await store.replies.find("tg:-100", "1") is None
