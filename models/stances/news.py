"""Sentences of one news article beside passages of another on the same topic.

That is what the pipeline asks. The texts are bodies of the Fake News Challenge's training set;
`news_labels.tsv` labels some pairs by their places, without the text. The second reading, by other
annotators, is of pairs of held-out topics only, the third of pairs of other topics which the model
before it told as denial or could not tell.
"""

from __future__ import annotations

import pathlib
import random
import re
from collections.abc import Iterator

from models import data as data_files
from models.data import Example
from models.stances.fnc import Topics, index
from transforms.models.base import LABELS
from transforms.text.sentences import split_sentences

LABELS_FILE = pathlib.Path(__file__).with_name("news_labels.tsv")
# The annotator marked what he was sure of.
_SURE, _UNSURE = 0.94, 0.7
_ORIGINS = {"1": "news", "2": "news, second reading", "3": "news"}
# What the pipeline does not take for a claim need not be learned.
_MIN_WORDS, _MAX_CHARS = 6, 300
_WORD = re.compile(r"\w+")
# Below it the pipeline does not ask the model.
_OVERLAP = 0.3


def read_labelled(topics: Topics, share: float) -> tuple[list[Example], list[Example]]:
    """(train, dev): dev are those of the topics that are held out."""
    train: list[Example] = []
    dev: list[Example] = []
    for row in data_files.read_rows(LABELS_FILE, "\t"):
        example = _labelled(row, topics, share)
        (dev if topics.is_held_out(example.group) else train).append(example)
    return train, dev


def pairs_of_topics(topics: Topics, count: int, seed: int) -> list[Example]:
    """Up to `count` different pairs without a label, from topics that are not held out."""
    rng = random.Random(seed)
    by_topic = [bodies for bodies in topics.bodies_by_topic().values() if len(bodies) > 1]
    found = {(e.text, e.pair): e for e in _drawn(topics, by_topic, count, rng)}
    return list(found.values())


def _drawn(
    topics: Topics, by_topic: list[list[str]], count: int, rng: random.Random
) -> Iterator[Example]:
    indexes = {body: index(topics.bodies[body]) for bodies in by_topic for body in bodies}
    for _ in range(count):
        own, other = rng.sample(rng.choice(by_topic), 2)
        claims = _sentences(topics.bodies[own])
        if not claims:
            continue
        claim = rng.choice(claims)
        passage = indexes[other].best(claim)
        if passage.overlap < _OVERLAP * rng.random():
            continue
        text = topics.bodies[other][passage.start : passage.end]
        yield Example(text=claim, pair=text, group=topics.topic_of(other), origin="news")


def _sentences(body: str) -> list[str]:
    texts = [body[start:end] for start, end in split_sentences(body, "en")]
    return [t for t in texts if len(t) <= _MAX_CHARS and len(_WORD.findall(t)) >= _MIN_WORDS]


def _labelled(row: dict[str, str], topics: Topics, share: float) -> Example:
    labels = LABELS["stances"]
    label = labels.index(row["label"])
    most = _SURE if row["sure"] == "yes" else _UNSURE
    rest = (1 - most) / (len(labels) - 1)
    claim = topics.bodies[row["claim_body"]][int(row["claim_start"]) : int(row["claim_end"])]
    return Example(
        text=claim,
        pair=topics.bodies[row["body"]][int(row["start"]) : int(row["end"])],
        label=label,
        target=tuple(most if i == label else rest for i in range(len(labels))),
        group=topics.topic_of(row["body"]),
        origin=_ORIGINS[row["reading"]],
        share=share,
    )
