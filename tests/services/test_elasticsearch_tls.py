"""A real server with TLS and users: who is trusted, who is let in, and what is said where not."""

import contextlib
import dataclasses
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import apache_beam as beam
import pytest
import trustme
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.cli import main
from schemas.documents import document_of
from tests.loopback_servers import fingerprint_of
from tests.record_samples import OUTCOME
from tests.seeding import sink
from tests.services.conftest import obtained
from tests.services.secured_server import (
    ADMIN,
    ADMIN_PASSWORD,
    SecuredElasticsearch,
    secured_server,
)
from transforms.elasticsearch import setup
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.credentials import API_KEY, BEARER_TOKEN, PASSWORD, USERNAME

PREFIX = "tls-test"
WRITER = {
    "cluster": ["monitor", "manage_index_templates"],
    "indices": [{"names": [f"{PREFIX}-*"], "privileges": ["all"]}],
}
READER = {"cluster": ["monitor"], "indices": [{"names": [f"{PREFIX}-*"], "privileges": ["read"]}]}


@pytest.fixture(autouse=True)
def writer(
    secured_elasticsearch: SecuredElasticsearch, monkeypatch: pytest.MonkeyPatch
) -> SecuredElasticsearch:
    """The server, with a user who may write as the user of the environment."""
    if "writer" not in secured_elasticsearch.users:
        secured_elasticsearch.add_user("writer", "hunter2", {"tls_writer": WRITER})
    for name in (API_KEY, BEARER_TOKEN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(USERNAME, "writer")
    monkeypatch.setenv(PASSWORD, "hunter2")
    return secured_elasticsearch


def write(config: ElasticsearchConfig) -> None:
    options = PipelineOptions(["--runner=FnApiRunner"])
    with beam.Pipeline(options=options) as pipeline:
        pipeline | beam.Create([document_of(OUTCOME)]) | sink(config)


def flags_of(url: str, trust: dict[str, str], prefix: str = PREFIX) -> list[str]:
    flags = [f"--{name}={value}" for name, value in trust.items()]
    return [*flags, f"--elasticsearch_url={url}", f"--index_prefix={prefix}"]


def fails_at_once(config: ElasticsearchConfig, match: str) -> None:
    """Sees to it that a bundle fails long before its deadline of 5 minutes."""
    started = time.monotonic()
    with pytest.raises(Exception, match=match):
        write(dataclasses.replace(config, index_prefix=PREFIX))
    assert time.monotonic() - started < 60


def one_line(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Returns the line that a command ends with, with status 2."""
    assert main(arguments) == 2
    output, error = capsys.readouterr()
    lines = [line for line in (output + error).splitlines() if not line.startswith("ok ")]
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize("way", ["ca_certs", "fingerprint", "colons"])
def test_setup_check_and_sink_work_over_tls(
    writer: SecuredElasticsearch, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    digits = fingerprint_of(writer.authority)
    trust = {
        "ca_certs": {"ca_certs": writer.ca_certs},
        "fingerprint": {"ca_fingerprint": digits},
        "colons": {"ca_fingerprint": bytes.fromhex(digits).hex(":").upper()},
    }[way]
    flags = [*flags_of(writer.url, trust), "--compress"]
    assert main(("setup", *flags)) == 0
    assert main(("check", *flags)) == 0
    assert f"templates of {PREFIX}-*: up to date" in capsys.readouterr().out
    config = ElasticsearchConfig(urls=(writer.url,), index_prefix=PREFIX, compress=True, **trust)
    write(config)
    with connect(config) as client:
        assert client.exists(index=f"{PREFIX}-outcomes", id=document_of(OUTCOME).id)
        setup.remove(client, PREFIX)


@pytest.mark.parametrize(
    ("way", "message"),
    [
        ("another authority", "is not trusted .*; give the right authority by ca_certs or ca_fing"),
        ("the machine's authorities", "is not trusted .*; give the right authority by ca_certs"),
        (
            "another fingerprint",
            "none of its certificates has .*; it shows .* fingerprints ",
        ),
        ("another host name", "not valid for '127.0.0.1'; use a name that the certificate has"),
    ],
)
def test_a_server_that_is_not_trusted_is_refused_at_once_with_the_remedy(
    writer: SecuredElasticsearch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    way: str,
    message: str,
) -> None:
    other = trustme.CA()
    other.cert_pem.write_to_path(str(tmp_path / "other.pem"))
    url, trust = {
        "another authority": (writer.url, {"ca_certs": str(tmp_path / "other.pem")}),
        "the machine's authorities": (writer.url, {}),
        "another fingerprint": (writer.url, {"ca_fingerprint": fingerprint_of(other)}),
        "another host name": (
            writer.url.replace("localhost", "127.0.0.1"),
            {"ca_certs": writer.ca_certs},
        ),
    }[way]
    for command in ("setup", "check"):
        line = one_line(capsys, command, *flags_of(url, trust))
        assert re.search(f"no trust in Elasticsearch at {url}: .*{message}", line)
    fails_at_once(ElasticsearchConfig(urls=(url,), **trust), message)


def test_plain_http_to_a_server_with_tls_is_said_in_one_line(
    writer: SecuredElasticsearch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = writer.url.replace("https:", "http:")
    line = one_line(capsys, "check", *flags_of(plain, {}))
    assert f"cannot reach Elasticsearch at {plain}" in line
    assert "is --elasticsearch_url right?" in line


def test_a_wrong_password_is_said_in_one_line_and_fails_the_bundle_at_once(
    writer: SecuredElasticsearch,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(PASSWORD, "hunter3")
    trust = {"ca_certs": writer.ca_certs}
    for command in ("setup", "check"):
        line = one_line(capsys, command, *flags_of(writer.url, trust))
        assert "HTTP 401" in line
        assert f"set {API_KEY}" in line
        assert "hunter3" not in line
    fails_at_once(ElasticsearchConfig(urls=(writer.url,), **trust), "401")


def test_a_user_without_the_privilege_is_told_so_and_fails_the_bundle_at_once(
    writer: SecuredElasticsearch,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writer.add_user("reader", "hunter4", {"tls_reader": READER})
    monkeypatch.setenv(USERNAME, "reader")
    monkeypatch.setenv(PASSWORD, "hunter4")
    trust = {"ca_certs": writer.ca_certs}
    flags = flags_of(writer.url, trust, prefix=f"{PREFIX}-new")
    assert "HTTP 403" in one_line(capsys, "setup", *flags)
    fails_at_once(ElasticsearchConfig(urls=(writer.url,), **trust), "reader|privilege|role")


def test_a_bearer_token_lets_in(
    writer: SecuredElasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = writer.add_service_token("elastic/fleet-server", "tls")
    for name in (USERNAME, PASSWORD):
        monkeypatch.delenv(name)
    monkeypatch.setenv(BEARER_TOKEN, token)
    config = ElasticsearchConfig(urls=(writer.url,), ca_certs=writer.ca_certs)
    with connect(config) as client:
        assert client.security.authenticate()["username"] == "elastic/fleet-server"


@pytest.fixture(scope="module")
def mutual() -> Iterator[SecuredElasticsearch]:
    """A server that wants a certificate of its clients; of another version than the first one."""
    version = os.environ.get("NEWSBEAM_ELASTICSEARCH_VERSION") or "8.19.21"
    settings = {"xpack.security.http.ssl.client_authentication": "required"}
    with contextlib.ExitStack() as stack:
        yield obtained(
            "Elasticsearch", lambda: stack.enter_context(secured_server(version, settings))
        )


def test_a_server_may_want_a_certificate_of_its_clients(
    mutual: SecuredElasticsearch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(USERNAME, ADMIN)
    monkeypatch.setenv(PASSWORD, ADMIN_PASSWORD)
    cert, key, both, stranger = (str(tmp_path / name) for name in ("cert", "key", "both", "other"))
    ours = mutual.authority.issue_cert("client@newsbeam.test")
    ours.cert_chain_pems[0].write_to_path(cert)
    ours.private_key_pem.write_to_path(key)
    ours.private_key_and_cert_chain_pem.write_to_path(both)
    foreign = trustme.CA().issue_cert("client@newsbeam.test")
    foreign.private_key_and_cert_chain_pem.write_to_path(stranger)
    by_file = {"ca_certs": mutual.ca_certs}
    by_fingerprint = {"ca_fingerprint": fingerprint_of(mutual.authority)}
    for trust in (
        {**by_file, "client_cert": cert, "client_key": key},
        {**by_file, "client_cert": both},
        {**by_fingerprint, "client_cert": both},
    ):
        assert main(("setup", *flags_of(mutual.url, trust))) == 0
    assert capsys.readouterr().err == ""
    for trust, message in (
        (by_file, "it wants a certificate of the client: give client_cert and client_key"),
        (by_fingerprint, "it wants a certificate of the client: give client_cert and client_key"),
        (
            {**by_file, "client_cert": stranger},
            "it refuses the client's certificate \\(client_cert ",
        ),
    ):
        assert re.search(message, one_line(capsys, "setup", *flags_of(mutual.url, trust)))
        fails_at_once(ElasticsearchConfig(urls=(mutual.url,), **trust), message)
