"""A bad record of an archive hurts nobody but itself: each has its named end, all others theirs."""

import tracemalloc

import pytest

from schemas.records import Article, Rejected
from tests.bad_archives import ARCHIVES
from tests.file_samples import end_of, ended, read


@pytest.mark.parametrize("name", ARCHIVES)
def test_each_record_has_its_end(name: str) -> None:
    archive = ARCHIVES[name]
    records = read(archive.content(), "a.warc")
    came_to = [ended(record) for record in records]
    assert tuple(map(end_of, came_to)) == archive.ends
    bodies = [one.body for one in came_to if isinstance(one, Article)]
    assert all("root:" not in body and len(body) < 10_000 for body in bodies)
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
