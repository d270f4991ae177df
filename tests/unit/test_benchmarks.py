"""The benchmark's own arithmetic; `make bench` runs it whole."""

import io
import json
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from rich.console import Console

from benchmarks import articles, backfill, polling, sampling, stories
from transforms.stories.agreement import agreement
from transforms.stories.similarity import load_weights


class _Code:
    def __init__(self, path: Path, name: str) -> None:
        self.co_filename = str(path)
        self.co_name = name


class _Frame:
    """As much of a frame as the sampler looks at."""

    def __init__(
        self, path: str, name: str = "process", back: Any = None, local: Any = None
    ) -> None:
        self.f_code = _Code(articles.ROOT / path, name)
        self.f_back = back
        self.f_locals = {"self": local} if local else {}


def _stage(*paths: str) -> str:
    frame: Any = None
    for path in paths:
        frame = _Frame(path, back=frame)
    return sampling.where(iter([frame]))


def test_time_counts_for_the_innermost_stage() -> None:
    runner = "lib/apache_beam/runners/worker/bundle_processor.py"
    assert _stage(runner, "transforms/detect_claims.py", "transforms/models/onnx_models.py") == (
        "DetectClaims"
    )
    assert _stage("transforms/read_files.py", "transforms/extract_articles.py") == "ExtractArticles"
    assert _stage(runner) == "Beam itself"
    assert _stage("pipeline/cli.py") == "Imports and graph"


def test_an_ordered_stage_is_told_from_the_others() -> None:
    from transforms.count_stances import _CountFn
    from transforms.in_order import Order

    frame: Any = _Frame("transforms/in_order.py", "on_release", local=_CountFn(Order()))
    assert sampling.stage_of(frame) == "CountStances"
    without: Any = _Frame("transforms/in_order.py", "on_release")
    assert sampling.stage_of(without) is None


def test_imports_are_no_work_of_a_stage() -> None:
    frame: Any = _Frame("transforms/extract_articles.py", "<module>")
    assert sampling.stage_of(frame) is None
    assert not isinstance(frame, FrameType)


def test_bodies_of_fnc_are_taken_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = tmp_path / articles.BODIES
    bodies.parent.mkdir(parents=True)
    bodies.write_text('Body ID,articleBody\n0,"One,\ntwo"\n4,Three\n7,Four\n', encoding="utf-8")
    monkeypatch.setenv("NEWSBEAM_DATA", str(tmp_path))
    out = tmp_path / "articles.jsonl"
    assert articles.write_articles(out, 2) == 2
    texts = [json.loads(line)["text"] for line in out.read_text().splitlines()]
    assert texts == ["One,\ntwo", "Three"]
    assert articles.write_articles(out, 9) == 3


def test_the_example_site_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSBEAM_DATA", str(tmp_path))
    out = tmp_path / "articles.jsonl"
    assert articles.write_articles(out, 150) == 150
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert len({record["url"] for record in records}) == 150
    assert not any(record["text"].startswith("+++") for record in records)
    assert capsys.readouterr().out.count("\n") == 1


def test_the_time_of_work_is_extrapolated_and_that_of_the_start_is_not() -> None:
    assert backfill.extrapolated_s(backfill.Usage(30.0, 0.0), 20.0, 0.1) == pytest.approx(210.0)


def test_the_share_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("aaa\na\naaaa\n")
    assert backfill.share_of(path, 2) == 0.5


def test_the_tables_tell_ratio_and_shares() -> None:
    console = Console(file=io.StringIO(), width=120)
    report = {"work_s": 90.0, "shared_mb": 50.0, "calls": {"claims": 7}, "written": [20, 4]}
    ours, naive = backfill.Usage(50.0, 400.0), backfill.Usage(100.0, 850.0)
    console.print(backfill.comparison(100, ours, 10, naive, report, 0.1))
    console.print(backfill.stages({"DetectClaims": 3.0, "Beam itself": 1.0}))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    for told in ("18.2 x", "0.50 x", "~ ", "7 claims", "75.0%"):
        assert told in printed


def _samples(*polls: int) -> list[polling.Sample]:
    seen = [polling.Polls(each, polling.HOUR_FEEDS, []) for each in polls]
    return [polling.Sample(10.0 * at, 200.0 + at, 100.0, each) for at, each in enumerate(seen)]


def test_an_hour_of_polls_is_told_whole() -> None:
    console = Console(file=io.StringIO(), width=120)
    console.print(polling.hour_table(_samples(600, 600, 6_000, 6_000, 500)))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    for told in ("12000 polls", "1200", "7200", "13200"):
        assert told in printed


@pytest.mark.parametrize("polls", [(), (600, 399), (600, 600, 6_000, 5_999)])
def test_less_than_an_hour_of_polls_is_no_figure(polls: tuple[int, ...]) -> None:
    with pytest.raises(SystemExit, match=f"too few polls: {sum(polls)}"):
        polling.hour_table(_samples(*polls))


def test_an_article_of_two_events_has_stories_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[float] = []

    def noted(*arguments: Any) -> float:
        compared.append(agreement(*arguments))
        return compared[-1]

    monkeypatch.setattr("transforms.stories.active_stories.agreement", noted)
    monkeypatch.setattr(stories, "_PLACED", 40)
    stories.measure(100, 0)
    assert len(compared) == 4
    # The events differ: no two stories become one.
    assert max(compared) < load_weights(True).agreement
