"""Text that servers say, made harmless once, at the wire: any of it may be an attacker's.

Control characters, terminal escapes and the invisible marks that turn text around or hide it are
taken out, and the length is capped. Escaping for a renderer is the renderer's business.
"""

import re

LONGEST = 500

# ECMA-48: CSI … final byte; OSC, DCS, SOS, PM and APC up to their terminator; two-byte escapes.
# Each also in its eight-bit form. Taken out whole, so that no "[31m" stays behind.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
# Bidirectional controls, zero-width and other format characters, separators, tags, surrogates,
# non-characters: nothing that has a shape of its own.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def clean(text: str | bytes, longest: int = LONGEST) -> str:
    """One harmless line: bytes are read as UTF-8, what is not UTF-8 as Latin-1 letters."""
    text = text[: longest * 8]
    if isinstance(text, bytes):
        text = decode(text)
    text = _ESCAPES.sub("", text)
    text = _UNSEEN.sub("", text)
    text = _CONTROLS.sub(" ", text).strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def decode(data: bytes) -> str:
    """Bytes as text, whatever they are: nothing is lost, nothing raises."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
