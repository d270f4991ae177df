"""Real services for tests: started once, kept running, and required where CI says so."""

import os
import pathlib
import uuid
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from elasticsearch import Elasticsearch

from deploy.common import ServiceError
from deploy.elasticsearch.start import ensure_elasticsearch
from deploy.flink.start import Endpoints, ensure_flink
from deploy.flink.start import stop as stop_flink
from deploy.prism.install import ensure_prism
from transforms.elasticsearch import setup
from transforms.elasticsearch.connection import ElasticsearchConfig, connect

T = TypeVar("T")
HERE = pathlib.Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test of this folder, so that none is forgotten."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.services)


def required() -> bool:
    """Says whether a missing service is a failure rather than a reason to skip."""
    in_ci = os.environ.get("CI", "").lower() in ("1", "true", "yes")
    return in_ci or os.environ.get("NEWSBEAM_REQUIRE_SERVICES") == "1"


def obtained(service: str, ensure: Callable[[], T | None]) -> T:
    """Returns what `ensure` gives; fails or skips where the service cannot be had."""
    try:
        found = ensure()
        missing = f"{service} cannot be had on this machine"
    except ServiceError as error:
        found, missing = None, str(error)
    if found is None:
        pytest.fail(missing) if required() else pytest.skip(missing)
    return found


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """The URL of a real server."""
    return obtained("Elasticsearch", ensure_elasticsearch)


@pytest.fixture(scope="session")
def prism() -> pathlib.Path:
    """The Prism binary."""
    return obtained("Prism", ensure_prism)


@pytest.fixture(scope="session")
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A client of the real server."""
    with connect(ElasticsearchConfig(urls=(elasticsearch_url,))) as opened:
        yield opened


@pytest.fixture
def index_prefix(client: Elasticsearch) -> Iterator[str]:
    """A prefix of the test's own; indices and templates are removed after it."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield prefix
    setup.remove(client, prefix)


@pytest.fixture
def config(elasticsearch_url: str, index_prefix: str, client: Elasticsearch) -> ElasticsearchConfig:
    """A config for a prefix of the test's own, its templates set up."""
    setup.apply(client, index_prefix)
    return ElasticsearchConfig(urls=(elasticsearch_url,), index_prefix=index_prefix)


@pytest.fixture(scope="session")
def flink() -> Iterator[Endpoints]:
    """The endpoints of a real Flink cluster, stopped after the session for its memory."""
    yield obtained("Flink", ensure_flink)
    stop_flink()
