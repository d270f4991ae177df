"""Newsbeam's own documents as actions of the sink, and its refusals as rejected records."""

import datetime as dt
from typing import Literal, NoReturn

import orjson

from schemas.index_names import index_name
from schemas.records import MAX_PAYLOAD_CHARS, Document, Origin, Rejected
from schemas.stored import payload_of
from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.answers import Refusal

STEP = "WriteToElasticsearch"


class RejectionRefusedError(RuntimeError):
    """The server refused what tells of a refusal: the record would be lost without a trace."""


def action_of(document: Document, prefix: str) -> Action:
    """Returns what writes `document` into its index under `prefix`."""
    return Action(
        index=index_name(prefix, document.family, document.month),
        id=document.id,
        source=document.source,
        version=document.version,
    )


def rejected_of(document: Document, refusal: Refusal) -> Rejected:
    """Returns the rejected record of a document that the server refused.

    Raises:
        RejectionRefusedError: the document is itself of the family `rejected`.
    """
    if document.family == "rejected":
        refused_twice(document, refusal)
    fields = orjson.loads(document.source)
    payload = payload_of(document)
    return Rejected(
        key=document.key or f"{document.family}/{document.id}",
        origin=Origin(
            source=fields.get("source", ""),
            feed=fields.get("feed"),
            file=fields.get("file"),
            position=fields.get("position"),
        ),
        url=fields.get("url"),
        step=STEP,
        error=refusal.error,
        message=f"HTTP {refusal.status} for {document.family}/{document.id}: {refusal.reason}",
        payload=payload[:MAX_PAYLOAD_CHARS],
        replay=_replay(payload, document.key),
        # Not the time of the refusal: a bundle that runs again gives the same record.
        at=dt.datetime.fromtimestamp(document.version / 1000, dt.UTC),
    )


def refused_twice(document: Document, refusal: Refusal) -> NoReturn:
    """Stops the run.

    Raises:
        RejectionRefusedError: always.
    """
    raise RejectionRefusedError(
        f"Elasticsearch refused {document.id} of the family {document.family}, which tells of a"
        f" refused document: {refusal.error}: {refusal.reason}; `newsbeam setup` may mend it"
    )


def _replay(payload: str, key: str) -> Literal["url", "file", "document", "no"]:
    if len(payload) <= MAX_PAYLOAD_CHARS:
        return "document"
    if key.startswith(("http://", "https://")):
        return "url"
    return "file" if key else "no"
