"""What each stage that takes elements in order is told of time and of earlier runs."""

from __future__ import annotations

from typing import Any, TypeVar

import apache_beam as beam

from schemas.memory import MemoryConfig
from transforms.apart import apart
from transforms.in_order import Order

DEFAULT_EXPIRY_S = 14 * 86_400.0

Input = TypeVar("Input")
Output = TypeVar("Output")


class OrderedStage(beam.PTransform[Input, Output]):
    """A stage around an `InOrderFn`.

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
        """Returns what the stage's DoFn reads."""
        return apart(keyed, stage, beam.Reshuffle())
