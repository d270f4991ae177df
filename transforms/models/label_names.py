"""What foreign checkpoints call the labels that Newsbeam knows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from transforms.models.base import LABELS, ModelError, Task

_NAMES: dict[Task, dict[str, str]] = {
    "claims": {
        "no": """no 0 false label0 negative none noclaim notclaim nonclaim notcheckworthy
            noncheckworthy uncheckworthy notworthy nfs ufs""",
        "yes": "yes 1 true label1 positive claim factualclaim checkworthy checkable worthy cfs",
    },
    "stances": {
        "supports": """supports support supported supporting agree agrees agreed entailment entails
            favor favour for""",
        "denies": """denies deny denied denying disagree disagrees disagreed refutes refute refuted
            refuting contradiction contradicts against""",
        "discusses": """discusses discuss discussed discussing neutral comment query
            notenoughinfo nei""",
        "unrelated": "unrelated irrelevant notrelated",
    },
}
# Natural language inference reads the text first and what follows from it second.
_INFERENCE = frozenset({"entailment", "contradiction", "entails", "contradicts"})


def columns_of(task: Task, id2label: Mapping[int, str], name: str) -> list[int]:
    """For each of a checkpoint's outputs, the column of `LABELS[task]` that it adds to.

    Raises:
        ModelError: a label's name says nothing, or a needed label is missing.
    """
    if sorted(id2label) != [*range(len(id2label))]:
        raise ModelError(f"{name}: its id2label must number the labels from 0 on, without a gap")
    columns = [_column(task, id2label[i], name) for i in range(len(id2label))]
    needed = set(range(len(LABELS[task]))) if task == "claims" else {0, 1}
    missing = [LABELS[task][i] for i in sorted(needed - set(columns))]
    if missing:
        raise ModelError(
            f"{name} is no model for {task}: none of its labels {list(id2label.values())}"
            f" means {' or '.join(missing)}"
        )
    return columns


def reads_text_first(id2label: Mapping[int, str]) -> bool:
    """True for inference checkpoints, which take (passage, claim) instead of (claim, passage)."""
    return any(_plain(label) in _INFERENCE for label in id2label.values())


def _column(task: Task, label: str, name: str) -> int:
    plain = _plain(label)
    for column, meaning in enumerate(LABELS[task]):
        if plain in _NAMES[task][meaning].split():
            return column
    raise ModelError(
        f"{name}: label {label!r} is unknown; give the checkpoint's config.json an id2label with"
        f" names such as {', '.join(LABELS[task])}"
    )


def _plain(label: object) -> str:
    """A label's letters and digits in lower case; in JSON some are numbers, true or false."""
    return re.sub(r"[^a-z0-9]", "", str(label).lower())
