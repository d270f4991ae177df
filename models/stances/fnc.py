"""The Fake News Challenge as (claim, passage) pairs, split by topic."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib
import random
from collections.abc import Iterable, Sequence

import numpy as np

from models import data as data_files
from models.data import Example
from models.measure import confusion, f1s, fnc_score
from transforms.text.passages import BodyIndex
from transforms.text.sentences import split_sentences

LABELS = ("supports", "denies", "discusses", "unrelated")
_FNC = {"agree": 0, "disagree": 1, "discuss": 2, "unrelated": 3}
_UNRELATED = _FNC["unrelated"]
FOLDER = "stance/fnc1/"
FEVER = "stance/nli/fever_symmetric/fever_symmetric_"
# A share of the topics is held out: one topic's headlines and bodies never meet both sides.
DEV_SHARE = 0.12
# The competition's own ratio of unrelated to related pairs; a dev set of few topics has fewer.
UNRELATED_RATIO = 2.6


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A headline and a body by its id."""

    headline: str
    body: str
    label: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An example, how many of its claim's words the passage holds (0 to 1), its one sentence."""

    example: Example
    overlap: float
    evidence: str


def read_split(folder: pathlib.Path, seed: int) -> tuple[list[Prepared], list[Prepared]]:
    """(train, dev) with disjoint topics; nothing of either is in the competition's test."""
    pairs, bodies = _read(folder, "train")
    test_pairs, test_bodies = _read(folder, "competition_test")
    headlines = {p.headline for p in test_pairs}
    texts = set(test_bodies.values())
    pairs = [p for p in pairs if p.headline not in headlines and bodies[p.body] not in texts]
    topic = _topics(pairs)
    held = {t for t in set(topic.values()) if _share(t) < DEV_SHARE}
    dev = [p for p in pairs if topic[p.headline] in held and topic["#" + p.body] in held]
    train = [p for p in pairs if topic[p.headline] not in held and topic["#" + p.body] not in held]
    dev += _unrelated(dev, topic, random.Random(seed))
    return _prepare(train, bodies), _prepare(dev, bodies)


def read_test(folder: pathlib.Path) -> list[Prepared]:
    """The competition's test set; for the last measurement only."""
    return _prepare(*_read(folder, "competition_test"))


def read_fever(folder: pathlib.Path, part: str) -> list[Example]:
    """FEVER-Symmetric pairs of claim and evidence sentence: supports or denies only."""
    (path,) = data_files.require(folder, f"{FEVER}{part}.jsonl")
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        truth = row.get("gold_label") or row["label"]
        evidence = row.get("evidence_sentence") or row["evidence"]
        label = {"SUPPORTS": 0, "REFUTES": 1}[truth]
        examples.append(Example(text=row["claim"], pair=evidence, label=label))
    return examples


def stance_figures(
    pairs: Sequence[Prepared], logits: np.ndarray, shares: np.ndarray | None = None
) -> dict[str, float]:
    """The three figures that are only told together, and the F1 of each label.

    Args:
        logits: or probabilities (n, 4), of `pairs` in order.
        shares: share of each label in the world, where it is not that of `pairs`.
    """
    gold = np.array([p.example.label for p in pairs])
    counts = confusion(gold, logits.argmax(1), len(LABELS))
    if shares is not None:
        counts *= (shares / np.maximum(counts.sum(1), 1))[:, None]
    each = f1s(counts)
    figures = {"fnc_score": fnc_score(counts, _UNRELATED), "macro_f1": float(each.mean())}
    return figures | {f"f1_{name}": float(f1) for name, f1 in zip(LABELS, each, strict=True)}


def label_shares(pairs: Sequence[Prepared]) -> np.ndarray:
    """Share of each label among `pairs`."""
    counts = np.bincount([p.example.label for p in pairs], minlength=len(LABELS))
    return counts / counts.sum()


def mismatched(examples: Sequence[Example]) -> list[Example]:
    """Each claim with another's passage, as unrelated pairs of the same length and style."""
    half = len(examples) // 2
    others = [*examples[half:], *examples[:half]]
    return [
        Example(text=one.text, pair=other.pair, label=_UNRELATED)
        for one, other in zip(examples, others, strict=True)
    ]


def _read(folder: pathlib.Path, name: str) -> tuple[list[Pair], dict[str, str]]:
    bodies_file, pairs_file = data_files.require(
        folder, f"{FOLDER}{name}_bodies.csv", f"{FOLDER}{name}_stances.csv"
    )
    bodies = {row["Body ID"]: row["articleBody"] for row in data_files.read_rows(bodies_file)}
    pairs = [
        Pair(headline=row["Headline"].strip(), body=row["Body ID"], label=_FNC[row["Stance"]])
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
        if pair.label != _UNRELATED:
            parent[max(first, second)] = min(first, second)
    return {name: root(name) for name in parent}


def _share(name: str) -> float:
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32


def _unrelated(dev: Sequence[Pair], topic: dict[str, str], rng: random.Random) -> list[Pair]:
    """More unrelated pairs from the same headlines and bodies, up to the competition's ratio."""
    related = sum(p.label != _UNRELATED for p in dev)
    missing = int(related * UNRELATED_RATIO) - (len(dev) - related)
    headlines = sorted({p.headline for p in dev})
    bodies = sorted({p.body for p in dev})
    made: list[Pair] = []
    while len(made) < missing:
        headline, body = rng.choice(headlines), rng.choice(bodies)
        if topic[headline] != topic["#" + body]:
            made.append(Pair(headline=headline, body=body, label=_UNRELATED))
    return made


def _prepare(pairs: Sequence[Pair], bodies: dict[str, str]) -> list[Prepared]:
    indexes = {body: _index(bodies[body]) for body in {p.body for p in pairs}}
    prepared = []
    for pair in pairs:
        passage = indexes[pair.body].best(pair.headline)
        text = bodies[pair.body][passage.start : passage.end]
        example = Example(text=pair.headline, pair=text, label=pair.label)
        evidence = bodies[pair.body][passage.evidence.start : passage.evidence.end]
        prepared.append(Prepared(example=example, overlap=passage.overlap, evidence=evidence))
    return prepared


def _index(body: str) -> BodyIndex:
    return BodyIndex(body, split_sentences(body, "en"))
