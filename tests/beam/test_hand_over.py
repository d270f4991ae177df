"""A staged run is written in an order in which nothing tells of what is not there."""

import dataclasses
from pathlib import Path

import pytest

from pipeline.run import Run
from pipeline.sinks import Sinks
from pipeline.staged_run import Sealed, hand_over
from schemas.documents import FAMILIES, document_of
from schemas.records import Document
from tests.bulk_server import BulkServer, Fails, bulk_server
from tests.record_samples import ALL, OUTCOME, placed
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.files.staged import keep_documents

SEALED = Sealed(label={}, outcomes={"indexed": 1}, seconds=0.0, witness="")
DOCUMENTS = [document_of(record) for record in ALL]
ARTICLE = placed().article


def handed_over(server: BulkServer, documents: list[Document], folder: Path) -> Run:
    if documents:
        keep_documents(folder, documents)
    cluster = ElasticsearchConfig(urls=(server.url,), index_prefix="press")
    sinks = Sinks(elasticsearch=cluster, bulk=BulkConfig(retry_deadline_s=0.1))
    return hand_over(SEALED, folder, sinks, ())


def failing(family: str, status: int, error: str) -> Fails:
    return lambda index: (status, error) if index.startswith(f"press-{family}") else None


def families(server: BulkServer) -> set[str]:
    return {index.split("-")[1] for index, _ in server.written}


def test_every_family_is_written(tmp_path: Path) -> None:
    with bulk_server(lambda _: None) as server:
        handed_over(server, DOCUMENTS, tmp_path)
    assert families(server) == set(FAMILIES)


@pytest.mark.parametrize(
    ("blocked", "untold"),
    [
        ("claims", {"articles", "outcomes", "feeds"}),
        ("articles", {"outcomes", "feeds"}),
        ("rejected", {"feeds"}),
        ("outcomes", {"feeds"}),
    ],
)
def test_nothing_tells_of_what_cannot_be_written_now(
    blocked: str, untold: set[str], tmp_path: Path
) -> None:
    with bulk_server(failing(blocked, 403, "cluster_block_exception")) as server:
        with pytest.raises(Exception, match="could not be written"):
            handed_over(server, DOCUMENTS, tmp_path)
        assert families(server).isdisjoint(untold)
        server.fails = lambda _: None
        handed_over(server, [], tmp_path)
    assert families(server) == set(FAMILIES)


@pytest.mark.parametrize("family", ["claims", "articles", "outcomes", "feeds"])
def test_what_is_refused_ends_as_rejected(family: str, tmp_path: Path) -> None:
    outcome = dataclasses.replace(OUTCOME, key=ARTICLE.key, at=ARTICLE.fetched_at)
    documents = [document_of(outcome), *(d for d in DOCUMENTS if d.family != "outcomes")]
    with bulk_server(failing(family, 400, "strict_dynamic_mapping_exception")) as server:
        # An outcome that tells of a refused outcome would be refused, too.
        if family == "outcomes":
            with pytest.raises(Exception, match="tells of a refused document"):
                handed_over(server, documents, tmp_path)
            return
        handed_over(server, documents, tmp_path)
    of_family = next(d for d in documents if d.family == family)
    key = of_family.key or f"{family}/{of_family.id}"
    ended = {d["key"]: d["outcome"] for (i, _), d in server.written.items() if "outcomes" in i}
    steps = {d["key"]: d["step"] for (i, _), d in server.written.items() if "rejected" in i}
    assert (ended[key], steps[key]) == ("rejected", "WriteToElasticsearch")


def test_refused_documents_are_counted_apart_from_the_records(tmp_path: Path) -> None:
    def fails(index: str) -> tuple[int, str] | None:
        told = index.startswith(("press-rejected", "press-outcomes"))
        return None if told else (400, "strict_dynamic_mapping_exception")

    with bulk_server(fails) as server:
        run = handed_over(server, DOCUMENTS, tmp_path)
    refused = sum(d.family not in ("rejected", "outcomes") for d in DOCUMENTS)
    assert (run.outcomes, run.records) == ({"indexed": 1, "refused": refused}, 1)


def test_what_was_refused_before_and_is_taken_now_is_not_told_of(tmp_path: Path) -> None:
    def fails(index: str) -> tuple[int, str] | None:
        if index.startswith("press-claims"):
            return 400, "strict_dynamic_mapping_exception"
        return (403, "cluster_block_exception") if index.startswith("press-articles") else None

    documents = [d for d in DOCUMENTS if d.family != "rejected"]
    with bulk_server(fails) as server:
        with pytest.raises(Exception, match="could not be written"):
            handed_over(server, documents, tmp_path)
        server.fails = lambda _: None
        run = handed_over(server, [], tmp_path)
    assert families(server) == set(FAMILIES) - {"rejected"}
    assert run.refused == 0
