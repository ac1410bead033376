"""A server's certificate read and held against its name (RFC 5280, RFC 9525)."""

import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtensionOID,
    NameOID,
)

from bot.network.clean import clean
from bot.network.talk import Certificate, CertificateFault

_MOST_NAMES = 100
_LONGEST_NAME = 253
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def read_certificate(
    chain: Sequence[bytes], host: str, faults: Iterable[CertificateFault]
) -> Certificate:
    """The leaf of a chain in DER, with the faults of the chain and those of its name."""
    der = chain[0]
    all_faults = list(faults)
    sha256 = hashlib.sha256(der).hexdigest()
    try:
        with _quiet():
            leaf = x509.load_der_x509_certificate(der)
            dns_names, addresses = _alternative_names(leaf)
            issuer = clean(_shown(leaf.issuer))
            not_before, not_after = leaf.not_valid_before_utc, leaf.not_valid_after_utc
            common = _attribute(leaf.subject, NameOID.COMMON_NAME)
            key = _key(leaf)
    # Certificates in the wild break the rules of DER in ways that OpenSSL forgives.
    except (ValueError, UnsupportedAlgorithm, TypeError):
        epoch = datetime.fromtimestamp(0, UTC)
        faulty = (*all_faults, CertificateFault.OTHER)
        return Certificate((), "", epoch, epoch, "", sha256, _unique(faulty), tuple(chain))
    if not matches(host, dns_names, addresses):
        all_faults.append(CertificateFault.WRONG_NAME)
    names = (*dns_names, *addresses) or ((common,) if common else ())
    return Certificate(
        tuple(clean(name, _LONGEST_NAME) for name in names[:_MOST_NAMES]),
        issuer,
        not_before,
        not_after,
        key,
        sha256,
        _unique(all_faults),
        tuple(chain),
    )


def matches(host: str, dns_names: Iterable[str], addresses: Iterable[str]) -> bool:
    """Whether a certificate with these names proves `host` (RFC 9525 sections 6.3 and 6.4).

    The common name no longer counts.
    """
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        wanted = host.lower().rstrip(".").split(".")
        return any(_name_matches(name.lower().rstrip(".").split("."), wanted) for name in dns_names)
    return any(ip_address(text) == address for text in addresses)


def _name_matches(pattern: Sequence[str], wanted: Sequence[str]) -> bool:
    if pattern[0] != "*":
        return pattern == wanted
    # The wildcard is the whole left-most label and stands for exactly one; a wildcard right
    # under the root would prove half the Internet.
    return len(pattern) > 2 and pattern[1:] == wanted[1:] and bool(wanted[0])


def untrusted_cause(
    last: bytes, depth: int, root_organizations: frozenset[str]
) -> CertificateFault:
    """Why the issuer of `last`, where the chain broke off at `depth`, was not found.

    Either the server keeps back an intermediate certificate of a known authority, or the
    authority is one that nobody knows. A leaf sent alone looks the same in both cases, so this
    weighs what the last certificate itself tells:

    - the name of its issuer's issuer, where it is given (authorityCertIssuer): a root issued
      itself, an intermediate did not;
    - the issuer belongs to an organization that has a trusted root: an intermediate is missing;
    - a leaf says on the web where its issuer's certificate is (caIssuers), or carries proofs of
      having been logged in public (RFC 6962): authorities that clients know do so, private ones
      hardly ever;
    - the issuer calls itself an intermediate.

    Without any of these the issuer is unknown, which is true in any case.
    """
    try:
        with _quiet():
            certificate = x509.load_der_x509_certificate(last)
            issuer = certificate.issuer
            grand_issuer = _issuer_of_issuer(certificate)
            organization = _attribute(issuer, NameOID.ORGANIZATION_NAME).casefold()
            common = _attribute(issuer, NameOID.COMMON_NAME).casefold()
            is_published = depth == 0 and _is_published(certificate)
    except (ValueError, TypeError):
        return CertificateFault.UNKNOWN_ISSUER
    if grand_issuer is not None:
        is_root = grand_issuer == issuer
        return CertificateFault.UNKNOWN_ISSUER if is_root else CertificateFault.INCOMPLETE_CHAIN
    calls_itself = any(word in common for word in ("intermediate", "issuing", "sub ca", "subca"))
    if (
        (organization and organization in root_organizations)
        or is_published
        or (depth == 0 and calls_itself)
    ):
        return CertificateFault.INCOMPLETE_CHAIN
    return CertificateFault.UNKNOWN_ISSUER


def organizations_in(bundles: Iterable[bytes]) -> frozenset[str]:
    """The organizations of all certificates in PEM bundles, in lower case."""
    found = set()
    for bundle in bundles:
        for block in _PEM.findall(bundle):
            try:
                with _quiet():
                    subject = x509.load_pem_x509_certificate(block).subject
                    found.add(_attribute(subject, NameOID.ORGANIZATION_NAME).casefold())
            except (ValueError, TypeError):
                continue
    return frozenset(found - {""})


@contextmanager
def _quiet() -> Iterator[None]:
    """The library warns of what other people's certificates break; we have our own words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _issuer_of_issuer(certificate: x509.Certificate) -> x509.Name | None:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    except x509.ExtensionNotFound:
        return None
    for name in extension.value.authority_cert_issuer or ():
        if isinstance(name, x509.DirectoryName):
            return name.value
    return None


def _is_published(certificate: x509.Certificate) -> bool:
    extensions = certificate.extensions
    try:
        extensions.get_extension_for_oid(ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS)
        return True
    except x509.ExtensionNotFound:
        pass
    try:
        access = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return False
    return any(
        entry.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(entry.access_location, x509.UniformResourceIdentifier)
        and entry.access_location.value.lower().startswith(("http://", "https://"))
        for entry in access
    )


def _alternative_names(leaf: x509.Certificate) -> tuple[list[str], list[str]]:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [], []
    addresses = names.get_values_for_type(x509.IPAddress)
    return names.get_values_for_type(x509.DNSName), [str(address) for address in addresses]


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    values = name.get_attributes_for_oid(oid)
    return str(values[0].value) if values else ""


def _shown(name: x509.Name) -> str:
    organization = _attribute(name, NameOID.ORGANIZATION_NAME)
    common = _attribute(name, NameOID.COMMON_NAME)
    return ", ".join(part for part in (common, organization) if part) or name.rfc4514_string()


def _key(leaf: x509.Certificate) -> str:
    key = leaf.public_key()
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case dsa.DSAPublicKey():
            return f"DSA {key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC {key.curve.name}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ed448.Ed448PublicKey():
            return "Ed448"
    return type(key).__name__.removesuffix("PublicKey")


def _unique(faults: Iterable[CertificateFault]) -> tuple[CertificateFault, ...]:
    return tuple(dict.fromkeys(faults))
