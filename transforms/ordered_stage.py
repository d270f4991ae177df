"""What each stage that takes elements in order is told of time and of earlier runs."""

from __future__ import annotations

from typing import Any, TypeVar

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows

from schemas.memory import MemoryConfig
from transforms.apart import apart
from transforms.in_order import Order

DEFAULT_EXPIRY_S = 14 * 86_400.0

Input = TypeVar("Input")
Output = TypeVar("Output")


class OrderedStage(beam.PTransform[Input, Output]):
    """A stage around an `InOrderFn`.

    Reads the global window. What it puts out has as its time the cut at which it was taken (see
    `Order.release_micros`): in a bounded run the end of the global window. What is taken early,
    beyond `Order.most_waiting`, has the time of the element that was one too many.

    On Prism a pipeline with such a stage takes the experiment `prism_disable_sdf_split`: without it
    Prism (2.77) loses elements (beam#35771). A plain `beam.Pipeline()` prefers Prism.

    Args:
        release_s: see `transforms.in_order.Order`.
        expiry_s: how long a key is known after it was last heard of.
        memory: where what earlier runs wrote of it is looked up then; None for nowhere.
    """

    def __init__(
        self,
        *,
        release_s: float | None = None,
        expiry_s: float = DEFAULT_EXPIRY_S,
        memory: MemoryConfig | None = None,
    ) -> None:
        super().__init__()
        self._order = Order(release_s=release_s, expiry_s=expiry_s)
        self._memory = memory

    def _fit(self, keyed: beam.PCollection[Any], stage: str) -> beam.PCollection[Any]:
        """Returns what the stage's DoFn reads.

        Raises:
            ValueError: there are windows, or nothing would be taken before the end of a stream.
        """
        if not isinstance(keyed.windowing.windowfn, GlobalWindows):
            raise ValueError(f"{stage}: reads the global window, not {keyed.windowing.windowfn}")
        if self._order.release_s is None and not keyed.is_bounded:
            raise ValueError(f"{stage}: release_s is a number of seconds where input is unbounded")
        return apart(keyed, stage, beam.Reshuffle())
