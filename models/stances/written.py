"""Pairs written for this project by a language model, where what is labelled teaches too little.

News of a few hoaxes and captions of photographs know few ways of saying no. In `written.tsv` both
sides are written, a claim beside passages that differ in what decides; two of its domains are held
out. In `written_claims.tsv` only the claims are: the passages are places in bodies of the Fake News
Challenge's training set, without the text.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

from models import data as data_files
from models.data import Example
from models.stances.fnc import Topics
from transforms.models.base import LABELS

PAIRS_FILE = pathlib.Path(__file__).with_name("written.tsv")
CLAIMS_FILE = pathlib.Path(__file__).with_name("written_claims.tsv")
HELD_OUT = frozenset({"local", "denials"})
# Of a label; the rest is shared by the others.
_SURE = 0.94


def read_pairs(share: float) -> tuple[list[Example], list[Example]]:
    """(train, dev): dev is the domains that are held out."""
    train: list[Example] = []
    dev: list[Example] = []
    for row in data_files.read_rows(PAIRS_FILE, "\t"):
        held_out = row["domain"] in HELD_OUT
        origin = f"written {row['domain']}" if held_out else "written"
        example = _example(row["claim"], row["passage"], row["label"], origin, share)
        (dev if held_out else train).append(example)
    return train, dev


def read_claims(topics: Topics, share: float) -> Iterator[Example]:
    """Written claims beside passages of topics that are not held out."""
    for row in data_files.read_rows(CLAIMS_FILE, "\t"):
        passage = topics.bodies[row["body"]][int(row["start"]) : int(row["end"])]
        yield _example(row["claim"], passage, row["label"], "written claims", share)


def _example(claim: str, passage: str, label: str, origin: str, share: float) -> Example:
    labels = LABELS["stances"]
    rest = (1 - _SURE) / (len(labels) - 1)
    return Example(
        text=claim,
        pair=passage,
        label=labels.index(label),
        target=tuple(_SURE if each == label else rest for each in labels),
        group=claim,
        origin=origin,
        share=share,
    )
