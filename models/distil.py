"""Train the small model that is shipped, on what its teachers said.

    python -m models.distil RUN --task claims --layers 0,1,2,4,5,7,8,11

RUN is what `models.teach` left. The student starts as some layers of the first teacher, and is
written to RUN/student-N, N the number of layers.
"""

from __future__ import annotations

import argparse
import json
import logging
import pathlib

import transformers

from models.data import read_examples
from models.finetune import Training, device, fine_tune, logits, new_classifier, state_file
from models.tasks import RECIPES
from models.teach import Teacher, softmax, taught

_LOG = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--task", choices=sorted(RECIPES), required=True)
    parser.add_argument("--layers", type=_numbers, required=True, help="of the teacher, from 0 on")
    parser.add_argument("--epochs", type=int, default=6)
    # Fewer layers take, and need, longer steps.
    parser.add_argument("--learning_rate", type=float, default=1.25e-4)
    parser.add_argument("--beside", type=pathlib.Path, help="a checkpoint that teaches, too")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = RECIPES[args.task]
    training = Training(
        epochs=args.epochs,
        batch=recipe.batch,
        learning_rate=args.learning_rate,
        label_smoothing=0.05,
        max_tokens=recipe.max_tokens,
        seed=args.seed,
    )
    beside = _teacher(args.beside, recipe.max_tokens) if args.beside else None
    examples = taught(args.run, args.task, beside)
    model, tokenizer = new_classifier(args.run / "teacher-0", recipe.labels, args.layers)
    out = args.run / f"student-{len(args.layers)}"
    fine_tune(model, tokenizer, examples, training, state_file(out))
    dev = read_examples(args.run / "dev.jsonl")
    figures = recipe.by_origin(dev, logits(model, tokenizer, dev, recipe.max_tokens))
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "metrics.json").write_text(json.dumps(figures, indent=1))
    state_file(out).unlink()
    _LOG.info("student of %d layers: %s", len(args.layers), json.dumps(figures))


def _teacher(checkpoint: pathlib.Path, max_tokens: int) -> Teacher:
    load = transformers.AutoModelForSequenceClassification.from_pretrained
    model = load(checkpoint).to(device())
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    return lambda examples: softmax(logits(model, tokenizer, examples, max_tokens))


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    main()
