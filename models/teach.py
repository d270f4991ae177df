"""Train teachers and write down what they say of each example, for a student to learn.

    python -m models.teach RUN --task claims --base MPNET
    python -m models.teach RUN --task claims --base MPNET --fold 2      (one of them, beside others)

RUN is what a task's `prepare` wrote. Each fold has a teacher, which learns from the other folds:
what they say of a labelled example is the judgement of the one that has not seen it. Of unlabelled
examples and of dev it is the mean of all. Each leaves `teacher-N.npz` and, the first, its weights.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import pathlib
from collections.abc import Callable, Sequence

import numpy as np

from models.data import Example, read_examples, share_of
from models.finetune import Training, fine_tune, logits, new_classifier
from models.measures import temperature
from models.tasks import RECIPES, gold_of

FOLDS = 4
# Of an example's own label beside what the teachers say of it.
_LABEL_WEIGHT = 0.5
# Probabilities (n, labels) of examples.
Teacher = Callable[[Sequence[Example]], np.ndarray]
_LOG = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--task", choices=sorted(RECIPES), required=True)
    parser.add_argument("--base", type=pathlib.Path, required=True, help="all-mpnet-base-v2")
    parser.add_argument("--fold", type=int, help="train only this one, 0 to 3")
    parser.add_argument("--epochs", type=int, default=3)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for fold in range(FOLDS) if args.fold is None else [args.fold]:
        teach(args.run, args.task, args.base, fold, args.epochs)


def teach(run: pathlib.Path, task: str, base: pathlib.Path, fold: int, epochs: int) -> None:
    """Train the teacher of one fold, unless it is there."""
    out = run / f"teacher-{fold}.npz"
    if out.exists():
        return
    recipe = RECIPES[task]  # type: ignore[index]
    train = read_examples(run / "train.jsonl")
    training = Training(
        epochs=epochs,
        batch=recipe.batch,
        learning_rate=recipe.learning_rate,
        label_smoothing=0.05,
        max_tokens=recipe.max_tokens,
        seed=fold,
    )
    model, tokenizer = new_classifier(base, recipe.labels)
    others = [example for example in train if fold_of(example) != fold]
    fine_tune(model, tokenizer, others, training, run / f"teacher-{fold}.pt")
    said = {
        name: logits(model, tokenizer, examples, recipe.max_tokens)
        for name, examples in (
            ("own", of_fold(train, fold)),
            ("unlabelled", read_examples(run / "unlabelled.jsonl")),
            ("dev", read_examples(run / "dev.jsonl")),
        )
    }
    figures = recipe.by_origin(read_examples(run / "dev.jsonl"), said["dev"])
    _LOG.info("teacher %d: %s", fold, json.dumps(figures))
    if fold == 0:
        model.save_pretrained(run / "teacher-0")
        tokenizer.save_pretrained(run / "teacher-0")
    # A file under the name says that the fold is done.
    unfinished = out.with_suffix(".unfinished.npz")
    np.savez(unfinished, **said)  # type: ignore[arg-type]
    unfinished.replace(out)
    (run / f"teacher-{fold}.pt").unlink()


def fold_of(example: Example) -> int:
    """The fold of an example; all of one group are in one."""
    return int(share_of(example.group) * FOLDS)


def of_fold(examples: Sequence[Example], fold: int) -> list[Example]:
    """The examples that the teacher of a fold has not seen."""
    return [example for example in examples if fold_of(example) == fold]


def taught(
    run: pathlib.Path,
    task: str,
    beside: Teacher | None = None,
) -> list[Example]:
    """All examples with what the teachers say of them as their target.

    The teachers are calibrated first, by what each says of the examples that it has not seen.
    Examples of a fold without a teacher keep their label, unless one beside them teaches, too.

    Args:
        beside: one more teacher, calibrated; it counts as much as all others together.
    """
    recipe = RECIPES[task]  # type: ignore[index]
    train = read_examples(run / "train.jsonl")
    unlabelled = read_examples(run / "unlabelled.jsonl")
    folds = [fold for fold in range(FOLDS) if (run / f"teacher-{fold}.npz").exists()]
    said = [np.load(run / f"teacher-{fold}.npz") for fold in folds]
    judged = [example for fold in folds for example in of_fold(train, fold)]
    others = [example for example in train if fold_of(example) not in folds]
    own = np.concatenate([each["own"] for each in said])
    warmth = temperature(own, gold_of(judged))
    _LOG.info("%d teachers, temperature %.3f", len(folds), warmth)
    seen = softmax(own / warmth)
    unseen = np.mean([softmax(each["unlabelled"] / warmth) for each in said], axis=0)
    if beside is not None:
        seen = np.concatenate([(seen + beside(judged)) / 2, beside(others)])
        unseen = (unseen + beside(unlabelled)) / 2
        judged, others = [*judged, *others], []
    truths = np.array([e.target or np.eye(len(recipe.labels))[e.label] for e in judged])
    targets = np.concatenate([_LABEL_WEIGHT * truths + (1 - _LABEL_WEIGHT) * seen, unseen])
    return others + [
        dataclasses.replace(example, target=tuple(target.round(4).tolist()))
        for example, target in zip([*judged, *unlabelled], targets, strict=True)
    ]


def softmax(rows: np.ndarray) -> np.ndarray:
    """Probabilities (n, labels) of logits."""
    exponents = np.exp(rows - rows.max(axis=1, keepdims=True))
    return exponents / exponents.sum(axis=1, keepdims=True)


if __name__ == "__main__":
    main()
