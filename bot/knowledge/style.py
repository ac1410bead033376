"""How texts for people are written: plain, in the second person, each in its own language."""

import re
from collections.abc import Collection, Mapping

from bot.knowledge.located import Checker, Located
from bot.knowledge.topic import LANGUAGES
from bot.model.language import Language

POLISH = re.compile("[ąćęłńóśźż]", re.IGNORECASE)
# Polish words that cannot be spelt without diacritics: one of them betrays a text typed in haste.
BARE = re.compile(
    r"\b(?:jesli|ktor\w*|wiadomosc\w*|haslo|hasla|hasel|wysyl\w+|wysla\w+|moze|mozesz|mozna|zeby|"
    r"juz|takze|rowniez|prosze|pocztq|poczte|skrzynke|uzyj|uzywa\w*|uzytkownik\w*|sprawdz|wejdz|"
    r"bledu?|bledn\w+|zalacznik\w*|wlacz\w*|wylacz\w*|sie|ustawic|odebrac|polacz\w*|dziala\w*|"
    r"zaloz\w*|nastepn\w+|pozniej|wczesniej|wlasn\w+|tresc|ciagle|swoj|twoj|zmien|otworz|usun)\b"
)
MARKUP = re.compile(r"\*\*|__|</?[a-z]+>|\]\(|^#")
# A person in trouble is told what to do, not what is to be done by somebody.
IMPERSONAL = {
    Language.PL: re.compile(
        r"\b(?:(?<!kogo )należy(?! do)|prosimy|proszę|państw\w+|pan|pani|panu|pana)\b",
        re.IGNORECASE,
    ),
    Language.EN: re.compile(
        r"\b(?:please|kindly|we recommend|(?:the user|users|one) (?:should|must|needs? to))\b",
        re.IGNORECASE,
    ),
}
# Words of the trade, and what to say instead; in brackets after it, each may be explained.
JARGON: Mapping[str, str] = {
    "MTA": "mail server",
    "MDA": "mail server",
    "MSA": "outgoing server",
    "MUA": "mail program",
    "FQDN": "full name of the server",
    "rDNS": "reverse name",
    "SASL": "login",
    "EHLO": "greeting",
    "HELO": "greeting",
    "handshake": "beginning of the encrypted connection",
    "payload": "content",
    "daemon": "server",
    "credentials": "user name and password",
    "credential": "password",
    "resolver": "DNS server",
    "envelope sender": "return address",
    "nadawca koperty": "adres zwrotny",
    "poświadczenia": "nazwa użytkownika i hasło",
    "parsowanie": "czytanie",
    "demon": "serwer",
    "relay": "server that sends on",
    "timeout": "waiting in vain",
}
BRACKETED = re.compile(r"\([^()]*\)")
EXPLAINED = r"\s+(?:znaczy|means|Manager\b)"  # what it means, or the name of a program
TRADE = re.compile(
    rf"(?<![\w-])({'|'.join(map(re.escape, JARGON))})(?![\w-])(?!\s*\(|{EXPLAINED})", re.IGNORECASE
)


def lint_style(
    value: Located,
    checker: Checker,
    language: str = "",
    spoken: Collection[str] = LANGUAGES,
) -> None:
    """Every text below: no markup, whole backticks, and nothing of the other language."""
    match value.data:
        case dict():
            for key, entry in value.data.items():
                lint_style(entry, checker, key if key in spoken else language, spoken)
        case list():
            for entry in value.data:
                lint_style(entry, checker, language, spoken)
        case str() if language:
            _lint_text(value.data, value.line, Language(language), checker)


def _lint_text(text: str, line: int, language: Language, checker: Checker) -> None:
    prose = without_code(text)
    if found := MARKUP.search(prose):
        cure = "write plain text; only `code` in backticks is set apart"
        checker.fault(line, f"holds markup ({found[0]})", cure)
    if text.count("`") % 2:
        checker.fault(line, "a backtick has no partner", "close the `code`")
    if language == Language.PL and (found := BARE.search(prose.lower())):
        checker.fault(line, f"“{found[0]}” lacks its diacritics", "write ą ć ę ł …")
    if language == Language.EN and (found := POLISH.search(prose)):
        checker.fault(line, f"“{found[0]}” in English text", "is it Polish? move it")


def lint_advice(value: Located, checker: Checker, *, is_short: bool = False) -> None:
    """What to do is told in the second person, and in short in plain words."""
    for key, entries in (value.data if isinstance(value.data, dict) else {}).items():
        for entry in entries.data if isinstance(entries.data, list) else []:
            prose = without_code(str(entry.data))
            if key in LANGUAGES and (found := IMPERSONAL[Language(key)].search(prose)):
                cure = "say what to do, to one person: “sprawdź”, “check”"
                checker.fault(entry.line, f"“{found[0]}” talks past the person", cure)
            if is_short and (found := TRADE.search(BRACKETED.sub("()", prose))):
                plain = next(p for w, p in JARGON.items() if w.lower() == found[1].lower())
                cure = f"say “{plain}”, or explain it in brackets after it"
                checker.fault(entry.line, f"“{found[1]}” is a word of the trade", cure)


def lint_question(text: Located, checker: Checker) -> None:
    """What tells two topics apart is a question."""
    if not str(text.data).rstrip().endswith("?"):
        checker.fault(text.line, "this is no question", "end it with a question mark")


def without_code(text: str) -> str:
    """A text without its `code`."""
    return re.sub("`[^`]*`", "", text)
