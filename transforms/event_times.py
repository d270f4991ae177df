"""Beam's event times and watermarks, by the milliseconds since 1970 that the records count in.

A splittable element estimates its own watermark, and a runner takes the earliest of all elements.
Prism (2.77) takes for a step's watermark the estimate that it heard last, whichever element it came
from. Steps that are made with `joint_watermark` estimate there for all of their elements at once:
what each expects is in a register of the process (`transforms.web.to_come`), from which it is only
taken at the element's next call, when what the last one gave out is in the runner's hands.
"""

from typing import Any

from apache_beam.utils.timestamp import Duration, Timestamp

# A call for nothing but to hear that the one before is in the runner's hands.
SETTLED = Duration(0.1)


def timestamp_of(time_ms: int) -> Timestamp:
    """Returns Beam's timestamp of a time."""
    return Timestamp(micros=time_ms * 1000)


def raise_watermark(watermark: Any, time_ms: int) -> None:
    """Sets the watermark of a source that sets it by hand, unless it is later already."""
    current = watermark.current_watermark()
    wanted = timestamp_of(time_ms)
    if current is None or current < wanted:
        watermark.set_watermark(wanted)
