"""Writes the pages of docs/ that are made from the code: `python -m docs.generate`.

A test holds the written pages against what this makes now.
"""

import re
from pathlib import Path

from bot.config import settings_page
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_knowledge
from bot.model.finding import Kind
from bot.model.language import Language
from bot.model.trouble import Trouble
from bot.probes import PROBES

FOLDER = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|[^{}]*)?\}")


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    knowledge = load_knowledge()

    def say(key: str) -> str:
        return knowledge.phrases.say(key, Language.EN)

    return {"settings.md": settings_page(say), "findings.md": findings_page(knowledge)}


def findings_page(knowledge: Knowledge) -> str:
    """All findings, and all reasons why something could not be tested, in both languages."""
    lines = [
        "# All findings",
        "",
        "Made from the code by `python -m docs.generate`. A code never changes its meaning.",
        "`error`: mail is lost, refused or unreadable, or anybody can forge the domain; `warning`:",
        "works today, fragile or insecure; `notice`: worth knowing; `ok`: checked and sound.",
    ]
    for probe in PROBES:
        lines += ["", f"## {probe.name}", ""]
        lines += ["| code | severity | parameters | reference | English | po polsku |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [finding_row(kind, knowledge) for kind in probe.kinds]
    lines += ["", "## Could not be tested", "", "| reason | English | po polsku |", "|---|---|---|"]
    for trouble in Trouble:
        words = knowledge.findings.troubles[trouble]
        lines.append(f"| `{trouble}` | {cell(words['en'])} | {cell(words['pl'])} |")
    return "\n".join(lines) + "\n"


def finding_row(kind: Kind, knowledge: Knowledge) -> str:
    """One finding's line of the table."""
    entry = knowledge.findings.entries[kind.code]
    params = ", ".join(f"`{name}`" for name in sorted(kind.params))
    english, polish = (cell(entry[language]["text"]) for language in ("en", "pl"))
    severity = kind.severity.name.lower()
    return f"| `{kind.code}` | {severity} | {params} | {kind.reference} | {english} | {polish} |"


def cell(template: str) -> str:
    """A template as it may stand in a table: placeholders by their names, no markup of ours."""
    plain = _PLACEHOLDER.sub(r"‹\1›", template)
    return " ".join(plain.split()).replace("|", "\\|").replace("<", "&lt;")


def main() -> None:
    """Write them all."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
