"""News sentences: labelled ones to learn from and to measure on, unlabelled ones for a teacher.

The texts are the Fake News Challenge's article bodies, and the labels their places, without the
text. `news_labels.tsv` has every sentence of a few test bodies, to measure on;
`news_train_labels.tsv` a few sentences of many train bodies. They share no text.
"""

from __future__ import annotations

import pathlib
import random
import re

from models import data as data_files
from models.data import Example
from transforms.text.sentences import split_sentences

BODIES = "stance/fnc1/{}_bodies.csv"
LABELS_FILE = pathlib.Path(__file__).with_name("news_labels.tsv")
TRAIN_LABELS_FILE = pathlib.Path(__file__).with_name("news_train_labels.tsv")
# The annotator marked what he was sure of.
_SURE, _UNSURE = 0.95, 0.7
# What the pipeline does not show to the model need not be learned.
_MIN_WORDS = 4
_WORD = re.compile(r"\w+")


def read_labelled(folder: pathlib.Path) -> list[Example]:
    """The labelled news sentences to measure on, grouped by article."""
    bodies = _bodies(folder, "competition_test")
    rows = data_files.read_rows(LABELS_FILE, "\t")
    return [
        Example(
            text=bodies[row["Body ID"]][int(row["start"]) : int(row["end"])],
            label=int(row["class_label"] == "Yes"),
            group=row["Body ID"],
            origin="news",
        )
        for row in rows
    ]


def read_train(folder: pathlib.Path, share: float) -> list[Example]:
    """The labelled sentences to learn from, each `share` times in an epoch."""
    bodies = _bodies(folder, "train")
    return [_taught(row, bodies, share) for row in data_files.read_rows(TRAIN_LABELS_FILE, "\t")]


def read_unlabelled(folder: pathlib.Path, count: int, seed: int) -> list[Example]:
    """Up to `count` different sentences of the train bodies, drawn at random."""
    seen = set(_bodies(folder, "competition_test").values())
    texts = [body for body in _bodies(folder, "train").values() if body not in seen]
    sentences = sorted({text for body in texts for text in _sentences(body)})
    random.Random(seed).shuffle(sentences)
    return [Example(text=text, origin="news") for text in sentences[:count]]


def _taught(row: dict[str, str], bodies: dict[str, str], share: float) -> Example:
    label = int(row["class_label"] == "Yes")
    most = _SURE if row["sure"] == "yes" else _UNSURE
    return Example(
        text=bodies[row["Body ID"]][int(row["start"]) : int(row["end"])],
        label=label,
        target=(1 - most, most) if label else (most, 1 - most),
        group=row["Body ID"],
        origin="news",
        share=share,
    )


def _bodies(folder: pathlib.Path, name: str) -> dict[str, str]:
    (path,) = data_files.require(folder, BODIES.format(name))
    return {row["Body ID"]: row["articleBody"] for row in data_files.read_rows(path)}


def _sentences(body: str) -> list[str]:
    texts = [body[start:end] for start, end in split_sentences(body, "en")]
    return [text for text in texts if len(_WORD.findall(text)) >= _MIN_WORDS]
