"""Figures as a picture: bars by the day, and the topics asked for most. Readable on a phone.

The font that comes with Pillow has no Polish letters, and a server may have no other: their marks
are drawn over the plain letters.
"""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

WIDTH, MARGIN = 900, 40
PAPER, INK, SOFT, BAR = "#ffffff", "#1c2733", "#8a97a5", "#2f7fd1"
CHART, ROW = 300, 64  # heights
MOST_LABELS = 8  # dates under the bars
NUMBER = 40  # the room that a number over a bar takes
MOST_LETTERS = 52  # of a topic's name
PLAIN = dict(zip("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ", strict=True))
ACUTE, TAILED, DOTTED, CROSSED = set("ćńóśźĆŃÓŚŹ"), set("ąęĄĘ"), set("żŻ"), set("łŁ")
SIMPLE = {"–": "-", "—": "-", "„": '"', "”": '"', "“": '"', "\xa0": " "}


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: titles in the reader's language, days with counts, topics with counts."""

    title: str
    days: tuple[tuple[str, int], ...]
    topics_title: str
    topics: tuple[tuple[str, int], ...]


def draw(picture: Picture) -> bytes:
    """A PNG."""
    from PIL import Image, ImageDraw

    height = MARGIN * 2 + 60 + CHART + 60
    if picture.topics:
        height += 60 + ROW * len(picture.topics)
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen = Pen(ImageDraw.Draw(image))
    pen.write((MARGIN, MARGIN), picture.title, 34)
    top = MARGIN + 70
    _draw_days(pen, picture.days, top)
    if picture.topics:
        _draw_topics(pen, picture, top + CHART + 70)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw_days(pen: "Pen", days: tuple[tuple[str, int], ...], top: int) -> None:
    room = WIDTH - 2 * MARGIN
    most = max((count for _, count in days), default=0) or 1
    step = room / max(len(days), 1)
    every = -(-len(days) // MOST_LABELS)
    base, tall = top + CHART, CHART - 34
    pen.rule(MARGIN, base, WIDTH - MARGIN)
    free = 0.0  # up to where a number stands already
    for at, (label, count) in enumerate(days):
        left = MARGIN + at * step
        high = round(tall * count / most)
        if count:
            pen.bar((left + step * 0.12, base - high, left + step * 0.88, base))
        is_labelled = at % every == 0
        if count and (step >= NUMBER or (count == most and left >= free)):
            pen.write((left + step / 2, base - high - 30), str(count), 22, centred=True)
            free = left + NUMBER
        if is_labelled:
            pen.write((left + step / 2, base + 10), label, 22, colour=SOFT, centred=True)


def _draw_topics(pen: "Pen", picture: Picture, top: int) -> None:
    pen.write((MARGIN, top), picture.topics_title, 28)
    most = max(count for _, count in picture.topics) or 1
    room = WIDTH - 2 * MARGIN - 80
    for at, (label, count) in enumerate(picture.topics):
        y = top + 50 + at * ROW
        short = label if len(label) <= MOST_LETTERS else label[: MOST_LETTERS - 1] + "…"
        pen.write((MARGIN, y), short, 24)
        right = MARGIN + max(6.0, room * count / most)
        pen.bar((MARGIN, y + 34, right, y + 50))
        pen.write((right + 12, y + 27), str(count), 24, colour=SOFT)


class Pen:
    """Writes and draws on an image."""

    def __init__(self, image: "ImageDraw.ImageDraw") -> None:
        self._image = image
        self._fonts: dict[int, Font] = {}

    def bar(self, box: tuple[float, float, float, float]) -> None:
        """A filled bar."""
        self._image.rectangle(box, fill=BAR)

    def rule(self, left: int, y: int, right: int) -> None:
        """A thin line."""
        self._image.line((left, y, right, y), fill=SOFT, width=2)

    def write(
        self,
        place: tuple[float, float],
        text: str,
        size: int,
        *,
        colour: str = INK,
        centred: bool = False,
    ) -> None:
        """A line of text, its marks over the letters."""
        font = self._font(size)
        text = "".join(SIMPLE.get(letter, letter) for letter in text)
        plain = "".join(PLAIN.get(letter, letter) for letter in text)
        x, y = place
        if centred:
            x -= font.getlength(plain) / 2
        self._image.text((x, y), plain, font=font, fill=colour)
        for at, letter in enumerate(text):
            if letter in PLAIN:
                left = x + font.getlength(plain[:at])
                right = x + font.getlength(plain[: at + 1])
                box = font.getbbox(plain[at])
                self._mark(letter, (left, y + box[1], right, y + box[3]), size, colour)

    def _mark(
        self, letter: str, box: tuple[float, float, float, float], size: int, colour: str
    ) -> None:
        left, top, right, bottom = box
        middle, thick = (left + right) / 2, max(2, size // 13)
        if letter in ACUTE:
            ends = (middle - size * 0.04, top - size * 0.07, middle + size * 0.1, top - size * 0.22)
            self._image.line(ends, fill=colour, width=thick)
        elif letter in DOTTED:
            high, half = top - size * 0.14, size * 0.055
            self._image.ellipse((middle - half, high - half, middle + half, high + half), colour)
        elif letter in TAILED:
            tail = right - size * 0.14
            hook = (
                tail - size * 0.12,
                bottom - size * 0.03,
                tail + size * 0.12,
                bottom + size * 0.2,
            )
            self._image.arc(hook, 70, 270, fill=colour, width=thick)
        elif letter in CROSSED:
            across = top + (bottom - top) * (0.45 if letter == "ł" else 0.5)
            first = left + (right - left) * (0.5 if letter == "ł" else 0.22)
            ends = (
                first - size * 0.14,
                across + size * 0.09,
                first + size * 0.16,
                across - size * 0.09,
            )
            self._image.line(ends, fill=colour, width=thick)

    def _font(self, size: int) -> "Font":
        from PIL import ImageFont

        if size not in self._fonts:
            self._fonts[size] = ImageFont.load_default(size)
        return self._fonts[size]
