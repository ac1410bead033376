"""A further language, laid over the files that hold Polish and English side by side.

Its files have the places and the shape of those, with its own texts alone. What does not fit any
more, because the files under it have changed, is left out, and is a fault for lint only: the
English text stands there until somebody mends it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.locale import Languages
from bot.knowledge.located import Checker, Located
from bot.knowledge.wording import check_forms, placeholders
from bot.model.language import FALLBACK, WRITTEN, Language

ROOMS = ("topics", "codes", "findings", "phrases", "lexicon", "providers", "programs")
TEMPLATES = frozenset({"findings", "phrases"})  # rooms whose texts have gaps; so have STEPS
STEPS = ("programs", "steps")
# What stands on a button: room, key, and the most characters.
SHORT: Mapping[tuple[str, str], int] = {
    ("topics", "label"): 40,
    ("programs", "name"): 24,
}
MENDED = "write it as in the file under it, with this language's text alone"


def is_spoken(plain: Any) -> bool:
    """Whether this is a text in several languages."""
    return isinstance(plain, dict) and all(language in plain for language in WRITTEN)


@dataclass
class Laying:
    """One file of a further language on its way into the plain values of the file under it."""

    room: str
    language: Language
    languages: Languages
    checker: Checker
    outdated: Checker  # notes what no longer fits
    key: str = field(default="", init=False)  # the last key at the top of the file

    def lay(
        self, under: Any, over: Located, name: str = "the file", *, at_top: bool = True
    ) -> None:
        """Put each text of `over` into its place."""
        if isinstance(under, dict):
            for key, entry in self.checker.mapping(over, name).items():
                if at_top:
                    self.key = key
                if key == self.language and is_spoken(under):
                    self._put(under, entry, name)
                elif key in under and key not in WRITTEN:
                    self.lay(under[key], entry, key, at_top=False)
                else:
                    what = f"nothing is called “{key}” any more"
                    self.outdated.fault(entry.line, what, "mend the key, or delete it")
        elif isinstance(under, list):
            self._lay_list(under, over, name)
        elif over.data != under:
            self.outdated.fault(over.line, f"{name} is “{under}” now", MENDED)

    def _lay_list(self, under: list[Any], over: Located, name: str) -> None:
        if not isinstance(over.data, list):
            self.checker.fault(over.line, f"{name} is not a list", MENDED)
        elif len(over.data) != len(under):
            what = f"{name} has {len(under)} entries now, here it has {len(over.data)}"
            self.outdated.fault(over.line, what, MENDED)
        else:
            for each, entry in zip(under, over.data, strict=True):
                self._lay_entry(each, entry, name)

    def _lay_entry(self, under: Any, over: Located, name: str) -> None:
        """An entry of a list is told by what stands in it beside its texts."""
        if isinstance(under, dict) and isinstance(over.data, dict):
            for key, entry in over.data.items():
                if key in under and key not in WRITTEN and entry.plain() != under[key]:
                    self.outdated.fault(entry.line, f"this entry of {name} is another now", MENDED)
                    return
        self.lay(under, over, name, at_top=False)

    def _put(self, under: dict[str, Any], entry: Located, name: str) -> None:
        """The text of this language beside the others, if it is one of the same kind."""
        model = under[FALLBACK]
        if isinstance(model, dict):  # a finding: text, meaning, remedy
            words = {
                key: text.data
                for key, text in self.checker.mapping(entry, name).items()
                if self._is_good(model.get(key), text, f"{name}.{key}")
            }
            under[self.language] = words
        elif isinstance(model, list):
            texts = [text for text, _ in self.checker.texts(entry, name)]
            if texts:
                under[self.language] = texts
        elif self._is_good(model, entry, name):
            under[self.language] = entry.data

    def _is_good(self, model: Any, text: Located, name: str) -> bool:
        if not isinstance(model, str):
            what = f"{name} does not stand in the file under it"
            self.outdated.fault(text.line, what, "delete it")
            return False
        said = self.checker.text(text, name)
        most = SHORT.get((self.room, self.key))
        if said and most and len(said) > most:
            what = f"{name} has {len(said)} characters"
            self.checker.fault(text.line, what, f"a button holds {most}: say it shorter")
        has_gaps = self.room in TEMPLATES or (self.room, self.key) == STEPS
        return bool(said) and (not has_gaps or self._fits(model, said, text.line, name))

    def _fits(self, model: str, said: str, line: int, name: str) -> bool:
        """Whether a template is well formed and has the gaps that its model has."""
        try:
            check_forms(said, self.languages[self.language])
            gaps = placeholders(model)
        except ValueError as error:
            self.checker.fault(line, f"{name}: {error}", "see “Gaps” in docs/languages.md")
            return False
        odd = placeholders(said) ^ gaps
        if odd:
            named = ", ".join(sorted(odd))
            self.outdated.fault(line, f"{name} and the English text differ in {named}", "use both")
        return not placeholders(said) - gaps


def lacking(plain: Any, language: Language, path: str = "") -> Iterator[tuple[str, bool]]:
    """Every text of a file by its key, and whether this language lacks it."""
    if is_spoken(plain):
        model = plain[FALLBACK]
        own = plain.get(language)
        if isinstance(model, dict):
            for key in model:
                yield f"{path}.{key}".lstrip("."), key not in (own or {})
        else:
            yield path, own is None
    elif isinstance(plain, dict):
        for key, each in plain.items():
            yield from lacking(each, language, f"{path}.{key}".lstrip("."))
    elif isinstance(plain, list):
        for number, each in enumerate(plain, start=1):
            yield from lacking(each, language, f"{path}.{number}")
