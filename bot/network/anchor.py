"""Whether a server's chain leads to an authority that a TLSA record names (RFC 7671 section 5.2).

OpenSSL walks the chain, with the named authority as the only one that it trusts: signatures, dates,
and who may sign for whom; and the leaf must be made for servers. Whose name it bears is not looked
at here.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import IntEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import crypto

from bot.formats.tlsa import Tlsa

_DATES = frozenset({9, 10})  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED


class Anchoring(IntEnum):
    """How far a chain leads, from worst to best."""

    ABSENT = 0  # the record names nobody in the chain
    BROKEN = 1  # it does, but the signatures do not lead there
    DATES = 2  # they do, but something is expired or not yet valid
    PURPOSE = 3  # the leaf is made for something else than a server
    SOUND = 4


def anchoring(record: Tlsa, chain: Sequence[bytes], at: datetime) -> Anchoring:
    """What a DANE-TA record makes of a chain in DER, leaf first."""
    if not chain:
        return Anchoring.ABSENT
    sent = [der for der in chain[1:] if record.names(der)]
    verdicts = [_walk(chain, der, at) for der in sent]
    if record.matching_type == 0 and not sent:
        # The whole certificate or key is in DNS: the server need not send it (section 5.2.3).
        kept = [record.data] if record.selector == 0 else list(_signed(record.data, chain))
        verdicts = [_walk(chain, der, at) for der in kept if der != record.data or der != chain[0]]
        verdicts = [verdict for verdict in verdicts if verdict is not Anchoring.BROKEN]
    return max(verdicts, default=Anchoring.ABSENT)


def _walk(chain: Sequence[bytes], anchor: bytes, at: datetime) -> Anchoring:
    try:
        store = crypto.X509Store()
        store.add_cert(_load(anchor))
        # The named authority may itself be below another (section 5.2.2).
        store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
        store.set_time(at)
        leaf, *others = [_load(der) for der in chain]
        crypto.X509StoreContext(store, leaf, others).verify_certificate()
    except crypto.X509StoreContextError as error:
        return Anchoring.DATES if error.errors[0] in _DATES else Anchoring.BROKEN
    except (crypto.Error, ValueError):
        return Anchoring.BROKEN
    return Anchoring.SOUND if _is_for_servers(chain[0]) else Anchoring.PURPOSE


def _is_for_servers(der: bytes) -> bool:
    """Who says what a certificate is for, must say servers (RFC 5280 section 4.2.1.12)."""
    try:
        found = x509.load_der_x509_certificate(der).extensions
        purposes = found.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return bool(
        {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
        & set(purposes)
    )


def _load(der: bytes) -> crypto.X509:
    return crypto.load_certificate(crypto.FILETYPE_ASN1, der)


def _signed(key: bytes, chain: Sequence[bytes]) -> Iterator[bytes]:
    """The certificates of the chain that a bare key has signed."""
    for der in chain:
        try:
            _check(key, x509.load_der_x509_certificate(der))
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            continue
        yield der


def _check(key: bytes, certificate: x509.Certificate) -> None:
    public = load_der_public_key(key)
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    method = certificate.signature_algorithm_parameters
    match public:
        case rsa.RSAPublicKey():
            digest = certificate.signature_hash_algorithm
            if digest is None or isinstance(method, ec.ECDSA) or method is None:
                raise InvalidSignature
            public.verify(signature, signed, method, digest)
        case ec.EllipticCurvePublicKey() if isinstance(method, ec.ECDSA):
            public.verify(signature, signed, method)
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            public.verify(signature, signed)
        case _:
            raise InvalidSignature
