"""What the server answers: which requests may pass, and how each document of a bulk ended."""

from http import HTTPStatus
from typing import Any, NamedTuple

from elastic_transport import ConnectionError as ElasticConnectionError
from elastic_transport import ConnectionTimeout, SerializationError, TlsError
from elasticsearch import ApiError

from schemas.receipts import Receipt
from transforms.elasticsearch.actions import Action

# Of a request or of one item in it: the server is busy or not all there; it may be asked again.
_PASSING = frozenset({429, 502, 503, 504})
# Why an item or a request failed that would have gone through a moment later: index or cluster are
# read-only (a disk above the flood stage), or the node was on its way down.
_BLOCK = "cluster_block_exception"
_PASSING_ERRORS = frozenset({_BLOCK, "node_closed_exception", "already_closed_exception"})
# Nothing but a request takes these off; a migration puts the first one for a moment.
_BLOCKS_BY_HAND = ("index write (api)", "index read-only (api)")
# A document that makes the server stumble does so each time; an ailing server does not.
_MOST_STUMBLES = 3
_CONFLICT = "version_conflict_engine_exception"


class NotPermittedError(RuntimeError):
    """The server knows us but does not let us write there; a matter of roles, not of data."""


class Refusal(NamedTuple):
    """A document that the server will never take as it is.

    Attributes:
        status: HTTP status of the item, or of the request where it was alone in it.
        error, reason: the server's own type of error and its words.
    """

    action: Action
    status: int
    error: str
    reason: str


class Again(NamedTuple):
    """A document that is to be sent once more.

    Attributes:
        refusal: what it comes to when time is up, where it was no fault that kept it out but a
            block that an operator, or a migration, put on its index.
        stumbled: whether the server failed over it, of which the document itself may be the cause.
    """

    reason: str
    refusal: Refusal | None = None
    stumbled: bool = False


def verdict(
    action: Action, item: dict[str, dict[str, Any]], stumbles: int
) -> Receipt | Refusal | Again:
    """Returns what an item of the answer stands for.

    Args:
        stumbles: how often the server has failed over the document before.

    Raises:
        NotPermittedError: the role lacks a privilege.
    """
    (answer,) = item.values()
    details = answer.get("error")
    if details is None:
        return receipt(action, _RESULTS[answer["result"]])
    status, error, reason = answer["status"], details["type"], str(details.get("reason", ""))
    if error == _CONFLICT and action.operation != "update":
        return receipt(action, "stale")
    if error == "security_exception":
        raise NotPermittedError(reason)
    told = f"{status} {error}: {reason}"
    if _is_passing_item(status, error) or _is_full(error, reason):
        blocked = error == _BLOCK and any(block in reason for block in _BLOCKS_BY_HAND)
        return Again(told, Refusal(action, status, error, reason) if blocked else None)
    if status >= _SERVER and stumbles + 1 < _MOST_STUMBLES:
        return Again(told, stumbled=True)
    return Refusal(action, status, *_type_and_reason(details))


_SERVER = HTTPStatus.INTERNAL_SERVER_ERROR
_RESULTS = {
    "created": "created",
    "updated": "updated",
    "deleted": "deleted",
    "noop": "noop",
    "not_found": "noop",
}


def _is_full(error: str, reason: str) -> bool:
    # No document's fault: the first of a month needs an index, which the cluster has no room for
    # (cluster.max_shards_per_node) until its operator makes some.
    return error == "validation_exception" and "shards open" in reason


def is_passing(error: BaseException) -> bool:
    """Says whether a whole request that failed, a read or a write, may go through later.

    Only credentials, privileges, certificates, addresses and what the request itself has do not
    mend themselves.
    """
    match error:
        case ApiError():
            status = error.meta.status
            ailing = status == HTTPStatus.REQUEST_TIMEOUT or status >= _SERVER
            return ailing or status in _PASSING or named_error(error)[0] in _PASSING_ERRORS
        case TlsError():
            return False
        case _:
            # SerializationError: the answer was cut off.
            away = ElasticConnectionError | ConnectionTimeout | SerializationError
            return isinstance(error, away)


def _is_passing_item(status: int, error: str) -> bool:
    # An update's conflict is a race with another writer, to be run once more.
    return status in _PASSING or error in _PASSING_ERRORS or error == _CONFLICT


def receipt(action: Action, result: Any) -> Receipt:
    """Returns what is said of a document that the index holds."""
    return Receipt(index=action.index, id=action.id, version=action.version, result=result)


def refusal_of_request(action: Action, error: ApiError) -> Refusal:
    """Returns the refusal of a document that was alone in a request which was refused."""
    status = error.meta.status
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        why = "larger than the server's http.max_content_length"
        return Refusal(action, status, "request_entity_too_large", why)
    return Refusal(action, status, *named_error(error))


def named_error(error: ApiError) -> tuple[str, str]:
    """Returns the server's own type of error and its words; "unknown" where a proxy answered."""
    body = error.body if isinstance(error.body, dict) else {}
    details = body.get("error")
    named = details if isinstance(details, dict) else {"reason": str(error.body)}
    return _type_and_reason(named)


def _type_and_reason(details: dict[str, Any]) -> tuple[str, str]:
    reason = str(details.get("reason", ""))
    cause = details.get("caused_by")
    if isinstance(cause, dict) and cause.get("reason"):
        reason = f"{reason}: {cause['reason']}"
    return str(details.get("type", "unknown")), reason
