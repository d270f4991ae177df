"""How the client speaks to one node: trust, and failures that say what they are."""

import dataclasses
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import orjson
from elastic_transport import ConnectionError as ElasticConnectionError
from elastic_transport import HttpHeaders, NodeConfig, TlsError, TransportError, Urllib3HttpNode

from transforms.elasticsearch import tls


class NoTrustError(TlsError):
    """We do not trust the server, or it does not trust us; the message names what mends it."""

    def __str__(self) -> str:
        return self.message  # the client's own says "TLS error", and what OpenSSL calls it


class Node(Urllib3HttpNode):
    """A node that trusts whom it is told to, no more, and whose failures can be told apart.

    - `ssl_assert_fingerprint` is taken as an authority to check certificates with. The client's own
      check looks whether the chain has it, and takes a forged certificate with the authority's
      real one behind it.
    - `ca_certs` is the only authority that is trusted; the client would add the machine's.
    - NoTrustError is raised for what does not mend itself, and names the setting that mends it; a
      connection that broke in the middle of a handshake is an ordinary ConnectionError.
    - An error's status and Retry-After are kept where a proxy answers in HTML or not at all; the
      client would raise another error over a body that is not JSON.
    """

    def __init__(self, config: NodeConfig) -> None:
        """Makes the node; opens no connection.

        Raises:
            ValueError: a certificate or key cannot be read.
        """
        self._pin: str | None = None
        exclusive = False
        if config.scheme == "https":
            self._pin = config.ssl_assert_fingerprint
            self._client = tls.ClientCertificate(config.client_cert, config.client_key)
            self._trust = tls.context_of(config.ca_certs, self._client, pinned=bool(self._pin))
            exclusive = bool(config.ca_certs or self._pin)
            # All of it is in the context now, and the client takes either a context or these.
            done = dict.fromkeys(
                ("ca_certs", "client_cert", "client_key", "ssl_assert_fingerprint")
            )
            config = config.replace(ssl_context=self._trust, **done)
        super().__init__(config)
        if exclusive:
            # The client would add certifi's authorities to what the context trusts.
            vars(self.pool).update(ca_certs=None)

    def perform_request(self, *args: Any, **kwargs: Any) -> Any:
        """Sends a request.

        Raises:
            NoTrustError, elastic_transport.ConnectionError: see above.
        """
        try:
            self._learn_authority()
            response = super().perform_request(*args, **kwargs)
        except (ElasticConnectionError, TlsError) as error:
            cause = next((each for each in _causes(error) if isinstance(each, ssl.SSLError)), None)
            if cause is None:
                raise
            raise self._told_apart(cause) from cause
        return _with_status(response)

    def _learn_authority(self) -> None:
        pin = self._pin  # another thread may be through in the meantime, which does no harm
        if pin is None:
            return
        try:
            certificate = tls.seen_authority(self.host, self.port, pin, self._client)
        except OSError as error:
            raise ElasticConnectionError(str(error), errors=(error,)) from error
        self._trust.load_verify_locations(cadata=certificate)
        self._pin = None

    def _told_apart(self, cause: ssl.SSLError) -> TransportError:
        if tls.lost_connection(cause):
            return ElasticConnectionError(str(cause), errors=(cause,))
        return NoTrustError(tls.explain(cause, self._client), errors=(cause,))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yields the errors inside of `error`, as the layers of the client wrapped them."""
    inner = [error.__cause__, error.__context__, *error.args, *getattr(error, "errors", ())]
    for each in inner:
        if isinstance(each, BaseException) and each is not error:
            yield each
            yield from _causes(each)


def _with_status(response: Any) -> Any:
    if response.meta.status < HTTPStatus.BAD_REQUEST or _is_json(response.body):
        return response
    headers = HttpHeaders({**response.meta.headers, "content-type": "text/plain"})
    meta = dataclasses.replace(response.meta, headers=headers)
    return response._replace(meta=meta, body=response.body.decode("utf-8", "replace").encode())


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
