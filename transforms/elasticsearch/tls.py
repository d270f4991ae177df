"""Whom we trust to be the cluster, and what to do where we do not."""

import _ssl
import hashlib
import socket
import ssl
import sys
from typing import Any, NamedTuple

# Alerts of a server that is not content with the client's certificate. Which of them it sends where
# there is none depends on its Java: 17 sends bad_certificate, 25 certificate_required.
_OF_CLIENT = (
    *("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA"),
    *("CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED", "UNSUPPORTED_CERTIFICATE"),
)
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE")
# OpenSSL's numbers (X509_V_ERR_...) of certificates whose host name or dates are wrong.
_EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 10, 62, 64


class UnknownAuthorityError(ssl.SSLError):
    """No certificate that the server shows has the fingerprint that we trust."""


class ClientCertificate(NamedTuple):
    """PEM files; the key may lie in the certificate's. Without `cert` there is none."""

    cert: str | None
    key: str | None


def context_of(ca_certs: str | None, client: ClientCertificate, *, pinned: bool) -> ssl.SSLContext:
    """Returns a context that trusts exactly `ca_certs`, or else the machine's authorities.

    Certificates and host names are checked, always.

    Args:
        pinned: trust nobody yet; the certificate with the fingerprint is added once it was seen.
    Raises:
        ValueError: a file cannot be read or has not in it what it should; it is named.
    """
    if pinned:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # An intermediate authority may be the trusted one, and so may the server's certificate.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    else:
        try:
            context = ssl.create_default_context(cafile=ca_certs)
        except OSError as error:  # ssl.SSLError is one
            raise ValueError(f"ca_certs {ca_certs}: {_why(error)}") from error
    _show_client(context, client)
    return context


def seen_authority(host: str, port: int, fingerprint: str, client: ClientCertificate) -> bytes:
    """Returns the certificate (DER) with this fingerprint from the chain that a server shows.

    Only a handshake is made. It proves nothing yet: anybody may show the certificate of another's
    authority. Proof is a second handshake, with a context that trusts this certificate only.

    Args:
        fingerprint: SHA-256 in 64 lower-case hex digits.
    Raises:
        UnknownAuthorityError: no certificate of the chain has it.
        OSError: no connection, or no handshake.
    """
    anyone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    _show_client(anyone, client)
    with (
        socket.create_connection((host, port), timeout=10) as plain,
        anyone.wrap_socket(plain, server_hostname=host) as secure,
    ):
        shown = {hashlib.sha256(each).hexdigest(): each for each in _chain(secure)}
    if fingerprint not in shown:
        found = ", ".join(shown)
        raise UnknownAuthorityError(f"it shows certificates with the fingerprints {found}")
    return shown[fingerprint]


def lost_connection(error: ssl.SSLError) -> bool:
    """Says whether the connection broke in the middle, which is no matter of trust."""
    return isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError)


def explain(error: ssl.SSLError, client: ClientCertificate) -> str:
    """Returns what is wrong and which setting mends it, in one line without the URL.

    Args:
        client: what we showed, or could not show.
    """
    if isinstance(error, UnknownAuthorityError):
        return f"none of its certificates has the fingerprint ca_fingerprint; {error.args[0]}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error)
    reason = error.reason or str(error)
    words = reason.lower().replace("_", " ")
    if any(name in reason for name in _OF_CLIENT):
        if client.cert is None:
            return "it wants a certificate of the client: give client_cert and client_key"
        return f"it refuses the client's certificate (client_cert {client.cert}): {words}"
    if any(name in reason for name in _NO_TLS):
        return "it does not speak TLS there; the URL may have to begin with http://"
    return f"TLS failed: {words}"


def _of_certificate(error: ssl.SSLCertVerificationError) -> str:
    problem = error.verify_message.rstrip(".")
    if error.verify_code == _EXPIRED:
        return f"its {problem}; renew it"
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return f"{problem}; use a name that the certificate has"
    return (
        f"its certificate is not trusted ({problem});"
        " give the right authority by ca_certs or ca_fingerprint"
    )


def _show_client(context: ssl.SSLContext, client: ClientCertificate) -> None:
    if client.cert is None:
        return
    try:
        context.load_cert_chain(client.cert, client.key, password=_refuse_to_ask)
    except OSError as error:
        files = f"client_cert {client.cert}" + (f", client_key {client.key}" if client.key else "")
        raise ValueError(f"{files}: {_why(error)}") from error


def _refuse_to_ask() -> Any:
    # OpenSSL would ask at the terminal, and a worker would wait for ever.
    raise ValueError("client_key is encrypted; `openssl pkey -in KEY -out PLAIN` decrypts it")


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "no certificate or key in PEM form").lower().replace("_", " ")
    return error.strerror or str(error)


def _chain(connection: ssl.SSLSocket) -> list[bytes]:
    """Returns the certificates (DER) that the server sent, its own first."""
    if sys.version_info >= (3, 13):
        return list(connection.get_unverified_chain())
    # Python 3.11 and 3.12 have this only here; elasticsearch-py's own check uses it, too.
    chain = connection._sslobj.get_unverified_chain() or ()  # type: ignore[attr-defined]
    return [each.public_bytes(_ssl.ENCODING_DER) for each in chain]
