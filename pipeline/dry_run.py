"""What a backfill would do, found out without writing, without models and without the network."""

import collections
import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

from rich.console import Console

from pipeline.said import printable
from schemas.memory import MemoryConfig
from schemas.records import Article, Item, Outcome, Page, Rejected
from transforms.inputs.parts import Part
from transforms.models.cores import usable_cores
from transforms.read_files import FileConfig, records_in
from transforms.stories.known_texts import Known, order, recall, step
from transforms.web.articles import article_of

# Articles that are looked up together.
_BATCH = 500

Rank = tuple[Any, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would happen.

    Attributes:
        counts: records by how they would end. An article that is added may turn out to be a
            reprint: only the models' stages tell.
        errors: what is rejected, by error.
        examples: one record of each ending and error.
        inputs, done: parts of files that were read for this, and that an earlier backfill has done.
        rejected_before: what a backfill that was killed has rejected of the latter, and not told.
    """

    counts: dict[str, int]
    errors: dict[str, int]
    examples: dict[str, str]
    inputs: int
    done: int
    rejected_before: int = 0


class _Seen(NamedTuple):
    """A text, without its body."""

    rank: Rank
    article: Article


class _End(NamedTuple):
    """How a record ends before it is an article."""

    name: str
    example: str
    error: str = ""


class _Read(NamedTuple):
    """A part's records: those that end before they are articles, and the others' texts."""

    counts: collections.Counter[str]
    errors: collections.Counter[str]
    examples: dict[str, str]
    texts: list[_Seen]


def plan_of(
    parts: Sequence[Part], files: FileConfig, memory: MemoryConfig, *, fetches: bool, done: int
) -> Plan:
    """Reads the parts on all cores, and holds their texts against what `memory` knows.

    Keeps about 1 kB for each article in memory.

    Args:
        fetches: items without full text would have their pages fetched; here they only count.
    """
    counts: collections.Counter[str] = collections.Counter()
    errors: collections.Counter[str] = collections.Counter()
    examples: dict[str, str] = {}
    texts: list[_Seen] = []
    for read in _read_all(parts, files, fetches):
        counts.update(read.counts)
        errors.update(read.errors)
        examples = read.examples | examples
        texts += read.texts
    for name, article in _endings(texts, memory):
        counts[name] += 1
        examples.setdefault(name, f"{article.url or article.key} {article.title!r}")
    return Plan(
        counts=dict(counts),
        errors=dict(errors.most_common()),
        examples=examples,
        inputs=len(parts),
        done=done,
    )


def _read_all(parts: Sequence[Part], files: FileConfig, fetches: bool) -> Iterator[_Read]:
    if len(parts) < 2:
        yield from (_read(part, files, fetches) for part in parts)
        return
    with ProcessPoolExecutor(min(len(parts), usable_cores())) as pool:
        try:
            yield from pool.map(_read, parts, [files] * len(parts), [fetches] * len(parts))
        except BaseException:
            # Else the pool waits for the ends of the parts. They take SIGTERM as this process does.
            for process in pool._processes.values():
                process.kill()
            raise


def _read(part: Part, files: FileConfig, fetches: bool) -> _Read:
    read = _Read(collections.Counter(), collections.Counter(), {}, [])
    for record in records_in(part, files):
        end = (
            _ended(record)
            if isinstance(record, Outcome | Rejected)
            else _extracted(record, fetches)
        )
        if isinstance(end, Article):
            read.texts.append(_Seen(order(end), dataclasses.replace(end, body="")))
            continue
        read.counts[end.name] += 1
        read.examples.setdefault(end.error or end.name, end.example)
        if end.error:
            read.errors[end.error] += 1
    return read


def _extracted(record: Item | Page, fetches: bool) -> Article | _End:
    if fetches and isinstance(record, Item) and not (record.text or record.html):
        return _End("fetch", str(record.url or record.key))
    return _ended(article_of(record))


def _ended(end: Article | Outcome | Rejected) -> Article | _End:
    match end:
        case Article():
            return end
        case Outcome():
            return _End(end.outcome, f"{end.key}: {end.reason}")
        case Rejected():
            place = "" if str(end.origin.file) in end.message else f"{end.key}: "
            return _End("rejected", place + end.message, end.error)


def _endings(texts: list[_Seen], memory: MemoryConfig) -> Iterator[tuple[str, Article]]:
    """How each text would end, by the very rules of DropRepeats."""
    of_article: dict[str, list[_Seen]] = collections.defaultdict(list)
    for seen in texts:
        of_article[seen.article.article_id].append(seen)
    names = sorted(of_article)
    with contextlib.closing(memory.open()) as opened:
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            known = recall(opened, batch)
            for name in batch:
                yield from _steps(known.get(name), of_article[name])


def _steps(known: Known | None, texts: list[_Seen]) -> Iterator[tuple[str, Article]]:
    for _, article in sorted(texts, key=lambda seen: seen.rank):
        known, text, _, outcome = step(known, article)
        if outcome is not None:
            yield outcome.outcome, article
        elif text is not None:
            yield ("revised" if text.revision else "indexed"), article


_SAID = (
    ("add", ("indexed",)),
    ("change", ("revised",)),
    ("fetch pages of", ("fetch",)),
    ("skip", ("repeated", "superseded", "no_text", "skipped", "not_fetched", "fetch_failed")),
    ("reject", ("rejected",)),
)
_WHY = {
    "repeated": "known already",
    "superseded": "older than what is known",
    "no_text": "no article in it",
    "skipped": "no page, or outside of --from and --to",
    "not_fetched": "was not fetched by the stream",
    "fetch_failed": "could not be fetched by the stream",
}


def print_plan(plan: Plan) -> None:
    """Prints the plan on standard output, a line for each ending."""
    out = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
    if plan.done:
        out.print(f"{plan.done} of {plan.done + plan.inputs} inputs are done already (--again)")
    if plan.rejected_before:
        out.print(f"{plan.rejected_before} records of these were rejected")
    for what, names in _SAID:
        total = sum(plan.counts.get(name, 0) for name in names)
        out.print(f"would {what:14} {total:>9,}{_example(plan, names)}")
        for name in names:
            if name in _WHY and plan.counts.get(name):
                out.print(f"  {_WHY[name]}: {plan.counts[name]:,}{_example(plan, (name,))}")
    for error, count in plan.errors.items():
        out.print(f"  {error}: {count:,}{_example(plan, (error,))}")
    out.print("nothing was written")


def _example(plan: Plan, names: Sequence[str]) -> str:
    if len(names) > 1:
        return ""
    return "".join(
        f", e.g. {printable(plan.examples[n])[:300]}" for n in names if n in plan.examples
    )
