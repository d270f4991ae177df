"""The models alone, record by record: what `newsbeam classify` runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from transforms.models.load import load_classifier
from transforms.text.passages import best_passage
from transforms.text.sentences import split_sentences

# Records judged at once: enough for every core, little to wait for.
_TOGETHER = 64

Record = Mapping[str, Any]


def classify_claims(lines: Iterable[Record], name: str | None = None) -> Iterator[dict[str, Any]]:
    """Adds `score` (0 to 1) and `claim` (true or false) to each record.

    Args:
        lines: records with a `text`: one sentence, cut at the end if it is too long.
        name: see `load_classifier`.

    Yields:
        One record for each, in order; 64 are read before the first comes out.

    Raises:
        ModelError: the model cannot be loaded.
    """
    model = load_classifier("claims", name)
    yes = model.labels.index("yes")
    for some in _batches(lines):
        scores = model.scores([str(line["text"]) for line in some])
        for line, row in zip(some, scores, strict=True):
            score = float(row[yes])
            yield {**line, "score": round(score, 4), "claim": score >= model.info.threshold}


def classify_stances(lines: Iterable[Record], name: str | None = None) -> Iterator[dict[str, Any]]:
    """Adds `label` and `scores` (label to probability) to each record.

    Args:
        lines: records with a `claim` and a `text`; of a long text the model reads the passage that
            shares most words with the claim.
        name: see `load_classifier`.

    Yields:
        One record for each, in order; 64 are read before the first comes out.

    Raises:
        ModelError: the model cannot be loaded.
    """
    model = load_classifier("stances", name)
    for some in _batches(lines):
        rows = model.scores([pair_of(str(line["claim"]), str(line["text"])) for line in some])
        for line, row in zip(some, rows, strict=True):
            scores = {
                label: round(float(score), 4)
                for label, score in zip(model.labels, row, strict=True)
            }
            yield {**line, "label": model.labels[int(row.argmax())], "scores": scores}


def pair_of(claim: str, text: str) -> tuple[str, str]:
    """The claim and the passage of a text that shares most words with it."""
    passage = best_passage(claim, text, split_sentences(text))
    return claim, text[passage.start : passage.end]


def _batches(lines: Iterable[Record]) -> Iterator[list[Record]]:
    source = iter(lines)
    while some := list(itertools.islice(source, _TOGETHER)):
        yield some
