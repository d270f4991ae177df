"""A backfill into a cluster that is killed and started again leaves the undisturbed index."""

import json
from pathlib import Path

import pytest
from elasticsearch import ApiError, Elasticsearch

from pipeline.cli import main
from tests.beam.test_backfill_resumed import inputs, killed
from tests.newsroom import differences, documents
from tests.services.test_runners import everything


@pytest.mark.timeout(1200)
def test_killed_while_it_writes_it_ends_as_if_undisturbed(
    tmp_path: Path, client: Elasticsearch, elasticsearch_url: str, index_prefix: str
) -> None:
    folder, ledger, out = inputs(tmp_path / "in"), tmp_path / "ledger", tmp_path / "out"
    command = ["backfill", str(folder), "--slice_mb", "0.001"]
    assert main([*command, "--output_dir", str(out)]) == 0
    sinks = ["--elasticsearch_url", elasticsearch_url, "--index_prefix", index_prefix]
    command += [*sinks, "--ledger_dir", str(ledger)]
    sealed, done = ledger / "staged" / "sealed.json", ledger / "done.jsonl"

    def has_written() -> bool:
        """The first slice has ended, and some of it is in the index."""
        if not sealed.exists():
            return False
        try:
            client.indices.refresh(index=f"{index_prefix}-*", ignore_unavailable=True)
            found = client.count(index=f"{index_prefix}-*", ignore_unavailable=True)["count"]
        except ApiError as error:
            # An index that has just been made answers so for a moment.
            assert error.status_code == 503, error
            return False
        return bool(found)

    killed(command, has_written)
    killed(command, lambda: done.exists() and sealed.exists())
    assert main(command) == 0
    # Killed between a slice's note and the removal of its documents, it notes the slice twice.
    assert len({json.loads(line)["key"] for line in done.read_bytes().splitlines()}) == 3
    assert not differences(everything(client, index_prefix), documents(out))
