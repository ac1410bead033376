"""Signed profiles: OpenSSL verifies them, and a key that does not fit is told."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from bot.formats.errors import FormatError
from bot.formats.profile_signature import read_signer

PROFILE = b"<?xml version='1.0'?>\r\n<plist>\n</plist>\n"
DAY = timedelta(days=1)


def make_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pem_key(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, word: bytes = b""
) -> bytes:
    locked = serialization.BestAvailableEncryption(word) if word else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


def make_certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str = "",
    signer: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer or name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=not issuer, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.EMAIL_PROTECTION])
            if issuer
            else x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            critical=False,
        )
        .sign(signer or key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_openssl_verifies_the_signature_and_gives_the_profile_back(tmp_path: Path) -> None:
    root, key = make_key(), make_key()
    authority = make_certificate("A test authority", root)
    own = make_certificate("bot.firma.pl", key, "A test authority", root)
    signed = read_signer(own + authority, pem_key(key)).sign(PROFILE)
    (tmp_path / "signed").write_bytes(signed)
    (tmp_path / "authority.pem").write_bytes(authority)
    command = "openssl cms -verify -binary -inform DER -in signed -CAfile authority.pem -out plain"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "plain").read_bytes() == PROFILE


@pytest.mark.parametrize(
    ("certificate", "key", "reason"),
    [
        pytest.param(b"", b"", "no-certificate", id="nothing"),
        pytest.param(b"-----BEGIN CERTIFICATE-----\nAAAA\n", b"", "no-certificate", id="cut off"),
        pytest.param(None, b"text", "no-key", id="no key"),
        pytest.param(None, pem_key(make_key()), "other-key", id="another key"),
        pytest.param(None, pem_key(make_key(), b"kotek"), "no-key", id="a locked key"),
        pytest.param(
            None,
            pem_key(ed25519.Ed25519PrivateKey.generate()),
            "no-key",
            id="a key of another kind",
        ),
    ],
)
def test_what_cannot_sign_is_told_apart(certificate: bytes | None, key: bytes, reason: str) -> None:
    own = make_certificate("bot.firma.pl", make_key()) if certificate is None else certificate
    with pytest.raises(FormatError) as caught:
        read_signer(own, key)
    assert caught.value.reason == reason
