"""From flags to the cluster's configuration."""

import argparse
import re
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.sink_flags import add_cluster_flags, elasticsearch_of
from tests.unit.test_elasticsearch_connection import CLOUD_ID, SHA256
from transforms.elasticsearch.connection import ElasticsearchConfig

URL = "NEWSBEAM_ELASTICSEARCH_URL"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(allow_abbrev=False)
    add_cluster_flags(made)
    return made


def config_of(*flags: str) -> ElasticsearchConfig | None:
    return elasticsearch_of(parser().parse_args(flags))


@pytest.fixture(autouse=True)
def _no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL, raising=False)


def test_every_flag_reaches_the_config() -> None:
    values: dict[str, object] = {
        "index_prefix": "press",
        "secrets_file": "/run/secrets/elasticsearch",
        "ca_certs": "/etc/ca.pem",
        "client_cert": "/etc/me.pem",
        "client_key": "/etc/me.key",
        "request_timeout_s": 5.0,
    }
    flags = [f"--{name}={value}" for name, value in values.items()]
    expected = ElasticsearchConfig(
        urls=("https://a.example", "https://b.example"), compress=True, **values
    )
    assert (
        config_of("--elasticsearch_url=https://a.example,https://b.example", "--compress", *flags)
        == expected
    )
    pinned = config_of("--elasticsearch_url=https://a.example", f"--ca_fingerprint={SHA256}")
    assert pinned == ElasticsearchConfig(urls=("https://a.example",), ca_fingerprint=SHA256)


def test_without_flags_and_environment_there_is_no_cluster() -> None:
    assert config_of() is None


def test_a_cloud_id_beats_the_url_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL, "http://127.0.0.1:9200")
    assert config_of() == ElasticsearchConfig(urls=("http://127.0.0.1:9200",))
    assert config_of(f"--cloud_id={CLOUD_ID}") == ElasticsearchConfig(cloud_id=CLOUD_ID)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([f"--cloud_id={CLOUD_ID}", "--elasticsearch_url=https://a.example"], "cloud_id"),
        (["--cloud_id=nonsense"], "cloud_id 'nonsense': is none"),
        (["--elasticsearch_url=http://a.example", "--ca_certs=ca.pem"], "make it https"),
        (["--elasticsearch_url=https://a.example", "--ca_fingerprint=ab:cd"], "SHA-256"),
        (["--elasticsearch_url=https://a.example", "--client_key=k"], "client_cert, which is mis"),
        (["--elasticsearch_url=https://a.example", "--request_timeout_s=0"], "greater than 0"),
    ],
)
def test_what_does_not_fit_is_named(flags: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        config_of(*flags)


def test_a_password_with_a_comma_in_the_url_is_not_shown() -> None:
    with pytest.raises(UsageError, match="user or password") as caught:
        config_of("--elasticsearch_url=https://elastic:hunter2,3@host:9200")
    assert "hunter2" not in str(caught.value)


def test_every_flag_is_in_the_documentation() -> None:
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    flags = {name for name in parser()._option_string_actions if name.startswith("--")}
    assert flags - {"--help"} <= set(re.findall(r"--[a-z_]+", text))
