"""The certificate authorities that we know, wherever this machine keeps them."""

import logging
import os
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

_LOG = logging.getLogger(__name__)
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


class Trust:
    """A file and a folder of certificates. None given: SSL_CERT_FILE and SSL_CERT_DIR as
    everywhere, then the system's, then certifi's.
    """

    def __init__(self, file: str | None = None, folder: str | None = None) -> None:
        self._file = file
        self._folder = folder
        self._chosen: tuple[str | None, str | None] = (None, None)
        self._checking: ssl.SSLContext | None = None

    def load_into(self, load: Callable[[str | None, str | None], None]) -> None:
        """Give the first place that can be read to `load`, which raises OSError when it cannot."""
        for places in self._candidates():
            try:
                load(*places)
            except OSError as error:
                _LOG.warning("No authorities can be read from %s: %s", places, error)
                continue
            self._chosen = places
            return

    def bundles(self) -> Iterator[bytes]:
        """What the chosen files hold."""
        file, folder = self._chosen
        if file:
            yield Path(file).read_bytes()
        if folder:
            for path in Path(folder).iterdir():
                if path.is_file():
                    yield path.read_bytes()

    def checking_context(self) -> ssl.SSLContext:
        """A context that breaks the handshake off unless the certificate proves the name."""
        if self._checking is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            self.load_into(context.load_verify_locations)
            self._checking = context
        return self._checking

    def _candidates(self) -> Iterator[tuple[str | None, str | None]]:
        if self._file or self._folder:
            yield self._file, self._folder
            return
        file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
        if file or folder:
            yield file, folder
        defaults = ssl.get_default_verify_paths()
        for place in (defaults.cafile, *_BUNDLES):
            if place and Path(place).is_file():
                yield place, None
        if defaults.capath and any(Path(defaults.capath).iterdir()):
            yield None, defaults.capath
        import certifi

        yield certifi.where(), None
