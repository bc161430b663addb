"""The lab's certificate authority, and the certificates it would never issue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.lab.domains import Certificate

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class CertificateAuthority:
    """Writes one PEM file a host: private key first, then the chain, as both Dovecot and Postfix read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca_file = folder / "ca.pem"
        self.stranger_file = folder / "stranger.pem"  # whoever trusts it believes the servers of an unknown issuer
        self._trusted = trustme.CA(organization_name="Mailroom lab")
        self._stranger = trustme.CA(organization_name="Nobody in particular")
        folder.mkdir()
        self._trusted.cert_pem.write_to_path(self.ca_file)
        self._stranger.cert_pem.write_to_path(self.stranger_file)

    def issue(self, host: str, certificate: Certificate = Certificate.GOOD) -> Path:
        """Return the PEM file of a host whose certificate is good, or bad in just one way."""
        path = self.folder / f"{host}.pem"
        path.touch(mode=0o600)
        path.write_bytes(self._pem(host, certificate))
        return path

    def _pem(self, host: str, certificate: Certificate) -> bytes:
        match certificate:
            case Certificate.SELF_SIGNED:
                return self_signed(host)
            case Certificate.UNKNOWN_ISSUER:
                leaf = self._stranger.issue_cert(host)
            case Certificate.EXPIRED:
                leaf = self._trusted.issue_cert(host, not_before=LONG_AGO, not_after=LONG_AGO + timedelta(days=90))
            case Certificate.WRONG_NAME:
                leaf = self._trusted.issue_cert(f"other.{host}")
            case _:
                leaf = self._trusted.issue_cert(host)
        return leaf.private_key_and_cert_chain_pem.bytes()


def self_signed(host: str) -> bytes:
    """Return key and certificate of a host that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
