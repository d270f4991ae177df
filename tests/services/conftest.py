"""Real services for tests: started once, kept running, and required where CI says so.

Tests of `test_elasticsearch_*.py` that ask for the server run on each version that is supported,
unless NEWSBEAM_ELASTICSEARCH_URL or NEWSBEAM_ELASTICSEARCH_VERSION choose one. These are servers of
the session's own, since some tests change settings of the whole cluster.
"""

import contextlib
import functools
import os
import pathlib
import uuid
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from elasticsearch import Elasticsearch

from deploy.common import ServiceError
from deploy.elasticsearch import install
from deploy.elasticsearch.server import Server
from deploy.elasticsearch.start import ensure_elasticsearch
from deploy.elasticsearch.temporary import temporary_server
from deploy.flink.start import Endpoints, ensure_flink
from deploy.flink.start import stop as stop_flink
from deploy.prism.install import ensure_prism
from schemas.templates import Choices
from tests.services.fault_proxy import FaultProxy, fault_proxy
from tests.services.secured_server import SecuredElasticsearch, secured_server
from transforms.elasticsearch import setup
from transforms.elasticsearch.connection import ElasticsearchConfig, connect

T = TypeVar("T")
HERE = pathlib.Path(__file__).parent
MAIN, *OTHERS = install.SHA512
# For a test that changes settings of the whole cluster: not those of the main server, on which
# another worker may be at other tests. A cluster that was chosen by its URL is one worker's.
_VERSION = os.environ.get("NEWSBEAM_ELASTICSEARCH_VERSION") or MAIN
ON_A_SERVER_OF_OUR_OWN = pytest.mark.parametrize(
    "elasticsearch_url",
    ["" if os.environ.get("NEWSBEAM_ELASTICSEARCH_URL") else _VERSION],
    indirect=True,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test of this folder, so that none is forgotten."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.services)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Lets the tests of what talks to Elasticsearch run on both versions."""
    chosen = [f"NEWSBEAM_ELASTICSEARCH_{name}" for name in ("URL", "VERSION")]
    if (
        "elasticsearch_url" in metafunc.fixturenames
        and metafunc.module.__name__.rpartition(".")[2].startswith("test_elasticsearch_")
        and not any(os.environ.get(name) for name in chosen)
    ):
        metafunc.parametrize("elasticsearch_url", [MAIN, *OTHERS], indirect=True)


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
def elasticsearch_url(
    request: pytest.FixtureRequest, own_elasticsearch: Callable[[str], str]
) -> str:
    """The URL of a real server: the main one, or the session's own of the test's version."""
    version = getattr(request, "param", "")
    return (
        own_elasticsearch(version) if version else obtained("Elasticsearch", ensure_elasticsearch)
    )


@pytest.fixture(scope="session")
def own_elasticsearch() -> Iterator[Callable[[str], str]]:
    """Gives the URL of the session's own server of a version, started when first asked for."""
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda version: running(stack, "own", version).url)


@pytest.fixture(scope="module")
def mortal_elasticsearch(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server of the module's own, to kill and to start: it comes back on its URL."""
    with contextlib.ExitStack() as stack:
        yield running(stack, "mortal", getattr(request, "param", ""))


def running(stack: contextlib.ExitStack, name: str, version: str) -> Server:
    """Returns a started server, which `stack` removes."""

    def start() -> Server:
        server = stack.enter_context(temporary_server(name, version))
        server.start()
        return server

    return obtained(f"Elasticsearch {version}", start)


@pytest.fixture(scope="session")
def secured_elasticsearch(
    request: pytest.FixtureRequest, secured_servers: Callable[[str], SecuredElasticsearch]
) -> SecuredElasticsearch:
    """A server with TLS and users, of the main version or of one that the test names.

    See its `add_user`; `parametrize(..., indirect=True)` names versions.
    """
    return secured_servers(getattr(request, "param", ""))


@pytest.fixture(scope="session")
def secured_servers() -> Iterator[Callable[[str], SecuredElasticsearch]]:
    """Gives the secured server of a version, started when first asked for."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def secured(version: str) -> SecuredElasticsearch:
            return obtained(
                f"Elasticsearch {version}", lambda: stack.enter_context(secured_server(version))
            )

        yield secured


@pytest.fixture(scope="session")
def prism() -> pathlib.Path:
    """The Prism binary."""
    return obtained("Prism", ensure_prism)


@pytest.fixture(scope="session")
def prism_flags(prism: pathlib.Path) -> tuple[str, ...]:
    """Flags that run a graph on Prism, in this process."""
    return "--runner=PrismRunner", f"--prism_location={prism}", "--environment_type=LOOPBACK"


@pytest.fixture(scope="session")
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A client of the real server."""
    with connect(ElasticsearchConfig(urls=(elasticsearch_url,))) as opened:
        yield opened


@contextlib.contextmanager
def fresh_prefix(client: Elasticsearch) -> Iterator[str]:
    """Gives a prefix that nobody else has, and removes its indices and templates."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield prefix
    setup.remove(client, prefix)


@pytest.fixture
def index_prefix(client: Elasticsearch) -> Iterator[str]:
    """A prefix of the test's own; indices and templates are removed after it."""
    with fresh_prefix(client) as prefix:
        yield prefix


@pytest.fixture(scope="module")
def shared_prefix(client: Elasticsearch) -> Iterator[str]:
    """A prefix that the tests of a module share; indices and templates are removed after them."""
    with fresh_prefix(client) as prefix:
        yield prefix


@pytest.fixture
def cluster(elasticsearch_url: str, index_prefix: str) -> tuple[str, ...]:
    """Flags of the real server and the test's own prefix, without templates."""
    return "--elasticsearch_url", elasticsearch_url, "--index_prefix", index_prefix


@pytest.fixture
def proxy(elasticsearch_url: str) -> Iterator[FaultProxy]:
    """A way to the real server that can be made to fail."""
    with fault_proxy(elasticsearch_url) as running:
        yield running


@pytest.fixture
def config(
    elasticsearch_url: str, shared_prefix: str, client: Elasticsearch
) -> Iterator[ElasticsearchConfig]:
    """A config for a prefix with all templates and without an index.

    The prefix is the module's, since to put the templates takes longer than most tests: what a test
    leaves is put right before the next one.
    """
    setup.apply(client, shared_prefix, Choices())
    yield ElasticsearchConfig(urls=(elasticsearch_url,), index_prefix=shared_prefix)
    every = {"expand_wildcards": ["open", "closed"], "features": "aliases"}
    if left := list(client.indices.get(index=f"{shared_prefix}-*", **every)):
        client.indices.delete(index=left)


@pytest.fixture(scope="session")
def flink() -> Iterator[Endpoints]:
    """The endpoints of a real Flink cluster, stopped after the session for its memory."""
    yield obtained("Flink", ensure_flink)
    stop_flink()
