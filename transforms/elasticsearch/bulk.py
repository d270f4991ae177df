"""Bulk writes that resend only what failed. Knows nothing of Beam.

Ids make every write idempotent, and external versions make it so in any order: sent twice, or after
a connection broke when the request had already gone through, it leaves the same index
(`external_gte`: an equal version is written again, an older one is refused by the server, which
counts as the success `stale`).
"""

import collections
import dataclasses
import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

import tenacity
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from schemas.receipts import Receipt
from transforms.elasticsearch.actions import Action, lines
from transforms.elasticsearch.answers import (
    Again,
    Refusal,
    is_passing,
    named_error,
    refusal_of_request,
    verdict,
)
from transforms.elasticsearch.notices import Notices
from transforms.times import retry_after_s

# Of a whole request: one of its documents may be why; each half is sent on its own.
_DIVISIBLE = frozenset({400, 413})
_REASON_CHARS = 200
_ANSWER = ("items.*.status", "items.*.result", "items.*.error")


class ElasticsearchUnavailableError(RuntimeError):
    """The deadline passed and documents are still unwritten; nothing was dropped: write again."""


@dataclasses.dataclass(slots=True)
class Report:
    """How a batch went.

    Attributes:
        ends: how each action ended, in the batch's order.
        retried: documents that were sent again, counted each time.
        sent_bytes: bodies of all requests, before compression. bulk_ms: time of each request.
    """

    ends: list[Receipt | Refusal]
    retried: int = 0
    sent_bytes: int = 0
    bulk_ms: list[int] = dataclasses.field(default_factory=list)

    @property
    def receipts(self) -> list[Receipt]:
        """The ends that are successes."""
        return [end for end in self.ends if isinstance(end, Receipt)]

    @property
    def refusals(self) -> list[Refusal]:
        """The ends that are none."""
        return [end for end in self.ends if isinstance(end, Refusal)]


class _BusyError(Exception):
    """Not all went through. Why, and not before how many seconds to try again."""

    def __init__(self, reason: str, after_s: float) -> None:
        super().__init__(reason, after_s)
        self.reason = reason
        self.after_s = after_s


