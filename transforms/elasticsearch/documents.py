"""Newsbeam's own documents as actions of the sink, and its refusals as rejected records."""

import datetime as dt
from typing import NoReturn

import orjson

from schemas.index_names import index_name
from schemas.records import MAX_DOCUMENT_CHARS, MAX_PAYLOAD_CHARS, Document, Origin, Rejected
from schemas.stored import payload_of
from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.answers import Refusal

STEP = "WriteToElasticsearch"
_TOO_LARGE = 413


class RejectionRefusedError(RuntimeError):
    """The server refused what tells of a refusal: the record would be lost without a trace."""


def action_of(document: Document, prefix: str) -> Action:
    """Returns what writes `document` into its index under `prefix`."""
    return Action(
        index=index_name(prefix, document.family, document.month),
        id=document.id,
        source=document.source,
        version=document.version,
        compact=True,  # as all documents are made; what holds both, holds the source once
    )


def rejected_of(document: Document, refusal: Refusal) -> Rejected:
    """Returns the rejected record of a document that the server refused.

    Raises:
        RejectionRefusedError: the document is itself of the family `rejected`.
    """
    if document.family == "rejected":
        refused_twice(document, refusal)
    fields = orjson.loads(document.source)
    origin = Origin(
        source=fields.get("source", ""),
        feed=fields.get("feed"),
        file=fields.get("file"),
        position=fields.get("position"),
    )
    url = fields.get("url")
    payload = payload_of(document)
    # What is too large for the server would be too large in a rejected record, too.
    whole = len(payload) <= MAX_DOCUMENT_CHARS and refusal.status != _TOO_LARGE
    return Rejected(
        key=document.key or f"{document.family}/{document.id}",
        origin=origin,
        url=url,
        step=STEP,
        error=refusal.error,
        message=f"HTTP {refusal.status} for {document.family}/{document.id}: {refusal.reason}",
        payload=payload if whole else payload[:MAX_PAYLOAD_CHARS],
        replay="document" if whole else origin.replay_of(url) if document.key else "no",
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
