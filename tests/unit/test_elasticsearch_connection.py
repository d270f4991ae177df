"""The config that travels with the graph, and the secrets that do not."""

import pathlib
import pickle
from typing import Any

import pytest

from transforms.elasticsearch.connection import (
    API_KEY,
    PASSWORD,
    USERNAME,
    ElasticsearchConfig,
    connect,
)

URLS = ("http://127.0.0.1:9200",)


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (API_KEY, USERNAME, PASSWORD):
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
        ({"index_prefix": "News"}, "index_prefix"),
        ({"index_prefix": ""}, "index_prefix"),
        ({"index_prefix": "-a"}, "index_prefix"),
        ({"request_timeout_s": 0}, "request_timeout_s"),
    ],
)
def test_a_wrong_value_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ElasticsearchConfig(**{"urls": URLS, **changes})


def test_a_password_in_the_url_is_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match=USERNAME) as caught:
        ElasticsearchConfig(urls=("http://ann:hunter2@host:9200",))
    assert "hunter2" not in str(caught.value)


def test_no_secret_is_pickled_or_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(API_KEY, "hunter2")
    config = ElasticsearchConfig(urls=URLS)
    assert header(config) == "ApiKey hunter2"
    assert b"hunter2" not in pickle.dumps(config)
    assert "hunter2" not in repr(config)


def test_user_and_password_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERNAME, "ann")
    monkeypatch.setenv(PASSWORD, "hunter2")
    assert header(ElasticsearchConfig(urls=URLS)) == "Basic YW5uOmh1bnRlcjI="


def test_a_secrets_file_takes_the_place_of_the_environment(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USERNAME, "bo")
    path = tmp_path / "secrets"
    path.write_text(f"# the cluster's\n{API_KEY} = k=v\n\n")
    assert header(ElasticsearchConfig(urls=URLS, secrets_file=str(path))) == "ApiKey k=v"


def test_a_missing_secrets_file_is_named() -> None:
    with pytest.raises(ValueError, match=r"the secrets file cannot be read.*/nowhere"):
        connect(ElasticsearchConfig(urls=URLS, secrets_file="/nowhere"))


@pytest.mark.parametrize("names", [(USERNAME,), (PASSWORD,), (API_KEY, USERNAME, PASSWORD)])
def test_half_a_secret_or_two_are_refused(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in names:
        monkeypatch.setenv(name, "hunter2")
    with pytest.raises(ValueError, match=USERNAME) as caught:
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
