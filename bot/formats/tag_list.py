"""Tag lists, `name=value; name=value` (RFC 6376 section 3.2): DKIM keys, BIMI."""

import re

from bot.formats.errors import FormatError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_VALUE = re.compile(r"[!-:<-~]*(?:[ \t\r\n]+[!-:<-~]+)*")
_BLANKS = " \t\r\n"  # folding white space; in DNS there is nothing to fold, but it does no harm


def parse_tag_list(text: str) -> dict[str, str]:
    """Read a tag list, in order. Reasons: bad-tag, bad-character, repeated-tag, empty.

    Names and values keep their case; white space around both is dropped.
    """
    tags: dict[str, str] = {}
    specs = text.split(";")
    if len(specs) > 1 and not specs[-1].strip(_BLANKS):
        specs.pop()  # one final semicolon
    at = 0
    for spec in specs:
        name, equals, value = spec.partition("=")
        name, value = name.strip(_BLANKS), value.strip(_BLANKS)
        if not equals or not _NAME.fullmatch(name):
            raise FormatError("bad-tag" if text.strip(_BLANKS) else "empty", spec, at)
        if not _VALUE.fullmatch(value):
            raise FormatError("bad-character", value, at + spec.index("=") + 1)
        if name in tags:
            raise FormatError("repeated-tag", name, at)
        tags[name] = value
        at += len(spec) + 1
    return tags
