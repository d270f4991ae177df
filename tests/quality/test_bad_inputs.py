"""How all inputs that we have and that are not as they should be end: a table, and its sums.

What each of them must come to is held elsewhere (`tests/unit/test_bad_archives.py`,
`test_page_bounds.py`, `test_bad_input.py`, `tests/quality/test_feeds.py`); here none may crash
or go without an end.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from rich.console import Console
from rich.table import Table

from benchmarks.worst_pages import PAGES
from tests.bad_archives import ARCHIVES
from tests.file_samples import end_of, ended, http_block, read, warc_record
from tests.quality.labelled_data import labelled_data

pytestmark = pytest.mark.quality

File = tuple[str, bytes]
# The slowest of them costs a minute, and its like are there.
_SLOW = "39,000 links"


def feeds(folder: str, pattern: str) -> Iterator[File]:
    for path in sorted((labelled_data() / "feeds" / folder).rglob(pattern)):
        yield f"{path.stem}.rss", path.read_bytes()


def archives() -> Iterator[File]:
    for archive in ARCHIVES.values():
        yield "bad.warc", archive.content()


def worst_pages() -> Iterator[File]:
    for name, page in PAGES.items():
        if name != _SLOW:
            body = f"<html><body>{page()}".encode()
            yield "page.warc", warc_record(http_block(body))


def files_cut(step: int) -> Iterator[File]:
    """The shared WARC sample, cut at many places."""
    for path in sorted((labelled_data() / "warc" / "whirlwind").glob("whirlwind.*")):
        content = path.read_bytes()
        for end in range(1, len(content), max(len(content) // step, 1)):
            yield path.name, content[:end]


GROUPS = {
    "feedparser's suite, as files": lambda: feeds("feedparser_suite", "*.*"),
    "captured feeds, as files": lambda: feeds("captured", "*.xml"),
    "bad archives": archives,
    "worst pages": worst_pages,
    "cut WARC, WET, WAT": lambda: files_cut(60),
}


def ends_of(files: Iterable[File]) -> tuple[int, Counter[str]]:
    inputs, ends = 0, Counter[str]()
    for name, content in files:
        records = read(content, name)
        assert records, f"{name} of {len(content)} bytes goes without an end"
        assert len({record.key for record in records}) == len(records), name
        inputs += 1
        ends.update(end_of(ended(record)) for record in records)
    return inputs, ends


def test_each_bad_input_has_its_end() -> None:
    table = Table(title="Bad input", title_justify="left")
    for column in ("what", "inputs", "records", "ends"):
        table.add_column(column, justify="right" if column in ("inputs", "records") else "left")
    found = {}
    for what, files in GROUPS.items():
        inputs, ends = found[what] = ends_of(files())
        told = ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
        table.add_row(what, f"{inputs:,}", f"{ends.total():,}", told)
    Console(width=140).print(table)
    assert all(inputs for inputs, _ in found.values())
    assert found["feedparser's suite, as files"][0] == 2107
    assert found["captured feeds, as files"][0] == 50
    assert found["bad archives"][1].total() == sum(len(one.ends) for one in ARCHIVES.values())
    assert found["worst pages"][1].total() == len(PAGES) - 1
