"""`stream --once`, killed while it writes: no article stays without what follows from it."""

from pathlib import Path

import pytest

from pipeline.cli import main
from tests.feeds_of_texts import ARTICLES, feed_list, ids_in
from tests.killed_before import appended_to, killed_before
from tests.newsroom import backfill, documents

FOLLOWING = ("claims", "stances")


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("family", ["articles", "outcomes", "feeds"])
def test_the_next_run_brings_what_is_missing(family: str, tmp_path: Path) -> None:
    out, archive = tmp_path / "out", tmp_path / "archive"
    with feed_list(tmp_path) as feeds:
        command = ["stream", "--feeds", str(feeds), "--once", "--output_dir", str(out)]
        command += ["--archive_dir", str(archive), "--allow_networks", "127.0.0.0/8"]
        killed_before(appended_to(family), command)
        whole = backfill(archive, tmp_path / "undisturbed")
        assert all(whole[each] for each in FOLLOWING)
        if ids_in(out / "articles.jsonl"):
            assert all(ids_in(out / f"{each}.jsonl") == whole[each].keys() for each in FOLLOWING)
        assert main(command) == 0
    found = documents(out)
    assert len(found["articles"]) == len(found["outcomes"]) == ARTICLES
    assert all(found[each].keys() == whole[each].keys() for each in ("articles", *FOLLOWING))
