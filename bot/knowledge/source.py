"""Sources that must be there, each with the day it was read: of providers and blocklists."""

from collections.abc import Mapping, Sequence

from bot.knowledge.located import Checker, Located
from bot.knowledge.topic import DATE, Source


def check_sources(value: Located, checker: Checker) -> None:
    """Note the faults of a list of sources, which may not be empty: facts have a source."""
    if not isinstance(value.data, list) or not value.data:
        checker.fault(value.line, "there is no source", "say where the facts are from")
        return
    for entry in value.data:
        fields = checker.keys(entry, "a source", {"name", "read"}, {"url"})
        texts = {key: checker.text(text, f"a source's {key}") for key, text in fields.items()}
        if texts.get("url") and not texts["url"].startswith("https://"):
            checker.fault(fields["url"].line, "the url is not https", "give an https:// address")
        if texts.get("read") and not DATE.fullmatch(texts["read"]):
            checker.fault(fields["read"].line, "read is not a date", "write it as 2026-11-23")


def build_sources(plain: Sequence[Mapping[str, str]]) -> tuple[Source, ...]:
    """The sources of a sound file."""
    return tuple(Source(**entry) for entry in plain)
