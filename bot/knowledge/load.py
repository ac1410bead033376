"""The knowledge folder in, Knowledge or every fault at once out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.knowledge.cache import Cache, seal_contents, stamp
from bot.knowledge.fault import Fault, KnowledgeError
from bot.knowledge.knowledge import Knowledge, build_knowledge
from bot.knowledge.located import Checker
from bot.knowledge.posed import PARTS, Posed, build_posed, check_posed
from bot.knowledge.sheets import Sheet, list_sheets, read_plain, shipped_folder
from bot.knowledge.yaml_file import read_located

FORMAT = "8"  # of the compiled form
PREPARED = "prepared"  # the folder of what a wheel's build made ready


def load_knowledge(folder: Path | None = None, cache: Cache | None = None) -> Knowledge:
    """The shipped knowledge, with `folder` laid over it file by file. KnowledgeError: all faults.

    The compiled form is kept in the user's cache, so that a second start reads one file.
    """
    sheets = sheets_of(folder)
    cache = cache or Cache()
    files = [(f"{room}/{name}", path) for room, name, path in sheets]
    key = stamp(files, FORMAT, str(folder))
    body = cache.load("knowledge", key)
    if body is None:
        body = prepared_cache().load("knowledge", seal_contents(files, FORMAT))
        body = body or _compile(sheets)
        cache.save("knowledge", key, body)
    compiled = json.loads(body)
    knowledge = build_knowledge(compiled["files"], compiled["fingerprint"])
    return replace(knowledge, edition=hashlib.sha256(body).hexdigest())


def prepared_cache() -> Cache:
    """What was made from the shipped folder when the wheel was built; empty in a repository."""
    return Cache(shipped_folder() / PREPARED)


def prepare_knowledge(folder: Path) -> None:
    """Keep the compiled shipped knowledge in `folder`, as `prepared_cache` will look for it."""
    sheets = sheets_of(None)
    files = [(f"{room}/{name}", path) for room, name, path in sheets]
    Cache(folder).save("knowledge", seal_contents(files, FORMAT), _compile(sheets))


def load_posed(folder: Path | None = None) -> tuple[Posed, ...]:
    """The questions of evaluation/, in this folder or the shipped one. KnowledgeError: faults."""
    room = (folder or shipped_folder()) / "evaluation"
    posed: list[Posed] = []
    faults: list[Fault] = []
    for part in PARTS:
        path = room / f"{part}.yaml"
        if not path.is_file():
            continue
        checker = Checker(f"evaluation/{path.name}")
        if value := read_located(path, checker):
            check_posed(value, checker)
            if not checker.faults:
                posed.extend(build_posed(part, value.plain()))
        faults.extend(checker.faults)
    if faults:
        raise KnowledgeError(faults)
    return tuple(posed)


def sheets_of(overlay: Path | None) -> list[Sheet]:
    """The files of the shipped folder, with those of `overlay` in the place of their likes."""
    if overlay is not None and not overlay.is_dir():
        cure = "name a folder with topics/, phrases/, providers/ or another room of ours in it"
        raise KnowledgeError([Fault(str(overlay), 0, "there is no such folder", cure)])
    sheets = {sheet[:2]: sheet for sheet in list_sheets(shipped_folder())}
    if overlay is not None:
        sheets |= {sheet[:2]: sheet for sheet in list_sheets(overlay)}
    return list(sheets.values())


def _compile(sheets: list[Sheet]) -> bytes:
    plain, faults = read_plain(sheets)
    if faults:
        raise KnowledgeError(faults)
    compiled = {"files": plain, "fingerprint": fingerprint(plain)}
    return json.dumps(compiled, ensure_ascii=False).encode()


def fingerprint(plain: Mapping[str, Any]) -> str:
    """Changes with the ways of asking and the lexicon, and with nothing else."""
    learnt = {
        "asked": {
            name: [topic[key] for key in ("asked", "title", "label")]
            for name, topic in plain["topics"].items()
        },
        "lexicon": plain["lexicon"],
    }
    return hashlib.sha256(json.dumps(learnt, sort_keys=True).encode()).hexdigest()
