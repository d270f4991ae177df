"""The local Flink cluster takes pipelines from Python."""

import json
import pathlib
import urllib.request

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from deploy.flink.start import Endpoints


def append(path: pathlib.Path, number: int) -> None:
    with path.open("a") as file:
        file.write(f"{number}\n")


def test_a_pipeline_runs_on_flink(flink: Endpoints, tmp_path: pathlib.Path) -> None:
    out = tmp_path / "out"
    with beam.Pipeline(options=PipelineOptions([*flink.flags(), "--job_name=trivial"])) as pipeline:
        numbers = pipeline | beam.Create([1, 2, 3]) | beam.Map(lambda number: number * number)
        numbers | "Write" >> beam.Map(lambda number: append(out, number))
    assert sorted(out.read_text().split()) == ["1", "4", "9"]
    with urllib.request.urlopen(f"{flink.rest_url}/jobs/overview", timeout=10) as response:
        states = {job["state"] for job in json.load(response)["jobs"] if "trivial" in job["name"]}
    assert states == {"FINISHED"}
