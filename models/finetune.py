"""Fine-tune a small encoder on labelled texts or pairs, on a CPU, resumable epoch by epoch."""

from __future__ import annotations

import dataclasses
import json
import logging
import pathlib
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
import transformers

from models.data import Example

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a run is made of; two runs with equal settings and data give close to equal weights.

    Attributes:
        ema: decay of the running mean of the weights, which is what is saved and measured.
            0.998 averages over some 500 steps; 0 turns it off.
        rdrop: weight of the symmetric KL between two dropout passes (Liang et al. 2021,
            arXiv:2106.14448); 0 saves the second pass.
    """

    epochs: int = 3
    batch: int = 32
    learning_rate: float = 5e-5
    warmup: float = 0.06
    weight_decay: float = 0.01
    label_smoothing: float = 0.0
    ema: float = 0.998
    rdrop: float = 0.0
    max_tokens: int = 128
    seed: int = 7
    threads: int = 2


def fine_tune(
    base: pathlib.Path,
    labels: Sequence[str],
    sample: Callable[[int, random.Random], Sequence[Example]],
    steps_per_epoch: int,
    out: pathlib.Path,
    training: Training,
    measure: Callable[[Callable[[Sequence[Example]], np.ndarray]], dict[str, float]],
    class_weights: Sequence[float] | None = None,
) -> None:
    """Train and save one checkpoint an epoch under `out/epoch-N`, each with `metrics.json`.

    Args:
        base: folder of the pretrained encoder and its tokenizer.
        sample: examples of an epoch, given its number and its own random source.
        steps_per_epoch: expected batches in an epoch; only the learning rate's slope uses it.
        measure: takes a function from examples to logits (n, labels) and gives dev figures.
        class_weights: weight of each label in the loss.
    """
    torch.manual_seed(training.seed)
    torch.set_num_threads(training.threads)
    tokenizer = transformers.AutoTokenizer.from_pretrained(base)
    names = dict(enumerate(labels))
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        base,
        id2label=names,
        label2id={name: i for i, name in names.items()},
        # On a CPU the random masks of attention cost as much as its products.
        attention_probs_dropout_prob=0.0,
    )
    # Half of a small encoder is its word vectors: left as they are, a step is a fifth faster and
    # rare words keep what the pretraining taught.
    model.get_input_embeddings().weight.requires_grad = False
    optimizer = _optimizer(model, training)
    total = steps_per_epoch * training.epochs
    schedule = transformers.get_linear_schedule_with_warmup(
        optimizer, int(total * training.warmup), total
    )
    average = {k: v.detach().clone() for k, v in model.state_dict().items()}
    weights = None if class_weights is None else torch.tensor(class_weights)
    loss_fn = torch.nn.CrossEntropyLoss(weight=weights, label_smoothing=training.label_smoothing)
    first = _resume(out, model, optimizer, schedule, average)
    for epoch in range(first, training.epochs):
        torch.manual_seed(training.seed * 1000 + epoch)
        rng = random.Random(f"{training.seed}-{epoch}")
        started = time.monotonic()
        _train_epoch(
            model,
            tokenizer,
            sample(epoch, rng),
            rng,
            training,
            optimizer,
            schedule,
            average,
            loss_fn,
        )
        minutes = (time.monotonic() - started) / 60
        current = {k: v.detach().clone() for k, v in model.state_dict().items()}
        if training.ema:
            model.load_state_dict(average)
        figures = measure(lambda examples: logits(model, tokenizer, examples, training.max_tokens))
        figures["minutes"] = round(minutes, 1)
        folder = out / f"epoch-{epoch + 1}"
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        (folder / "metrics.json").write_text(json.dumps(figures, indent=1))
        model.load_state_dict(current)
        state = {
            "epoch": epoch + 1,
            "model": current,
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "average": average,
        }
        torch.save(state, out / "resume.tmp")
        (out / "resume.tmp").replace(out / "resume.pt")
        _LOG.info("epoch %d: %s", epoch + 1, figures)


def logits(
    model: Any, tokenizer: Any, examples: Sequence[Example], max_tokens: int, batch: int = 64
) -> np.ndarray:
    """Logits (n, labels) as float32, in the order of `examples`."""
    was_training = model.training
    model.eval()
    order = sorted(range(len(examples)), key=lambda i: _length(examples[i]))
    rows: list[np.ndarray] = []
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for at in range(0, len(order), batch):
            chosen = [examples[i] for i in order[at : at + batch]]
            rows.append(model(**_encode(tokenizer, chosen, max_tokens)).logits.float().numpy())
    model.train(was_training)
    result = np.empty((len(examples), rows[0].shape[1]), np.float32)
    result[order] = np.concatenate(rows)
    return result


def _train_epoch(
    model: Any,
    tokenizer: Any,
    examples: Sequence[Example],
    rng: random.Random,
    training: Training,
    optimizer: Any,
    schedule: Any,
    average: dict[str, torch.Tensor],
    loss_fn: torch.nn.Module,
) -> None:
    model.train()
    batches = _batches(examples, training.batch, rng)
    running, started = 0.0, time.monotonic()
    for step, chosen in enumerate(batches, 1):
        encoded = _encode(tokenizer, chosen, training.max_tokens)
        target = torch.tensor([e.label for e in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            first = model(**encoded).logits.float()
            loss = loss_fn(first, target)
            if training.rdrop:
                second = model(**encoded).logits.float()
                loss = (loss + loss_fn(second, target)) / 2
                loss = loss + training.rdrop * _symmetric_kl(first, second)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        if training.ema:
            _update_average(average, model, training.ema, int(schedule.last_epoch))
        running += loss.item()
        if step % 50 == 0:
            rate = step / (time.monotonic() - started)
            _LOG.info("step %d/%d loss %.4f %.2f/s", step, len(batches), running / 50, rate)
            running = 0.0


def _symmetric_kl(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    p, q = a.log_softmax(-1), b.log_softmax(-1)
    return ((p.exp() - q.exp()) * (p - q)).sum(-1).mean() / 2


@torch.no_grad()
def _update_average(average: dict[str, torch.Tensor], model: Any, decay: float, step: int) -> None:
    # A young mean forgets faster, or it would stay near the untrained head.
    decay = min(decay, (1 + step) / (10 + step))
    for name, value in model.named_parameters():
        if value.requires_grad:
            average[name].lerp_(value, 1 - decay)


def _batches(examples: Sequence[Example], size: int, rng: random.Random) -> list[list[Example]]:
    """Batches of about equal length, in random order, so that little padding is computed."""
    shuffled = list(examples)
    rng.shuffle(shuffled)
    pool = size * 50
    batches = []
    for at in range(0, len(shuffled), pool):
        part = sorted(shuffled[at : at + pool], key=_length)
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(batches)
    return batches


def _length(example: Example) -> int:
    return len(example.text) + len(example.pair or "")


def _encode(tokenizer: Any, examples: Sequence[Example], max_tokens: int) -> Any:
    pairs = [e.pair for e in examples]
    return tokenizer(
        [e.text for e in examples],
        pairs if pairs[0] is not None else None,
        truncation="only_second" if pairs[0] is not None else True,
        max_length=max_tokens,
        padding=True,
        return_tensors="pt",
    )


def _optimizer(model: Any, training: Training) -> torch.optim.Optimizer:
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    plain = [p for n, p in trained if "bias" in n or "LayerNorm" in n]
    decayed = [p for n, p in trained if not ("bias" in n or "LayerNorm" in n)]
    groups = [
        {"params": decayed, "weight_decay": training.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=training.learning_rate, fused=True)


def _resume(
    out: pathlib.Path, model: Any, optimizer: Any, schedule: Any, average: dict[str, torch.Tensor]
) -> int:
    path = out / "resume.pt"
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    average.update(state["average"])
    _LOG.info("resumed after epoch %d", state["epoch"])
    return int(state["epoch"])
