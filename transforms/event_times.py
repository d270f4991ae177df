"""Beam's event times and watermarks, by the milliseconds since 1970 that the records count in."""

from typing import Any

from apache_beam.utils.timestamp import Timestamp


def timestamp_of(time_ms: int) -> Timestamp:
    """Returns Beam's timestamp of a time."""
    return Timestamp(micros=time_ms * 1000)


def raise_watermark(watermark: Any, time_ms: int) -> None:
    """Sets the watermark of a source that sets it by hand, unless it is later already."""
    current = watermark.current_watermark()
    wanted = timestamp_of(time_ms)
    if current is None or current < wanted:
        watermark.set_watermark(wanted)
