"""The worst errors of a grouping, written down for people to read."""

import pathlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.stories.labelled import Labelled
from schemas.records import Article, Placement
from tests.quality.labelled_data import report_file

_CHARS = 240


class Error(NamedTuple):
    """What a mixed or torn story costs, in documents, and the texts that show why."""

    cost: float
    what: str
    texts: tuple[str, ...]


def write_report(name: str, errors: Sequence[Error], summary: str) -> pathlib.Path:
    """Writes the ten dearest errors of a set; returns where."""
    path = report_file(f"stories-{name.replace('/', '-')}.md")
    lines = [f"# {name}: the ten worst errors", "", summary, ""]
    for error in sorted(errors, key=lambda each: -each.cost)[:10]:
        lines += [f"## {error.what} (cost {error.cost:.2f})", "", *error.texts, ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def errors_of(labelled: Sequence[Labelled], placed: Sequence[Placement]) -> list[Error]:
    """Stories of ours that mix several of people's, and stories of theirs that are torn."""
    return [*_mixed(labelled, placed), *_torn(labelled, placed)]


def _mixed(labelled: Sequence[Labelled], placed: Sequence[Placement]) -> Iterator[Error]:
    text = {each.article.article_id: _shown(each.article) for each in labelled}
    told = {each.article.article_id: each.story for each in labelled}
    for numbers in _by([each.story_id for each in placed]).values():
        parts = Counter(labelled[n].story for n in numbers)
        joins = [placed[n] for n in numbers if placed[n].counterpart]
        wrong = [p for p in joins if told[p.article_id] != told[str(p.counterpart)]]
        if wrong:
            first, counterpart = wrong[0], str(wrong[0].counterpart)
            yield Error(
                _cost(parts),
                f"mixed: {dict(parts.most_common(4))}, by `{first.method}` at {first.score}",
                (f"- joined: {text[first.article_id]}", f"- counterpart: {text[counterpart]}"),
            )


def _torn(labelled: Sequence[Labelled], placed: Sequence[Placement]) -> Iterator[Error]:
    for story, numbers in _by([each.story for each in labelled]).items():
        parts = Counter(placed[n].story_id for n in numbers)
        firsts = [n for n in numbers if placed[n].method == "first"]
        if len(parts) > 1 and firsts:
            stray = firsts[-1]
            known = next((n for n in numbers if placed[n].story_id != placed[stray].story_id), 0)
            yield Error(
                _cost(parts),
                f"torn: {story} in parts of {sorted(parts.values(), reverse=True)[:8]},"
                f" by `first` at {placed[stray].score}",
                (
                    f"- began anew: {_shown(labelled[stray].article)}",
                    f"- of the same story: {_shown(labelled[known].article)}",
                ),
            )


def shown(text: str) -> str:
    """The beginning of a text, in one line."""
    return " ".join(text[:_CHARS].split())


def _shown(article: Article) -> str:
    return shown(f"{article.title} {article.body}")


def _by(labels: Sequence[str]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, label in enumerate(labels):
        numbers[label].append(number)
    return numbers


def _cost(parts: Counter[str]) -> float:
    """Documents' worth of B-cubed precision or recall that is lost."""
    total = sum(parts.values())
    return total - sum(count * count for count in parts.values()) / total
