"""Certificates that no Elasticsearch would start with, on a server of the tests."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from elastic_transport import ConnectionError as ElasticConnectionError
from elastic_transport import TlsError

from schemas.documents import document_of
from tests.loopback_servers import fingerprint_of, forged, issued, loopback
from tests.record_samples import OUTCOME
from tests.seeding import write_documents
from transforms.elasticsearch import bulk
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.credentials import API_KEY, BEARER_TOKEN, PASSWORD, USERNAME

OURS = trustme.CA()
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
EXPIRED = {"not_before": LONG_AGO, "not_after": LONG_AGO + dt.timedelta(days=90)}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (BEARER_TOKEN, USERNAME, PASSWORD):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(API_KEY, "hunter2")


@pytest.fixture(params=["ca_certs", "ca_fingerprint"])
def trust(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    OURS.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    found = {"ca_certs": str(tmp_path / "ca.pem"), "ca_fingerprint": fingerprint_of(OURS)}
    return {request.param: found[request.param]}


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        (lambda: issued(OURS, **EXPIRED), "certificate has expired; renew it"),
        (lambda: forged(OURS), "not trusted \\(certificate signature failure\\)"),
        (lambda: issued(OURS, "elsewhere.example"), "'localhost'; use a name that the certificate"),
    ],
    ids=["expired", "forged", "another name"],
)
def test_a_bad_certificate_gets_no_request(
    chain: Callable[[], bytes], message: str, trust: dict[str, str], tmp_path: Path
) -> None:
    with loopback(chain(), tmp_path) as server:
        url = f"https://localhost:{server.server_port}"
        config = ElasticsearchConfig(urls=(url,), **trust)
        with connect(config) as client, pytest.raises(TlsError, match=message):
            client.cluster.health()
        assert server.seen == []


def test_a_good_certificate_gets_the_request(trust: dict[str, str], tmp_path: Path) -> None:
    with loopback(issued(OURS), tmp_path) as server:
        url = f"https://localhost:{server.server_port}"
        with connect(ElasticsearchConfig(urls=(url,), **trust)) as client:
            client.cluster.health()
            client.cluster.health()
            (node,) = client.transport.node_pool.all()
        assert [each["authorization"] for each in server.seen] == ["ApiKey hunter2"] * 2
        # Nobody else's authority came along.
        assert len(node.config.ssl_context.get_ca_certs()) == 1


def test_the_servers_own_certificate_may_be_the_one_that_is_trusted(tmp_path: Path) -> None:
    chain = issued(OURS)
    leaf = chain.split(b"-----BEGIN CERTIFICATE-----")[1]
    der = ssl.PEM_cert_to_DER_cert((b"-----BEGIN CERTIFICATE-----" + leaf).decode())
    with loopback(chain, tmp_path) as server:
        url = f"https://localhost:{server.server_port}"
        config = ElasticsearchConfig(urls=(url,), ca_fingerprint=fingerprint_of(der))
        with connect(config) as client:
            client.cluster.health()
        assert len(server.seen) == 1


def test_a_server_without_tls_is_named(trust: dict[str, str]) -> None:
    with loopback() as server:
        url = f"https://localhost:{server.server_port}"
        with (
            connect(ElasticsearchConfig(urls=(url,), **trust)) as client,
            pytest.raises(TlsError, match="does not speak TLS there; the URL may have to begin"),
        ):
            client.cluster.health()


@pytest.fixture
def hanging_up() -> Iterator[int]:
    """The port of a server that hangs up in the middle of each handshake."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.recv(1)  # the rest is unread, or not: a reset, or an end
                connection.recv(9999)
                connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def test_a_handshake_that_breaks_off_is_tried_again(hanging_up: int, trust: dict[str, str]) -> None:
    config = ElasticsearchConfig(urls=(f"https://localhost:{hanging_up}",), **trust)
    with connect(config) as client:
        with pytest.raises(ElasticConnectionError) as caught:
            client.cluster.health()
        assert not isinstance(caught.value, TlsError)
        with pytest.raises(bulk.ElasticsearchUnavailableError):
            write_documents(client, "none", [document_of(OUTCOME)], deadline_s=1)
