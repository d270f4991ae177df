"""What a transform cannot take is told where the graph is built, not by a worker."""

from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.typehints.decorators import TypeCheckError

from transforms.archive_pages import ArchivePages
from transforms.classify_stances import ClassifyStances
from transforms.commit_documents import CommitDocuments
from transforms.detect_claims import DetectClaims
from transforms.drop_repeats import DropRepeats
from transforms.embed_articles import EmbedArticles
from transforms.extract_articles import ExtractArticles
from transforms.fetch_pages import FetchPages
from transforms.group_stories import GroupStories
from transforms.link_claims import LinkClaims
from transforms.stage_documents import StageDocuments
from transforms.web.http_config import FetchConfig
from transforms.write_to_files import WriteToFiles

TRANSFORMS = [
    ArchivePages("archive"),
    ClassifyStances(),
    CommitDocuments("documents", release_s=1, keep_s=1),
    DetectClaims(),
    DropRepeats(),
    EmbedArticles(),
    ExtractArticles(),
    FetchPages(FetchConfig()),
    GroupStories(),
    LinkClaims(),
    StageDocuments("staged"),
    WriteToFiles("written"),
]


@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda each: each.label)
def test_another_type_is_refused(transform: beam.PTransform[Any, Any]) -> None:
    given = TestPipeline(runner="FnApiRunner") | beam.Create(["a text"])
    with pytest.raises(TypeCheckError, match=transform.label):
        given | transform
