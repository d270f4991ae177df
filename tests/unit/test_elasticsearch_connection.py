"""The config that travels with the graph, and the secrets that do not."""

import base64
import math
import pathlib
import pickle
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.credentials import (
    API_KEY,
    BEARER_TOKEN,
    PASSWORD,
    USERNAME,
)

URLS = ("http://127.0.0.1:9200",)
TLS_URLS = ("https://127.0.0.1:9200",)
SECRETS = (API_KEY, BEARER_TOKEN, USERNAME, PASSWORD)
SHA256 = "0f" * 32
CLOUD_ID = "news:" + base64.b64encode(b"eu.cloud.example$abc123$def456").decode()


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)


def header(config: ElasticsearchConfig) -> str | None:
    with connect(config) as client:
        return client._headers.get("authorization")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"urls": ()}, "urls"),
        ({"urls": "http://localhost:9200"}, "urls"),
        ({"urls": ("localhost:9200",)}, "looks like https://host:9200"),
        ({"urls": ("ftp://host",)}, "looks like https://host:9200"),
        ({"urls": ("http://host/?q=1",)}, "looks like https://host:9200"),
        ({"urls": ("http://host:99999",)}, "looks like https://host:9200"),
        ({"urls": ("http://[host",)}, r"'http://\[host' is no Elasticsearch URL: Invalid IPv6"),
        ({"index_prefix": "News"}, "index_prefix"),
        ({"index_prefix": ""}, "index_prefix"),
        ({"index_prefix": "-a"}, "index_prefix"),
        ({"request_timeout_s": 0}, "request_timeout_s"),
        ({"request_timeout_s": math.nan}, "request_timeout_s"),
        ({"request_timeout_s": math.inf}, "request_timeout_s"),
        ({"cloud_id": CLOUD_ID}, "cloud_id: takes the place of urls"),
        ({"urls": (), "cloud_id": "news:%%%"}, "cloud_id 'news:%%%': is none"),
        ({"urls": (), "cloud_id": "news"}, "cloud_id 'news': is none"),
        ({"urls": (), "cloud_id": ""}, "cloud_id '': is none"),
        ({"ca_certs": "ca.pem"}, "ca_certs: http://127.0.0.1:9200 does not use TLS"),
        ({"ca_fingerprint": SHA256}, "ca_fingerprint: http://.* does not use TLS"),
        ({"client_cert": "me.pem"}, "client_cert: http://.* does not use TLS"),
        ({"urls": (*TLS_URLS, *URLS), "ca_certs": "ca.pem"}, "ca_certs: http://.*make it https"),
        ({"urls": TLS_URLS, "ca_certs": ""}, "ca_certs: is empty"),
        ({"urls": TLS_URLS, "ca_fingerprint": SHA256[1:]}, "ca_fingerprint: must be a SHA-256"),
        ({"urls": TLS_URLS, "ca_fingerprint": "x" * 64}, "ca_fingerprint: must be a SHA-256"),
        (
            {"urls": TLS_URLS, "ca_fingerprint": SHA256, "ca_certs": "ca.pem"},
            "ca_fingerprint: takes the place of ca_certs",
        ),
        ({"urls": TLS_URLS, "client_key": "key.pem"}, "client_key: belongs to client_cert"),
    ],
)
def test_a_wrong_value_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ElasticsearchConfig(**{"urls": URLS, **changes})


@pytest.mark.parametrize(
    "url",
    [
        "http://ann:hunter2@host:9200",
        "ann:hunter2@host:9200",
        "http://ann:hunter2/3@host:9200",
        "http://ann:hunter2#3@host:9200",
        "http://ann:hunter2?3@host:9200",
        "http://ann:hunter2[3@host:9200",
        "http://ann:hunter2,3@host:9200",
        "ann:3,hunter2,4@host:9200,http://b.example",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_shown(url: str) -> None:
    # A flag's value is cut at commas, whatever they stand in.
    with pytest.raises(ValueError, match=USERNAME) as caught:
        ElasticsearchConfig(urls=tuple(url.split(",")))
    assert "hunter2" not in str(caught.value)
    assert "host" not in str(caught.value)


@pytest.mark.parametrize(
    ("names", "sent"),
    [
        ((API_KEY,), "ApiKey hunter2"),
        ((BEARER_TOKEN,), "Bearer hunter2"),
        ((USERNAME, PASSWORD), "Basic aHVudGVyMjpodW50ZXIy"),
    ],
)
def test_no_secret_is_pickled_or_shown(
    names: tuple[str, ...], sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in names:
        monkeypatch.setenv(name, "hunter2")
    config = ElasticsearchConfig(urls=URLS)
    assert header(config) == sent
    assert b"hunter2" not in pickle.dumps(config)
    assert "hunter2" not in repr(config)


def test_user_and_password_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERNAME, "ann")
    monkeypatch.setenv(PASSWORD, "hunter2")
    assert header(ElasticsearchConfig(urls=URLS)) == "Basic YW5uOmh1bnRlcjI="


def test_a_password_need_not_be_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERNAME, "ann")
    monkeypatch.setenv(PASSWORD, "pässe")
    sent = header(ElasticsearchConfig(urls=URLS))
    assert sent is not None
    assert base64.b64decode(sent.removeprefix("Basic ")) == "ann:pässe".encode()


@pytest.mark.parametrize("name", [API_KEY, BEARER_TOKEN])
def test_a_line_break_after_a_key_is_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "hunter2\n")
    assert str(header(ElasticsearchConfig(urls=URLS))).endswith(" hunter2")


