"""The figures of merit under the name that the recipes import."""

from transforms.models.measure import (
    average_precision,
    best_threshold,
    calibration_error,
    confusion,
    f1,
    f1_at,
    f1s,
    fnc_score,
    mean_auc,
    slope_and_bias,
    temperature,
    threshold_of_precision,
)

__all__ = [
    "average_precision",
    "best_threshold",
    "calibration_error",
    "confusion",
    "f1",
    "f1_at",
    "f1s",
    "fnc_score",
    "mean_auc",
    "slope_and_bias",
    "temperature",
    "threshold_of_precision",
]
