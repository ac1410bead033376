"""`listonosz knowledge export`: what curators decided, as a change that breaks no other answer."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TextIO

from bot.conversation.curating.questions import Draft
from bot.faq.regress import Break, Standing, compare
from bot.knowledge.export import (
    ROOM,
    Addition,
    ExportError,
    add,
    difference,
    draft_topic,
    is_known,
    path_of,
)
from bot.knowledge.fault import Fault
from bot.knowledge.lint import lint
from bot.knowledge.phrases import Phrases
from bot.knowledge.sheets import shipped_folder
from bot.model.language import Language

DRAFTS = "drafts"  # the folder of topics that are not complete: nothing reads it
SHOWN = 5  # reasons for one refusal
# How a whole folder is understood, and which of these additions do not lead to their topics.
Judge = Callable[[Path, Sequence[Addition]], tuple[Standing, Sequence[Addition]]]


@dataclass(frozen=True, slots=True)
class Change:
    """One draft on its way into the files."""

    number: int
    addition: Addition


class Exporter:
    """Tries changes in a copy of the whole knowledge, and gives out those that break nothing."""

    def __init__(
        self,
        phrases: Phrases,
        language: Language,
        folder: Path | None,
        judge: Judge,
        out: TextIO,
        err: TextIO,
    ) -> None:
        self._phrases = phrases
        self._language = language
        self._folder = folder
        self._judge = judge
        self._out = out
        self._err = err
        self._whole = Path()  # the shipped knowledge with the other folder laid over it

    def export(self, drafts: Sequence[Draft], to: Path | None) -> tuple[tuple[int, ...], bool]:
        """Write the files, or a diff; the drafts that are in the knowledge already.

        The second of the pair says whether anything was refused.
        """
        if not drafts:
            self._tell("nothing")
            return (), False
        with tempfile.TemporaryDirectory(prefix="listonosz-") as name:
            self._whole = Path(name) / "knowledge"
            shutil.copytree(shipped_folder(), self._whole)
            if self._folder is not None:
                shutil.copytree(self._folder, self._whole, dirs_exist_ok=True)
            return self._export(drafts, to)

    def _export(self, drafts: Sequence[Draft], to: Path | None) -> tuple[tuple[int, ...], bool]:
        changes = [
            Change(draft.number, Addition(draft.topic, draft.language, text))
            for draft in drafts
            if not draft.is_new
            for text in draft.asked
        ]
        begun = [draft for draft in drafts if draft.is_new]
        grown = [each for each in begun if (self._whole / path_of(each.topic)).exists()]
        waiting, known, is_refused = self._sort(changes)
        accepted: list[Change] = []
        if waiting:
            self._tell("trying", count=len(waiting))
            accepted = self._accepted(waiting, [])
        files = self._written(accepted, to)
        new = {
            f"{DRAFTS}/{each.topic}.yaml": self._begun(each) for each in begun if each not in grown
        }
        self._give(files, new, to)
        self._tell("done", count=len(accepted))
        there = (*known, *(each.number for each in grown))
        return there, is_refused or len(accepted) < len(waiting)

    def _sort(self, changes: Sequence[Change]) -> tuple[list[Change], tuple[int, ...], bool]:
        """Those to try, those that are there already, and whether some can never be made."""
        waiting, known, is_refused = [], [], False
        for change in changes:
            try:
                is_there = is_known(self._whole, change.addition)
            except ExportError as error:
                self._refuse(change, self._words(error.reason, topic=change.addition.topic))
                is_refused = True
                continue
            if is_there:
                known.append(change.number)
            else:
                waiting.append(change)
        return waiting, tuple(known), is_refused

    def _accepted(self, changes: Sequence[Change], before: Sequence[Change]) -> list[Change]:
        """All at once where that breaks nothing; else each half by itself, down to the culprit."""
        why = self._breaks([*before, *changes], changes)
        if not why:
            return list(changes)
        if len(changes) == 1:
            self._refuse(changes[0], *why)
            return []
        half = len(changes) // 2
        first = self._accepted(changes[:half], before)
        return first + self._accepted(changes[half:], [*before, *first])

    def _breaks(self, changes: Sequence[Change], tried: Sequence[Change]) -> list[str]:
        """What these changes would break, in words."""
        with tempfile.TemporaryDirectory(prefix="listonosz-") as name:
            folder = Path(name) / "knowledge"
            shutil.copytree(self._whole, folder)
            for change in changes:
                try:
                    add(folder, change.addition)
                except ExportError as error:
                    return [self._words(error.reason, topic=change.addition.topic)]
            faults = [each for each in lint(folder) if _key(each) not in self._known_faults]
            if faults:
                return [str(each) for each in faults]
            additions = [change.addition for change in tried]
            after, lost = self._judge(folder, additions)
        words = [self._broken(each) for each in compare(self._before, after)]
        words += [self._words("lost", text=each.text, topic=each.topic) for each in lost]
        return words

    def _written(self, accepted: Sequence[Change], to: Path | None) -> dict[str, str]:
        """The changed files by their path; one that lies there already keeps all else it says."""
        paths = dict.fromkeys(path_of(change.addition.topic) for change in accepted)
        with tempfile.TemporaryDirectory(prefix="listonosz-") as name:
            folder = Path(name) / "knowledge"
            shutil.copytree(self._whole, folder)
            for path in paths:
                if to is not None and (to / path).exists():
                    shutil.copy(to / path, folder / path)
            for change in accepted:
                add(folder, change.addition)
            return {path: (folder / path).read_bytes().decode() for path in paths}

    def _give(self, files: dict[str, str], new: dict[str, str], to: Path | None) -> None:
        if to is None:
            before = {path: (self._whole / path).read_bytes().decode() for path in files}
            self._out.write(difference(before, {**files, **new}))
        for path, text in {**files, **new}.items():
            if path in new:
                self._tell("incomplete", path=path)
            if to is None:
                continue
            if path in new and (to / path).exists():
                # Somebody may be completing it.
                self._tell("kept", path=str(to / path))
                continue
            _write_whole(to / path, text)
            self._tell("written", path=str(to / path))

    def _begun(self, draft: Draft) -> str:
        lacking = self._words("lacking")
        return draft_topic(draft.asked[0], draft.language, draft.asked, draft.answer, lacking)

    @cached_property
    def _known_faults(self) -> frozenset[tuple[str, str]]:
        """Of before: nobody's change is refused for those."""
        return frozenset(_key(fault) for fault in lint(self._whole))

    @cached_property
    def _before(self) -> Standing:
        return self._judge(self._whole, ())[0]

    def _broken(self, what: Break) -> str:
        shares = {"before": f"{what.before * 100:.1f}", "after": f"{what.after * 100:.1f}"}
        names = {"text": what.text, "topic": what.topic, "thief": what.thief}
        return self._words(f"broken.{what.reason}", **names, **shares)

    def _refuse(self, change: Change, *why: str) -> None:
        addition = change.addition
        place = path_of(addition.topic).removeprefix(f"{ROOM}/")
        self._tell("refused", number=change.number, text=addition.text, file=place)
        for reason in why[:SHOWN]:
            print(f"  {reason}", file=self._err)
        if len(why) > SHOWN:
            self._tell("more", count=len(why) - SHOWN)

    def _words(self, key: str, /, **params: object) -> str:
        return self._phrases.say(f"curator.export.{key}", self._language, **params)

    def _tell(self, key: str, /, **params: object) -> None:
        print(self._words(key, **params), file=self._err)


def _write_whole(file: Path, text: str) -> None:
    """All of it or nothing, whenever the process is killed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(text.encode())
    part.replace(file)


def _key(fault: Fault) -> tuple[str, str]:
    """A fault without its line, which moves."""
    return fault.path, fault.what


def judge(folder: Path, additions: Sequence[Addition]) -> tuple[Standing, Sequence[Addition]]:
    """Learn from a folder and look what is understood; nothing of it stays on this machine."""
    from bot.faq.engine import load_matcher
    from bot.faq.lessons import TRIALS
    from bot.faq.regress import is_reached, measure
    from bot.knowledge.cache import Cache
    from bot.knowledge.load import load_knowledge, load_posed

    with tempfile.TemporaryDirectory(prefix="listonosz-") as name:
        cache = Cache(Path(name))
        knowledge = load_knowledge(folder, cache)
        matcher = load_matcher(knowledge, cache)
        posed = [each for each in load_posed(folder) if each.part == TRIALS]
        standing = measure(matcher, knowledge, posed)
        lost = [each for each in additions if not is_reached(matcher, each.text, each.topic)]
    return standing, lost
