"""What goes wrong on the way to somebody else's server. None of it is a verdict about them."""

from bot.model.trouble import Trouble


class NetworkError(Exception):
    """Something could not be seen: `trouble` says why, `detail` is cleaned text for an expert."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}" if detail else str(trouble))
        self.trouble = trouble
        self.detail = detail


class NotPublicError(NetworkError):
    """The guard refused. It says nothing more, so that nobody learns how."""

    def __init__(self) -> None:
        super().__init__(Trouble.NOT_PUBLIC)
