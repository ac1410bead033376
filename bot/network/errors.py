"""What goes wrong on the way to somebody else's server. None of it is a verdict about them."""

from bot.model.trouble import Trouble
from bot.network.talk import CertificateFault


class NetworkError(Exception):
    """Something could not be seen: `trouble` says why, `detail` is cleaned text for an expert."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}" if detail else str(trouble))
        self.trouble = trouble
        self.detail = detail


class CertificateError(NetworkError):
    """HTTPS ended because the certificate does not prove the name: `fault` says why."""

    def __init__(self, fault: CertificateFault, detail: str = "") -> None:
        super().__init__(Trouble.TLS, detail)
        self.fault = fault


class NotPublicError(NetworkError):
    """The guard refused. It says nothing more, so that nobody learns how."""

    def __init__(self) -> None:
        super().__init__(Trouble.NOT_PUBLIC)
