"""How records of files end where they are not passed on: rejected, or skipped with the reason."""

import datetime as dt

from schemas.ids import record_key
from schemas.records import START_CHARS, Item, Origin, Outcome, Page, Rejected

Record = Item | Page | Outcome | Rejected

STEP = "ReadFiles"


def rejected(
    error: ValueError, origin: Origin, at: dt.datetime, url: str | None = None, payload: bytes = b""
) -> Rejected:
    """Returns the dead letter of a file record; `newsbeam replay` reads the file's record anew."""
    place = f"{origin.file}, {origin.position}" if origin.position else str(origin.file)
    return Rejected(
        key=record_key(origin, url),
        origin=origin,
        url=url,
        step=STEP,
        error=type(error).__name__,
        message=f"{place}: {error}",
        payload=payload[:START_CHARS].decode("utf-8", "replace"),
        replay="file",
        at=at,
    )


def skipped(origin: Origin, at: dt.datetime, reason: str, url: str | None = None) -> Outcome:
    """Returns the outcome of a file record that is no article, or lies outside of the slice."""
    return Outcome(
        key=record_key(origin, url),
        origin=origin,
        url=url,
        outcome="skipped",
        step=STEP,
        reason=reason,
        at=at,
    )
