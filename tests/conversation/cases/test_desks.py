"""Where cases go: a group points its own to helpers elsewhere, with the consent of both sides."""

import re
from pathlib import Path

import pytest

from bot.conversation.cases.case import Reach
from bot.model.document import Code, Document
from tests.conversation.cases.cases_kit import (
    ANNA,
    BASIA,
    CELINA,
    FORUM,
    HOUR,
    OFFICE,
    PLAIN,
    Room,
    buttons,
    room,
    said,
    words,
)

SHOP = "tg:-300"


async def code_of(here: Room, chat: str = FORUM, person: str = BASIA) -> str:
    """What an administrator of the helpers gets to bring to a group."""
    outlet = await here.says(person, "/desk link", chat)
    found = re.search(r"/desk ([0-9a-f]{16})", said(outlet))
    assert found, said(outlet)
    return found[1]


async def linked(here: Room) -> None:
    """The office's cases go to the forum."""
    here.wire.administrators |= {(FORUM, BASIA), (OFFICE, BASIA)}
    await here.store.groups.joined(OFFICE, "Biuro")
    await here.store.groups.joined(FORUM, "Pomoc")
    code = await code_of(here)
    assert "do czatu „Pomoc”" in said(await here.says(BASIA, f"/desk {code}", OFFICE))


async def test_a_group_has_its_cases_answered_elsewhere_and_the_answer_comes_back(
    tmp_path: Path,
) -> None:
    async with room(tmp_path, desk="") as here:
        await linked(here)
        assert "z grupy „Biuro”" in here.wire.at(FORUM)[-1].text
        await here.asks(chat=OFFICE)
        card = here.wire.last(FORUM)
        # Celina is no administrator there, but in the helpers' own chat everybody helps.
        topic = next(iter(here.wire.topics))
        assert await here.posts(CELINA, FORUM, "31", "Zrób tak", thread=topic)
        await here.works()
        assert card
        assert "Zrób tak" in here.wire.at(OFFICE)[-1].text
        assert here.wire.at(OFFICE)[-1].under == "77"


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        pytest.param((FORUM, BASIA), "nie działa", id="no administrator of the helpers any more"),
        pytest.param((OFFICE, BASIA), "tylko dla administratorów", id="none of the group"),
    ],
)
async def test_it_takes_an_administrator_on_both_sides(
    tmp_path: Path, lost: tuple[str, str], why: str
) -> None:
    async with room(tmp_path, desk="") as here:
        here.wire.administrators |= {(FORUM, BASIA), (OFFICE, BASIA)}
        code = await code_of(here)
        here.wire.administrators.discard(lost)
        assert why in said(await here.says(BASIA, f"/desk {code}", OFFICE))
        assert await here.store.cases.desk_for(OFFICE) is None


async def test_a_code_of_the_helpers_may_be_used_by_an_administrator_of_the_group(
    tmp_path: Path,
) -> None:
    async with room(tmp_path, desk="") as here:
        here.wire.administrators |= {(FORUM, BASIA), (SHOP, CELINA)}
        code = await code_of(here)
        assert "poleceniem /desk off" in said(await here.says(CELINA, f"/start desk-{code}", SHOP))
        desk = await here.store.cases.desk_for(SHOP)
        assert desk
        assert (desk.chat, desk.reach) == (FORUM, Reach.GROUPS)


async def test_a_code_is_good_for_once_and_for_an_hour(tmp_path: Path) -> None:
    async with room(tmp_path, desk="") as here:
        here.wire.administrators |= {(FORUM, BASIA), (OFFICE, BASIA), (SHOP, BASIA)}
        code = await code_of(here)
        await here.says(BASIA, f"/desk {code}", OFFICE)
        assert "nie działa" in said(await here.says(BASIA, f"/desk {code}", SHOP))
        code = await code_of(here)
        here.clock.now += HOUR + 1
        assert "nie działa" in said(await here.says(BASIA, f"/desk {code}", SHOP))
        assert await here.store.cases.linked(FORUM) == (OFFICE,)


async def test_nobody_points_a_group_to_itself_or_to_helpers_who_have_ended(tmp_path: Path) -> None:
    async with room(tmp_path, desk="") as here:
        here.wire.administrators |= {(FORUM, BASIA), (OFFICE, BASIA)}
        code = await code_of(here)
        assert "nie działa" in said(await here.says(BASIA, f"/desk {code}", FORUM))
        code = await code_of(here)
        await here.says(BASIA, "/desk off", FORUM)
        assert "nie działa" in said(await here.says(BASIA, f"/desk {code}", OFFICE))


async def test_either_side_ends_it_and_the_other_hears_of_it(tmp_path: Path) -> None:
    async with room(tmp_path, desk="") as here:
        await linked(here)
        assert "nie trafiają już" in said(await here.says(BASIA, "/desk off", OFFICE))
        assert "nie będą tu już trafiać" in here.wire.at(FORUM)[-1].text
        assert await here.store.cases.desk_for(OFFICE) is None
        await linked(here)
        page = (await here.says(BASIA, "/desk", FORUM)).said[-1]
        assert "Biuro" in words(page)
        assert buttons(page) == ["✖️ Odłącz: Biuro"]
        action = page.choices[0][0].action
        assert "administratorzy" in said(await here.says(CELINA, chat=FORUM, action=action))
        assert "nie będą tu już trafiać" in said(await here.says(BASIA, chat=FORUM, action=action))
        assert "nie trafiają już" in here.wire.at(OFFICE)[-1].text
        assert await here.store.cases.linked(FORUM) == ()


async def test_where_a_group_points_goes_before_everybodys_desk_and_its_own(tmp_path: Path) -> None:
    async with room(tmp_path, desk=PLAIN) as here:  # everybody's
        here.wire.administrators |= {(OFFICE, BASIA)}
        await here.says(BASIA, "/desk", OFFICE)
        await linked(here)
        desk = await here.store.cases.desk_for(OFFICE)
        assert desk
        assert desk.chat == FORUM
        # Who then makes the group answer its own cases has the last word.
        await here.says(BASIA, "/desk", OFFICE)
        desk = await here.store.cases.desk_for(OFFICE)
        assert desk
        assert desk.chat == OFFICE
        assert await here.store.cases.desk_for(ANNA) is not None


async def test_what_is_under_way_is_answered_when_a_desk_takes_nothing_new(tmp_path: Path) -> None:
    async with room(tmp_path, desk="") as here:
        await linked(here)
        await here.asks(chat=OFFICE)
        topic = next(iter(here.wire.topics))
        await here.says(BASIA, "/desk off", FORUM)
        assert await here.store.cases.desk_for(OFFICE) is None
        assert await here.posts(CELINA, FORUM, "31", "Zrób tak", thread=topic)
        await here.works()
        assert "Zrób tak" in here.wire.at(OFFICE)[-1].text
        assert "zamknięta" in said(await here.says(CELINA, "/close 1", FORUM))


async def test_the_link_that_chooses_a_group_fits_into_a_link(tmp_path: Path) -> None:
    async with room(tmp_path, desk="") as here:
        here.wire.administrators.add((FORUM, BASIA))
        document: Document = (await here.says(BASIA, "/desk link", FORUM)).said[-1]
        payload = document.choices[0][0].group
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
        assert any(isinstance(run, Code) for block in document.blocks for run in block.line)  # type: ignore[union-attr]
        # The same in private is somebody's curiosity.
        assert "/desk" not in said(await here.says(BASIA, f"/start {payload}"))
        assert await here.store.cases.linked(FORUM) == ()
