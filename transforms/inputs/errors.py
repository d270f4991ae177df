"""Why a file, or a record of one, cannot be taken. Each message says why and how to mend it."""

from transforms.web.unreadable import UnreadableRecord


class UnreadableFile(ValueError):  # noqa: N818 (a noun of the domain)
    """The file, or the rest of it, cannot be read."""


class CannotOpen(UnreadableFile):
    """The file is gone, or may not be read."""


class EmptyFile(UnreadableFile):
    """The file holds nothing, or white space only."""


class UnknownFormat(UnreadableFile):
    """The content is none of the formats that are read."""


class TruncatedFile(UnreadableFile):
    """The file ends in the middle of a record or of its compression."""


class DamagedFile(UnreadableFile):
    """The compression or the archive's structure is broken from some place on.

    Attributes:
        position: where, as in `schemas.records.Origin`; "" where nothing behind it can be read.
    """

    def __init__(self, message: str, position: str = "") -> None:
        super().__init__(message, position)
        self.position = position

    def __str__(self) -> str:
        rest = "what can be read of the rest follows; " if self.position else ""
        return f"{self.args[0]}; {rest}copy the file again"


class ExpandsTooMuch(UnreadableFile):
    """The file is a decompression bomb."""


class FileTooLong(UnreadableFile):
    """One page, feed or text that is longer than any real one."""


class LineTooLong(UnreadableRecord):
    """A line of JSON Lines is over the limit."""


class NotJson(UnreadableRecord):
    """A line is no JSON object."""


class WrongType(UnreadableRecord):
    """A field of the contract has another type than the contract says."""


class MissingText(UnreadableRecord):
    """A record has neither text nor title."""


class BadFetchTime(UnreadableRecord):
    """`fetched_at` or `WARC-Date` is no time, or none at which anything could be fetched.

    Such a record is refused and not read with a guess, since this time orders and versions all
    that is made of it: a wrong one could overwrite newer text for ever.
    """


class RecordTooLong(UnreadableRecord):
    """A record of an archive is over the limit."""


class DamagedRecord(UnreadableRecord):
    """A record of an archive is broken inside: its compression, or the head of its response."""


class NothingMatches(UnreadableFile):
    """A pattern names no file."""


class EmptyRecord(UnreadableRecord):
    """A record holds nothing."""


class BadExchange(UnreadableRecord):
    """A record of the stream's own archive does not hold what the archive writes."""