def write(
    client: Elasticsearch,
    actions: Sequence[Action],
    *,
    deadline_s: float = 300.0,
    notices: Notices | None = None,
    read_only: set[str] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Performs `actions` in one request, and returns when each is done or refused.

    Items that the server answers with 429, 502, 503 or 504, requests that it answers with 408, 429
    or 5xx, read-only indices and clusters, those without room for another index, broken connections
    and timeouts are sent again, with exponential backoff, jitter and the server's Retry-After. So
    is an item with another 5xx, which is a refusal when it has it the third time. A request that is
    too large, or refused as a whole, is halved, down to single documents. What an index refuses
    until the deadline because its operator made it read-only is a refusal.

    Args:
        read_only: such indices, kept by the caller from one write to the next: there is no second
            wait for them.
    Raises:
        ElasticsearchUnavailableError: `deadline_s` passed; writing all of them again is safe.
        NotPermittedError: the role lacks a privilege.
        elasticsearch.ApiError, elastic_transport.TlsError: credentials or certificates are wrong.
    """
    batch = _Batch(client, actions, notices or Notices(), set() if read_only is None else read_only)
    try:
        batch.retrying(deadline_s, sleep)(batch.attempt)
    except _BusyError as again:
        batch.give_up_read_only()
        if batch.pending:
            raise ElasticsearchUnavailableError(
                f"{len(batch.pending)} of {len(actions)} documents could not be written within"
                f" {deadline_s:.0f} s: {again.reason}"
            ) from again
    return Report(
        # Nothing is pending, so that none of them is None.
        ends=cast(list[Receipt | Refusal], batch.ends),
        retried=batch.retried,
        sent_bytes=batch.sent_bytes,
        bulk_ms=batch.bulk_ms,
    )


class _Rest(NamedTuple):
    """What one request left undone, by place in the batch."""

    places: list[int]
    reason: str = ""
    after_s: float = 0.0


class _Batch:
    """A batch on its way: what has ended, and what is pending."""

    def __init__(
        self,
        client: Elasticsearch,
        actions: Sequence[Action],
        notices: Notices,
        read_only: set[str],
    ) -> None:
        self._client = client
        self._actions = actions
        self._notices = notices
        self._read_only = read_only
        self._refusals: dict[int, Refusal] = {}  # of the latest attempt, if it was the last
        self._stumbles: collections.Counter[int] = collections.Counter()
        self.ends: list[Receipt | Refusal | None] = [None] * len(actions)
        self.pending = list(range(len(actions)))
        self.retried = 0
        self.sent_bytes = 0
        self.bulk_ms: list[int] = []

    def attempt(self) -> None:
        """Sends what is pending; raises where some of it must be sent again."""
        self._refusals.clear()
        if self.bulk_ms:  # a request went before
            self.retried += len(self.pending)
        self.pending, reason, after_s = self._send(self.pending)
        if self.pending:
            self._notices.refused(len(self.pending), reason)
            raise _BusyError(reason, after_s)
        if any(isinstance(end, Receipt) for end in self.ends):
            self._notices.taken()

    def give_up_read_only(self) -> None:
        """Ends what is pending only because its operator made its index read-only."""
        for place, refusal in self._refusals.items():
            self.ends[place] = refusal
        blocked = {refusal.action.index for refusal in self._refusals.values()}
        self._notices.read_only(blocked - self._read_only)
        self._read_only |= blocked
        self.pending = [place for place in self.pending if place not in self._refusals]

    def retrying(self, deadline_s: float, sleep: Callable[[float], None]) -> tenacity.Retrying:
        """How often `attempt` is called, and how long apart."""
        backoff = tenacity.wait_random_exponential(multiplier=0.5, max=30)

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            # Asked to wait for longer than there is time, we try once more when it is nearly over.
            left_s = max(0.0, deadline_s - (state.seconds_since_start or 0.0) - 1.0)
            return max(backoff(state), min(getattr(error, "after_s", 0.0), left_s))

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_BusyError),
            stop=tenacity.stop_before_delay(deadline_s),
            wait=wait,
            sleep=sleep,
            reraise=True,
        )

    def _send(self, places: list[int]) -> _Rest:
        """Sends one request, halves where it is too large; notes ends; returns the rest."""
        try:
            answer = self._request([self._actions[place] for place in places])
        except ApiError as error:
            return self._after_refused_request(places, error)
        except TransportError as error:
            if not is_passing(error):
                raise
            # Whether the request went through is unknown, and does not matter: ids and versions
            # make a second one harmless. The message may have all of the answer that came.
            return _Rest(places, f"{type(error).__name__}: {error.message[:_REASON_CHARS]}")
        again: list[int] = []
        reason = ""
        for place, item in zip(places, answer["items"], strict=True):
            end = verdict(self._actions[place], item, self._stumbles[place])
            if isinstance(end, Again) and end.refusal:
                self._refusals[place] = end.refusal
                end = end.refusal if end.refusal.action.index in self._read_only else end
            if isinstance(end, Again):
                again.append(place)
                reason = end.reason
                self._stumbles[place] += end.stumbled
                continue
            self.ends[place] = end
            if isinstance(end, Receipt):
                self._read_only.discard(end.index)
        return _Rest(again, reason)

    def _request(self, actions: list[Action]) -> Any:
        body = [line for action in actions for line in lines(action)]
        self.sent_bytes += sum(map(len, body)) + len(body)
        started = time.monotonic()
        try:
            # The serialiser takes bytes as they are, which the client's type does not say.
            return self._client.bulk(operations=cast(Any, body), filter_path=_ANSWER)
        finally:
            self.bulk_ms.append(round((time.monotonic() - started) * 1000))

    def _after_refused_request(self, places: list[int], error: ApiError) -> _Rest:
        status = error.meta.status
        if is_passing(error):
            asked = error.meta.headers.get("retry-after") or ""
            after_s = retry_after_s(asked, dt.datetime.now(dt.UTC)) or 0.0
            words = ": ".join(named_error(error))[:_REASON_CHARS]
            return _Rest(places, f"HTTP {status} {words}", after_s)
        if status not in _DIVISIBLE:
            raise error
        if len(places) == 1:
            self.ends[places[0]] = refusal_of_request(self._actions[places[0]], error)
            return _Rest([])
        middle = len(places) // 2
        first, second = self._send(places[:middle]), self._send(places[middle:])
        return _Rest(
            first.places + second.places,
            first.reason or second.reason,
            max(first.after_s, second.after_s),
        )
