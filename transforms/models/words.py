"""The word vectors that the packaged models of one base share: one table, mapped, not read.

Every model of all-mpnet-base-v2 keeps its word vectors as they were pretrained. As a file of their
own they are shipped once and are in memory once, whatever number of models and processes looks them
up.
"""

from __future__ import annotations

import functools
import importlib.resources

import numpy as np

from transforms.models.base import Floats

_TABLE = "words.npy"


def word_row(width: int) -> np.dtype[np.void]:
    """A row of the table: int8 values and what to multiply them by."""
    return np.dtype([("scale", "<f4"), ("values", "i1", (width,))])


def look_up(ids: np.ndarray) -> Floats:
    """Word vectors (..., width) of int64 token ids (...)."""
    rows = _table()[ids]
    vectors: Floats = rows["values"] * rows["scale"][..., None]
    return vectors


@functools.cache
def _table() -> np.ndarray:
    weights = importlib.resources.files("transforms.models") / "weights" / _TABLE
    with importlib.resources.as_file(weights) as path:
        table: np.ndarray = np.load(path, mmap_mode="r")
    return table
