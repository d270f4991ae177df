"""A connection to the cluster, for commands: what goes wrong is said in one line."""

import contextlib
import logging
from collections.abc import Iterator
from http import HTTPStatus

from elastic_transport import TlsError
from elasticsearch import ApiError, AuthorizationException, Elasticsearch, TransportError

from pipeline.errors import UsageError
from pipeline.said import say
from transforms.elasticsearch.answers import named_error
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.live_indices import in_the_way
from transforms.elasticsearch.setup import MIGRATE, apply, plan

_SAID_CHARS = 300


@contextlib.contextmanager
def reachable(config: ElasticsearchConfig) -> Iterator[Elasticsearch]:
    """Gives a client, and closes it. Where a node is away, it asks the next one.

    Raises:
        UsageError: the cluster cannot be reached, or refuses; secrets are incomplete.
    """
    try:
        client = connect(config)
    except ValueError as error:
        raise UsageError(str(error)) from error
    urls = ", ".join(config.hosts)
    # They would say first, in words of their own, what the error below says.
    for name in ("node_pool", "transport"):
        logging.getLogger(f"elastic_transport.{name}").setLevel(logging.ERROR)
    try:
        yield client.options(max_retries=len(config.hosts) - 1)
    except TlsError as error:
        raise UsageError(f"no trust in Elasticsearch at {urls}: {error.message}") from error
    except TransportError as error:
        raise UsageError(
            f"cannot reach Elasticsearch at {urls}: {error.message}; is it up, and is "
            "--elasticsearch_url right?"
        ) from error
    except ApiError as error:
        raise UsageError(f"Elasticsearch at {urls} refused: {explain(error)}") from error
    finally:
        client.close()


def prepare(config: ElasticsearchConfig | None) -> None:
    """Sees to it, before a graph starts, that the cluster answers and has its templates.

    Missing templates are put there; all else is left for `newsbeam setup`, since an upgrade of the
    cluster is not a run's business. Either is said in one line on standard error.

    Raises:
        UsageError: the cluster cannot be reached; templates are missing and may not be put; an
            index has the name of an alias.
    """
    if config is None:
        return
    with reachable(config) as client:
        try:
            _prepare(client, config.index_prefix)
        except AuthorizationException as error:
            if not lacks_privilege(error):
                raise
            raise UsageError(
                f"the templates of {config.index_prefix}-* cannot be looked at or put "
                f"({explain(error)}): run `newsbeam setup` with a user who may"
            ) from error


def _prepare(client: Elasticsearch, prefix: str) -> None:
    require_names(client, prefix)
    templates = f"newsbeam: templates of {prefix}-*"
    differences = plan(client, prefix)
    left = [difference for difference in differences if difference.change != "create"]
    if missing := len(differences) - len(left):
        apply(client, prefix, only="create")
        say(f"{templates} were missing: put {missing} (as `newsbeam setup` does)")
    if any(not difference.needs_migration for difference in left):
        say(f"{templates} are outdated: `newsbeam setup` brings them up to date")
    elif left:
        say(f"newsbeam: indices of {prefix}-* need a migration: `{MIGRATE}`")


def require_names(client: Elasticsearch, prefix: str) -> None:
    """Sees to it that the names of the families' aliases are free for aliases.

    Raises:
        UsageError: there are indices of these names.
    """
    taken = in_the_way(client, prefix)
    if taken:
        raise UsageError(
            f"{', '.join(taken)} is an index, where an alias belongs: rename it or take another "
            "--index_prefix"
        )


def explain(error: ApiError) -> str:
    """Returns the server's answer in one line, and what to do where that is known."""
    status = error.meta.status
    kind, reason = named_error(error)
    said = f"{kind}: {reason}" if reason and kind == error.message else error.message
    hint = ""
    if status == HTTPStatus.UNAUTHORIZED:
        hint = (
            "; set NEWSBEAM_ELASTICSEARCH_API_KEY, ..._BEARER_TOKEN, or ..._USERNAME and"
            " ..._PASSWORD"
        )
    elif lacks_privilege(error):
        hint = "; the user lacks a privilege"
    return f"HTTP {status}: {' '.join(said.split())[:_SAID_CHARS]}{hint}"


def lacks_privilege(error: ApiError) -> bool:
    """Says whether it is the user who is refused: a read-only cluster's answer is a 403, too."""
    forbidden = error.meta.status == HTTPStatus.FORBIDDEN
    return forbidden and named_error(error)[0] == "security_exception"
