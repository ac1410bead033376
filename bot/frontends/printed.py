"""What a curator is shown: sentences, headings and rows, in one language."""

from collections.abc import Iterable
from typing import TextIO

from bot.knowledge.phrases import Phrases
from bot.model.language import Language


class Printed:
    """A page that grows downwards on `out`."""

    def __init__(self, phrases: Phrases, language: Language, out: TextIO) -> None:
        self._phrases = phrases
        self.language = language
        self._out = out

    def words(self, key: str, /, **params: object) -> str:
        """The sentence under this key of phrases/curator.yaml."""
        return self._phrases.say(f"curator.{key}", self.language, **params)

    def say(self, key: str, /, **params: object) -> None:
        """Print that sentence."""
        self.line(self.words(key, **params))

    def heading(self, key: str) -> None:
        """Print it after an empty line."""
        self.line()
        self.say(key)

    def rows(self, rows: Iterable[str]) -> None:
        """Print each on a line of its own, indented."""
        for row in rows:
            self.line(f"  {row}")

    def line(self, text: str = "") -> None:
        """Print one line as it is."""
        print(text, file=self._out)
