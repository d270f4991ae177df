"""One change of one document, and the lines of a bulk request that ask for it."""

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal

import orjson

Operation = Literal["index", "create", "update", "delete"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What is to be done with one document of one index.

    Attributes:
        index: an index, or an alias with a write index.
        source: the document as JSON, serialised once; the part that changes for `update`; empty for
            `delete`.
        version: external version for `index` and `delete`; None for the server's own counting. A
            higher one wins, an equal one is written again. Without it, what arrives last wins.
        operation: `index` writes or overwrites; `create` leaves what is there; `update` merges
            `source` into what is there, or writes it; `delete` removes.

    Args:
        compact: `source` holds no more memory than it says, and is kept; else it is copied.

    Raises:
        ValueError: index or id are empty; Elasticsearch knows no external version for the
            operation.
    """

    index: str
    id: str
    source: bytes = b""
    version: int | None = None
    operation: Operation = "index"
    compact: dataclasses.InitVar[bool] = False

    def __post_init__(self, compact: bool) -> None:
        if not self.index or not self.id:
            raise ValueError(
                f"an action needs an index and an id: {self.index!r}, {self.id!r}; ids that the "
                "server makes up would make every retry a copy"
            )
        if self.version is not None and self.operation in ("create", "update"):
            raise ValueError(
                f"{self.operation} of {self.index}/{self.id}: Elasticsearch takes an external "
                "version with index and delete only"
            )
        # What orjson gives holds up to ten times the memory of what is in it (3.13); what waits
        # for a request holds no more than it says.
        if not compact:
            object.__setattr__(self, "source", bytes(memoryview(self.source)))

    @property
    def place(self) -> tuple[str, str]:
        """What no two requests in flight may have in common."""
        return self.index, self.id


def lines(action: Action) -> Iterator[bytes]:
    """Yields the one or two lines of a bulk request, without their line ends."""
    head: dict[str, Any] = {"_index": action.index, "_id": action.id}
    if action.version is not None:
        head |= {"version": action.version, "version_type": "external_gte"}
    if action.operation == "update":
        head["retry_on_conflict"] = 3
    yield orjson.dumps({action.operation: head})
    if action.operation == "delete":
        return
    # Outside of strings a line end is mere space, and inside JSON has none.
    source = action.source.replace(b"\n", b" ")
    if action.operation == "update":
        yield b'{"doc":' + source + b',"doc_as_upsert":true}'
    else:
        yield source
