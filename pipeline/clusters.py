"""A connection to the cluster, for commands: what goes wrong is said in one line."""

import contextlib
from collections.abc import Iterator

from elasticsearch import ApiError, Elasticsearch, TransportError

from pipeline.errors import UsageError
from transforms.elasticsearch.connection import ElasticsearchConfig, connect


@contextlib.contextmanager
def reachable(config: ElasticsearchConfig) -> Iterator[Elasticsearch]:
    """Gives a client, and closes it.

    Raises:
        UsageError: the cluster cannot be reached, or refuses; secrets are incomplete.
    """
    try:
        client = connect(config)
    except ValueError as error:
        raise UsageError(str(error)) from error
    urls = ", ".join(config.urls)
    try:
        yield client
    except TransportError as error:
        raise UsageError(
            f"cannot reach Elasticsearch at {urls}: {error.message}; is it up, and is "
            "--elasticsearch_url right?"
        ) from error
    except ApiError as error:
        raise UsageError(f"Elasticsearch at {urls} refused: {explain(error)}") from error
    finally:
        client.close()


def explain(error: ApiError) -> str:
    """Returns the server's answer in one line, and what to do where that is known."""
    status = error.meta.status
    hint = {
        401: "; set NEWSBEAM_ELASTICSEARCH_API_KEY, or ..._USERNAME and ..._PASSWORD",
        403: "; the user lacks a privilege",
    }.get(status, "")
    return f"HTTP {status}: {error.message}{hint}"
