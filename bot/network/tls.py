"""TLS through memory (OpenSSL), so that one handshake tells everything that is wrong with it.

Verification never breaks the handshake off: a callback records each error, and the connection
stands whatever they are. Old protocol versions and weak keys are let in on purpose, to be seen.
Nothing secret is ever sent over such a connection.
"""

from collections.abc import Sequence
from typing import Any

from OpenSSL import SSL, crypto

from bot.model.trouble import Trouble
from bot.network.certificate import organizations_in, read_certificate, untrusted_cause
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.guard import as_address
from bot.network.talk import CertificateFault, Tls
from bot.network.trust import Trust

# X509_V_ERR_… of OpenSSL's x509_vfy.h.
_ISSUER_NOT_FOUND = frozenset({2, 20})
_FOLLOWS_FROM_OTHERS = frozenset({21, 27})  # leaf unverifiable, certificate untrusted
_NOT_YET_VALID = 9
_EXPIRED = 10
_SELF_SIGNED_LEAF = 18
_SELF_SIGNED_IN_CHAIN = 19
_OUR_OWN = frozenset({"no protocols available", "no ciphers available"})
_CHUNK = 16384
# Not in pyOpenSSL under a name; a server without secure renegotiation is to be seen, not refused.
_LEGACY_SERVER_CONNECT = 0x4
_IGNORE_UNEXPECTED_EOF = 0x80


class Verifier:
    """The one OpenSSL context of all our handshakes, made when the first of them needs it."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._context: SSL.Context | None = None
        self._old_context: SSL.Context | None = None
        self._organizations: frozenset[str] | None = None

    @property
    def context(self) -> SSL.Context:
        """The context, with the authorities that we know."""
        if self._context is None:
            self._context = self._load()
        return self._context

    @property
    def old_context(self) -> SSL.Context:
        """One that offers TLS 1.0 and 1.1 alone; what certificate is shown is not asked."""
        if self._old_context is None:
            self._old_context = _open_context()
            self._old_context.set_max_proto_version(SSL.TLS1_1_VERSION)
        return self._old_context

    @property
    def organizations(self) -> frozenset[str]:
        """Whose roots are known, in lower case; read when a chain breaks off, which is rare."""
        if self._organizations is None:
            self._organizations = organizations_in(self._trust.bundles())
        return self._organizations

    def _load(self) -> SSL.Context:
        context = _open_context()
        context.set_verify(SSL.VERIFY_PEER, _record)

        def load(file: str | None, folder: str | None) -> None:
            try:
                context.load_verify_locations(file, folder)
            except SSL.Error as error:
                raise OSError(_reason(error)) from error

        self._trust.load_into(load)
        return context


def _open_context() -> SSL.Context:
    """Speaks whatever our OpenSSL can, however old."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_VERSION)
    context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
    context.set_options(_LEGACY_SERVER_CONNECT | _IGNORE_UNEXPECTED_EOF)
    return context


class Handshake:
    """The client's side of one TLS connection: a TlsLayer for the wire."""

    def __init__(self, verifier: Verifier, host: str, *, old: bool = False) -> None:
        self._host = host
        self._verifier = verifier
        self._errors: list[tuple[int, int, bytes]] = []
        self._connection = SSL.Connection(verifier.old_context if old else verifier.context, None)
        self._connection.set_app_data(self._errors)
        # SNI holds host names, without a final dot (RFC 6066 section 3). What no name can be, as
        # it may stand in an MX record, is left out.
        name = host.rstrip(".").encode("ascii", "replace")
        if as_address(host) is None and 0 < len(name) <= 253 and b"\0" not in name:
            self._connection.set_tlsext_host_name(name)
        self._connection.set_connect_state()

    def advance(self) -> bool:
        """Go on with the handshake; True when it is done."""
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return False
        except SSL.Error as error:
            reason = _reason(error)
            # Nothing was sent then: it is our own OpenSSL that can no more of what was offered.
            is_ours = reason in _OUR_OWN
            raise NetworkError(Trouble.TLS_UNABLE if is_ours else Trouble.TLS, reason) from error
        return True

    def put(self, ciphertext: bytes) -> None:
        """Take what came from the wire."""
        self._connection.bio_write(ciphertext)

    def take(self) -> bytes:
        """Give what must go to the wire."""
        parts = []
        while True:
            try:
                parts.append(self._connection.bio_read(_CHUNK))
            except SSL.WantReadError:
                return b"".join(parts)

    def encrypt(self, plaintext: bytes) -> None:
        """Take what we want to say."""
        self._connection.sendall(plaintext)

    def decrypt(self) -> tuple[bytes, bool]:
        """Give what the other side said, and whether it has ended TLS in good order."""
        parts = []
        while True:
            try:
                parts.append(self._connection.recv(_CHUNK))
            except SSL.WantReadError:
                return b"".join(parts), False
            except (SSL.ZeroReturnError, SSL.SysCallError):
                return b"".join(parts), True
            except SSL.Error as error:
                raise NetworkError(Trouble.TLS, _reason(error)) from error

    def shut(self) -> None:
        """Say that we say no more."""
        try:
            self._connection.shutdown()
        except SSL.Error:
            return

    def result(self) -> Tls:
        """What the finished handshake showed."""
        connection = self._connection
        chain = tuple(
            crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
            for certificate in connection.get_peer_cert_chain() or ()
        )
        return Tls(
            connection.get_protocol_version_name(),
            connection.get_cipher_name() or "",
            read_certificate(chain, self._host, self._faults()) if chain else None,
        )

    def _faults(self) -> list[CertificateFault]:
        return [
            fault
            for number, depth, der in self._errors
            if (fault := self._fault(number, depth, der)) is not None
        ]

    def _fault(self, number: int, depth: int, der: bytes) -> CertificateFault | None:
        if number in _FOLLOWS_FROM_OTHERS:
            return None
        if number in _ISSUER_NOT_FOUND:
            return untrusted_cause(der, depth, self._verifier.organizations)
        # Of an intermediate certificate the leaf's dates would say nothing.
        if number == _EXPIRED and depth == 0:
            return CertificateFault.EXPIRED
        if number == _NOT_YET_VALID and depth == 0:
            return CertificateFault.NOT_YET_VALID
        if number == _SELF_SIGNED_LEAF:
            return CertificateFault.SELF_SIGNED
        if number == _SELF_SIGNED_IN_CHAIN:
            return CertificateFault.UNKNOWN_ISSUER
        return CertificateFault.OTHER


def _record(
    connection: SSL.Connection, certificate: crypto.X509, number: int, depth: int, ok: int
) -> bool:
    errors: list[tuple[int, int, bytes]] = connection.get_app_data()
    if not ok and len(errors) < 50:
        der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
        errors.append((number, depth, der))
    return True


def _reason(error: SSL.Error) -> str:
    if isinstance(error, SSL.SysCallError):
        return "broken off"
    queue: Any = error.args[0] if error.args else ()
    if isinstance(queue, Sequence) and not isinstance(queue, str):
        reasons = [str(entry[-1]) for entry in queue if entry]
        return clean("; ".join(dict.fromkeys(reason for reason in reasons if reason)))
    return clean(str(error))
