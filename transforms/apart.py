"""Two stages of one kind in one pipeline, kept apart where a runner would mix them up."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import apache_beam as beam

_BUILT: WeakKeyDictionary[beam.Pipeline, set[str]] = WeakKeyDictionary()


def apart(
    keyed: beam.PCollection[Any], stage: str, barrier: beam.PTransform[Any, Any]
) -> beam.PCollection[Any]:
    """Returns what a stage with timers reads: `keyed`, but for the first stage behind a barrier.

    Beam's in-process runner keeps timers by name alone (2.77, FnApiRunner's buffers). Where it
    fuses two DoFns whose timers have one name, one gets the timers of both, and what waits in the
    other never comes. It fuses nothing across a `beam.Reshuffle`.

    Args:
        stage: names the kind of stage; stages with other names have timers with other names.
    """
    built = _BUILT.setdefault(keyed.pipeline, set())
    if stage in built:
        return keyed | "Apart" >> barrier
    built.add(stage)
    return keyed
