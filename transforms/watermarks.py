"""Watermarks that sources set by hand."""

from typing import Any

from apache_beam.utils.timestamp import Timestamp


def raise_watermark(watermark: Any, time_ms: int) -> int:
    """Sets the watermark unless it is later already; returns `time_ms`, since 1970."""
    current = watermark.current_watermark()
    wanted = Timestamp(micros=time_ms * 1000)
    if current is None or current < wanted:
        watermark.set_watermark(wanted)
    return time_ms
