"""Teach the embedding that one event is one place, from whichever end it is told.

    python -m models.embeddings.train --data ../shared/data --base MINILM --out RUN

RUN then has `all`, the checkpoint to export, and `without_0` and `without_1`, which have not seen a
half of the stories each: by those the story weights are learned (`models.stories.train`). Started
again, it goes on with the first of these that is not there.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import logging
import pathlib
from collections.abc import Sequence
from typing import Any

import torch
import transformers

from models import data as data_files
from models.embeddings.views import Views
from models.finetune import device
from models.refine import mix
from models.stories.fitting import HALVES, half_of
from models.stories.labelled import read_labelled
from models.stories.train import FILES, FORMATS, SAGAS, headlines_of, read_rumours

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a run is made of.

    Attributes:
        temperature: of the cosines, in the loss.
        kept: weight of what single sentences move away from where the base has them.
        sentences: of them, in each step.
        mix: share of the trained weights in what is kept; the rest is the base's.
    """

    steps: int = 90
    learning_rate: float = 4e-5
    warmup_steps: int = 9
    weight_decay: float = 0.01
    temperature: float = 0.05
    kept: float = 5.0
    sentences: int = 32
    max_tokens: int = 128
    mix: float = 0.5
    seed: int = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--base", type=pathlib.Path, help="default: all-MiniLM-L6-v2 from PyPI")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=Training().steps)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    topics, test, stances, _ = data_files.require(args.data, *FILES)
    written = [*read_labelled(SAGAS), *read_labelled(FORMATS)]
    labelled = [*read_rumours(topics, test), *written]
    headlines = headlines_of(stances) | {each.key: [each.title] for each, _ in written}
    training = Training(steps=args.steps)
    for name, left_out in [*((f"without_{h}", h) for h in range(HALVES)), ("all", None)]:
        if (args.out / name).is_dir():
            continue
        seen = [each for each in labelled if half_of(each.story) != left_out]
        _LOG.info("%s: %d articles", name, len(seen))
        tuned = tune(
            args.base or data_files.minilm(), Views(seen, headlines, training.seed), training
        )
        tuned.save(args.out / name)


class Encoder:
    """A checkpoint whose vectors are the mean of its token vectors, at length 1."""

    def __init__(self, checkpoint: pathlib.Path, max_tokens: int) -> None:
        self.model = transformers.AutoModel.from_pretrained(checkpoint).to(device())
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(
            checkpoint, model_max_length=max_tokens
        )

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """float32 (len(texts), width)."""
        inputs = self._tokenizer(texts, padding=True, truncation=True, return_tensors="pt").to(
            device()
        )
        with torch.autocast(device().type, dtype=torch.bfloat16):
            hidden = self.model(**inputs).last_hidden_state
        mask = inputs["attention_mask"].unsqueeze(-1).float()
        pooled = (hidden.float() * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(pooled, dim=-1)

    def save(self, folder: pathlib.Path) -> None:
        """As transformers reads it."""
        unfinished = folder.with_name(f"{folder.name}.unfinished")
        self.model.save_pretrained(unfinished)
        self._tokenizer.save_pretrained(unfinished)
        unfinished.rename(folder)


def tune(base: pathlib.Path, views: Views, training: Training) -> Encoder:
    """The base, moved so that texts of one event are near and others far.

    Single sentences stay where the base has them: claims are compared by them.
    """
    torch.manual_seed(training.seed)
    encoder = Encoder(base, training.max_tokens)
    frozen = copy.deepcopy(encoder)
    optimizer, schedule = _optimizer(encoder.model, training)
    encoder.model.train()
    frozen.model.eval()
    for step in range(training.steps):
        events, sentences = views.events(), views.sentences(training.sentences)
        with torch.no_grad():
            before = frozen(sentences)
        apart = contrast(
            encoder([t for e in events for t in e]), _numbers(events), training.temperature
        )
        moved = (1 - (encoder(sentences) * before).sum(1)).mean()
        (apart + training.kept * moved).backward()
        torch.nn.utils.clip_grad_norm_(encoder.model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 10 == 9:
            _LOG.info(
                "step %d: events %.3f, sentences moved %.4f",
                step + 1,
                apart.detach(),
                moved.detach(),
            )
    mix(encoder.model, list(frozen.model.parameters()), training.mix)
    encoder.model.eval()
    return encoder


def contrast(vectors: torch.Tensor, events: torch.Tensor, temperature: float) -> torch.Tensor:
    """Supervised contrastive loss (Khosla et al. 2020) of float32 (n, width) and their events (n,).

    The mean over all texts that have another one of their event among them.
    """
    itself = torch.eye(len(events), dtype=torch.bool, device=vectors.device)
    alike = (vectors @ vectors.T / temperature).masked_fill(itself, float("-inf"))
    likely = torch.log_softmax(alike, dim=1).masked_fill(itself, 0.0)
    same = (events[:, None] == events[None, :]) & ~itself
    of_each = -(likely * same).sum(1) / same.sum(1).clamp(min=1)
    return of_each[same.any(1)].mean()


def _numbers(events: Sequence[Sequence[str]]) -> torch.Tensor:
    return torch.tensor([n for n, event in enumerate(events) for _ in event], device=device())


def _optimizer(model: Any, training: Training) -> tuple[Any, Any]:
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=training.learning_rate, weight_decay=training.weight_decay
    )
    schedule = transformers.get_linear_schedule_with_warmup(
        optimizer, training.warmup_steps, training.steps
    )
    return optimizer, schedule


if __name__ == "__main__":
    main()
