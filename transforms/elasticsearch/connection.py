"""How to reach the cluster: a config that travels with the graph, secrets that never do."""

import dataclasses
import os
import pathlib
import re
import urllib.parse
from http import HTTPStatus
from typing import Any

import orjson
from elastic_transport import HttpHeaders, Urllib3HttpNode
from elasticsearch import Elasticsearch

API_KEY = "NEWSBEAM_ELASTICSEARCH_API_KEY"
USERNAME = "NEWSBEAM_ELASTICSEARCH_USERNAME"
PASSWORD = "NEWSBEAM_ELASTICSEARCH_PASSWORD"  # noqa: S105 (a name, not the secret)
_DEFAULT_PORT = {"http": 9200, "https": 443}
# What Elasticsearch allows in index names, less the dots that we put before nothing.
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ElasticsearchConfig:
    """Where the cluster is and how it is written to; holds no secret, so it may be pickled.

    Attributes:
        urls: `http(s)://host[:port][/path]`, one or several nodes; the port defaults to 9200 for
            http and to 443 for https.
        index_prefix: what all names of indices, aliases and templates begin with.
        secrets_file: file of `NAME=value` lines with NEWSBEAM_ELASTICSEARCH_API_KEY or _USERNAME
            and _PASSWORD, read on the worker; None for the worker's environment.
        ca_certs: file of the certificate authority; None for the machine's own.
        request_timeout_s: for one request, a bulk included.
        compress: gzip for requests.

    Raises:
        ValueError: a value is wrong; the message names it and says how to mend it.
    """

    urls: tuple[str, ...]
    index_prefix: str = "newsbeam"
    secrets_file: str | None = None
    ca_certs: str | None = None
    request_timeout_s: float = 60.0
    compress: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.urls, str) or not self.urls:
            raise ValueError("urls: give a tuple with at least one URL")
        for url in self.urls:
            _check_url(url)
        if not _PREFIX.fullmatch(self.index_prefix):
            raise ValueError(
                f"index_prefix {self.index_prefix!r}: lower-case letters, digits, _ and - only,"
                " beginning with a letter or digit, at most 100 characters"
            )
        if self.request_timeout_s <= 0:
            raise ValueError("request_timeout_s: must be greater than 0")


def connect(config: ElasticsearchConfig) -> Elasticsearch:
    """Returns a client; nothing is sent yet. Close it when done.

    Retries are left to the callers: the client sends each request once.

    Raises:
        ValueError: the secrets are incomplete or their file cannot be read.
    """
    options: dict[str, Any] = {"ca_certs": config.ca_certs} if config.ca_certs else {}
    return Elasticsearch(
        [_with_port(url) for url in config.urls],
        request_timeout=config.request_timeout_s,
        http_compress=config.compress,
        max_retries=0,
        retry_on_timeout=False,
        node_class=_PlainFailuresNode,
        **options,
        **_authentication(_secrets(config)),
    )


class _PlainFailuresNode(Urllib3HttpNode):
    """A node whose failures keep their status where a proxy answers in HTML or not at all.

    The client would raise an error without status and Retry-After over a body that is not JSON.
    """

    def perform_request(self, *args: Any, **kwargs: Any) -> Any:
        response = super().perform_request(*args, **kwargs)
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


def _check_url(url: str) -> None:
    parts = urllib.parse.urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError(
            f"the URL of {parts.hostname} contains a user or password;"
            f" put them into {USERNAME} and {PASSWORD}, or into the secrets file"
        )
    plain = parts.scheme in _DEFAULT_PORT and not parts.query and not parts.fragment
    if not plain or not parts.hostname or not _port_is_good(parts):
        shown = url.partition("?")[0]
        raise ValueError(f"{shown!r} is no Elasticsearch URL; it looks like https://host:9200")


def _port_is_good(parts: urllib.parse.SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _with_port(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    if parts.port is None:
        parts = parts._replace(netloc=f"{parts.netloc}:{_DEFAULT_PORT[parts.scheme]}")
    return parts.geturl()


def _secrets(config: ElasticsearchConfig) -> dict[str, str]:
    if config.secrets_file is None:
        found = {name: os.environ.get(name, "") for name in (API_KEY, USERNAME, PASSWORD)}
    else:
        try:
            text = pathlib.Path(config.secrets_file).read_text()
        except OSError as error:
            raise ValueError(f"the secrets file cannot be read: {error}") from error
        pairs = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
        found = {name.strip(): value.strip() for name, _, value in pairs}
    return {name: value for name, value in found.items() if value}


def _authentication(secrets: dict[str, str]) -> dict[str, Any]:
    key, user, password = (secrets.get(name) for name in (API_KEY, USERNAME, PASSWORD))
    if key and (user or password):
        raise ValueError(f"both {API_KEY} and {USERNAME} or {PASSWORD} are set; keep one way")
    if bool(user) != bool(password):
        raise ValueError(f"{USERNAME} and {PASSWORD} belong together; one of them is missing")
    if key:
        return {"api_key": key}
    return {"basic_auth": (user, password)} if user else {}
