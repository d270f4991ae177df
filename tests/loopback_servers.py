"""Servers on loopback that keep what they were sent, in plain HTTP or with any certificate."""

import contextlib
import datetime as dt
import hashlib
import http.server
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.serving import ElasticsearchHandler, serving


class _Handler(ElasticsearchHandler):
    server: "LoopbackServer"

    def do_GET(self) -> None:  # noqa: N802
        self.server.seen.append(dict(self.headers.items()))
        self.answer(b'{"status": "green", "cluster_name": "loopback"}')


class LoopbackServer(http.server.ThreadingHTTPServer):
    """Answers every GET, and remembers its headers in `seen`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[dict[str, str]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: clients that do not trust us break off."""


@contextlib.contextmanager
def loopback(chain: bytes = b"", folder: Path | None = None) -> Iterator[LoopbackServer]:
    """Serves with this key and chain of certificates (PEM); without them, in plain HTTP."""
    with LoopbackServer() as server:
        if chain:
            assert folder is not None
            file = folder / f"chain-{server.server_port}.pem"
            file.write_bytes(chain)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        with serving(server):
            yield server


def fingerprint_of(certificate: trustme.CA | bytes) -> str:
    """Returns the SHA-256 of an authority's certificate, or of one in DER."""
    if isinstance(certificate, trustme.CA):
        certificate = ssl.PEM_cert_to_DER_cert(certificate.cert_pem.bytes().decode())
    return hashlib.sha256(certificate).hexdigest()


def issued(authority: trustme.CA, name: str = "localhost", **options: Any) -> bytes:
    """Returns key and chain for a host, the authority's certificate last."""
    leaf = authority.issue_cert(name, **options)
    pems = [leaf.private_key_pem, *leaf.cert_chain_pems, authority.cert_pem]
    return b"".join(pem.bytes() for pem in pems)


def forged(authority: trustme.CA) -> bytes:
    """Returns the like with a certificate that only claims to be of the authority."""
    real = x509.load_pem_x509_certificate(authority.cert_pem.bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")]))
        .issuer_name(real.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret + leaf.public_bytes(serialization.Encoding.PEM) + authority.cert_pem.bytes()
