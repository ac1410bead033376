"""What a further language lacks: every text that is still said in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.laid_over import ROOMS, lacking
from bot.knowledge.load import sheets_of
from bot.knowledge.sheets import LANGUAGES, Plain, read_plain
from bot.model.language import WRITTEN, Language


@dataclass(frozen=True, slots=True)
class Share:
    """How many texts there are, and by file and key those that are lacking."""

    texts: int
    lacking: Mapping[str, tuple[str, ...]]  # by the path that the file has, or would have
    whole: frozenset[str]  # files of which nothing is there

    @property
    def there(self) -> int:
        """How many texts the language has."""
        return self.texts - sum(map(len, self.lacking.values()))


@dataclass(frozen=True, slots=True)
class Completeness:
    """One language: its name in itself, and what it has of each room."""

    name: str
    rooms: Mapping[str, Share]

    @property
    def texts(self) -> int:
        """How many texts there are."""
        return sum(share.texts for share in self.rooms.values())

    @property
    def there(self) -> int:
        """How many the language has."""
        return sum(share.there for share in self.rooms.values())


def find_lacking(folder: Path | None = None) -> Mapping[Language, Completeness]:
    """Of each further language. The folder lies over the shipped one, and is sound."""
    plain, _ = read_plain(sheets_of(folder))
    found: dict[Language, Completeness] = {}
    for tag in sorted(plain[LANGUAGES].keys() - set(WRITTEN)):
        rooms = {room: _share(plain, room, Language(tag)) for room in ROOMS}
        found[Language(tag)] = Completeness(plain[LANGUAGES][tag]["name"], rooms)
    return found


def _share(plain: Plain, room: str, language: Language) -> Share:
    texts = 0
    absent: dict[str, tuple[str, ...]] = {}
    whole = set[str]()
    for name, tree in plain[room].items():
        found = list(lacking(tree, language))
        texts += len(found)
        if keys := tuple(key for key, is_lacking in found if is_lacking):
            path = f"{LANGUAGES}/{language}/{room}/{name}.yaml"
            absent[path] = keys
            if len(keys) == len(found):
                whole.add(path)
    return Share(texts, absent, frozenset(whole))
