"""A throw-away certificate authority: sound certificates, and one for each thing that goes wrong.

ca = ThrowAwayCa(tmp_path)
server_context = ca.good("mx.firma.pl").context()
network = Network(…, trust=Trust(str(ca.root_file)))
"""

import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, in files, as a server is given them."""

    leaf: x509.Certificate
    key: Key
    file: Path  # the key and the chain that is sent

    def context(
        self, version: ssl.TLSVersion | None = None, ciphers: str | None = None
    ) -> ssl.SSLContext:
        """A server's context; `version` the only one that it speaks, however old."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if version is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = context.maximum_version = version
            context.set_ciphers(ciphers or "DEFAULT:@SECLEVEL=0")
        elif ciphers:
            context.set_ciphers(ciphers)
        context.load_cert_chain(self.file)
        return context


class Authority:
    """A key that signs, with the certificate that says whose it is."""

    def __init__(self, name: x509.Name, issuer: "Authority | None" = None) -> None:
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = _build(
            name, self.key, issuer or self, names=(), begin=-_DAY * 30, end=_DAY * 3650, is_ca=True
        )


class ThrowAwayCa:
    """A root, an intermediate below it, and a root that nobody knows. Files lie in `folder`."""

    def __init__(self, folder: Path, organization: str = "Listonosz tests") -> None:
        self._folder = folder
        self._numbers = count(1)
        self.root = Authority(_name("Test root", organization))
        self.intermediate = Authority(_name("Test intermediate", organization), self.root)
        self.stranger = Authority(_name("Nobody knows me", "Strangers"))
        self.root_file = folder / "root.pem"
        self.root_file.write_bytes(_pem(self.root.certificate))

    def good(self, *names: str) -> Issued:
        """Nothing is wrong: names or addresses, through the intermediate, which is sent."""
        return self.issue(*names)

    def expired(self, *names: str) -> Issued:
        """It ended yesterday."""
        return self.issue(*names, begin=-_DAY * 20, end=-_DAY)

    def not_yet_valid(self, *names: str) -> Issued:
        """It begins tomorrow."""
        return self.issue(*names, begin=_DAY, end=_DAY * 90)

    def wrong_name(self) -> Issued:
        """It is sound, for somebody else."""
        return self.issue("somebody.else.example")

    def incomplete_chain(self, *names: str) -> Issued:
        """The intermediate is not sent."""
        return self.issue(*names, send=())

    def unknown_issuer(self, *names: str, sends_root: bool = False) -> Issued:
        """Issued by a root that nobody trusts."""
        sent = (self.stranger.certificate,) if sends_root else ()
        return self.issue(*names, issuer=self.stranger, send=sent)

    def self_signed(self, *names: str, begin: timedelta = -_DAY, end: timedelta = _DAY) -> Issued:
        """It vouches for itself."""
        return self.issue(*names, issuer=None, send=(), begin=begin, end=end)

    def issue(
        self,
        *names: str,
        issuer: Authority | str | None = "intermediate",
        send: tuple[x509.Certificate, ...] | None = None,
        begin: timedelta = -_DAY,
        end: timedelta = _DAY * 90,
        common: str = "",
        extensions: tuple[x509.ExtensionType, ...] = (),
        authority_key: x509.AuthorityKeyIdentifier | None = None,
    ) -> Issued:
        """Any certificate at all; `issuer` None signs with its own key."""
        signer = self.intermediate if issuer == "intermediate" else issuer
        assert not isinstance(signer, str)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(common or (names[0] if names else "nameless"))
        leaf = _build(
            subject, key, signer, names, begin, end, extensions=extensions, named=authority_key
        )
        chain = (self.intermediate.certificate,) if send is None else send
        file = self._folder / f"server-{next(self._numbers)}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + b"".join(_pem(certificate) for certificate in (leaf, *chain))
        )
        return Issued(leaf, key, file)


def _build(
    subject: x509.Name,
    key: Key,
    issuer: Authority | None,
    names: tuple[str, ...],
    begin: timedelta,
    end: timedelta,
    is_ca: bool = False,
    extensions: tuple[x509.ExtensionType, ...] = (),
    named: x509.AuthorityKeyIdentifier | None = None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    signing_key = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begin)
        .not_valid_after(now + end)
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            named or x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            False,
        )
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general(name) for name in names]), False
        )
    for extension in extensions:
        builder = builder.add_extension(extension, False)
    return builder.sign(signing_key, hashes.SHA256())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common: str, organization: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common[:64])]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
