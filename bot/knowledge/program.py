"""A mail program: how a mailbox is set up in it, step by step; and the shape of its file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.located import Checker, Located
from bot.knowledge.source import build_sources, check_sources
from bot.knowledge.spoken import Texts, spoken
from bot.knowledge.topic import ID, LANGUAGES, Source, check_texts
from bot.knowledge.wording import placeholders
from bot.model.language import Language

ID_LENGTH = 16  # beside an address it stands in the 64 bytes of a button
LABEL_LENGTH = 24  # two of them stand side by side on a narrow screen
LARGEST_ORDER = 999
PROTOCOLS = ("imap", "pop3")
NAMED = frozenset({"program", "device"})  # slots of the lexicon that may mean a program
# What a step may depend on, and the values that it may name.
CONDITIONS: Mapping[str, frozenset[str]] = {
    "protocol": frozenset(PROTOCOLS),
    "auth": frozenset({"oauth2", "app-password", "password"}),
    "security": frozenset({"tls", "starttls", "none"}),  # of the incoming server
}
SECURITIES = CONDITIONS["security"]
GAPS = frozenset(
    {
        *("address", "protocol", "in_host", "in_port", "in_security", "in_user"),
        *("out_host", "out_port", "out_security", "out_user"),
    }
)
REQUIRED = frozenset({"name", "order", "named_by", "takes", "steps", "sources"})
OPTIONAL = frozenset({"devices", "words", "security", "oauth2", "profile", "note"})


@dataclass(frozen=True, slots=True)
class ProgramStep:
    """One step, and when it is to be taken: always, where nothing is said."""

    text: Texts
    when: Mapping[str, tuple[str, ...]]

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether it is to be taken where these things are so."""
        return all(facts.get(name) in values for name, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Program:
    """One program. `named_by` are the names of the lexicon that mean it, as slot and value."""

    id: str
    name: Texts
    order: int  # among the buttons
    named_by: tuple[tuple[str, str], ...]
    takes: tuple[str, ...]  # the protocols that it reads mail with; none: a browser
    steps: tuple[ProgramStep, ...]
    sources: tuple[Source, ...]
    devices: tuple[str, ...] = ()  # where it runs; none: anywhere
    words: tuple[str, ...] = ()  # what tells it from another of the same name
    security: Mapping[str, Texts] | None = None  # what it calls the kinds of encryption
    has_oauth2: bool = True  # opens the window of a provider that wants it
    has_profile: bool = False  # can be set up with a profile of Apple's
    note: Texts | None = None

    def says(self, security: str, language: Language) -> str:
        """What the program calls this kind of encryption; "" where it has no word for it."""
        named = (self.security or {}).get(security)
        return named[language] if named else ""


def check_program(program_id: str, value: Located, checker: Checker) -> None:
    """Note every fault of shape in one program's file."""
    if not ID.fullmatch(program_id) or len(program_id) > ID_LENGTH:
        cure = f"use small letters, digits and single hyphens, at most {ID_LENGTH}"
        checker.fault(0, f"“{program_id}” cannot be a program's name", f"rename the file: {cure}")
    fields = checker.keys(value, "the program", REQUIRED, OPTIONAL)
    for key in fields.keys() & {"name", "note"}:
        check_texts(fields[key], key, checker)
    _check_label(fields.get("name"), checker)
    _check_order(fields.get("order"), checker)
    _check_named(fields.get("named_by"), checker)
    _check_values(fields.get("takes"), "takes", frozenset(PROTOCOLS), checker)
    for key in fields.keys() & {"devices", "words"}:
        list(checker.texts(fields[key], key))
    for key in fields.keys() & {"oauth2", "profile"}:
        text = checker.text(fields[key], key)
        if text and text not in ("yes", "no"):
            checker.fault(fields[key].line, f"“{text}” cannot stand in {key}", "write yes or no")
    if "security" in fields:
        kinds = checker.keys(fields["security"], "security", optional=SECURITIES)
        for kind, texts in kinds.items():
            check_texts(texts, f"security.{kind}", checker)
    _check_steps(fields.get("steps"), checker)
    if "sources" in fields:
        check_sources(fields["sources"], checker)


def _check_label(name: Located | None, checker: Checker) -> None:
    if name is None or not isinstance(name.data, dict):
        return
    for language, text in name.data.items():
        if isinstance(text.data, str) and len(text.data) > LABEL_LENGTH:
            what = f"name.{language} has {len(text.data)} characters"
            checker.fault(text.line, what, f"a button holds {LABEL_LENGTH}: say it shorter")


def _check_order(order: Located | None, checker: Checker) -> None:
    if order is None:
        return
    text = checker.text(order, "order")
    is_number = text.isascii() and text.isdecimal() and int(text) <= LARGEST_ORDER
    if text and not is_number:
        checker.fault(order.line, f"“{text}” is no place in an order", "write it as 10")


def _check_named(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    if not isinstance(value.data, list):
        checker.fault(value.line, "named_by is not a list", "write it as `- program: outlook`")
        return
    for entry in value.data:
        for slot, name in checker.keys(entry, "an entry of named_by", optional=NAMED).items():
            checker.text(name, slot)


def _check_values(
    value: Located | None, name: str, allowed: frozenset[str], checker: Checker
) -> None:
    """A list of these values, or one of them."""
    if value is None:
        return
    entries = [value] if isinstance(value.data, str) else value.data
    if not isinstance(entries, list):
        checker.fault(value.line, f"{name} is not a list", "write it as [imap, pop3]")
        return
    for entry in entries:
        text = checker.text(entry, name)
        if text and text not in allowed:
            cure = f"use one of: {', '.join(sorted(allowed))}"
            checker.fault(entry.line, f"“{text}” cannot stand in {name}", cure)


def _check_steps(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    if not isinstance(value.data, list) or not value.data:
        cure = "begin each step with `- pl:`"
        checker.fault(value.line, "steps is not a list, or empty", cure)
        return
    for entry in value.data:
        fields = checker.keys(entry, "a step", LANGUAGES, {"when"})
        for language in sorted(LANGUAGES & fields.keys()):
            _check_gaps(fields[language], f"a step's {language}", checker)
        if "when" in fields:
            known = frozenset(CONDITIONS)
            for name, values in checker.keys(fields["when"], "when", optional=known).items():
                if name in CONDITIONS:
                    _check_values(values, name, CONDITIONS[name], checker)


def _check_gaps(value: Located, name: str, checker: Checker) -> None:
    text = checker.text(value, name)
    try:
        unknown = placeholders(text) - GAPS
    except ValueError as error:
        checker.fault(value.line, str(error), "see “Programs” in docs/knowledge.md")
        return
    for name in sorted(unknown):
        known = ", ".join(sorted(GAPS))
        checker.fault(value.line, f"nothing fills {{{name}}}", f"use one of: {known}")


def build_programs(files: Mapping[str, Any]) -> Mapping[str, Program]:
    """The programs of sound files, in the order of their buttons."""
    built = [_build(name, plain) for name, plain in files.items()]
    return {program.id: program for program in sorted(built, key=lambda each: each.order)}


def _build(program_id: str, plain: Mapping[str, Any]) -> Program:
    security = plain.get("security")
    return Program(
        id=program_id,
        name=spoken(plain["name"]),
        order=int(plain["order"]),
        named_by=tuple(pair for entry in plain["named_by"] for pair in entry.items()),
        takes=_values(plain["takes"]),
        steps=tuple(
            ProgramStep(
                spoken(entry),
                {name: _values(values) for name, values in entry.get("when", {}).items()},
            )
            for entry in plain["steps"]
        ),
        sources=build_sources(plain["sources"]),
        devices=tuple(plain.get("devices", ())),
        words=tuple(plain.get("words", ())),
        security={kind: spoken(each) for kind, each in security.items()} if security else None,
        has_oauth2=plain.get("oauth2", "yes") == "yes",
        has_profile=plain.get("profile", "no") == "yes",
        note=spoken(plain["note"]) if "note" in plain else None,
    )


def _values(plain: str | Iterable[str]) -> tuple[str, ...]:
    return (plain,) if isinstance(plain, str) else tuple(plain)


def named_programs(
    programs: Iterable[Program], slots: Mapping[str, str], said: Iterable[str] = ()
) -> tuple[Program, ...]:
    """The programs that somebody means who has named these things in these (folded) words."""
    device, named = slots.get("device", ""), slots.get("program", "")
    known = tuple(programs)
    found = [
        program
        for program in known
        if named
        and ("program", named) in program.named_by
        and (not device or not program.devices or device in program.devices)
    ]
    if not found and device and not named:
        found = [program for program in known if ("device", device) in program.named_by]
    words = set(said)
    told = [program for program in found if words & set(program.words)]
    return tuple(told or found)
