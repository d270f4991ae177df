"""The example of docs/elasticsearch-sink.md does what the page says."""

import json
import os
import pathlib
import re
import subprocess
import sys

from elasticsearch import Elasticsearch

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "elasticsearch-sink.md"


def test_the_example_runs(
    client: Elasticsearch, elasticsearch_url: str, tmp_path: pathlib.Path
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    readings = [
        {"sensor": "roof", "at_ms": 2, "celsius": 4.5},
        {"sensor": "roof", "at_ms": 1, "celsius": 3.0},
        {"sensor": "cellar", "at_ms": 1, "celsius": "warm"},
    ]
    (tmp_path / "readings.jsonl").write_text("\n".join(map(json.dumps, readings)))
    client.options(ignore_status=404).indices.delete(index="sensors")
    mappings = {"properties": {"celsius": {"type": "float"}}}
    client.indices.create(index="sensors", mappings=mappings)
    arguments = ["example.py", "readings.jsonl", "refused.txt"]
    environment = {**os.environ, "NEWSBEAM_ELASTICSEARCH_URL": elasticsearch_url}
    subprocess.run([sys.executable, *arguments], cwd=tmp_path, env=environment, check=True)
    client.indices.refresh(index="sensors")
    (hit,) = client.search(index="sensors")["hits"]["hits"]
    assert hit["_source"] == readings[0]
    assert "document_parsing_exception" in (tmp_path / "refused.txt").read_text()
    client.indices.delete(index="sensors")
