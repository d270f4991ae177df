"""Sentences a second of DetectClaims, pairs a second of ClassifyStances, beside other ways.

    python -m benchmarks.models [--articles N] [--rounds N]

(a) transformers' `pipeline()` one by one and (b) with its best batch size, the longest first, both
in float32 by torch; (c) ONNX Runtime int8 alone on ready-made batches, in its best way. Newsbeam is
the whole stage on Beam's in-process runner, and its start, which is a tenth of a second or two. All
have the packaged weights: what torch runs was multiplied out of those of int8
(`models.dequantised`). Texts are those of FNC-1 under NEWSBEAM_DATA, else under `../shared/data`;
none comes twice, so that the memory for repeated texts is of no use. It is timed apart. Each side
reads each text once: passages here are in one piece, and none is read again for its evidence, which
on news of one story costs nearly as much once more.

In each round every side takes its turn over the same texts ((a) over a part of every length), and
times of all rounds are added. CPU seconds are printed beside, for machines that are busy. torch's
threads spin while they wait for each other, so that there OMP_NUM_THREADS=1 tells more of it.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.articles import articles
from benchmarks.model_sides import (
    Job,
    OnnxAlone,
    TorchPipeline,
    claims_job,
    int8_peak,
    operations,
    run_stage,
    stances_job,
)
from transforms.models.base import LABELS, Task, Text
from transforms.models.cores import usable_cores
from transforms.models.load import load_classifier, load_embedder

_NOUNS: dict[Task, str] = {"claims": "sentences", "stances": "pairs"}
_STAGES: dict[Task, str] = {"claims": "DetectClaims", "stances": "ClassifyStances"}
_JOBS: dict[Task, Callable[[Sequence[str]], Job]] = {"claims": claims_job, "stances": stances_job}
_ONE_BY_ONE, _TUNED_ON = 32, 64
_OURS, _A, _B, _C = "newsbeam", "(a) pipeline()", "(b) in batches", "(c) int8 alone"
_WANTED = {_A: 8.0, _B: 3.0, _C: 0.9}
_MOST_WORKER_MB = 700


class Spent(NamedTuple):
    """Of one side: tokens read, wall and CPU seconds."""

    tokens: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0

    def plus(self, tokens: int, work: Callable[[], object]) -> Spent:
        """With what `work` takes."""
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        return Spent(
            self.tokens + tokens,
            self.wall_s + time.perf_counter() - wall,
            self.cpu_s + time.process_time() - cpu,
        )


class Measured(NamedTuple):
    """A task's sides by name, and what is needed to read them; `cached_s` for all of `texts`."""

    task: Task
    texts: int
    tokens: int
    sides: dict[str, Spent]
    cached_s: float
    operations: float
    notes: dict[str, str]


def measure(task: Task, parts: Sequence[Sequence[str]], folder: Path) -> Measured:
    """Each part of the articles is a round: each side judges the same texts in turn."""
    alone, torch_side = OnnxAlone(task), TorchPipeline(task, folder)
    jobs = [_JOBS[task](part) for part in parts]
    some = _of_every_length(jobs[0].texts, _TUNED_ON)
    alone.tune(some)
    torch_side.tune(some)
    sides = dict.fromkeys((_OURS, _A, _B, _C), Spent())
    cached_s = 0.0
    for job in jobs:
        few = _of_every_length(job.texts, _ONE_BY_ONE)
        tokens, of_few = sum(alone.tokens(job.texts)), sum(alone.tokens(few))
        feeds = alone.feeds(job.texts)
        model = load_classifier(task)  # held, so that loading is not timed; gone after the round
        sides[_OURS] = sides[_OURS].plus(tokens, lambda: run_stage(task, job.elements))  # noqa: B023
        cached_s += Spent().plus(0, lambda: run_stage(task, job.elements)).wall_s  # noqa: B023
        del model
        sides[_C] = sides[_C].plus(tokens, lambda: alone.run(feeds))  # noqa: B023
        sides[_B] = sides[_B].plus(tokens, lambda: torch_side.in_batches(job.texts))  # noqa: B023
        sides[_A] = sides[_A].plus(of_few, lambda: torch_side.one_by_one(few))  # noqa: B023
    every = alone.tokens([text for job in jobs for text in job.texts])
    threads = "cores share calls" if alone.way[1] == 1 else "a call a core"
    notes = {
        _OURS: "each text read once",
        _B: f"{torch_side.batch_size} a batch",
        _C: f"{alone.budget} tokens, {threads}",
    }
    amount = operations(task, every)
    return Measured(task, len(every), sum(every), sides, cached_s, amount, notes)


