"""How often a model is right, by how sure it was: a picture of its calibration."""

from __future__ import annotations

import importlib.util
import textwrap
from pathlib import Path

import numpy as np

from pipeline.errors import UsageError
from transforms.models.measure import Array

_BINS = 10
# Room for the outermost points and the figures beside them.
_MARGIN = 0.12
_TITLE_CHARS = 48


def require_matplotlib() -> None:
    """Tells before any work is done that nothing can be drawn.

    Raises:
        UsageError: matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise UsageError(
            "reliability.png needs matplotlib: pip install 'newsbeam[evaluate]', or give --no_plot"
        )


def reliability(probabilities: Array, right: Array) -> tuple[Array, Array, Array]:
    """Mean probability, share that is right, and count, of each of ten bins that is not empty."""
    index = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    counts = np.bincount(index, minlength=_BINS)
    filled = counts > 0
    means = np.bincount(index, probabilities, minlength=_BINS)[filled] / counts[filled]
    shares = np.bincount(index, right.astype(float), minlength=_BINS)[filled] / counts[filled]
    return means, shares, counts[filled]


def draw_reliability(probabilities: Array, right: Array, title: str, path: Path) -> None:
    """Writes the plot as a PNG; the figure beside a point is the number of its examples."""
    # An extra, and a slow import.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", linewidth=1)
    means, shares, counts = reliability(probabilities, right)
    axes.plot(means, shares, marker="o")
    for mean, share, count in zip(means, shares, counts, strict=True):
        axes.annotate(str(count), (mean, share), textcoords="offset points", xytext=(6, -10))
    axes.set(xlim=(-_MARGIN, 1 + _MARGIN), ylim=(-_MARGIN, 1 + _MARGIN))
    # Models are named by paths as well: long ones, and with signs that stand for formulas.
    axes.set_title(textwrap.fill(title, _TITLE_CHARS), parse_math=False)
    axes.set(xlabel="probability that the model gives", ylabel="share that is so")
    figure.savefig(path, dpi=120)
