"""Signs a configuration profile (CMS, RFC 5652), so that the device can say whose it is."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from bot.formats.errors import FormatError


@dataclass(frozen=True, slots=True)
class ProfileSigner:
    """The operator's certificate, those above it, and the key."""

    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...]
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def sign(self, profile: bytes) -> bytes:
        """The profile within a signature, as Apple's devices read it."""
        builder = pkcs7.PKCS7SignatureBuilder().set_data(profile)
        builder = builder.add_signer(self.certificate, self.key, hashes.SHA256())
        for certificate in self.above:
            builder = builder.add_certificate(certificate)
        return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def read_signer(certificates: bytes, key: bytes) -> ProfileSigner:
    """From PEM: the certificate first, then those above it; the key without a passphrase."""
    try:
        chain = x509.load_pem_x509_certificates(certificates)
    except ValueError:
        raise FormatError("no-certificate") from None
    try:
        private = serialization.load_pem_private_key(key, None)
    except (TypeError, ValueError):
        raise FormatError("no-key") from None
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise FormatError("no-key")
    if private.public_key() != chain[0].public_key():
        raise FormatError("other-key")
    return ProfileSigner(chain[0], tuple(chain[1:]), private)
