"""What the topics must keep to beyond their shape: links, ways of asking, lengths, ages, style."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from bot.knowledge.lexicon import Lexicon
from bot.knowledge.located import Checker, Located
from bot.knowledge.style import lint_advice, lint_question, lint_style
from bot.knowledge.topic import LANGUAGES, SLOTS
from bot.knowledge.walk import Sheet, fields_of, items_of, listed, squeeze

FEWEST_ASKED = 10
LONGEST_ASKED = 160
LONGEST_ANSWER = 700  # characters of the short answer together: what is read in ten seconds
OLDEST = timedelta(days=365)


def lint_topics(
    topics: Mapping[str, Sheet],
    names: Collection[str],
    probes: Collection[str] | None,
    today: date,
    lexicon: Lexicon,
) -> None:
    """Every sound topic by itself; `names` are those of all. Without `probes`, `check` is not
    looked at."""
    for sheet in topics.values():
        fields, checker = fields_of(sheet.value), sheet.checker
        _lint_links(sheet, fields, names)
        _lint_asked(fields["asked"], checker)
        _lint_length(fields["answer"], checker)
        _lint_slots(fields, lexicon, checker)
        _lint_ages(fields, today, checker)
        if probes is not None and "check" in fields:
            for name, line in listed(fields["check"]):
                if name not in probes:
                    known = ", ".join(sorted(probes))
                    checker.fault(line, f"no probe is called “{name}”", f"use one of: {known}")
        _lint_words(fields, checker)


def _lint_words(fields: Mapping[str, Located], checker: Checker) -> None:
    for key in ("title", "label", "answer", "more", "variants", "unlike"):
        if key in fields:
            lint_style(fields[key], checker)
    for key in ("answer", "more"):
        if key in fields:
            lint_advice(fields[key], checker, is_short=key == "answer")
    for entry in items_of(fields.get("variants")):
        lint_advice(entry, checker)
    for entry in items_of(fields.get("unlike")):
        for key in LANGUAGES & fields_of(entry).keys():
            lint_question(fields_of(entry)[key], checker)


def _lint_links(sheet: Sheet, fields: Mapping[str, Located], names: Collection[str]) -> None:
    links = list(listed(fields["follow"])) if "follow" in fields else []
    for entry in items_of(fields.get("unlike")):
        topic = fields_of(entry)["topic"]
        links.append((str(topic.data), topic.line))
    for name, line in links:
        if name == sheet.name:
            sheet.checker.fault(line, "the topic leads to itself", "name another topic")
        elif name not in names:
            sheet.checker.fault(line, f"there is no topic “{name}”", "write it, or mend the name")


def _lint_asked(asked: Located, checker: Checker) -> None:
    for language, entries in fields_of(asked).items():
        count = len(items_of(entries))
        if count < FEWEST_ASKED:
            what = f"only {count} ways of asking in {language}"
            checker.fault(entries.line, what, f"write at least {FEWEST_ASKED}")
        for text, line in listed(entries):
            if len(text) > LONGEST_ASKED:
                what = f"a way of asking has {len(text)} characters"
                checker.fault(line, what, f"keep it under {LONGEST_ASKED}, as people write")


def _lint_length(answer: Located, checker: Checker) -> None:
    for language, entries in fields_of(answer).items():
        length = sum(len(text) for text, _ in listed(entries))
        if length > LONGEST_ANSWER:
            what = f"the short answer has {length} characters in {language}"
            cure = f"keep it under {LONGEST_ANSWER}, and move the rest to `more`"
            checker.fault(entries.line, what, cure)


def _lint_slots(fields: Mapping[str, Located], lexicon: Lexicon, checker: Checker) -> None:
    known = {slot: {n.value for n in lexicon.names if n.slot == slot} for slot in SLOTS}
    for entry in items_of(fields.get("variants")):
        for slot, value in fields_of(fields_of(entry)["when"]).items():
            if slot != "error" and known[slot] and value.data not in known[slot]:
                cure = f"use one of lexicon/names.yaml: {', '.join(sorted(known[slot]))}"
                checker.fault(value.line, f"{slot} “{value.data}” is not known", cure)


def _lint_ages(fields: Mapping[str, Located], today: date, checker: Checker) -> None:
    dates = [("reviewed", fields["reviewed"])]
    for entry in items_of(fields["sources"]):
        source = fields_of(entry)
        if "read" in source:
            dates.append(("read", source["read"]))
        else:
            checker.fault(entry.line, "the source has no `read`", "add the day you read it")
    if not items_of(fields["sources"]):
        checker.fault(fields["sources"].line, "there is no source", "say where the facts are from")
    for name, value in dates:
        lint_age(name, value, today, checker)


def asked_lines(sheet: Sheet) -> Mapping[tuple[str, str], tuple[str, int]]:
    """Where each way of asking for a topic stands, also in a further language's file."""
    asked = fields_of(sheet.value).get("asked")
    return {
        (sheet.name, text): (sheet.checker.path, line)
        for entries in (fields_of(asked).values() if asked else ())
        for text, line in listed(entries)
    }


def lint_shared(topics: Mapping[str, Sheet]) -> None:
    """No way of asking may stand twice: the bot could not know which is meant."""
    seen: dict[str, tuple[str, str]] = {}
    for sheet in topics.values():
        for language, entries in fields_of(fields_of(sheet.value)["asked"]).items():
            for text, line in listed(entries):
                plain = squeeze(text)
                if plain not in seen:
                    seen[plain] = (sheet.name, language)
                    continue
                name, spoken = seen[plain]
                if name != sheet.name:
                    what = f"“{text}” also asks for {name}"
                    sheet.checker.fault(line, what, "leave it in one topic")
                elif spoken == language:  # the text of an error is the same in both
                    what = f"“{text}” stands twice but for capitals, signs or diacritics"
                    sheet.checker.fault(line, what, "delete one of them")


def lint_age(name: str, value: Located, today: date, checker: Checker) -> None:
    """A date that is a day, is not to come, and is not older than a year."""
    try:
        day = date.fromisoformat(str(value.data))
    except ValueError:
        checker.fault(value.line, f"{name} is no day of the calendar", "mend the date")
        return
    if day > today + timedelta(days=1):
        checker.fault(value.line, f"{name} lies in the future", "mend the date")
    elif today - day > OLDEST:
        cure = "look at the source again, and put the new date"
        checker.fault(value.line, f"{name} is older than a year", cure, is_due=True)
