"""No secret of the cluster is in the graph, in what is shown of it, or in the log."""

import logging
import re
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.internal import pickler
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.display import DisplayData

from schemas.documents import document_of
from tests.loopback_servers import loopback
from tests.record_samples import OUTCOME
from tests.seeding import sink
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.credentials import API_KEY, BEARER_TOKEN, PASSWORD, USERNAME

SECRET = "hunter2-of-the-tests"
WAYS = {"key": (API_KEY,), "token": (BEARER_TOKEN,), "password": (USERNAME, PASSWORD)}


@pytest.fixture(params=WAYS)
def secrets_file(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The file with a secret, which is in the environment, too."""
    for name in (API_KEY, BEARER_TOKEN, USERNAME, PASSWORD):
        monkeypatch.delenv(name, raising=False)
    for name in WAYS[request.param]:
        monkeypatch.setenv(name, SECRET)
    file = tmp_path / "secrets"
    file.write_text("".join(f"{name}={SECRET}\n" for name in WAYS[request.param]))
    return str(file)


@pytest.mark.parametrize("by_file", [True, False])
def test_the_graph_has_no_secret(secrets_file: str, by_file: bool) -> None:
    config = ElasticsearchConfig(
        urls=("http://127.0.0.1:9200",), secrets_file=secrets_file if by_file else None
    )
    write = sink(config)
    pipeline = beam.Pipeline(options=PipelineOptions(["--runner=FnApiRunner"]))
    pipeline | beam.Create([document_of(OUTCOME)]) | write
    graph = pipeline.to_runner_api().SerializeToString()
    shown = DisplayData.create_from(write).to_proto()
    for each in (graph, pickler.dumps(write), repr(write).encode(), repr(shown).encode()):
        assert SECRET.encode() not in each
    unpickled = pickler.loads(pickler.dumps(write))
    with connect(unpickled._connection) as client:
        assert "authorization" in client._headers


def test_the_secret_is_sent_and_not_logged(
    secrets_file: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with loopback() as server:
        config = ElasticsearchConfig(
            urls=(f"http://127.0.0.1:{server.server_port}",), secrets_file=secrets_file
        )
        with connect(config) as client:
            client.cluster.health()
            assert SECRET not in repr(client)
    (headers,) = server.seen
    sent = headers["authorization"]
    assert re.fullmatch("(ApiKey|Bearer|Basic) .+", sent)
    assert caplog.records
    output, error = capfd.readouterr()
    for secret in (SECRET, sent.partition(" ")[2]):
        assert secret not in caplog.text + output + error
