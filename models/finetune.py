"""Fine-tune an encoder on labelled texts or pairs, on a CPU, resumable every few minutes."""

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
        frozen_layers: so many of the lowest layers stay as they were pretrained; each saves two
            thirds of its share of a step.
        save_every_s: a run that is killed loses no more than this.
    """

    epochs: int = 3
    batch: int = 32
    learning_rate: float = 5e-5
    warmup: float = 0.06
    weight_decay: float = 0.01
    label_smoothing: float = 0.0
    ema: float = 0.998
    rdrop: float = 0.0
    frozen_layers: int = 0
    save_every_s: float = 480.0
    max_tokens: int = 128
    seed: int = 7
    threads: int = 2


@dataclasses.dataclass(slots=True, kw_only=True)
class _Run:
    """All that changes while training; `step` batches of `epoch` are done."""

    model: Any
    optimizer: Any
    schedule: Any
    average: dict[str, torch.Tensor]
    epoch: int = 0
    step: int = 0
    seconds: float = 0.0

    def save(self, path: pathlib.Path) -> None:
        state = {
            "epoch": self.epoch,
            "step": self.step,
            "seconds": self.seconds,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "average": self.average,
        }
        unfinished = path.with_suffix(".tmp")
        torch.save(state, unfinished)
        unfinished.replace(path)

    def load(self, path: pathlib.Path) -> None:
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.average.update(state["average"])
        self.epoch, self.step = state["epoch"], state["step"]
        self.seconds = state["seconds"]
        _LOG.info("resumed in epoch %d after step %d", self.epoch + 1, self.step)


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
    _freeze(model, training.frozen_layers)
    optimizer = _optimizer(model, training)
    total = steps_per_epoch * training.epochs
    schedule = transformers.get_linear_schedule_with_warmup(
        optimizer, int(total * training.warmup), total
    )
    average = {k: v.detach().clone() for k, v in model.state_dict().items()}
    weights = None if class_weights is None else torch.tensor(class_weights)
    loss_fn = torch.nn.CrossEntropyLoss(weight=weights, label_smoothing=training.label_smoothing)
    run = _Run(model=model, optimizer=optimizer, schedule=schedule, average=average)
    out.mkdir(parents=True, exist_ok=True)
    if (out / "resume.pt").exists():
        run.load(out / "resume.pt")
    while run.epoch < training.epochs:
        _train_epoch(run, tokenizer, sample, training, loss_fn, out / "resume.pt")
        current = {k: v.detach().clone() for k, v in model.state_dict().items()}
        if training.ema:
            model.load_state_dict(average)
        figures = measure(lambda examples: logits(model, tokenizer, examples, training.max_tokens))
        figures["minutes"] = round(run.seconds / 60, 1)
        folder = out / f"epoch-{run.epoch + 1}"
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        (folder / "metrics.json").write_text(json.dumps(figures, indent=1))
        model.load_state_dict(current)
        run.epoch, run.step, run.seconds = run.epoch + 1, 0, 0.0
        run.save(out / "resume.pt")
        _LOG.info("epoch %d: %s", run.epoch, figures)


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
    run: _Run,
    tokenizer: Any,
    sample: Callable[[int, random.Random], Sequence[Example]],
    training: Training,
    loss_fn: torch.nn.Module,
    resume: pathlib.Path,
) -> None:
    rng = random.Random(f"{training.seed}-{run.epoch}")
    batches = _batches(sample(run.epoch, rng), training.batch, rng)
    torch.manual_seed(training.seed * 1000 + run.epoch * 100 + run.step)
    run.model.train()
    running, saved = 0.0, time.monotonic()
    for chosen in batches[run.step :]:
        started = time.monotonic()
        running += _train_step(
            run,
            _encode(tokenizer, chosen, training.max_tokens),
            _targets(chosen, run.model.config.num_labels),
            training,
            loss_fn,
        )
        run.step += 1
        run.seconds += time.monotonic() - started
        if run.step % 50 == 0:
            speed = run.step / run.seconds
            _LOG.info("step %d/%d loss %.4f %.2f/s", run.step, len(batches), running / 50, speed)
            running = 0.0
        if time.monotonic() - saved > training.save_every_s:
            run.save(resume)
            saved = time.monotonic()


def _train_step(
    run: _Run,
    encoded: Any,
    target: torch.Tensor,
    training: Training,
    loss_fn: torch.nn.Module,
) -> float:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        first = run.model(**encoded).logits.float()
        loss = loss_fn(first, target)
        if training.rdrop:
            second = run.model(**encoded).logits.float()
            loss = (loss + loss_fn(second, target)) / 2
            loss = loss + training.rdrop * _symmetric_kl(first, second)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    run.optimizer.step()
    run.schedule.step()
    run.optimizer.zero_grad(set_to_none=True)
    if training.ema:
        _update_average(run.average, run.model, training.ema, int(run.schedule.last_epoch))
    return float(loss.item())


def _targets(examples: Sequence[Example], labels: int) -> torch.Tensor:
    """Probabilities (n, labels): the teacher's where there are, else all on the label."""
    rows = np.zeros((len(examples), labels), np.float32)
    for row, example in zip(rows, examples, strict=True):
        if example.taught is None:
            row[example.label] = 1
        else:
            row[:] = example.taught
    return torch.from_numpy(rows)


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


def _freeze(model: Any, layers: int) -> None:
    # Half of a small encoder is its word vectors: left as they are, a step is a fifth faster and
    # rare words keep what the pretraining taught.
    model.get_input_embeddings().weight.requires_grad = False
    if layers:
        model.base_model.embeddings.requires_grad_(False)
        model.base_model.encoder.layer[:layers].requires_grad_(False)


def _optimizer(model: Any, training: Training) -> torch.optim.Optimizer:
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    plain = [p for n, p in trained if "bias" in n or "LayerNorm" in n]
    decayed = [p for n, p in trained if not ("bias" in n or "LayerNorm" in n)]
    groups = [
        {"params": decayed, "weight_decay": training.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=training.learning_rate, fused=True)
