"""Certificates of every kind that a collector may show: one that is good, and each kind that clients must refuse.

`create(folder)` writes them all: `ca.pem`, the only root that a client should trust; `intermediate.pem`;
`unknown-ca-root.pem`, a root that no client trusts; and for each kind `KIND.pem` (the chain as the server sends it) and
`KIND.key`. Nothing is kept in the repository, since certificates age.

| kind | what is wrong with it |
|---|---|
| good | nothing: localhost and 127.0.0.1, sent with its intermediate |
| self-signed | it is its own issuer |
| expired | it was valid until yesterday |
| not-yet-valid | it is valid from tomorrow on |
| wrong-host | it is for another host name |
| missing-intermediate | the server sends it without its intermediate |
| unknown-ca | it leads to a root that clients do not know |
| weak | its RSA key has 1,024 bits |
"""

import datetime
import ipaddress
import pathlib
import ssl
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KINDS = (
    "good",
    "self-signed",
    "expired",
    "not-yet-valid",
    "wrong-host",
    "missing-intermediate",
    "unknown-ca",
    "weak",
)
DAY = datetime.timedelta(days=1)
LOCAL = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
ELSEWHERE = [x509.DNSName("splunk.example.com")]


@dataclass
class Identity:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: "ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey"


def create(folder: pathlib.Path) -> "dict[str, pathlib.Path]":
    """Creates everything; returns the chain's file of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    root = authority("Test Root CA")
    intermediate = authority("Test Intermediate CA", root)
    stranger = authority("Unknown Root CA")
    now = datetime.datetime.now(datetime.timezone.utc)
    leaves = {
        "good": leaf(intermediate),
        "self-signed": leaf(None),
        "expired": leaf(intermediate, start=now - 30 * DAY, end=now - DAY),
        "not-yet-valid": leaf(intermediate, start=now + DAY, end=now + 30 * DAY),
        "wrong-host": leaf(intermediate, names=ELSEWHERE),
        "missing-intermediate": leaf(intermediate),
        "unknown-ca": leaf(stranger),
        "weak": leaf(intermediate, key=rsa.generate_private_key(public_exponent=65537, key_size=1024)),
    }
    chains = {kind: [leaves[kind], intermediate] for kind in KINDS}
    for kind in ("self-signed", "missing-intermediate"):
        chains[kind] = [leaves[kind]]
    chains["unknown-ca"] = [leaves["unknown-ca"], stranger]
    for name, identity in (("ca", root), ("intermediate", intermediate), ("unknown-ca-root", stranger)):
        write(folder / f"{name}.pem", [identity])
    return {kind: write(folder / f"{kind}.pem", chain, with_key=True) for kind, chain in chains.items()}


def authority(name: str, issuer: "Identity | None" = None) -> Identity:
    """A certificate authority: a root, or an intermediate of `issuer`."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = start_certificate(name, key, issuer)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(key_usage(signs_certificates=True), critical=True)
    return finish_certificate(builder, key, issuer)


def leaf(issuer: "Identity | None", names=LOCAL, start=None, end=None, key=None) -> Identity:
    """A server's certificate for these names; without an issuer it signs itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = start_certificate(names[0].value, key, issuer, start, end)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(key_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return finish_certificate(builder, key, issuer)


def start_certificate(name, key, issuer, start=None, end=None) -> x509.CertificateBuilder:
    """Names, times, keys: what every certificate has."""
    now = datetime.datetime.now(datetime.timezone.utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key = issuer.key if issuer else key
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start or now - DAY)
        .not_valid_after(end or now + 30 * DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )


def finish_certificate(builder: x509.CertificateBuilder, key, issuer: "Identity | None") -> Identity:
    """Signs it with the issuer's key, or with its own."""
    return Identity(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def key_usage(signs_certificates: bool) -> x509.KeyUsage:
    """What the key is for: certificates and revocation lists, or the handshake."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def write(path: pathlib.Path, chain: "list[Identity]", with_key: bool = False) -> pathlib.Path:
    """Writes the certificates in the order given and, beside them, the first one's key."""
    pem = serialization.Encoding.PEM
    path.write_bytes(b"".join(identity.certificate.public_bytes(pem) for identity in chain))
    if with_key:
        key = chain[0].key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.with_suffix(".key").write_bytes(key)
    return path


def context(chain: pathlib.Path) -> ssl.SSLContext:
    """A server's TLS settings with this chain."""
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    settings.minimum_version = ssl.TLSVersion.TLSv1_2
    # OpenSSL refuses to load short keys at its default level; the client is the one to refuse them.
    settings.set_ciphers("DEFAULT:@SECLEVEL=0")
    settings.load_cert_chain(chain, chain.with_suffix(".key"))
    return settings