def table_of(found: Measured, peak: float) -> Table:
    """What is printed of a task."""
    noun, ours = _NOUNS[found.task], found.sides[_OURS]
    each = found.tokens / found.texts
    heads = (f"{noun}/s", "CPU ms each", "newsbeam is", "by CPU", "wanted", "")
    table = Table("", *heads, title=f"{_STAGES[found.task]}, {found.texts:,} {noun}")
    for name, side in found.sides.items():
        by_wall = ours.tokens / ours.wall_s / (side.tokens / side.wall_s)
        by_cpu = ours.tokens / ours.cpu_s / (side.tokens / side.cpu_s)
        wanted = f">= {_WANTED[name]:g} x" if name in _WANTED else ""
        ratios = (f"{by_wall:.2f} x", f"{by_cpu:.2f} x") if name in _WANTED else ("", "")
        pace, cpu_ms = side.tokens / side.wall_s / each, side.cpu_s / side.tokens * each * 1000
        note = found.notes.get(name, "")
        table.add_row(name, f"{pace:,.1f}", f"{cpu_ms:.2f}", *ratios, wanted, note)
    table.add_row("newsbeam, all repeated", f"{found.texts / found.cached_s:,.0f}")
    share = found.operations / ours.wall_s / peak
    one_by_one = found.sides[_A]
    wanted_share = (
        share * _WANTED[_A] * (one_by_one.tokens / one_by_one.wall_s) / (ours.tokens / ours.wall_s)
    )
    table.caption = (
        f"{each:.1f} tokens each; newsbeam: {ours.tokens / ours.wall_s:,.0f} tokens a second, "
        f"{share:.0%} of the int8 peak of {peak / 1e12:.2f} TOPS; "
        f"{_WANTED[_A]:g} x (a) would be {wanted_share:.0%}"
    )
    return table


def worker_mb(bodies: Sequence[str]) -> tuple[float, float]:
    """Memory of this process with all three models, and the most it had, after work by each."""
    embedder, models = load_embedder(), [load_classifier(task) for task in LABELS]
    embedder.embed([body[:1500] for body in bodies])
    for task, job in _JOBS.items():
        run_stage(task, job(bodies).elements)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    del models
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, peak


def read_bodies(count: int) -> list[str]:
    """So many texts to be judged, or fewer: none is there twice."""
    texts = (row["text"] for row in itertools.islice(articles(), count))
    return list(dict.fromkeys(texts))


def _of_every_length(texts: Sequence[Text], count: int) -> list[Text]:
    ordered = sorted(texts, key=lambda text: sum(map(len, text)))
    count = min(count, len(ordered))
    return [ordered[(2 * i + 1) * len(ordered) // (2 * count)] for i in range(count)]


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=60, metavar="N", help="a round")
    parser.add_argument("--rounds", type=int, default=2, metavar="N")
    args = parser.parse_args()
    bodies = read_bodies(args.articles * args.rounds)
    parts = [bodies[number :: args.rounds] for number in range(args.rounds)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:  # its memory is its own
        held, most = process.submit(worker_mb, parts[0][:16]).result()
    peak, console = int8_peak(), Console(width=120)
    with tempfile.TemporaryDirectory() as folder:
        for task in LABELS:
            console.print(table_of(measure(task, parts, Path(folder, task)), peak))
    console.print("torch ran the packaged int8 weights as float32: its checkpoint is not shipped.")
    console.print(
        f"{usable_cores()} cores. A worker that ran all three models holds {held:.0f} MB and held "
        f"{most:.0f} MB at most (wanted: <= {_MOST_WORKER_MB})"
    )


if __name__ == "__main__":
    main()
