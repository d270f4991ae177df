"""Fine-tune an encoder on labelled or taught texts, on a GPU or a CPU, resumable."""

from __future__ import annotations

import dataclasses
import logging
import pathlib
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
import transformers

from models.data import Example

_LOG = logging.getLogger(__name__)
_BATCHES_SORTED = 50
_READ_TOGETHER = 128


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a run is made of; two runs with equal settings and data give close to equal weights.

    Attributes:
        label_smoothing: of labels; what a teacher says is soft enough.
        ema: decay of the running mean of the weights, which is what is kept in the end.
        save_every_s: a run that is killed loses no more than this.
    """

    epochs: int = 3
    batch: int = 32
    learning_rate: float = 5e-5
    warmup: float = 0.06
    weight_decay: float = 0.01
    label_smoothing: float = 0.0
    ema: float = 0.998
    max_tokens: int = 128
    save_every_s: float = 480.0
    seed: int = 7


def device() -> torch.device:
    """The first GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def new_classifier(
    base: pathlib.Path, labels: Sequence[str], layers: Sequence[int] | None = None
) -> tuple[Any, Any]:
    """(model, tokenizer) of a pretrained encoder with a fresh head.

    The word vectors stay as they were pretrained: rare words keep what they were taught, and all
    models of one base can share them.

    Args:
        layers: those of the encoder that are kept; None for all.
    """
    names = dict(enumerate(labels))
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        base, id2label=names, label2id={name: i for i, name in names.items()}
    )
    model.get_input_embeddings().weight.requires_grad = False
    if layers is not None:
        cut(model, layers)
    return model.to(device()), transformers.AutoTokenizer.from_pretrained(base)


def cut(model: Any, layers: Sequence[int]) -> None:
    """Take out all layers but these."""
    encoder = model.base_model.encoder
    encoder.layer = torch.nn.ModuleList([encoder.layer[i] for i in layers])
    model.config.num_hidden_layers = len(layers)


def fine_tune(
    model: Any,
    tokenizer: Any,
    examples: Sequence[Example],
    training: Training,
    resume: pathlib.Path,
) -> None:
    """Train `model` in place; in the end it has the running mean of its weights.

    Args:
        resume: where the state of an unfinished run is kept; found there, it is taken up.
    """
    torch.manual_seed(training.seed)
    steps = sum(1 for _ in _batches(_epoch(examples, 0, training.seed), training, 0))
    optimizer = _optimizer(model, training)
    schedule = transformers.get_linear_schedule_with_warmup(
        optimizer, int(steps * training.epochs * training.warmup), steps * training.epochs
    )
    run = _Run(model, optimizer, schedule, training)
    if resume.exists():
        run.load(resume)
    encoded = _Encoded(tokenizer, training.max_tokens)
    while run.epoch < training.epochs:
        _train_epoch(run, encoded, _epoch(examples, run.epoch, training.seed), resume)
        run.epoch, run.step = run.epoch + 1, 0
        run.save(resume)
    run.take_mean()


def logits(model: Any, tokenizer: Any, examples: Sequence[Example], max_tokens: int) -> np.ndarray:
    """Logits (n, labels) as float32, in the order of `examples`."""
    model.eval()
    encoded = _Encoded(tokenizer, max_tokens)
    order = sorted(range(len(examples)), key=lambda i: _length(examples[i]))
    rows: list[np.ndarray] = []
    with torch.inference_mode(), torch.autocast(device().type, dtype=torch.bfloat16):
        for at in range(0, len(order), _READ_TOGETHER):
            chosen = [examples[i] for i in order[at : at + _READ_TOGETHER]]
            rows.append(model(**encoded(chosen)).logits.float().cpu().numpy())
    result = np.empty((len(examples), rows[0].shape[1]), np.float32)
    result[order] = np.concatenate(rows)
    return result


def state_file(out: pathlib.Path) -> pathlib.Path:
    """Where a run whose end is the folder `out` keeps its state until then."""
    return out.with_name(f"{out.name}.pt")


