"""What people break in XML that they write by hand, as in ISPDB, and how it is mended."""

import re
from collections.abc import Iterator

MOST_SECTIONS = 200
# An end tag whose slash was forgotten: the same name opens again right after the text.
_NO_SLASH = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,40})>([^<>]{0,2000})<\1>")
# An end tag whose bracket was forgotten: "<port>993/port>".
_NO_BRACKET = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,40})>([^<>]{0,2000})/\1>")
# "&" in the address of a web page, "&amP;", "&nbsp;": nothing that XML knows by itself.
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")


def mended(text: str) -> str:
    """The text with forgotten slashes and brackets put in; ampersands stand for themselves."""
    text = _AMPERSAND.sub("&amp;", text)
    for forgotten in (_NO_SLASH, _NO_BRACKET):
        text = forgotten.sub(r"<\1>\2</\1>", text)
    return text


def sections(text: str, names: tuple[str, ...]) -> Iterator[str]:
    """The elements of these names as they stand in a text that is broken somewhere else."""
    text = _without_comments(text)
    lowered = text.lower()
    opens = re.compile("<(" + "|".join(names) + r")(?=[\s/>])")
    at = 0
    for _ in range(MOST_SECTIONS):
        found = opens.search(lowered, at)
        if found is None:
            return
        at = found.end()
        tag_end = lowered.find(">", at)
        if tag_end > 0 and lowered[tag_end - 1] == "/":
            at = tag_end + 1
        elif (close := lowered.find(f"</{found[1]}>", at)) >= 0:
            at = close + len(found[1]) + 3
        else:
            continue
        yield text[found.start() : at]


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start)
        at = len(text) if end < 0 else end + 3
    return "".join((*kept, text[at:]))
