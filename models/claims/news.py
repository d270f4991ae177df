"""News sentences: labelled ones to measure on, and unlabelled ones for a student to learn from.

The texts are the Fake News Challenge's article bodies. `news_labels.tsv` labels every sentence of
a few test bodies by their place; unlabelled ones come from the train bodies, which share no text
with them.
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
# What the pipeline does not show to the model need not be learned.
_MIN_WORDS = 4
_WORD = re.compile(r"\w+")


def read_labelled(folder: pathlib.Path) -> tuple[list[Example], list[str]]:
    """The labelled news sentences, and beside each the id of the article that holds it."""
    bodies = _bodies(folder, "competition_test")
    rows = data_files.read_rows(LABELS_FILE, "\t")
    examples = [
        Example(
            text=bodies[row["Body ID"]][int(row["start"]) : int(row["end"])],
            label=int(row["class_label"] == "Yes"),
        )
        for row in rows
    ]
    return examples, [row["Body ID"] for row in rows]


def read_unlabelled(folder: pathlib.Path, count: int, seed: int) -> list[str]:
    """Up to `count` different sentences of the train bodies, drawn at random."""
    seen = set(_bodies(folder, "competition_test").values())
    texts = [body for body in _bodies(folder, "train").values() if body not in seen]
    sentences = sorted({text for body in texts for text in _sentences(body)})
    random.Random(seed).shuffle(sentences)
    return sentences[:count]


def _bodies(folder: pathlib.Path, name: str) -> dict[str, str]:
    (path,) = data_files.require(folder, BODIES.format(name))
    return {row["Body ID"]: row["articleBody"] for row in data_files.read_rows(path)}


def _sentences(body: str) -> list[str]:
    texts = [body[start:end] for start, end in split_sentences(body, "en")]
    return [text for text in texts if len(_WORD.findall(text)) >= _MIN_WORDS]