def test_a_line_break_after_a_password_is_left_out_and_a_space_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(USERNAME, "ann\r\n")
    monkeypatch.setenv(PASSWORD, " hunter2 \n")
    sent = str(header(ElasticsearchConfig(urls=URLS)))
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"ann: hunter2 "


@pytest.mark.parametrize("name", [API_KEY, BEARER_TOKEN])
@pytest.mark.parametrize("value", ["hunter\n2", "hünter2"])
def test_a_key_that_cannot_be_sent_is_named_and_not_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=name) as caught:
        connect(ElasticsearchConfig(urls=URLS))
    assert value not in str(caught.value)


def test_a_secrets_file_without_a_secret_is_named(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "secrets"
    path.write_text("NEWSBEAM_ELASTICSEARCH_APIKEY=hunter2\n")
    with pytest.raises(ValueError, match=f"secrets has no line NAME=value .* {API_KEY}") as caught:
        connect(ElasticsearchConfig(urls=URLS, secrets_file=str(path)))
    assert "hunter2" not in str(caught.value)


def test_a_secrets_file_takes_the_place_of_the_environment(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USERNAME, "bo")
    path = tmp_path / "secrets"
    path.write_text(f"# the cluster's\n{API_KEY} = k=v\n\n")
    assert header(ElasticsearchConfig(urls=URLS, secrets_file=str(path))) == "ApiKey k=v"


def test_a_secrets_file_may_begin_with_a_byte_order_mark(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "secrets"
    path.write_text(f"{API_KEY}=hunter2\r\n", encoding="utf-8-sig")
    assert header(ElasticsearchConfig(urls=URLS, secrets_file=str(path))) == "ApiKey hunter2"


def test_a_missing_secrets_file_is_named() -> None:
    with pytest.raises(ValueError, match=r"the secrets file /nowhere cannot be read: No such"):
        connect(ElasticsearchConfig(urls=URLS, secrets_file="/nowhere"))


def test_a_secrets_file_that_is_no_text_is_not_shown(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "secrets"
    path.write_bytes(b"hunter2\xff")
    with pytest.raises(ValueError, match="it is no UTF-8 text") as caught:
        connect(ElasticsearchConfig(urls=URLS, secrets_file=str(path)))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "names",
    [
        (USERNAME,),
        (PASSWORD,),
        (API_KEY, USERNAME, PASSWORD),
        (API_KEY, BEARER_TOKEN),
        (BEARER_TOKEN, USERNAME, PASSWORD),
    ],
)
def test_half_a_secret_or_two_are_refused(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in names:
        monkeypatch.setenv(name, "hunter2")
    with pytest.raises(ValueError, match=names[-1]) as caught:
        connect(ElasticsearchConfig(urls=URLS))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://host", 9200),
        ("https://host", 443),
        ("https://host:9243/path", 9243),
        ("http://[::1]", 9200),
    ],
)
def test_ports_have_defaults(url: str, port: int) -> None:
    with connect(ElasticsearchConfig(urls=(url,))) as client:
        (node,) = client.transport.node_pool.all()
        assert node.config.port == port


def test_a_cloud_id_gives_the_host() -> None:
    config = ElasticsearchConfig(cloud_id=CLOUD_ID)
    assert config.hosts == ("https://abc123.eu.cloud.example:443",)
    with connect(config) as client:
        (node,) = client.transport.node_pool.all()
        assert (node.config.scheme, node.config.host) == ("https", "abc123.eu.cloud.example")


def test_several_nodes_are_asked_in_turn() -> None:
    urls = ("https://a.example", "https://b.example:9243")
    with connect(ElasticsearchConfig(urls=urls)) as client:
        hosts = {node.config.host for node in client.transport.node_pool.all()}
    assert hosts == {"a.example", "b.example"}


@pytest.fixture
def files(tmp_path: pathlib.Path) -> dict[str, str]:
    """A certificate with its key, another's key, the key encrypted, and what is neither."""
    ours, other = (trustme.CA().issue_cert("me@newsbeam.test") for _ in range(2))
    key = serialization.load_pem_private_key(ours.private_key_pem.bytes(), None)
    contents = {
        "cert": ours.cert_chain_pems[0].bytes(),
        "key": ours.private_key_pem.bytes(),
        "other": other.private_key_pem.bytes(),
        "encrypted": key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"hunter2"),
        ),
        "text": b"no PEM",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in (*contents, "missing")}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"ca_certs": "missing"}, "ca_certs .*/missing: No such file"),
        ({"ca_certs": "text"}, "ca_certs .*/text: no certificate"),
        ({"client_cert": "missing"}, "client_cert .*/missing: No such file"),
        ({"client_cert": "cert"}, "client_cert .*/cert: "),
        ({"client_cert": "cert", "client_key": "missing"}, "client_key .*/missing: No such file"),
        ({"client_cert": "cert", "client_key": "text"}, "client_key .*/text: "),
        ({"client_cert": "cert", "client_key": "other"}, "client_key .*: key values mismatch"),
        ({"client_cert": "cert", "client_key": "encrypted"}, "client_key is encrypted; `openssl"),
    ],
)
def test_a_file_that_is_no_use_is_named(
    files: dict[str, str], names: dict[str, str], message: str
) -> None:
    config = ElasticsearchConfig(
        urls=TLS_URLS, **{field: files[name] for field, name in names.items()}
    )
    with pytest.raises(ValueError, match=message):
        connect(config)


def test_a_certificate_with_its_key_is_taken(files: dict[str, str]) -> None:
    config = ElasticsearchConfig(urls=TLS_URLS, client_cert=files["cert"], client_key=files["key"])
    connect(config).close()
