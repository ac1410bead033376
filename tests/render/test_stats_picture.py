"""The picture of /stats: a PNG of a phone's width on which Polish letters are themselves."""

import io

import pytest
from PIL import Image

from bot.render.stats_picture import PLAIN, WIDTH, Picture, draw

DAYS = tuple((f"{day:02}.11", day % 5) for day in range(1, 15))


def pixels(title: str, days: tuple[tuple[str, int], ...] = DAYS, topics: int = 2) -> Image.Image:
    named = tuple((f"Temat {at}", 9 - at) for at in range(topics))
    image = Image.open(io.BytesIO(draw(Picture(title, days, "Tematy", named))))
    image.load()
    return image


@pytest.mark.parametrize("letter", PLAIN)
def test_every_polish_letter_has_its_mark(letter: str) -> None:
    assert pixels(letter).tobytes() != pixels(PLAIN[letter]).tobytes()
    assert pixels(letter).tobytes() != pixels("\uffff").tobytes()  # not the box of a lacking letter


def test_it_is_light_and_as_wide_as_a_phone_shows() -> None:
    picture = draw(Picture("x", DAYS, "Tematy", (("Temat", 1),)))
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 100_000
    assert pixels("x").width == WIDTH


@pytest.mark.parametrize("days", [1, 7, 366])
def test_any_number_of_days_can_be_drawn(days: int) -> None:
    drawn = pixels("x", tuple((str(day), day) for day in range(days)), topics=0)
    assert drawn.size == pixels("x", (), topics=0).size


def test_long_names_and_strange_letters_break_nothing() -> None:
    assert draw(Picture("🎉 漢字", (("1", 10**9),), "–„”", (("x" * 500, 1),)))
