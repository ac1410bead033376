"""What the codes must keep to beyond their shape: topics that are there, no way twice, style."""

from collections.abc import Collection, Iterable

from bot.knowledge.style import lint_style
from bot.knowledge.walk import Sheet, fields_of, listed, squeeze


def lint_codes(sheets: Iterable[Sheet], topics: Collection[str]) -> None:
    """Every file of codes, and what two of them share."""
    seen: dict[str, str] = {}
    for sheet in sheets:
        for name, entry in fields_of(fields_of(sheet.value)["codes"]).items():
            fields = fields_of(entry)
            topic = fields["topic"]
            if topic.data not in topics:
                what = f"there is no topic “{topic.data}”"
                sheet.checker.fault(topic.line, what, "write it, or mend the name")
            lint_style(entry, sheet.checker)
            written = listed(fields["written"]) if "written" in fields else [(name, entry.line)]
            for way, line in written:
                other = seen.setdefault(squeeze(way), name)
                if other != name:
                    what = f"“{way}” is also written for {other}"
                    sheet.checker.fault(line, what, "leave it with one code")
