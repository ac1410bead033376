"""What argparse finds wrong with a call, taken apart, so that it can be said in any language.

argparse words its complaints in English only; they are read here by their form, and one that is not
known is passed on as it is.
"""

import re

OTHER = "other"  # words: detail
_COMPLAINTS = (
    ("missing", re.compile(r"the following arguments are required: (?P<what>.+)")),
    ("unknown", re.compile(r"unrecognized arguments: (?P<what>.+)", re.DOTALL)),
    ("no-value", re.compile(r"argument (?P<what>.+): expected (?:at least )?one argument")),
    (
        "needless-value",
        re.compile(r"argument (?P<what>.+): ignored explicit argument .*", re.DOTALL),
    ),
    (
        "no-choice",
        re.compile(
            r"argument (?P<what>\S+): invalid choice: '?(?P<value>.*?)'?"
            r" \(choose from (?P<choices>.+)\)",
            re.DOTALL,
        ),
    ),
)


def read_complaint(message: str) -> tuple[str, dict[str, str]]:
    """Which complaint it is, as named in phrases/cli.yaml under `wrong`, and its words."""
    for key, form in _COMPLAINTS:
        if read := form.fullmatch(message):
            words = read.groupdict()
            if "choices" in words:
                words["choices"] = words["choices"].replace("'", "")
            return key, words
    return OTHER, {"detail": message}
