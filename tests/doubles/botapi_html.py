"""Telegram's HTML, read as strictly as its documentation words it ("Formatting options").

Stricter than the real server in two things, so that a slip in our escaping cannot hide: a bare
ampersand and markup inside <code> or <pre> are refused here, where Telegram lets them pass.
"""

import re
from dataclasses import dataclass, field

ALIASES = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}
TYPES = {
    "b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code",
    "pre": "pre", "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler",
    "span": "spoiler", "tg-emoji": "custom_emoji",
}  # fmt: skip
ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
ATTRIBUTE = re.compile(r"\s+([A-Za-z-]+)(?:=\"([^\"<>]*)\"|='([^'<>]*)')?")


class HtmlError(ValueError):
    """What Telegram would say after "can't parse entities: "."""


def utf16(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _Open:
    name: str
    written: str
    start: int
    extra: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[dict[str, object]]]:
    """The plain text and its entities; HtmlError on anything that is not Telegram's HTML."""
    out: list[str] = []
    length = 0
    entities: list[dict[str, object]] = []
    stack: list[_Open] = []
    at = 0
    while at < len(source):
        letter = source[at]
        if letter == "&":
            match = ENTITY.match(source, at)
            if match is None:
                raise HtmlError(f"Unknown entity at byte offset {_bytes(source, at)}")
            piece = _decoded(match)
            at = match.end()
        elif letter == "<":
            at = _tag(source, at, stack, entities, length)
            continue
        elif letter == ">":
            raise HtmlError(f'Character ">" must be escaped at byte offset {_bytes(source, at)}')
        else:
            piece = letter
            at += 1
        out.append(piece)
        length += utf16(piece)
    if stack:
        raise HtmlError(f'Can\'t find end tag corresponding to start tag "{stack[-1].written}"')
    entities.reverse()  # of two on the same place the outer one, closed last, comes first
    entities.sort(key=lambda entity: (entity["offset"], -int(str(entity["length"]))))
    return "".join(out), entities


def _decoded(match: re.Match[str]) -> str:
    named, decimal, hexadecimal = match.groups()
    if named:
        return NAMED[named]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise HtmlError("Invalid character reference")
    return chr(code)


def _bytes(source: str, at: int) -> int:
    return len(source[:at].encode("utf-8", "surrogatepass"))


def _tag(
    source: str, at: int, stack: list[_Open], entities: list[dict[str, object]], length: int
) -> int:
    offset = _bytes(source, at)
    end = source.find(">", at)
    if end < 0:
        raise HtmlError(f"Unclosed start tag at byte offset {offset}")
    inside = source[at + 1 : end]
    if inside.startswith("/"):
        _close(inside[1:].strip().lower(), offset, stack, entities, length)
        return end + 1
    name = TAG_NAME.match(inside)
    if name is None:
        raise HtmlError(f'Unsupported start tag "{inside[:20]}" at byte offset {offset}')
    written = name.group().lower()
    tag = ALIASES.get(written, written)
    if tag not in TYPES:
        raise HtmlError(f'Unsupported start tag "{written}" at byte offset {offset}')
    extra = _attributes(tag, written, inside[name.end() :], offset, stack)
    if any(outer.name == "code" for outer in stack) or (
        tag != "code" and any(outer.name == "pre" for outer in stack)
    ):
        raise HtmlError(f'Tag "{written}" inside code at byte offset {offset}')
    stack.append(_Open(tag, written, length, extra))
    return end + 1


def _attributes(
    tag: str, written: str, rest: str, offset: int, stack: list[_Open]
) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(rest):
        match = ATTRIBUTE.match(rest, at)
        if match is None:
            raise HtmlError(f'Unexpected end of tag "{written}" at byte offset {offset}')
        found[match.group(1).lower()] = _unescaped(match.group(2) or match.group(3) or "")
        at = match.end()
    allowed = {
        "a": {"href"}, "span": {"class"}, "code": {"class"}, "tg-emoji": {"emoji-id"},
        "blockquote": {"expandable"},
    }.get(tag, set())  # fmt: skip
    for name in found:
        if name not in allowed:
            raise HtmlError(f'Unexpected attribute "{name}" in tag "{written}" at {offset}')
    if tag == "a" and not found.get("href"):
        raise HtmlError(f'Tag "a" must have attribute "href" at byte offset {offset}')
    if tag == "span" and found.get("class") != "tg-spoiler":
        raise HtmlError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    if tag == "code" and found and not (stack and stack[-1].name == "pre"):
        raise HtmlError(f'Class of "code" is only for "pre" at byte offset {offset}')
    return {"url": found["href"]} if tag == "a" else {}


def _unescaped(value: str) -> str:
    for ampersand in re.finditer("&", value):
        if ENTITY.match(value, ampersand.start()) is None:
            raise HtmlError("Unknown entity in an attribute")
    return ENTITY.sub(_decoded, value)


def _close(
    written: str, offset: int, stack: list[_Open], entities: list[dict[str, object]], length: int
) -> None:
    if not stack:
        raise HtmlError(f"Unexpected end tag at byte offset {offset}")
    top = stack.pop()
    if top.written != written:
        raise HtmlError(
            f'Unmatched end tag at byte offset {offset}, expected "</{top.written}>",'
            f' found "</{written}>"'
        )
    if length > top.start:
        entity = {"type": TYPES[top.name], "offset": top.start, "length": length - top.start}
        entities.append(entity | top.extra)
