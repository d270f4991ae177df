"""Train the small model that is shipped, on what its teachers said.

    python -m models.distil RUN --task claims --layers 4

RUN is what `models.teach` left. The student starts as every few layers of the first teacher, and
is written to RUN/student-LAYERS.
"""

from __future__ import annotations

import argparse
import json
import logging
import pathlib

from models.data import read_examples
from models.finetune import Training, fine_tune, logits, new_classifier, state_file
from models.tasks import RECIPES
from models.teach import taught

_LOG = logging.getLogger(__name__)
# Fewer layers take, and need, longer steps.
_RATE_FACTOR = 2.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--task", choices=sorted(RECIPES), required=True)
    parser.add_argument("--layers", type=int, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = RECIPES[args.task]
    training = Training(
        epochs=args.epochs,
        batch=recipe.batch,
        learning_rate=recipe.learning_rate * _RATE_FACTOR,
        label_smoothing=0.05,
        max_tokens=recipe.max_tokens,
        seed=args.seed,
    )
    model, tokenizer = new_classifier(args.run / "teacher-0", recipe.labels, args.layers)
    out = args.run / f"student-{args.layers}"
    fine_tune(model, tokenizer, taught(args.run, args.task), training, state_file(out))
    dev = read_examples(args.run / "dev.jsonl")
    figures = recipe.by_origin(dev, logits(model, tokenizer, dev, recipe.max_tokens))
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "metrics.json").write_text(json.dumps(figures, indent=1))
    state_file(out).unlink()
    _LOG.info("student of %d layers: %s", args.layers, json.dumps(figures))


if __name__ == "__main__":
    main()
