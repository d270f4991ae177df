"""Bad archives through the transforms: nothing stops, and nothing goes without an end."""

import collections
from pathlib import Path

import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from schemas.records import Rejected
from tests.bad_archives import ARCHIVES
from tests.file_samples import NOW
from transforms.extract_articles import ExtractArticles
from transforms.read_files import FileConfig, ReadFiles


def test_each_record_of_each_archive_has_its_end(tmp_path: Path) -> None:
    for number, archive in enumerate(ARCHIVES.values()):
        (tmp_path / f"{number}.warc").write_bytes(archive.content())
    expected = collections.Counter(end for archive in ARCHIVES.values() for end in archive.ends)
    with TestPipeline(runner="FnApiRunner") as pipeline:
        read = pipeline | ReadFiles([str(tmp_path)], FileConfig(now=NOW))
        extracted = (read.items, read.pages) | beam.Flatten() | ExtractArticles()
        ends = (
            extracted.articles | "Articles" >> beam.Map(lambda _: "article"),
            (read.outcomes, extracted.outcomes)
            | "Outcomes" >> beam.Flatten()
            | beam.Map(lambda outcome: outcome.outcome),
            (read.rejected, extracted.rejected)
            | "Rejected" >> beam.Flatten()
            | "Errors" >> beam.Map(_error),
        ) | "Ends" >> beam.Flatten()
        assert_that(ends | beam.combiners.Count.PerElement(), equal_to(list(expected.items())))


def _error(rejected: Rejected) -> str:
    return rejected.error
