"""The only reader of YAML: the knowledge folder in, Knowledge or every fault at once out."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from bot.knowledge.blocklist import check_blocklists
from bot.knowledge.cache import Cache, seal_contents, stamp
from bot.knowledge.fault import Fault, KnowledgeError
from bot.knowledge.knowledge import Knowledge, build_knowledge
from bot.knowledge.lexicon import check_lexicon
from bot.knowledge.located import Checker, Located
from bot.knowledge.phrases import check_findings, check_phrases
from bot.knowledge.posed import PARTS, Posed, build_posed, check_posed
from bot.knowledge.program import check_program
from bot.knowledge.provider_check import check_provider
from bot.knowledge.selectors import check_selectors
from bot.knowledge.topic import check_topic

ROOMS = ("topics", "findings", "phrases", "lexicon", "providers", "programs", "lists")
LISTS = (
    "blocklists",
    "selectors",
)  # the files of the room "lists": they lie at the top of the folder
FORMAT = "6"  # of the compiled form
PREPARED = "prepared"  # the folder of what a wheel's build made ready
LARGEST = 1_000_000  # bytes of one file
DEEPEST = 12
# YAML takes these for escapes or refuses them; a text file has no use for them.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Sheet = tuple[str, str, Path]  # room, name, where


def shipped_folder() -> Path:
    """The knowledge that came with the program: in the wheel, else in the repository."""
    packed = Path(str(resources.files("bot"))) / "_knowledge"
    return packed if packed.is_dir() else packed.parents[1] / "knowledge"


def load_knowledge(folder: Path | None = None, cache: Cache | None = None) -> Knowledge:
    """The shipped knowledge, with `folder` laid over it file by file. KnowledgeError: all faults.

    The compiled form is kept in the user's cache, so that a second start reads one file.
    """
    sheets = _sheets(folder)
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
    sheets = _sheets(None)
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


def read_plain(sheets: list[Sheet]) -> tuple[dict[str, dict[str, Any]], list[Fault]]:
    """Every file as plain values, and every fault of shape."""
    plain: dict[str, dict[str, Any]] = {room: {} for room in ROOMS}
    faults: list[Fault] = []
    for room, name, path in sheets:
        checker = Checker(place(room, path))
        if (value := read_located(path, checker)) is not None:
            check_sheet(room, name, value, checker)
            plain[room][name] = value.plain()
        faults.extend(checker.faults)
    return plain, faults


def check_sheet(room: str, name: str, value: Located, checker: Checker) -> None:
    """Note the faults of shape of one file."""
    match room:
        case "topics":
            check_topic(name, value, checker)
        case "findings":
            check_findings(name, value, checker)
        case "phrases":
            check_phrases(value, checker)
        case "lexicon":
            check_lexicon(name, value, checker)
        case "providers":
            check_provider(name, value, checker)
        case "programs":
            check_program(name, value, checker)
        case "lists" if name == "selectors":
            check_selectors(value, checker)
        case "lists":
            check_blocklists(value, checker)


def list_sheets(folder: Path) -> Iterator[Sheet]:
    """Every file of a knowledge folder, in a fixed order."""
    for room in ROOMS:
        for path in sorted((folder / room).glob("*.yaml")):
            if not path.name.startswith("."):
                yield room, path.stem, path
    for name in LISTS:
        path = folder / f"{name}.yaml"
        if path.is_file():
            yield "lists", name, path


def place(room: str, path: Path) -> str:
    """Where a file lies in the folder, as a fault names it."""
    return path.name if room == "lists" else f"{room}/{path.name}"


def _sheets(overlay: Path | None) -> list[Sheet]:
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


def read_located(path: Path, checker: Checker) -> Located | None:
    """One YAML file as located values; None, and the fault noted, when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        checker.fault(0, f"cannot be read: {error.strerror}", "mend its permissions")
        return None
    if len(content) > LARGEST:
        checker.fault(0, "is too large", f"keep a file under {LARGEST} bytes")
        return None
    return parse_located(content, checker)


def parse_located(content: bytes, checker: Checker) -> Located | None:
    """YAML as located values."""
    yaml, loader = _yaml()
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        checker.fault(line, "is not UTF-8", "save the file as UTF-8")
        return None
    if found := CONTROLS.search(text):
        line = text[: found.start()].count("\n") + 1
        checker.fault(line, "holds a control character", "delete the invisible sign")
        return None
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        cure = "put the text in quotes, or mend the indentation"
        what = f"is not YAML ({getattr(error, 'problem', None) or getattr(error, 'reason', '')})"
        checker.fault(mark.line + 1 if mark else 0, what, cure)
        return None
    except RecursionError:
        checker.fault(0, "is nested too deeply", "make it flatter")
        return None
    if node is None:
        checker.fault(0, "is empty", "delete the file, or write it")
        return None
    return _locate(node, checker, 0)


@cache
def _yaml() -> tuple[Any, Any]:
    """PyYAML, imported only when a file has to be read."""
    import yaml

    return yaml, getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _locate(node: Any, checker: Checker, depth: int) -> Located:
    line = node.start_mark.line + 1
    if depth > DEEPEST:
        checker.fault(line, "is nested too deeply, or refers to itself", "write it out flat")
        return Located("", line)
    if node.id == "scalar":
        return Located(node.value.strip(), line)
    if node.id == "sequence":
        return Located([_locate(item, checker, depth + 1) for item in node.value], line)
    mapping: dict[str, Located] = {}
    for key, value in node.value:
        name = key.value if key.id == "scalar" else ""
        if not name:
            checker.fault(line, "has a key that is not a word", "write `key: value`")
        elif name in mapping:
            checker.fault(key.start_mark.line + 1, f"“{name}” stands twice", "join the two")
        mapping[name] = _locate(value, checker, depth + 1)
    return Located(mapping, line)
