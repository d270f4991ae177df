"""A backfill into a cluster that is killed and started again leaves the undisturbed index."""

import json
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from pipeline.cli import main
from tests.beam.test_backfill_resumed import inputs
from tests.killed_before import Moment, killed_before
from tests.newsroom import differences, documents
from tests.services.test_runners import everything


@pytest.mark.timeout(1200)
def test_killed_while_it_writes_it_ends_as_if_undisturbed(
    tmp_path: Path, client: Elasticsearch, cluster: tuple[str, ...], index_prefix: str
) -> None:
    folder, ledger, out = inputs(tmp_path / "in"), tmp_path / "ledger", tmp_path / "out"
    command = ["backfill", str(folder), "--slice_mb", "0.001"]
    assert main([*command, "--output_dir", str(out)]) == 0
    command += [*cluster, "--ledger_dir", str(ledger)]
    done = ledger / "done.jsonl"
    # Of the first slice the claims are in the index, and no article.
    killed_before(Moment("http.client.send", "/_bulk", 2), command)
    found = everything(client, index_prefix)
    assert found["claims"] and not found["articles"] and not done.exists()
    # The first slice is done, and not cleared away.
    killed_before(Moment("os.remove", "sealed.json'"), command)
    assert done.exists()
    for _ in range(2):  # the second run changes nothing
        assert main(command) == 0
        # Killed between a slice's note and the removal of its documents, it notes the slice twice.
        assert len({json.loads(line)["key"] for line in done.read_bytes().splitlines()}) == 3
        assert not differences(everything(client, index_prefix), documents(out))
