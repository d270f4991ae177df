"""ExtractArticles on Beam's in-process runner."""

import dataclasses

import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from schemas.records import Article, Outcome, Rejected
from tests.unit.test_articles import item, page
from transforms.extract_articles import ExtractArticles, Extracted
from transforms.web.unreadable import MAX_PAGE_BYTES


def test_each_page_and_item_is_in_one_output() -> None:
    records = [
        item(key="item"),
        page(key="page"),
        page(key="stub", body=b"<p>Subscribe to read on."),
        page(key="endless", body=b" " * (MAX_PAGE_BYTES + 1)),
    ]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        extracted = pipeline | beam.Create(records) | ExtractArticles()
        for name, keys in (
            ("articles", ["item", "page"]),
            ("outcomes", ["stub"]),
            ("rejected", ["endless"]),
        ):
            found = getattr(extracted, name) | f"Keys{name}" >> beam.Map(lambda record: record.key)
            assert_that(found, equal_to(keys), label=name)


def test_outputs_are_typed() -> None:
    records = TestPipeline(runner="FnApiRunner") | beam.Create([item()])
    extracted = records | ExtractArticles()
    types = [getattr(extracted, name).element_type for name in Extracted._fields]
    assert types == [Article, Outcome, Rejected]


def test_inputs_are_left_as_they_are() -> None:
    record = page()
    before = dataclasses.replace(record)
    with TestPipeline(runner="FnApiRunner") as pipeline:
        _ = pipeline | beam.Create([record]) | ExtractArticles()
    assert record == before
