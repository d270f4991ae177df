"""What an earlier run embedded with another model goes on as stories of this one."""

import logging
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that

from schemas.records import Article
from tests.beam.stored import store
from tests.beam.story_graph import at_its_time
from tests.beam.story_records import article, placed
from transforms.embed_articles import EmbedArticles
from transforms.files.memory import FolderMemoryConfig
from transforms.group_stories import GroupStories

EARLIER = article("https://a.example/1")
OTHER = article(
    "https://a.example/2",
    title="Striker leaves Rovers for Milan",
    body="Rovers have sold their striker Tomas Heikkinen to Milan for 30 million euros.",
)
LATER = article(
    "https://b.example/1",
    title="Barge accident shuts Porthaven bridge",
    body="A barge ran into a pier of the harbour bridge in Porthaven, which was closed on Sunday.",
    minutes=90,
    source="Gazette",
)


def test_vectors_of_another_model_are_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = tmp_path / "index"
    store(index, [placed(EARLIER, "bridge"), placed(OTHER, "striker")])

    def check(found: list[Any]) -> None:
        [later] = found
        assert later.placement.story_id == "bridge"
        assert later.placement.counterpart == EARLIER.article_id

    with caplog.at_level(logging.INFO), TestPipeline("FnApiRunner") as p:
        timed = p | beam.Create([LATER]) | beam.Map(at_its_time).with_output_types(Article)
        embedded = (timed | EmbedArticles()).embedded
        assert_that((embedded | GroupStories(memory=FolderMemoryConfig(str(index)))).placed, check)
    assert "embedding 2 articles anew" in caplog.text
