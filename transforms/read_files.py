"""ReadFiles: files, folders and globs to the items and pages in them."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Timestamp

from schemas.records import Item, Origin, Outcome, Page, Rejected
from transforms.inputs.content import InputFile
from transforms.inputs.errors import CannotOpen, NothingMatches
from transforms.inputs.file_records import records_of
from transforms.inputs.json_lines import LineStretch, records_of_lines
from transforms.inputs.outcomes import STEP, Record, rejected, skipped
from transforms.inputs.parts import Part, parts_of
from transforms.inputs.paths import files_of
from transforms.inputs.warc_records import Stretch, records_of_warc


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FileConfig:
    """What to take out of the files.

    Attributes:
        since, until: aware times; records fetched before `since`, or at `until` or later, end as
            `skipped`.
        only: ledger keys; where set, all other records are left out, without an outcome: a replay.
        anew: paths of files that are read whole in a replay, since a key in `only` stands for
            records that could not be told apart when it was rejected. Where such a key does not
            come again, it ends as `skipped`.
        now: aware; a record fetched more than a day later is refused, and a file without a time
            counts as modified then.
    Raises:
        ValueError: a time without a zone, or an empty slice.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    only: frozenset[str] | None = None
    anew: frozenset[str] = frozenset()
    now: dt.datetime = dataclasses.field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def __post_init__(self) -> None:
        times = [time for time in (self.since, self.until, self.now) if time is not None]
        if any(time.tzinfo is None for time in times):
            raise ValueError("since, until and now need a time zone")
        if self.since and self.until and self.since >= self.until:
            raise ValueError(f"nothing lies between since {self.since} and until {self.until}")


class FilesRead(NamedTuple):
    """Every record of every file ends in exactly one of these."""

    items: beam.PCollection[Item]
    pages: beam.PCollection[Page]
    outcomes: beam.PCollection[Outcome]
    rejected: beam.PCollection[Rejected]


class ReadFiles(beam.PTransform[beam.pvalue.PBegin, FilesRead]):
    """Reads JSON Lines, WARC, HTML, feeds and plain text; .gz of each.

    Bounded. A part (`transforms.inputs.parts`: a file, or 32 MiB of a big one) is read by
    one worker, streamed, in its order; parts come in no order. Each element's timestamp is its
    `fetched_at` (`at` for outcomes and rejects).

    To `rejected` goes what cannot be read (`transforms.inputs.errors`), with file, position and
    reason; the rest of the file goes through. A pattern that matches nothing is rejected, too:
    `transforms.inputs.paths.files_of` tells earlier. An error of the storage fails the bundle.

    Args:
        patterns: files, folders (all below, but for hidden ones) and globs, on any filesystem
            that Beam knows.
        parts: to be read beside them.
    """

    def __init__(
        self,
        patterns: Sequence[str],
        config: FileConfig | None = None,
        parts: Sequence[Part] = (),
    ) -> None:
        super().__init__()
        self._patterns = tuple(patterns)
        self._config = config or FileConfig()
        self._parts = tuple(parts)

    def expand(self, begin: beam.pvalue.PBegin) -> FilesRead:
        """Returns items, pages, outcomes and rejects."""
        files = (
            begin
            | "Patterns" >> beam.Create([(self._patterns, self._parts)])
            | "MatchFiles"
            >> beam.ParDo(_MatchFn(self._config)).with_outputs("rejected", main="parts")
        )
        records = (
            files.parts
            | "SpreadFiles" >> beam.Reshuffle()
            | "ReadRecords"
            >> beam.ParDo(_ReadFn(self._config)).with_outputs(
                "pages", "outcomes", "rejected", main="items"
            )
        )
        unread = (files.rejected, records.rejected) | "FlattenRejected" >> beam.Flatten()
        return FilesRead(records.items, records.pages, records.outcomes, unread)


