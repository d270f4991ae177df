"""How documents are gathered into bulk requests, and how long these are tried."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BulkConfig:
    """Sizes and times of bulk writes.

    Attributes:
        bulk_bytes, bulk_documents: a request is sent as soon as it reaches either.
        bulks_in_flight: requests that one worker thread has under way at a time.
        retry_deadline_s: how long one request is tried before its bundle fails.
        keep_s: None: what a bundle brings is written by the bundle's end, as bounded input, with
            its large bundles, wants it. A number: documents are kept in state across bundles, each
            at most so many seconds, until a request is full, as a stream with its small bundles
            wants it.
        shards: with `keep_s`, over how many keys the documents are spread by their ids; so many
            requests fill at a time, and at most so many workers write.

    Raises:
        ValueError: a value is not above 0.
    """

    bulk_bytes: int = 5_000_000
    bulk_documents: int = 1_000
    bulks_in_flight: int = 3
    retry_deadline_s: float = 300.0
    keep_s: float | None = None
    shards: int = 2

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value is not None and value <= 0:
                raise ValueError(f"{field.name}: must be greater than 0, not {value}")

    @property
    def memory_bytes(self) -> int:
        """The most that one worker thread holds, for documents of at most `bulk_bytes`.

        A request in flight is there as elements, as documents and as a body; one more is being
        gathered, as elements and documents. Elements are taken to be as large as their documents,
        and the interpreter, the client and the heap's gaps to need as much again for each request
        (`benchmarks.sink` holds it against what is used).
        """
        return self.bulk_bytes * (4 * self.bulks_in_flight + 3)
