"""The Fake News Challenge as (claim, passage) examples, split by topic."""

from __future__ import annotations

import collections
import dataclasses
import pathlib
import random
from collections.abc import Iterable, Sequence

import numpy as np

from models import data as data_files
from models.data import Example, share_of
from transforms.text.passages import BodyIndex
from transforms.text.sentences import split_sentences

FOLDER = "stance/fnc1/"
_LABELS = {"agree": 0, "disagree": 1, "discuss": 2, "unrelated": 3}
UNRELATED = _LABELS["unrelated"]
# A share of the topics is held out: one topic's headlines and bodies never meet both sides.
DEV_SHARE = 0.12
# The competition's own ratio of unrelated to related pairs; a dev set of few topics has fewer.
UNRELATED_RATIO = 2.6
# Denials are rare and come more often; of the unrelated pairs those that share words with the claim
# are the ones to learn from.
_DENIES_SHARE = 3.0
_HARD_OVERLAP, _HARD_SHARE, _EASY_SHARE = 0.1, 0.4, 0.1
# Some passages are their one nearest sentence, so that being short says nothing.
_SHORT_SHARE = 0.2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A headline and a body by its id."""

    headline: str
    body: str
    label: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """The training set without what the test set also has, by topic.

    Attributes:
        bodies: text of each body id.
        topic: of each headline, and of each body id behind a "#".
    """

    pairs: list[Pair]
    bodies: dict[str, str]
    topic: dict[str, str]

    def topic_of(self, body: str) -> str:
        """The topic of a body id."""
        return self.topic[f"#{body}"]

    def is_held_out(self, topic: str) -> bool:
        """Says whether a topic is for measuring only."""
        return share_of(topic) < DEV_SHARE

    def bodies_by_topic(self) -> dict[str, list[str]]:
        """Body ids of each topic that is not held out, in a fixed order."""
        found: dict[str, list[str]] = collections.defaultdict(list)
        for body in sorted({pair.body for pair in self.pairs}):
            if not self.is_held_out(self.topic_of(body)):
                found[self.topic_of(body)].append(body)
        return dict(found)


def read_topics(folder: pathlib.Path) -> Topics:
    """Nothing of it is in the competition's test set: no headline, no body."""
    pairs, bodies = _read(folder, "train")
    test_pairs, test_bodies = _read(folder, "competition_test")
    headlines = {p.headline for p in test_pairs}
    texts = set(test_bodies.values())
    pairs = [p for p in pairs if p.headline not in headlines and bodies[p.body] not in texts]
    return Topics(pairs=pairs, bodies=bodies, topic=_topics(pairs))


def split(topics: Topics, seed: int) -> tuple[list[Example], list[Example]]:
    """(train, dev) with disjoint topics; shares say what is worth learning from."""
    train, dev = [], []
    for pair in topics.pairs:
        sides = (topics.topic[pair.headline], topics.topic_of(pair.body))
        if not any(map(topics.is_held_out, sides)):
            train.append(pair)
        elif all(map(topics.is_held_out, sides)):
            dev.append(pair)
    dev += _unrelated(dev, topics.topic, random.Random(seed))
    return _weighed(train, topics, random.Random(seed)), _examples(dev, topics.bodies)


def label_shares(topics: Topics) -> np.ndarray:
    """Share of each label among all pairs."""
    counts = np.bincount([pair.label for pair in topics.pairs], minlength=len(_LABELS))
    return counts / counts.sum()


def read_test(folder: pathlib.Path) -> list[Example]:
    """The competition's test set; for the last measurement only."""
    return _examples(*_read(folder, "competition_test"))


def _read(folder: pathlib.Path, name: str) -> tuple[list[Pair], dict[str, str]]:
    bodies_file, pairs_file = data_files.require(
        folder, f"{FOLDER}{name}_bodies.csv", f"{FOLDER}{name}_stances.csv"
    )
    bodies = {row["Body ID"]: row["articleBody"] for row in data_files.read_rows(bodies_file)}
    pairs = [
        Pair(headline=row["Headline"].strip(), body=row["Body ID"], label=_LABELS[row["Stance"]])
        for row in data_files.read_rows(pairs_file)
    ]
    return pairs, bodies


def _topics(pairs: Iterable[Pair]) -> dict[str, str]:
    """Connected components of related pairs: headline, or "#" and body id, to a root's name."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for pair in pairs:
        first, second = root(pair.headline), root("#" + pair.body)
        if pair.label != UNRELATED:
            parent[max(first, second)] = min(first, second)
    return {name: root(name) for name in parent}


def _unrelated(dev: Sequence[Pair], topic: dict[str, str], rng: random.Random) -> list[Pair]:
    """More unrelated pairs from the same headlines and bodies, up to the competition's ratio."""
    related = sum(p.label != UNRELATED for p in dev)
    missing = int(related * UNRELATED_RATIO) - (len(dev) - related)
    headlines = sorted({p.headline for p in dev})
    bodies = sorted({p.body for p in dev})
    made: list[Pair] = []
    while len(made) < missing:
        headline, body = rng.choice(headlines), rng.choice(bodies)
        if topic[headline] != topic["#" + body]:
            made.append(Pair(headline=headline, body=body, label=UNRELATED))
    return made


def _weighed(pairs: Sequence[Pair], topics: Topics, rng: random.Random) -> list[Example]:
    indexes = _indexes(pairs, topics.bodies)
    weighed = []
    for pair in pairs:
        passage = indexes[pair.body].best(pair.headline)
        share = _DENIES_SHARE if pair.label == _LABELS["disagree"] else 1.0
        if pair.label == UNRELATED:
            share = _HARD_SHARE if passage.overlap >= _HARD_OVERLAP else _EASY_SHARE
        short = rng.random() < _SHORT_SHARE
        start, end = passage.evidence if short else (passage.start, passage.end)
        example = _example(pair, topics.bodies[pair.body][start:end])
        group = topics.topic_of(pair.body)
        weighed.append(dataclasses.replace(example, group=group, share=share))
    return weighed


def _examples(pairs: Sequence[Pair], bodies: dict[str, str]) -> list[Example]:
    indexes = _indexes(pairs, bodies)
    found = [indexes[pair.body].best(pair.headline) for pair in pairs]
    return [
        _example(pair, bodies[pair.body][passage.start : passage.end])
        for pair, passage in zip(pairs, found, strict=True)
    ]


def _example(pair: Pair, passage: str) -> Example:
    return Example(text=pair.headline, pair=passage, label=pair.label, origin="fnc")


def _indexes(pairs: Sequence[Pair], bodies: dict[str, str]) -> dict[str, BodyIndex]:
    return {body: index(bodies[body]) for body in {pair.body for pair in pairs}}


def index(body: str) -> BodyIndex:
    """The sentences of an English text, to find passages in."""
    return BodyIndex(body, split_sentences(body, "en"))
