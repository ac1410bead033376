"""The certificates of the laboratory: a root, an intermediate, and leaves sound and faulty."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.laboratory.plan import Host, Showing
from tests.laboratory.zones import a_label

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """The files that a server needs: the chain as it sends it, and the key."""

    chain: Path
    key: Path


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Pki:
    """Issues into a folder; `root` there is what a client must trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "pki"
        self._folder.mkdir()
        self._root = _authority("Laboratory Root")
        self._issuer = _authority("Laboratory Intermediate", self._root)
        self._stranger = _authority("Root That Nobody Knows")
        self._shown: dict[tuple[str, Showing], Shown] = {}
        self.root = folder / "root.pem"
        self.root.write_bytes(_pem(self._root.certificate))

    def shown(self, host: Host, showing: Showing = Showing.SOUND) -> Shown:
        """The files for a host that shows such a certificate."""
        key = (host.name, showing)
        if key not in self._shown:
            self._shown[key] = self._issue(host, showing)
        return self._shown[key]

    def _issue(self, host: Host, showing: Showing) -> Shown:
        now = datetime.now(UTC)
        start, end = now - _DAY, now + 90 * _DAY
        names = [a_label(name) for name in (host.name, *host.also)]
        issuer: _Authority | None = self._issuer
        sent = [self._issuer.certificate]
        match showing:
            case Showing.EXPIRED:
                start, end = now - 91 * _DAY, now - _DAY
            case Showing.NOT_YET_VALID:
                start = now + _DAY
            case Showing.WRONG_NAME:
                names = ["other.example.org"]
            case Showing.SELF_SIGNED:
                issuer, sent = None, []
            case Showing.UNKNOWN_ISSUER:
                issuer, sent = self._stranger, [self._stranger.certificate]
            case Showing.INCOMPLETE_CHAIN:
                sent = []
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _certificate(names[0], key, issuer, start, end, names)
        stem = self._folder / f"{a_label(host.name)}.{showing}"
        shown = Shown(stem.with_name(stem.name + ".pem"), stem.with_name(stem.name + ".key"))
        shown.chain.write_bytes(b"".join(_pem(one) for one in (leaf, *sent)))
        shown.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return shown


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _authority(name: str, issuer: _Authority | None = None) -> _Authority:
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(name, key, issuer, now - 365 * _DAY, now + 365 * _DAY, None)
    return _Authority(certificate, key)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: _Authority | None,
    start: datetime,
    end: datetime,
    names: list[str] | None,
) -> x509.Certificate:
    """A leaf for `names`, or an authority where there are none; self-signed without an issuer."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if names is not None:
        san = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        builder = builder.add_extension(san, critical=False)
    return builder.sign(signer, hashes.SHA256())
