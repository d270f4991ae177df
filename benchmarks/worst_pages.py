"""Seconds of a core and memory of the worst pages known, beside bare trafilatura.

Each page is read in a process of its own. What bounds them stands in `transforms.web.html_trees`
and `transforms.web.articles`.
"""

import datetime as dt
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import trafilatura
from rich.console import Console
from rich.table import Table

from schemas.records import Origin, Page
from transforms.web.articles import article_of

WORDS = "words of a paragraph about a bridge that is closed for weeks. "
_ARTICLE = f"<p>{WORDS * 5}</p>"
_LD = "<script type='application/ld+json'>"


def _locked(*selectors: str) -> str:
    """JSON-LD of an article whose parts are for those who pay."""
    parts = {"isAccessibleForFree": False, "cssSelector": selectors}
    article = {"@type": "NewsArticle", "isAccessibleForFree": False, "hasPart": parts}
    return f"{_LD}{json.dumps(article)}</script>"


PAGES: dict[str, Callable[[], str]] = {
    "100,000 nested elements": lambda: "<div>" * 100_000 + WORDS * 10,
    "39,000 links": lambda: "".join(f"<a href=/{n}>{WORDS}</a>" for n in range(39_000)),
    "nested spans": lambda: ("<p>" + "<span>" * 200 + WORDS + "</span>" * 200) * 190,
    "nested blocks": lambda: ("<div>" * 100 + WORDS + "</div>" * 100) * 390,
    "39,000 paragraphs": lambda: "".join(f"<p>{WORDS}</p>" for _ in range(39_000)),
    "39,000 short paragraphs": lambda: "<p>words</p>" * 39_000,
    "table": lambda: "<table>" + "".join(f"<tr><td>{WORDS}<td>b<td>c" for _ in range(4_000)),
    "JSON-LD of brackets": lambda: f"{_LD}{'[' * 2_500_000}</script>{_ARTICLE}",
    "JSON-LD of open tags": lambda: f"{_LD}{'<a ' * 800_000}</script>{_ARTICLE}",
    "JSON-LD of comments": lambda: f'{_LD}{{"a": "{"<!--" * 800_000}"}}</script>{_ARTICLE}',
    "a class of 4 MB": lambda: f"<p class='{'a ' * 2_000_000}'>{WORDS * 5}",
    "a date of 4 MB": lambda: f"<meta name=date content='{'(' * 4_000_000}'>{_ARTICLE}",
    "an author of 4 MB": lambda: f"<meta name=author content='{'<' * 4_000_000}'>{_ARTICLE}",
    "quotation marks": lambda: f"{_ARTICLE}<p>{'“' * 400_000}</p>",
    "nested teasers": lambda: ("<div>" * 200 + "<h2><a href=/a>A</a></h2>") * 190 + _ARTICLE,
    "teasers": lambda: "".join(f"<div><h2><a href=/{n}>{n}</a></h2></div>" for n in range(9_000)),
    "teasers in an article": lambda: (
        f'{_LD}{{"@type": "NewsArticle"}}</script>'
        + "".join(f"<div><h2><a href=/{n}>{n}</a></h2><p>{WORDS}</p></div>" for n in range(500))
        + ("<p>" + "<span>" * 200 + WORDS + "</span>" * 200) * 90
    ),
    "nested banners": lambda: ("<div class=cookie>" * 200 + WORDS + "</div>" * 200) * 190,
    "times on what is live": lambda: "<div class=live><time>9</time></div>" * 19_000 + _ARTICLE,
    "names of 4 kB": lambda: f"<p class='{'cook ' * 800}'></p>" * 1_000 + _ARTICLE,
    "calls": lambda: "<div>" * 200 + "<p>Join</p>" * 38_000,
    "passwords": lambda: "<div>" * 200 + "<input type=password>" * 38_000 + WORDS * 4,
    "locked parts": lambda: (
        _locked("#a", *(f".a{n}" for n in range(20_000)))
        + f"<script id=a>{'x' * 2_000_000}</script>"
        + f"<div class=a1>{WORDS}" * 19_000
        + _ARTICLE
    ),
    "microdata": lambda: "<i itemtype=Article></i>" * 39_000 + _ARTICLE,
    "parts of main": lambda: (
        f"{_ARTICLE}<aside>"
        + f"<div class='{'comen ' * 680}'>" * 200
        + "<main>"
        + "<i class=404></i>" * 39_000
    ),
    "6 MB": lambda: "<p>" + " " * 6 * 2**20,
    "40,001 elements": lambda: "<br>" * 40_001,
}


def page_of(markup: str) -> Page:
    """The page as it comes from the web."""
    return Page(
        key="worst",
        origin=Origin(source="bench", file="bench"),
        url="https://bench.example/a",
        content_type="text/html; charset=utf-8",
        body=f"<html><body>{markup}".encode(),
        fetched_at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
    )


def read(side: str, name: str) -> None:
    """Reads a page, and prints seconds of a core and MB beyond those of a small page."""
    bare = side == "bare"
    for markup in (_ARTICLE, PAGES[name]()):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        page = page_of(markup)
        started = time.process_time()
        if bare:
            trafilatura.bare_extraction(page.body, with_metadata=True)
        else:
            article_of(page)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{time.process_time() - started:.1f} {(peak - before) / 1024:.0f}")


def _measured(side: str, name: str, limit_s: int = 60) -> tuple[str, str]:
    command = [sys.executable, "-m", "benchmarks.worst_pages", side, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit_s)
    except subprocess.TimeoutExpired:
        return f"over {limit_s}", ""
    seconds, megabytes = done.stdout.split() if done.returncode == 0 else ("died", "")
    return seconds, megabytes


def main() -> None:
    """Runs the command line."""
    if len(sys.argv) == 3:
        read(*sys.argv[1:])
        return
    table = Table(title="The worst pages", title_justify="left")
    for column in ("page", "newsbeam s", "MB", "trafilatura s", "MB"):
        table.add_column(column)
    for name in PAGES:
        table.add_row(name, *_measured("ours", name), *_measured("bare", name))
    Console().print(table)


if __name__ == "__main__":
    main()
