"""Editions of the knowledge: numbered, the last one counts."""

from bot.model.language import Language
from bot.storage.store import Store


async def test_each_edition_has_the_next_number(store: Store) -> None:
    assert (await store.editions.current()).number == 0
    first = await store.editions.publish("a", Language.PL)
    second = await store.editions.publish("b", Language.EN)
    assert (first.number, second.number) == (1, 2)
    assert await store.editions.current() == second