class _MatchFn(beam.DoFn):
    def __init__(self, config: FileConfig) -> None:
        self._config = config

    def process(
        self, wanted: tuple[tuple[str, ...], tuple[Part, ...]]
    ) -> Iterator[Part | TaggedOutput[Literal["rejected"], Rejected]]:
        patterns, parts = wanted
        yield from parts
        now = self._config.now
        seen: set[str] = set()
        for pattern in patterns:
            try:
                found = files_of(pattern, now)
            except NothingMatches as error:
                origin = Origin(source=pattern, file=pattern)
                yield TaggedOutput("rejected", rejected(error, origin, now))
                continue
            for file in found:
                if file.path not in seen:
                    yield from self._parts(file)
            seen.update(file.path for file in found)

    def _parts(self, file: InputFile) -> Iterator[Part]:
        """Of a file that is read anew, each record must be seen by one reader."""
        yield from [Part(file=file, size=0)] if self._config.anew else parts_of(file)


_Read = (
    Item
    | TaggedOutput[Literal["pages"], Page]
    | TaggedOutput[Literal["outcomes"], Outcome]
    | TaggedOutput[Literal["rejected"], Rejected]
)


class _ReadFn(beam.DoFn):
    def __init__(self, config: FileConfig) -> None:
        self._config = config

    def process(self, part: Part) -> Iterator[_Read]:
        for record in records_in(part, self._config):
            yield _placed(record)


def records_in(part: Part, config: FileConfig) -> Iterator[Record]:
    """Yields the records of a part that `config` asks for, in order; without Beam.

    Raises:
        OSError: the storage fails; what is wrong with the file itself is a rejected record.
    """
    file = part.file
    try:
        stream = FileSystems.open(file.path, compression_type=CompressionTypes.UNCOMPRESSED)
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        origin = Origin(source=file.name, file=file.written_path)
        yield from asked(
            [
                rejected(
                    CannotOpen(f"{error}; replay it when it can be read"), origin, file.modified_at
                )
            ],
            config,
        )
        return
    with stream:
        records: Iterator[Record]
        match part.stretch:
            case Stretch() as stretch:
                records = records_of_warc(stream, file, config.now, stretch)
            case LineStretch() as stretch:
                records = records_of_lines(stream, file, config.now, stretch)
            case None:
                records = records_of(stream, file, config.now)
        yield from (
            read_anew(records, file, config)
            if file.written_path in config.anew
            else asked(records, config)
        )


def read_anew(records: Iterable[Record], file: InputFile, config: FileConfig) -> Iterator[Record]:
    """Yields all records of a file, and an end for each key of it that does not come again."""
    come: set[str] = set()
    for record in records:
        come.add(record.key)
        yield record
    path = file.written_path
    for key in sorted((config.only or frozenset()) - come):
        # A path may have a `#` itself, and look like a place in another file.
        before, _, position = key.rpartition("#")
        if key == path or (before == path and key not in config.anew):
            origin = Origin(source=file.name, file=path, position=position if key != path else None)
            reason = "read anew: its records have outcomes of their own"
            yield skipped(origin, file.modified_at, reason)


def asked(records: Iterable[Record], config: FileConfig) -> Iterator[Record]:
    """Yields the records that `config` asks for; those outside of its slice end as skipped."""
    for record in records:
        if config.only is not None and record.key not in config.only:
            continue
        at = _fetched_at(record)
        if at is not None and not _in_slice(at, config):
            reason = f"fetched {at:%Y-%m-%d %H:%M:%S}, outside of --from and --to"
            outcome = skipped(record.origin, at, reason, record.url)
            yield dataclasses.replace(outcome, key=record.key)
        else:
            yield record


def _fetched_at(record: Record) -> dt.datetime | None:
    """None for what the file itself could not say: it has the file's time for want of its own."""
    if isinstance(record, Item | Page):
        return record.fetched_at
    return None if record.step == STEP else record.at


def _in_slice(time: dt.datetime, config: FileConfig) -> bool:
    after = config.since is None or config.since <= time
    return after and (config.until is None or time < config.until)


def _placed(record: Record) -> Any:
    """The record with its time, in its output."""
    match record:
        case Item():
            return _stamped(record, record.fetched_at)
        case Page():
            return TaggedOutput("pages", _stamped(record, record.fetched_at))
        case Outcome():
            return TaggedOutput("outcomes", _stamped(record, record.at))
        case Rejected():
            return TaggedOutput("rejected", _stamped(record, record.at))


def _stamped(record: Record, time: dt.datetime) -> Any:
    return TimestampedValue(record, Timestamp.from_utc_datetime(time))
