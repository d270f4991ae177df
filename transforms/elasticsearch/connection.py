"""How to reach the cluster: a config that travels with the graph, secrets that never do."""

import dataclasses
import math
import re
import urllib.parse
from typing import Any

from elastic_transport.client_utils import parse_cloud_id
from elasticsearch import Elasticsearch

from transforms.elasticsearch.credentials import PASSWORD, USERNAME, credentials
from transforms.elasticsearch.node import Node

_DEFAULT_PORT = {"http": 9200, "https": 443}
# What Elasticsearch allows in index names, less the dots that we put before nothing.
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_OF_TLS = ("ca_certs", "ca_fingerprint", "client_cert", "client_key")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ElasticsearchConfig:
    """Where the cluster is and how it is written to; holds no secret, so it may be pickled.

    Files are read on the worker, when it connects: they must be there on each worker.

    Attributes:
        urls: `http(s)://host[:port][/path]`, one or several nodes of one cluster, asked in turn;
            the port defaults to 9200 for http and to 443 for https.
        cloud_id: of a deployment in Elastic Cloud, instead of urls.
        index_prefix: what all names of indices, aliases and templates begin with.
        secrets_file: file of `NAME=value` lines with NEWSBEAM_ELASTICSEARCH_API_KEY,
            _BEARER_TOKEN, or _USERNAME and _PASSWORD, read on the worker; None for the worker's
            environment.
        ca_certs: PEM file of the authorities that may sign for the cluster, and no others; None for
            the machine's own.
        ca_fingerprint: SHA-256 of the authority's certificate, 64 hex digits with or without
            colons, instead of ca_certs; the servers must send that certificate with their own, as
            Elasticsearch's own set-up has it. Host names are checked with either.
        client_cert, client_key: PEM files of a certificate that the cluster wants of its clients,
            and its key, not encrypted; the key may be in the certificate's file.
        request_timeout_s: for one request, a bulk included.
        compress: gzip for requests.

    Raises:
        ValueError: a value is wrong; the message names it and says how to mend it.
    """

    urls: tuple[str, ...] = ()
    cloud_id: str | None = None
    index_prefix: str = "newsbeam"
    secrets_file: str | None = None
    ca_certs: str | None = None
    ca_fingerprint: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    request_timeout_s: float = 60.0
    compress: bool = False

    def __post_init__(self) -> None:
        _check_hosts(self)
        _check_tls(self)
        check_prefix(self.index_prefix)
        if not 0 < self.request_timeout_s < math.inf:
            raise ValueError("request_timeout_s: must be greater than 0, and finite")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The nodes' URLs with their ports."""
        if self.cloud_id:
            return (_url_of_cloud(self.cloud_id),)
        return tuple(_with_port(url) for url in self.urls)


def connect(config: ElasticsearchConfig) -> Elasticsearch:
    """Returns a client; nothing is sent yet. Close it when done.

    Retries are left to the callers: the client sends each request once. Where certificates are
    wrong, a request raises elastic_transport.TlsError, with the setting that mends it.

    Raises:
        ValueError: secrets, certificates or keys are incomplete, or a file of them cannot be read.
    """
    return Elasticsearch(
        list(config.hosts),
        request_timeout=config.request_timeout_s,
        http_compress=config.compress,
        max_retries=0,
        retry_on_timeout=False,
        node_class=Node,
        **_tls_options(config),
        **credentials(config.secrets_file),
    )


def _tls_options(config: ElasticsearchConfig) -> dict[str, Any]:
    options: dict[str, Any] = {
        "ca_certs": config.ca_certs,
        "client_cert": config.client_cert,
        "client_key": config.client_key,
    }
    if config.ca_fingerprint:
        options["ssl_assert_fingerprint"] = config.ca_fingerprint.replace(":", "").lower()
    return {name: value for name, value in options.items() if value is not None}


def check_prefix(prefix: str) -> None:
    """Refuses what cannot begin the names of indices.

    Raises:
        ValueError: with what a prefix may be.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(
            f"index_prefix {prefix!r}: lower-case letters, digits, _ and - only,"
            " beginning with a letter or digit, at most 100 characters"
        )


def _check_hosts(config: ElasticsearchConfig) -> None:
    if config.cloud_id is not None:
        if config.urls:
            raise ValueError("cloud_id: takes the place of urls; give one of them")
        _url_of_cloud(config.cloud_id)
    elif isinstance(config.urls, str) or not config.urls:
        raise ValueError("urls: give a tuple with at least one URL, or cloud_id")
    # Of all, before one is shown: in a mistyped URL nothing tells where a password ends.
    if any("@" in url for url in config.urls):
        raise ValueError(
            f"urls: one contains a user or password; put them into {USERNAME} and {PASSWORD},"
            " or into the secrets file"
        )
    for url in config.urls:
        _check_url(url)


def _check_tls(config: ElasticsearchConfig) -> None:
    plain = [url for url in config.urls if urllib.parse.urlsplit(url).scheme == "http"]
    for name in _OF_TLS:
        value = getattr(config, name)
        if value is not None and not value:
            raise ValueError(f"{name}: is empty; leave it out, or give a value")
        if value and plain:
            raise ValueError(f"{name}: {plain[0]} does not use TLS; make it https://")
    if config.ca_certs and config.ca_fingerprint:
        raise ValueError("ca_fingerprint: takes the place of ca_certs; give one of them")
    if config.client_key and not config.client_cert:
        raise ValueError("client_key: belongs to client_cert, which is missing")
    if config.ca_fingerprint and not _SHA256.fullmatch(config.ca_fingerprint.replace(":", "")):
        raise ValueError(
            "ca_fingerprint: must be a SHA-256 in 64 hex digits, as shown by"
            " `openssl x509 -noout -fingerprint -sha256 -in ca.pem`"
        )


def _url_of_cloud(cloud_id: str) -> str:
    try:
        address = parse_cloud_id(cloud_id).es_address
    except ValueError:
        address = None
    if address is None:
        raise ValueError(
            f"cloud_id {cloud_id!r}: is none; the deployment's page shows it, as name:letters"
        )
    return f"https://{address[0]}:{address[1]}"


def _check_url(url: str) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError as error:
        raise ValueError(f"{url!r} is no Elasticsearch URL: {error}") from error
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
