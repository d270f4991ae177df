"""Sentences written for this project by a language model.

`written.tsv` is to measure on: debates, policy speeches, press conferences, labelled by the idea of
the debates' labels. What the stances' recipe has of written claims and passages is for a teacher to
judge: news, statements, encyclopaedias, rumours.
"""

from __future__ import annotations

import pathlib
import random

from models import data as data_files
from models.data import Example
from transforms.text.sentences import split_sentences

WRITTEN_FILE = pathlib.Path(__file__).with_name("written.tsv")
_PAIRS_FILE = pathlib.Path(__file__).parents[1] / "stances" / "written.tsv"


def read_written() -> list[Example]:
    """All of them, grouped by the kind of speech."""
    return [
        Example(
            text=row["text"],
            label=int(row["class_label"] == "Yes"),
            group=row["kind"],
            origin="written",
        )
        for row in data_files.read_rows(WRITTEN_FILE, "\t")
    ]


def read_unlabelled(count: int, seed: int) -> list[Example]:
    """Up to `count` different sentences of written claims and passages, drawn at random."""
    rows = data_files.read_rows(_PAIRS_FILE, "\t")
    texts = {row[field] for row in rows for field in ("claim", "passage")}
    known = {example.text for example in read_written()}
    sentences = {text[start:end] for text in texts for start, end in split_sentences(text, "en")}
    drawn = sorted(sentences - known)
    random.Random(seed).shuffle(drawn)
    return [Example(text=text, origin="written pairs") for text in drawn[:count]]
