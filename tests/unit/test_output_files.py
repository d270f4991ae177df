"""`<family>.jsonl`: append, compact, look up."""

import dataclasses
import pathlib

import orjson
import pytest

from pipeline.damaged_lines import damaged_lines
from schemas.documents import document_of
from schemas.records import Document
from tests.record_samples import NOON, OUTCOME, placed
from transforms.files import lines
from transforms.files.memory import FolderMemoryConfig


def document(name: str, version: int, text: str = "") -> Document:
    return Document(
        family="outcomes",
        id=name,
        month="",
        version=version,
        source=orjson.dumps({"text": text}),
    )


def append(folder: pathlib.Path, *documents: Document) -> None:
    lines.append(folder, "outcomes", [lines.line_of(each) for each in documents])


def texts(folder: pathlib.Path) -> list[tuple[str, str]]:
    return [(line["_id"], line["text"]) for line in lines.read(folder / "outcomes.jsonl")]


def test_a_line_is_the_document_with_its_id_and_version() -> None:
    line = lines.line_of(document_of(OUTCOME))
    stored = orjson.loads(line)
    assert list(stored)[:3] == ["_id", "_version", "key"]
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1


def test_compaction_keeps_the_newest_and_the_last_of_equals(tmp_path: pathlib.Path) -> None:
    append(tmp_path, document("b", 1, "first"), document("a", 5, "new"), document("a", 3, "old"))
    append(tmp_path, document("b", 1, "last"))
    assert lines.compact(tmp_path) == {"outcomes": 2}
    assert texts(tmp_path) == [("a", "new"), ("b", "last")]
    assert len((tmp_path / "outcomes.jsonl").read_bytes().splitlines()) == 2


def test_the_same_documents_in_any_order_give_the_same_bytes(tmp_path: pathlib.Path) -> None:
    documents = [document(str(number), number) for number in range(20)]
    append(tmp_path / "one", *documents)
    append(tmp_path / "two", *reversed(documents), *documents[3:9])
    lines.compact(tmp_path / "one")
    lines.compact(tmp_path / "two")
    one, two = (tmp_path / name / "outcomes.jsonl" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_compacting_twice_changes_nothing(tmp_path: pathlib.Path) -> None:
    append(tmp_path, document("b", 1), document("a", 1))
    lines.compact(tmp_path)
    before = (tmp_path / "outcomes.jsonl").read_bytes()
    lines.compact(tmp_path)
    assert (tmp_path / "outcomes.jsonl").read_bytes() == before


def test_a_cut_line_hurts_only_itself(tmp_path: pathlib.Path) -> None:
    append(tmp_path, document("a", 1), document("b", 1))
    path = tmp_path / "outcomes.jsonl"
    path.write_bytes(path.read_bytes()[:-9])  # as a killed writer leaves it
    append(tmp_path, document("c", 1))
    lines.compact(tmp_path)
    assert [name for name, _ in texts(tmp_path)] == ["a", "c"]


@pytest.mark.parametrize(
    "broken", [b"\x00" * 40, b"\xff\xfe", b'{"_id":"b","_ver', b"[]", b"7", b'{"_id":"b"}']
)
def test_a_broken_line_hurts_only_itself_and_is_found(
    broken: bytes, tmp_path: pathlib.Path
) -> None:
    append(tmp_path, document("a", 1))
    path = tmp_path / "outcomes.jsonl"
    path.write_bytes(path.read_bytes() + broken + b"\n\n")
    append(tmp_path, document("c", 1))
    path.write_bytes(path.read_bytes() + b'{"_id":"d","_version":1}')  # complete but for its end
    assert [name for name, _ in texts(tmp_path)] == ["a", "c"]
    assert list(lines.unread(path)) == [2, 5]
    lines.compact(tmp_path)
    assert list(lines.unread(path)) == []


def test_files_of_others_are_left_alone_and_not_judged(tmp_path: pathlib.Path) -> None:
    append(tmp_path, document("a", 1))
    export = tmp_path / "export.jsonl"
    export.write_text('{"text": "Unemployment fell."}\n', encoding="utf-8")
    assert list(damaged_lines(tmp_path)) == []
    assert lines.compact(tmp_path) == {"outcomes": 1}
    assert export.read_text("utf-8") == '{"text": "Unemployment fell."}\n'


def test_a_folder_that_does_not_exist_is_empty(tmp_path: pathlib.Path) -> None:
    assert lines.compact(tmp_path / "nowhere") == {}
    memory = FolderMemoryConfig(str(tmp_path / "nowhere")).open()
    assert list(memory.find("articles", "article_id", ["a1"])) == []


def stored_articles(folder: pathlib.Path) -> None:
    documents = [
        document_of(placed(article_id="a1", authors=("Ann", "Bo"))),
        document_of(placed(article_id="a2", authors=(), title="old")),
        document_of(
            placed(article_id="a2", title="new", fetched_at=NOON.replace(hour=13), authors=())
        ),
    ]
    lines.append(folder, "articles", [lines.line_of(each) for each in documents])


def test_documents_are_found_by_a_field(tmp_path: pathlib.Path) -> None:
    stored_articles(tmp_path)
    memory = FolderMemoryConfig(str(tmp_path)).open()
    found = list(memory.find("articles", "article_id", ["a2", "a2", "nobody"]))
    assert [each["title"] for each in found] == ["new"]
    assert "_id" not in found[0]
    assert [each["article_id"] for each in memory.find("articles", "authors", ["Bo"])] == ["a1"]


def test_documents_are_found_within_a_time(tmp_path: pathlib.Path) -> None:
    stored_articles(tmp_path)
    memory = FolderMemoryConfig(str(tmp_path)).open()

    def found(since_ms: int, until_ms: int) -> list[str]:
        documents = memory.find("articles", "story_id", ["s1"], fetched_ms=(since_ms, until_ms))
        return sorted(each["article_id"] for each in documents)

    noon = document_of(OUTCOME).version
    assert found(noon, noon) == ["a1"]
    assert found(noon, noon + 3_600_000) == ["a1", "a2"]
    assert found(noon + 1, noon + 3_599_999) == []


def test_the_config_of_a_memory_is_comparable() -> None:
    config = FolderMemoryConfig("out")
    assert dataclasses.replace(config) == config
