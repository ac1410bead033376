"""The certificates of the laboratory, one file for each host and each fault."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import Certificate, ExtendedKeyUsage, load_pem_x509_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.doubles.ca import ThrowAwayCa
from tests.laboratory.plan import Host, Postfix, Showing, Tlsa
from tests.laboratory.zones import a_label

_DAY = timedelta(days=1)
ROOT = "pki/root.pem"  # in the laboratory's folder: what a client must trust


class Pki:
    """Issues when first asked."""

    def __init__(self, folder: Path) -> None:
        home = folder / "pki"
        home.mkdir()
        self._ca = ThrowAwayCa(home, "Laboratory")
        self._shown: dict[tuple[str, Showing], Path] = {}

    def shown(self, host: Host, showing: Showing = Showing.SOUND) -> Path:
        """The file, key and chain, for a host that shows such a certificate."""
        wanted = (host.name, showing)
        if wanted not in self._shown:
            self._shown[wanted] = self._issue(host, showing)
        return self._shown[wanted]

    def tlsa(self, host: Host) -> tuple[str, ...]:
        """The data of the host's TLSA records, made from what it shows at port 25."""
        showing = next(
            (
                server.showing
                for server in host.servers
                if isinstance(server, Postfix) and server.port == 25 and server.showing
            ),
            Showing.SOUND,
        )
        return tuple(self._association(host, showing, tlsa) for tlsa in host.tlsa)

    def _association(self, host: Host, showing: Showing, tlsa: Tlsa) -> str:
        chain = load_pem_x509_certificates(self.shown(host, showing).read_bytes())
        match tlsa:
            case Tlsa.LEAF:
                return f"3 1 1 {_key_digest(chain[0])}"
            case Tlsa.ISSUER:
                return f"2 1 1 {_key_digest(chain[1])}"
            case Tlsa.PKIX:
                return f"1 1 1 {_key_digest(chain[0])}"
            case Tlsa.OTHER:
                return f"3 1 1 {sha256(host.name.encode()).hexdigest()}"

    def _issue(self, host: Host, showing: Showing) -> Path:
        names = tuple(a_label(name) for name in (host.name, *host.also))
        match showing:
            case Showing.SOUND:
                issued = self._ca.good(*names)
            case Showing.EXPIRED:
                issued = self._ca.expired(*names)
            case Showing.EXPIRING:
                issued = self._ca.issue(*names, begin=-85 * _DAY, end=5 * _DAY)
            case Showing.NOT_YET_VALID:
                issued = self._ca.not_yet_valid(*names)
            case Showing.WRONG_NAME:
                issued = self._ca.wrong_name()
            case Showing.SELF_SIGNED:
                issued = self._ca.self_signed(*names, end=90 * _DAY)
            case Showing.UNKNOWN_ISSUER:
                issued = self._ca.unknown_issuer(*names, sends_root=True)
            case Showing.FOREIGN:
                sent = (self._ca.intermediate.certificate,)
                issued = self._ca.issue(*names, issuer=self._ca.stranger, send=sent)
            case Showing.UNSOUND:
                purpose = ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
                issued = self._ca.issue(*names, extensions=(purpose,))
            case Showing.INCOMPLETE_CHAIN:
                issued = self._ca.incomplete_chain(*names)
        return issued.file


def _key_digest(certificate: Certificate) -> str:
    key = certificate.public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
