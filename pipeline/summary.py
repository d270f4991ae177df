"""The summary that ends `newsbeam demo`: stories, contested claims, reprints, outcomes, speed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pipeline.run import Run
from schemas.memory import Memory
from schemas.records import PublishedFrom

Stored = Mapping[str, Any]
_MOST_CLAIMS = 8


def summarise(
    memory: Memory, runs: Sequence[Run], console: Console, queries: Iterable[str]
) -> None:
    """Prints what the index holds and what the runs did.

    Args:
        memory: the index, refreshed.
        queries: shell lines to try next.
    """
    articles = _all(memory, "articles", "published_from", _PUBLISHED_FROM)
    claims = _all(memory, "claims", "story_id", [a["story_id"] for a in articles])
    stances = _all(memory, "stances", "claim_id", [c["claim_id"] for c in claims])
    stories = _all(memory, "stories", "story_id", [a["story_id"] for a in articles])
    console.print(stories_table(stories))
    console.print(claims_table(claims, stances))
    console.print(reprints_table(articles))
    console.print(outcomes_table(runs))
    console.print(Text("\nTry next", style="bold"))
    for query in queries:
        console.print(Text(f"  {query}", style="cyan"), soft_wrap=True)


_PUBLISHED_FROM: tuple[str, ...] = get_args(PublishedFrom)


def _all(memory: Memory, family: str, field: str, values: Iterable[str]) -> list[dict[str, Any]]:
    return list(memory.find(family, field, sorted(set(values))))


def stories_table(stories: Iterable[Stored]) -> Table:
    """Returns the stories, the most reported first."""
    table = _table(
        "Stories", "headline of the first report", "outlets", "articles", "claims", "seen"
    )
    for story in sorted(stories, key=lambda s: (-s["articles"], s["headline"])):
        table.add_row(
            f"{escape(story['headline'])} [dim]({story['language']})[/dim]",
            ", ".join(story["sources"]),
            str(story["articles"]),
            str(story["claims"]),
            f"{story['first_seen'][5:10]} to {story['last_seen'][5:10]}",
        )
    return table


def claims_table(claims: Iterable[Stored], stances: Iterable[Stored]) -> Table:
    """Returns the claims that most outlets deny, with those that their counts are of."""
    by_claim: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for stance in stances:
        if stance["current"] and not stance["uncertain"]:
            by_claim[stance["claim_id"]][stance["label"]].add(stance["source"])
    contested = [claim for claim in claims if claim["denying"]]
    contested.sort(key=lambda c: (-c["denying"], -c["supporting"], -c["score"]))
    table = _table("Most contested claims", "claim", "made by", "supported by", "denied by")
    for claim in contested[:_MOST_CLAIMS]:
        sides = by_claim[claim["claim_id"]]
        table.add_row(
            escape(claim["text"]),
            claim["source"],
            ", ".join(sorted(sides["supports"] - {claim["source"]})),
            ", ".join(sorted(sides["denies"])),
        )
    return table


def reprints_table(articles: Iterable[Stored]) -> Table:
    """Returns who printed whose text."""
    titles = {article["article_id"]: article for article in articles}
    table = _table("Reprints", "reprint", "in", "of", "same text")
    for article in titles.values():
        original = titles.get(article.get("reprint_of", ""))
        if original is not None:
            table.add_row(
                article["title"],
                article["source"],
                f"{original['title']} [dim]({original['source']})[/dim]",
                f"{article['placement_score']:.0%}",
            )
    return table


def outcomes_table(runs: Sequence[Run]) -> Table:
    """Returns how each record ended, and the pace."""
    counts: Counter[str] = Counter()
    for run in runs:
        counts.update(run.endings)
    seconds = sum(run.seconds for run in runs)
    read = sum(counts[name] for name in ("indexed", "reprint", "revised"))
    table = _table(
        f"Outcomes: {sum(counts.values())} records in {seconds:.0f} s, "
        f"{read / seconds:.1f} articles a second",
        "outcome",
        "records",
    )
    for name, count in counts.most_common():
        table.add_row(name, str(count))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title,
        title_style="bold",
        title_justify="left",
        header_style="dim",
        min_width=len(title),  # else a title that is longer than its table is broken
    )
    for column in columns:
        numeric = column in {"articles", "claims", "records", "same text"}
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    return table
