"""Train a checkpoint further, its lower layers as they are: what two cores can do in an hour.

    python -m models.dequantised transforms/models/weights/stances --out SHIPPED
    python -m models.refine RUN --task stances --checkpoint SHIPPED --out RUN/refined

RUN has a task's `train.jsonl`, which `prepare` wrote. Started again, it goes on from where it was.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import pathlib
from collections.abc import Sequence
from typing import Any

import torch
import transformers

from models.data import read_examples
from models.finetune import Training, device, fine_tune, state_file
from models.tasks import RECIPES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--task", choices=sorted(RECIPES), required=True)
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--frozen", type=int, default=3, help="layers that stay as they are")
    parser.add_argument(
        "--mix", type=float, default=1.0, help="of the trained weights; the rest stays as it was"
    )
    parser.add_argument("--part", type=float, default=0.5, help="of an epoch")
    parser.add_argument("--learning_rate", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = RECIPES[args.task]
    training = Training(
        epochs=1,
        batch=recipe.batch,
        learning_rate=args.learning_rate,
        label_smoothing=0.05,
        ema=0.99,
        max_tokens=recipe.max_tokens,
        seed=args.seed,
    )
    examples = [
        dataclasses.replace(example, share=example.share * args.part)
        for example in read_examples(args.run / "train.jsonl")
    ]
    load = transformers.AutoModelForSequenceClassification.from_pretrained
    model = load(args.checkpoint).to(device())
    tokenizer = transformers.AutoTokenizer.from_pretrained(args.checkpoint)
    freeze(model, args.frozen)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    fine_tune(model, tokenizer, examples, training, state_file(args.out))
    mix(model, before, args.mix)
    model.save_pretrained(args.out)
    tokenizer.save_pretrained(args.out)
    state_file(args.out).unlink()


def freeze(model: Any, layers: int) -> None:
    """Keep the embeddings and so many of the lowest layers as they are, and without dropout.

    Dropout on two cores costs an eighth of the time, and noise below teaches nothing there.
    """
    encoder = model.base_model.encoder
    encoder.relative_attention_bias.requires_grad_(False)
    for part in (model.base_model.embeddings, *encoder.layer[:layers]):
        part.requires_grad_(False)
        for module in part.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0


@torch.no_grad()
def mix(model: Any, before: Sequence[torch.Tensor], share: float) -> None:
    """So much of the trained weights, the rest of those before (Wortsman et al. 2022).

    What is new is learned, and less of what was known is lost than by either end.
    """
    for parameter, old in zip(model.parameters(), before, strict=True):
        parameter.lerp_(old, 1 - share)


if __name__ == "__main__":
    main()
