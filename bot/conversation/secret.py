"""Does a message hold a password? Then it is answered with a warning and kept nowhere."""

import re

# "hasło: kotek12", "moje hasło to Kotek12", "password is hunter2", "pass=hunter2"
_NAMED = re.compile(
    r"\b(?:has[łl]o|password|passwd|passphrase|pass|pwd|has[łl]em)\b"
    r"(?P<between>[ \t]*(?:[:=]|->)[ \t]*|[ \t]+(?:to|brzmi|is|was)(?:[ \t]*:)?[ \t]+)"
    r"(?P<quote>[\"'„“«`]?)(?P<value>[^\s\"'”“»`]{3,})",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"\b(?:has[łl]o|password|passwd|passphrase|pwd)\b[ \t]*(?:[:=]|to|is)[ \t]*"
    r"[\"'„“«`][^\n\"'”“»`]{3,64}[\"'”“»`]",
    re.IGNORECASE,
)
# IMAP's LOGIN, POP3's PASS, an SMTP login: as copied from a transcript or typed by hand.
_SPOKEN = re.compile(
    r"^\s*(?:C:\s*)?(?:"
    r"[A-Za-z0-9.]{1,10}\s+LOGIN\s+\S+\s+\S+"
    r"|PASS\s+\S{3,}"
    r"|AUTH\s+(?:PLAIN|LOGIN|XOAUTH2)\s+[A-Za-z0-9+/=]{8,}"
    r"|(?:[A-Za-z0-9.]{1,10}\s+)?AUTHENTICATE\s+(?:PLAIN|LOGIN|XOAUTH2)\s+[A-Za-z0-9+/=]{8,}"
    r")\s*$",
    re.MULTILINE,
)
# "https://anna:kotek12@firma.pl", "imap://anna:kotek12@…"
_IN_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@", re.IGNORECASE)
# A letter, and a digit or a sign that words do not have; but no error code of Windows.
_STRONG = re.compile(r"(?!0x[0-9A-Fa-f]+$)(?=\S*[A-Za-zÀ-ž])(?=\S*[\d!@#$%^&*+=~])\S{4,}")
_TRAIL = ".,;:!?)"


def has_secret(text: str) -> bool:
    """Whether the text gives a password away. Talk about passwords is not a password."""
    if any(pattern.search(text) for pattern in (_SPOKEN, _IN_URL, _QUOTED)):
        return True
    return any(_gives_away(found, text) for found in _NAMED.finditer(text))


def looks_secret(word: str) -> bool:
    """Whether a word that stands beside an address may well be its password."""
    return bool(_STRONG.fullmatch(word.strip(_TRAIL + ":|/")))


def _gives_away(found: re.Match[str], text: str) -> bool:
    value = found["value"].rstrip(_TRAIL)
    if _STRONG.fullmatch(value) and "://" not in value:
        return True
    # A plain word counts when nothing else follows on its line: "hasło: kotek", but not
    # "hasło: nie działa od rana", nor "password is rejected".
    rest = text[found.end() :].split("\n", 1)[0].strip(_TRAIL + "\"'”» ")
    is_marked = any(sign in found["between"] for sign in ":=>") or bool(found["quote"])
    return not rest and is_marked and len(value) >= 4 and not _TALK.fullmatch(value)


# What people write after "password:" without giving one away.
_TALK = re.compile(
    r"wrong|incorrect|invalid|rejected|refused|failed|expired|required|missing|error|unknown"
    r"|forgotten|changed|correct|none|reset|z[łl]e|b[łl][ęe]dne|niepoprawne|nieprawid[łl]owe"
    r"|odrzucan[ea]|odrzucone|wygas[łl]o|b[łl][ąa]d|brak|dobre|poprawne|zmienione|nieznane"
    r"|zapomniane",
    re.IGNORECASE,
)
