"""What earlier runs left behind, as the stages ask for it.

A runner without durable state starts empty; stages prime themselves from the documents that the
index (or the output folder) already holds. Implementations live beside the sinks.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol


class Memory(Protocol):
    """A lookup into stored documents; opened on the worker, never pickled open."""

    def find(
        self,
        family: str,
        field: str,
        values: Sequence[str],
        *,
        fetched_ms: tuple[int, int] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yields the documents of `family` whose `field` is one of `values`.

        An article whose claims are still looked for is left out, as if it were not there, unless
        `field` is `unfinished`.

        Args:
            fetched_ms: where set, only documents fetched from the first to the last of these.
        Yields:
            Documents as `schemas.documents` wrote them, in no particular order.
        """

    def close(self) -> None:
        """Frees connections."""


class MemoryConfig(Protocol):
    """A frozen, picklable description of a `Memory`."""

    def open(self) -> Memory:
        """Connects. Called in a DoFn's `setup`."""