class _Run:
    """All that changes while training; `step` batches of `epoch` are done."""

    def __init__(self, model: Any, optimizer: Any, schedule: Any, training: Training) -> None:
        self.model, self.optimizer, self.schedule = model, optimizer, schedule
        self.training = training
        self.trained = [p for p in model.parameters() if p.requires_grad]
        self.mean = [p.detach().clone() for p in self.trained]
        self.epoch = self.step = 0

    def save(self, path: pathlib.Path) -> None:
        state = {name: getattr(self, name) for name in ("epoch", "step", "mean")}
        for name in ("model", "optimizer", "schedule"):
            state[name] = getattr(self, name).state_dict()
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        torch.save(state, unfinished)
        unfinished.replace(path)

    def load(self, path: pathlib.Path) -> None:
        state = torch.load(path, weights_only=True, map_location=device())
        for name in ("model", "optimizer", "schedule"):
            getattr(self, name).load_state_dict(state[name])
        self.epoch, self.step, self.mean = state["epoch"], state["step"], state["mean"]
        _LOG.info("resumed in epoch %d after step %d", self.epoch + 1, self.step)

    @torch.no_grad()
    def add_to_mean(self) -> None:
        # A young mean forgets faster, or it would stay near the untrained head.
        done = int(self.schedule.last_epoch)
        decay = min(self.training.ema, (1 + done) / (10 + done))
        torch._foreach_lerp_(self.mean, self.trained, 1 - decay)

    @torch.no_grad()
    def take_mean(self) -> None:
        for parameter, mean in zip(self.trained, self.mean, strict=True):
            parameter.copy_(mean)


def _train_epoch(
    run: _Run, encoded: _Encoded, examples: Sequence[Example], resume: pathlib.Path
) -> None:
    training = run.training
    run.model.train()
    started = saved = time.monotonic()
    losses: list[torch.Tensor] = []
    for number, chosen in enumerate(_batches(examples, training, run.epoch)):
        if number < run.step:
            continue
        # For each step anew: a run that is taken up drops out what it would have without a stop.
        torch.manual_seed(training.seed * 10**8 + run.epoch * 10**6 + run.step)
        losses.append(_train_step(run, encoded(chosen), chosen))
        run.step += 1
        if run.step % 100 == 0:
            loss, speed = float(torch.stack(losses).mean()), 100 / (time.monotonic() - started)
            _LOG.info("epoch %d step %d loss %.4f %.2f/s", run.epoch + 1, run.step, loss, speed)
            started, losses = time.monotonic(), []
        if time.monotonic() - saved > training.save_every_s:
            run.save(resume)
            saved = time.monotonic()


def _train_step(run: _Run, inputs: Any, examples: Sequence[Example]) -> torch.Tensor:
    with torch.autocast(device().type, dtype=torch.bfloat16):
        output = run.model(**inputs).logits.float()
    targets = _targets(examples, output.shape[1], run.training.label_smoothing)
    loss = torch.nn.functional.cross_entropy(output, targets.to(output.device))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.trained, 1.0)
    run.optimizer.step()
    run.schedule.step()
    run.optimizer.zero_grad(set_to_none=True)
    run.add_to_mean()
    return loss.detach()


def _targets(examples: Sequence[Example], labels: int, smoothing: float) -> torch.Tensor:
    """Probabilities (n, labels): the target where there is one, else nearly all on the label."""
    rows = np.full((len(examples), labels), smoothing / labels, np.float32)
    for row, example in zip(rows, examples, strict=True):
        if example.target:
            row[:] = example.target
        else:
            row[example.label] += 1 - smoothing
    return torch.from_numpy(rows)


def _epoch(examples: Sequence[Example], epoch: int, seed: int) -> list[Example]:
    """Each example as often as its share says; fractions by chance."""
    rng = random.Random(f"{seed}-{epoch}")
    return [e for e in examples for _ in range(int(e.share + rng.random()))]


def _batches(
    examples: Sequence[Example], training: Training, epoch: int
) -> Iterator[list[Example]]:
    """Batches of about equal length, in random order, so that little padding is computed."""
    rng = random.Random(f"{training.seed}-{epoch}-order")
    shuffled = list(examples)
    rng.shuffle(shuffled)
    size, batches = training.batch, []
    for at in range(0, len(shuffled), size * _BATCHES_SORTED):
        part = sorted(shuffled[at : at + size * _BATCHES_SORTED], key=_length)
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(batches)
    yield from batches


def _length(example: Example) -> int:
    return len(example.text) + len(example.pair or "")


class _Encoded:
    """Examples as padded token ids on the device; pairs are cut at the end of their passage."""

    def __init__(self, tokenizer: Any, max_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens

    def __call__(self, examples: Sequence[Example]) -> Any:
        paired = examples[0].pair is not None
        return self._tokenizer(
            [e.text for e in examples],
            [e.pair or "" for e in examples] if paired else None,
            truncation="longest_first",
            max_length=self._max_tokens,
            padding=True,
            return_tensors="pt",
        ).to(device())


def _optimizer(model: Any, training: Training) -> torch.optim.Optimizer:
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    plain = [p for n, p in trained if "bias" in n or "LayerNorm" in n]
    decayed = [p for n, p in trained if not ("bias" in n or "LayerNorm" in n)]
    groups = [
        {"params": decayed, "weight_decay": training.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=training.learning_rate, fused=True)
