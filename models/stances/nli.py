"""Sets of sentence pairs: two to learn from, two to see what carries over to other domains.

SNLI (CC BY-SA 4.0) and FEVER-Symmetric (CC BY-SA 3.0, which may be passed on under 4.0) are trained
on, so the weights are under CC BY-SA 4.0. SICK forbids commercial use and RTE states no licence:
nothing is trained on them.
"""

from __future__ import annotations

import json
import pathlib
import xml.etree.ElementTree as ET

from models import data as data_files
from models.data import Example

FOLDER = "stance/nli/"
_SUPPORTS, _DENIES = 0, 1
# What leaves a sentence open: on its subject, or about something else.
OPEN = (0.0, 0.0, 0.5, 0.5)
_DISCUSSES = 2


def read_snli(folder: pathlib.Path, share: float) -> list[Example]:
    """Dev and test of SNLI: captions of photographs and what follows from them."""
    examples = []
    for path in data_files.require(
        folder, f"{FOLDER}snli/snli_dev.tsv", f"{FOLDER}snli/snli_test.tsv"
    ):
        for line in path.read_text("utf-8").split("\n")[1:]:
            premise, _, rest = line.partition("\t")
            hypothesis, _, truth = rest.partition("\t")
            if truth.strip() in ("entailment", "contradiction", "neutral"):
                examples.append(_example(hypothesis, premise, truth, "snli", share))
    return examples


def read_fever(folder: pathlib.Path, part: str, share: float = 1.0) -> list[Example]:
    """FEVER-Symmetric's `dev`, `test` (0.2) or `full` (0.1): claims and sentences of Wikipedia."""
    (path,) = data_files.require(folder, f"{FOLDER}fever_symmetric/fever_symmetric_{part}.jsonl")
    examples = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        truth = {"SUPPORTS": "entailment", "REFUTES": "contradiction"}[row["label"]]
        evidence = row.get("evidence_sentence") or row["evidence"]
        examples.append(_example(row["claim"], evidence, truth, f"fever-{part}", share))
    return examples


def read_sick(folder: pathlib.Path) -> list[Example]:
    """SICK's test part: short sentences on everyday scenes. For measuring only."""
    (path,) = data_files.require(folder, f"{FOLDER}sick/SICK_test_annotated.txt")
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
    return [_example(row[2], row[1], row[4].strip().lower(), "sick", 1.0) for row in rows]


def read_rte(folder: pathlib.Path) -> list[Example]:
    """RTE-3's test part: news text; follows, or not. For measuring only."""
    (path,) = data_files.require(folder, f"{FOLDER}rte/rte3_test.xml")
    pairs = ET.fromstring(path.read_bytes()).iter("pair")
    return [
        _example(
            (pair.findtext("h") or "").strip(),
            (pair.findtext("t") or "").strip(),
            "entailment" if pair.get("entailment") == "YES" else "neutral",
            "rte",
            1.0,
        )
        for pair in pairs
    ]


def _example(claim: str, passage: str, truth: str, origin: str, share: float) -> Example:
    decided = {"entailment": _SUPPORTS, "contradiction": _DENIES}.get(truth)
    return Example(
        text=claim.strip(),
        pair=passage.strip(),
        label=_DISCUSSES if decided is None else decided,
        target=OPEN if decided is None else (),
        group=passage,
        origin=origin,
        share=share,
    )
