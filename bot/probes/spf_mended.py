"""SPF records in the place of broken ones: a misspelt one mended, several merged into one."""

import re

from bot.formats.errors import FormatError
from bot.formats.spf import MechanismKind, Qualifier, parse_spf
from bot.probes.spf_record import proposed

# A version as people misspell it, up to the first term.
_MISSPELT = re.compile(r"(?:v\s*=\s*)?spf\s*\d*(?:\.\d+)?[\s;,:]*", re.IGNORECASE)


def mend(near: str) -> str | None:
    """What was meant, where only the version and the signs between the terms are wrong."""
    terms = _MISSPELT.sub("", near.strip(" \t\"'"), count=1)
    text = " ".join(("v=spf1", *re.split(r"[\s,;]+", terms.strip(" \t,;"))))
    try:
        record = parse_spf(text)
    except FormatError:
        return None
    # "ip4=192.0.2.1" reads as a modifier that nobody knows: no proposal is made of such a slip.
    is_odd = any(modifier.name not in ("redirect", "exp") for modifier in record.modifiers)
    if is_odd or not record.terms:
        return None
    is_closed = record.all is not None or record.redirect is not None
    return proposed(text if is_closed else f"{text.rstrip()} ~all")


def merge(texts: tuple[str, ...]) -> str | None:
    """One record with the terms of all, where they can be read and their order does not matter."""
    try:
        records = [parse_spf(text) for text in sorted(texts)]  # DNS gives them in any order
    except FormatError:
        return None
    if any(record.redirect or record.exp for record in records):
        return None
    senders = [
        mechanism
        for record in records
        for mechanism in record.mechanisms
        if mechanism.kind is not MechanismKind.ALL
    ]
    if any(mechanism.qualifier not in (None, Qualifier.PASS) for mechanism in senders):
        return None
    terms: dict[str, str] = {}
    for mechanism in senders:
        text = mechanism.text.removeprefix("+")
        terms.setdefault(text.lower(), text)
    ends = {record.all.qualifier for record in records if record.all}
    return proposed(
        " ".join(("v=spf1", *terms.values(), "-all" if ends == {Qualifier.FAIL} else "~all"))
    )
