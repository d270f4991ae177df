"""A bad record of an archive hurts nobody but itself: each has its named end, all others theirs."""

import tracemalloc

import pytest

from schemas.records import Article, Item, Outcome, Page, Rejected
from tests.bad_archives import ARCHIVES
from tests.file_samples import read
from transforms.web.articles import article_of
from transforms.web.file_outcomes import Record


def end_of(record: Record) -> str:
    """`page` for what has become an article, else the error or the outcome."""
    match article_of(record) if isinstance(record, Item | Page) else record:
        case Rejected(error=error):
            return error
        case Outcome(outcome=outcome):
            return outcome
        case Article(body=body):
            assert "root:" not in body and len(body) < 10_000
            return "page"


@pytest.mark.parametrize("name", ARCHIVES)
def test_each_record_has_its_end(name: str) -> None:
    archive = ARCHIVES[name]
    records = read(archive.content(), "a.warc")
    assert tuple(end_of(record) for record in records) == archive.ends
    assert len({record.key for record in records}) == len(records)
    assert all(r.message.startswith("/data/a.warc, ") for r in records if isinstance(r, Rejected))


@pytest.mark.parametrize("name", [name for name in ARCHIVES if "bomb" in name])
def test_a_bomb_is_not_held_in_memory(name: str) -> None:
    content = ARCHIVES[name].content()
    tracemalloc.start()
    read(content, "a.warc")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * 2**20
