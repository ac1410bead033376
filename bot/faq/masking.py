"""Takes out of a question what tells whose it is: addresses, names of people, numbers, links.

What is left is for a curator who teaches the bot, so the words of the field stay: providers'
domains, codes of errors, ports and versions. Where in doubt, a word is taken out.
"""

import re
from collections.abc import Callable, Collection

from bot.faq.entities import KNOWN_PORTS, REPLY
from bot.faq.normalise import LONGEST, fold, words

ADDRESS, DOMAIN, LINK, NUMBER, NAME = "…@…", "…", "https://…", "0000", "N."

_LINK = re.compile(r"\b(?:https?|ftp|imaps?|smtps?|tg)://\S+|\bt\.me/\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'|]{1,64}@((?:[\w-]{1,63}\.)+[^\W\d_]{2,24})\b|@\w{3,}")
_IP = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)|\b(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}\b", re.I
)
_HOST = re.compile(r"(?<![\w@.-])(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w-])(?!\.\w)")
# Telephones, accounts, tickets: five digits and more, also when cut into groups.
_LONG_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ \t.()/-]?\d){4,}(?![\w.]*\d)")
_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,5}){1,3}")
_CODE = re.compile(r"0x[0-9a-f]{4,16}", re.IGNORECASE)
# Tickets, serial numbers, keys: letters and digits mixed, too long for a word.
_MIXED = re.compile(r"(?<![\w.])(?=\w*\d)(?=\w*[^\W\d_])\w{9,}(?![\w.])")
# "nazywam się Anna Nowak", "my name is John": what follows is a name, however it is spelt.
_PRESENTED = re.compile(
    r"(\b(?:nazywam się|nazywam sie|mam na imię|mam na imie|z tej strony"
    r"|my name is|i am called)\s+)"
    r"([^\W\d_]{2,}(?:[ -][^\W\d_]{2,})?)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(\b(?i:pozdrawiam|pozdrowienia|z poważaniem|z powazaniem|dziękuję|dzieki|dzięki"
    r"|regards|cheers|sincerely|thanks|thank you)[\s,.!-]{1,4})"
    r"([A-ZÀ-Ž][\w.'-]{0,24}(?:[ ][A-ZÀ-Ž][\w.'-]{0,24})?)\s*$"
)
_CAPITAL = re.compile(r"(?<![\w.…@-])[A-ZÀ-ŽŁŚŻŹĆŃÓ][^\W\d_]+(?:[-'’][^\W\d_]+)*")
_STARTS = re.compile(r"(?:^|[.!?:\n\"„“(–-])\s*$")


def mask(
    text: str, *, domains: Collection[str] = (), is_word: Callable[[str], bool] | None = None
) -> str:
    """A question without what tells whose it is.

    `domains` are those that stay (of public providers); `is_word` tells of a folded word whether
    it belongs to the field or to the language: any other with a capital inside a sentence is
    taken for a name.
    """
    text = _LINK.sub(LINK, text[:LONGEST])
    text = _ADDRESS.sub(lambda found: _address(found, domains), text)
    text = _IP.sub(NUMBER, text)
    text = _HOST.sub(lambda found: _host(found, domains), text)
    text = _LONG_NUMBER.sub(_number, text)
    text = _MIXED.sub(_mixed, text)
    text = _PRESENTED.sub(rf"\1{NAME}", text)
    text = _SIGNED.sub(rf"\1{NAME}", text)
    if is_word is not None:
        text = _without_names(text, is_word)
    return " ".join(text.split())


def _address(found: re.Match[str], domains: Collection[str]) -> str:
    domain = (found[1] or "").lower()
    return f"…@{domain}" if domain in domains else ADDRESS


def _host(found: re.Match[str], domains: Collection[str]) -> str:
    """A public provider's server says what is asked about; a person's own domain says who asks."""
    name = found[0].lower()
    if _VERSION.fullmatch(name):
        return found[0]
    labels = name.split(".")
    tails = (".".join(labels[at:]) for at in range(len(labels) - 1))
    return found[0] if any(tail in domains for tail in tails) else DOMAIN


def _number(found: re.Match[str]) -> str:
    """Reply codes, versions and ports may stand side by side; so do the parts of a telephone."""
    parts = re.split(r"[ /]", found[0])
    if len(parts) == 1 or all(part.isdecimal() for part in parts):
        is_public = all(part.isdecimal() and int(part) in KNOWN_PORTS for part in parts)
        return found[0] if is_public or _VERSION.fullmatch(found[0]) else NUMBER
    is_public = all(_VERSION.fullmatch(part) or REPLY.fullmatch(part) for part in parts)
    return found[0] if is_public else NUMBER


def _mixed(found: re.Match[str]) -> str:
    return found[0] if _CODE.fullmatch(found[0]) else NUMBER


def _without_names(text: str, is_word: Callable[[str], bool]) -> str:
    """A word with a capital that is no word of ours is a name; at a sentence's start, two are."""
    parts, end = [], 0
    found = list(_CAPITAL.finditer(text))
    # The range of the pattern holds small letters with diacritics too.
    strange = [each[0][0].isupper() and not _is_known(each[0], is_word) for each in found]
    for at, each in enumerate(found):
        if not strange[at]:
            continue
        if _STARTS.search(text[: each.start()]) and not _has_strange_neighbour(found, strange, at):
            continue
        parts += [text[end : each.start()], NAME]
        end = each.end()
    return "".join((*parts, text[end:]))


def _is_known(word: str, is_word: Callable[[str], bool]) -> bool:
    return word.isupper() or all(is_word(part) for part in words(fold(word)))


def _has_strange_neighbour(found: list[re.Match[str]], strange: list[bool], at: int) -> bool:
    return at + 1 < len(found) and strange[at + 1] and found[at + 1].start() == found[at].end() + 1
