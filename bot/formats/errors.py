"""The one error that leaves this room."""


class FormatError(Exception):
    """Text that does not keep to its format.

    `reason` is a short stable word for programs ("unknown-mechanism"), `text` the offending part
    (cleaned by whoever shows it), `at` its offset in the input.
    """

    def __init__(self, reason: str, text: str = "", at: int = 0) -> None:
        super().__init__(f"{reason} at {at}: {text[:80]!r}")
        self.reason = reason
        self.text = text
        self.at = at
