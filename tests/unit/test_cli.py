"""What the `newsbeam` command says to wrong flags: one line, exit status 2, no traceback."""

import argparse
import codecs
import io
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.prism.install import VERSION
from pipeline.cli import COMMANDS, _is_news, main
from pipeline.errors import UsageError
from pipeline.graph import GraphConfig
from pipeline.run import Run
from pipeline.state_folders import default_folder
from transforms.web.feed_lists import read_feed_lists

FEED = "https://a.example/f"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def newcomer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working directory, and no cluster in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSBEAM_ELASTICSEARCH_URL", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "invalid choice"),
        (["backfill"], "INPUT"),
        (["backfill", "x.jsonl"], "nowhere to write"),
        (["backfill", "x.jsonl", "--output_dir", "out", "--no_such_flag"], "--no_such_flag"),
        (["backfill", "x.jsonl", "--output_dir", "out", "--from", "yesterday"], "'yesterday'"),
        (["backfill", "x.jsonl", "--output_dir", "out"], "x.jsonl names no file"),
        (["backfill", "none/*", "--output_dir", "out"], "none/* names no file"),
        (["backfill", "", "--output_dir", "out"], "'' names no file"),
        (["backfill", ".", "--output_dir", "out", "--slice_mb", "nan"], "--slice_mb must be 0"),
        (["backfill", ".", "--output_dir", "out", "--dry_run", "--slice_mb=-1"], "--slice_mb must"),
        (["backfill", "x", "--from", "2026-02-01", "--to", "2026-01-01"], "--from must be before"),
        (["backfill", ".", "--output_dir", "out", "--max_cache_memory_usage_mb=x"], "'x'"),
        (["stream", "--feeds", "missing.opml", "--output_dir", "out"], "missing.opml"),
        (
            ["stream", "--feeds", FEED, "--output_dir", "out", "--checkpointing_interval=5000"],
            "--finish_bundle_before_checkpointing",
        ),
        (["stream", "--feeds", "ftp://a.example/f", "--output_dir", "out"], "ftp://a.example/f"),
        (["stream", "--feeds", FEED, "--output_dir", "/proc"], "--output_dir /proc: "),
        (["stream", "--feeds", FEED, "--output_dir", "out", "--max_interval_s", "inf"], "at most"),
        (["check", "--host_delay_s", "nan"], "--host_delay_s"),
        (["check", "--allow_networks", "10.0.0.0/8", FEED], "put feeds and inputs before it"),
        (["check", "--contact", "a\nb"], "--contact must be one line"),
        (["backfill", "a.jsonl", "--max_rejected", "-2"], "-2: must be 0 or more, or -1"),
        (["setup"], "no cluster"),
        (["setup", "--keep_days", "0"], "--keep_days 0: must be from 1"),
        (["setup", "--keep_days", "9999999999"], "--keep_days 9999999999: must be from 1"),
        (["setup", "--elasticsearch_url", "localhost:9200"], "localhost:9200"),
        (["setup", "--print_roles", "--index_prefix", "Bad*"], "index_prefix 'Bad*'"),
        (["setup", "--print_roles", "--print_kibana"], "--print_kibana: not allowed with"),
        (["replay", "--rejected", "--output_dir", "mistyped"], "mistyped: there is no such"),
        (["replay", "--output_dir", "out"], "--rejected"),
        (["classify"], "claims|stances"),
        (["classify", "moods"], "moods"),
        (["classify", "claims", "--claim_model", "./none"], "--claim_model: there is no folder"),
        (["evaluate", "claims", "labelled.jsonl"], "labelled.jsonl: No such file"),
        (["classify", "stances", "--stance_model", "./none"], "--stance_model: there is no folder"),
        (["classify", "claims", "--stance_model", "x"], "--stance_model judges no claims; give"),
        (["classify", "stances", "--claim_model", "x"], "--claim_model judges no stances; give"),
        (["evaluate", "claims", "a.jsonl", "--stance_model", "x"], "--stance_model judges no"),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    newcomer: Path,
) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.startswith("newsbeam: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "flags"),
    [("backfill", ["a.jsonl"]), ("stream", ["--feeds", "https://a.example/f"])],
)
def test_an_unknown_runner_is_told(
    command: str, flags: list[str], capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "a.jsonl").write_text('{"text": "Unemployment fell."}\n', encoding="utf-8")
    assert main([command, *flags, "--output_dir", "out", "--runner=NoSuchRunner"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("newsbeam: ")
    assert "NoSuchRunner" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("runner", [(), ("--runner=PrismRunner",)])
def test_a_stream_without_a_runner_is_told_how_to_get_one(
    runner: Sequence[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    newcomer: Path,
) -> None:
    monkeypatch.delenv("NEWSBEAM_PRISM", raising=False)
    monkeypatch.setenv("NEWSBEAM_SERVICES", str(newcomer))
    monkeypatch.setenv("PATH", "")
    assert main(["stream", "--feeds", FEED, "--output_dir", "out", *runner]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    install = f"go install github.com/apache/beam/sdks/v2/go/cmd/prism@v{VERSION}"
    for way in (install, "`make services`", "--runner"):
        assert way in error
    assert install in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("task", ["claim", "stance", "embedding"])
@pytest.mark.parametrize("folder", ["./none", "./empty", ""])
def test_a_model_that_cannot_be_loaded_is_told_before_the_graph_starts(
    task: str, folder: str, capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "empty").mkdir()
    (newcomer / "a.jsonl").write_text('{"text": "Unemployment fell."}\n', encoding="utf-8")
    sinks = ("--output_dir", "out")
    assert main(["backfill", "a.jsonl", f"--{task}_model", folder, *sinks]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"newsbeam: --{task}_model: ")
    assert error.count("\n") == 1
    assert list((newcomer / "out").iterdir()) == []


@pytest.mark.parametrize("folder", ["a.jsonl", "a.jsonl/out"])
def test_an_output_that_can_be_no_folder_is_told(
    folder: str, capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "a.jsonl").write_text('{"text": "Unemployment fell."}\n', encoding="utf-8")
    assert main(["backfill", "a.jsonl", "--output_dir", folder]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"newsbeam: --output_dir {folder}: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "flag"),
    [
        ("backfill a.jsonl", "--output_dir"),
        ("backfill a.jsonl --dry_run", "--ledger_dir"),
        (f"stream --feeds {FEED}", "--state_dir"),
        ("evaluate claims a.jsonl", "--output_dir"),
        ("demo", "--archive_dir"),
    ],
)
def test_a_folder_in_a_store_of_objects_is_none(
    command: str, flag: str, capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    assert main([*command.split(), flag, "gs://bucket/out"]) == 2
    told = f"argument {flag}: gs://bucket/out is no folder of this machine; give one"
    assert capsys.readouterr().err.startswith(f"newsbeam: {told} (see newsbeam ")
    assert not list(newcomer.iterdir())


@pytest.mark.parametrize("folder", ["a.jsonl", "a.jsonl/out"])
@pytest.mark.parametrize("flag", ["--output_dir", "--ledger_dir"])
def test_a_dry_run_tells_what_can_be_no_folder(
    flag: str, folder: str, capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "a.jsonl").write_text('{"text": "Unemployment fell."}\n', encoding="utf-8")
    assert main(["backfill", "a.jsonl", "--dry_run", "--output_dir", "out", flag, folder]) == 2
    error = capsys.readouterr().err
    assert error == f"newsbeam: {flag} {folder}: a.jsonl is no folder; give another\n"


def test_an_input_that_leads_nowhere_is_rejected(
    capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "in").mkdir()
    (newcomer / "in" / "a.jsonl").write_text('{"text": "Unemployment fell."}\n', encoding="utf-8")
    (newcomer / "in" / "b.jsonl").symlink_to("/absent/b.jsonl")
    assert main(["backfill", "in", "--dry_run", "--output_dir", "out"]) == 1
    assert "CannotOpen: 1, e.g. in/b.jsonl: " in capsys.readouterr().out


@pytest.mark.parametrize("command", ["backfill", "backfill --dry_run", "check --ledger"])
@pytest.mark.parametrize(
    "given", ["out/articles.jsonl", "linked.jsonl", ".", "out", "./o*/*.jsonl"]
)
def test_what_a_run_writes_is_no_input(
    command: str, given: str, newcomer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = newcomer / "out/articles.jsonl"
    own.parent.mkdir()
    own.write_text('{"text": "Unemployment fell."}\n', encoding="utf-8")
    (newcomer / "linked.jsonl").symlink_to(own)
    assert main([*command.split(), given, "--output_dir", "out"]) == 2
    captured = capsys.readouterr()
    (told,) = [line for line in (captured.err + captured.out).splitlines() if "no input" in line]
    assert told.endswith("and is no input: leave it out, or give another --output_dir")
    assert own.read_text("utf-8") == '{"text": "Unemployment fell."}\n'


def test_a_dry_run_says_in_one_line_why_it_does_not_end_with_0(
    capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "a.jsonl").write_text("{\n", encoding="utf-8")
    dry_run = ["backfill", "a.jsonl", "--dry_run", "--output_dir", "out"]
    assert main(dry_run) == 1
    told = "exit status 1: more rejected than --max_rejected 0 allows; "
    assert capsys.readouterr().err == f"{told}the backfill would end so, too\n"
    assert main([*dry_run, "--max_rejected", "1"]) == 0
    assert capsys.readouterr().err == ""


def test_an_archive_that_can_be_no_folder_is_told_before_the_graph_starts(
    capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "a.jsonl").touch()
    once = ["stream", "--once", "--feeds", FEED, "--output_dir", "out"]
    assert main([*once, "--archive_dir", "a.jsonl"]) == 2
    error = capsys.readouterr().err
    assert error == "newsbeam: --archive_dir a.jsonl: File exists; give another folder\n"


def test_an_archive_in_a_store_of_objects_is_no_folder_here(
    monkeypatch: pytest.MonkeyPatch, newcomer: Path
) -> None:
    monkeypatch.setattr(
        "pipeline.commands.stream.run_whole", lambda *_: Run(outcomes={}, seconds=1)
    )
    once = ["stream", "--once", "--feeds", FEED, "--output_dir", "out"]
    assert main([*once, "--archive_dir", "gs://bucket/archive"]) == 0
    assert [path.name for path in newcomer.iterdir()] == ["out"]


def test_a_list_whose_feeds_are_all_paused_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, newcomer: Path
) -> None:
    paused = f"[[feeds]]\nurl = '{FEED}'\npaused = true\n"
    (newcomer / "feeds.toml").write_text(paused, encoding="utf-8")
    started = []
    monkeypatch.setattr("pipeline.commands.stream.run_until_stopped", lambda *_: started.append(1))
    stream = ["stream", "--feeds", "feeds.toml", "--output_dir", "out"]
    assert main([*stream, "--once"]) == 2
    told = "feeds.toml: every feed is paused; "
    assert capsys.readouterr().err == f"newsbeam: {told}take `paused = true` from one\n"
    assert main(stream) == 0
    assert capsys.readouterr().err == f"{told}the stream waits for one that is not\n"
    assert main([*stream, "--feeds", "feeds.toml", "https://b.example/f"]) == 0
    assert capsys.readouterr().err == ""
    assert len(started) == 2


def test_a_stream_looks_at_a_list_where_links_lead_to_it_later(
    monkeypatch: pytest.MonkeyPatch, newcomer: Path
) -> None:
    """As Kubernetes mounts a ConfigMap."""
    for version in ("..1", "..2"):
        (newcomer / version).mkdir()
        (newcomer / version / "feeds.toml").write_text(f"[[feeds]]\nurl = '{FEED}/{version}'\n")
    (newcomer / "..data").symlink_to("..1")
    (newcomer / "feeds.toml").symlink_to("..data/feeds.toml")
    started: list[GraphConfig] = []
    monkeypatch.setattr(
        "pipeline.commands.stream.run_until_stopped", lambda config, _: started.append(config)
    )
    assert main(["stream", "--feeds", "feeds.toml", "--output_dir", "out"]) == 0
    (newcomer / "..data").unlink()
    (newcomer / "..data").symlink_to("..2")
    monkeypatch.chdir("/")
    (feed,) = read_feed_lists(started[0].feed_lists)
    assert feed.url == f"{FEED}/..2"


@pytest.mark.parametrize("runner", ["DirectRunner", "apache_beam.runners.FnApiRunner"])
def test_a_runner_that_cannot_poll_starts_no_stream(
    runner: str, capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    command = ["stream", "--feeds", FEED, "--output_dir", "out", "--state_dir", "state"]
    assert main([*command, f"--runner={runner}"]) == 2
    name = runner.rpartition(".")[2]
    assert f"newsbeam: --runner={name} runs only what ends by itself" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "usage: newsbeam " + command in capsys.readouterr().out


_MODELS = "onnxruntime tokenizers"


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        ("--help", f"apache_beam elasticsearch {_MODELS}"),
        ("nonsense", f"apache_beam elasticsearch {_MODELS}"),
        ("setup --help", f"apache_beam {_MODELS}"),
        ("setup --no_such_flag", f"apache_beam {_MODELS}"),
        ("setup --print_roles", f"apache_beam {_MODELS}"),
        ("check --help", f"apache_beam {_MODELS}"),
        ("check --ledger --output_dir .", f"apache_beam {_MODELS}"),
        ("setup --print_kibana", f"apache_beam {_MODELS}"),
        ("classify --help", "apache_beam elasticsearch"),
        ("classify claims --no_such_flag", "apache_beam elasticsearch"),
        ("classify claims", "apache_beam elasticsearch"),
        ("evaluate --help", "apache_beam elasticsearch"),
        ("evaluate claims missing.jsonl", "apache_beam elasticsearch"),
    ],
)
def test_a_command_loads_only_what_it_uses(arguments: str, unused: str) -> None:
    code = (
        "import contextlib, sys\n"
        "from pipeline.cli import main\n"
        "with contextlib.suppress(SystemExit):\n"
        f"    main({arguments.split()})\n"
        f"print({{*{unused.split()}}} & {{*sys.modules}}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr.splitlines()[-1] == "set()"


@pytest.mark.parametrize("error", [RuntimeError, BrokenPipeError])
def test_what_fails_unforeseen_is_not_taken_for_done(
    error: type[Exception], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> int:
        raise error("the server went away")

    monkeypatch.setattr("pipeline.commands.backfill.run", run)
    assert main(["backfill", "a.jsonl", "--output_dir", "out"]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[-2:] == [
        f"{error.__name__}: the server went away",
        "newsbeam: failed, as told above; the same command goes on from what is done",
    ]


@pytest.mark.parametrize(
    ("arguments", "stream"),
    [
        (["--help"], "stdout"),
        (["setup", "--print_roles"], "stdout"),
        (["classify", "claims"], "stdout"),
        (["nonsense"], "stderr"),
    ],
)
def test_output_that_nobody_reads_ends_a_command_without_a_word(
    arguments: list[str], stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # else argparse does not hear of it
    reader, writer = os.pipe()
    os.close(reader)
    newsbeam = Path(sys.executable).with_name("newsbeam")
    try:
        ended = subprocess.run(
            [newsbeam, *arguments],
            input=b'{"text": "Crime fell."}\n',
            stdout=writer if stream == "stdout" else subprocess.PIPE,
            stderr=writer if stream == "stderr" else subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writer)
    assert ended.returncode == 128 + signal.SIGPIPE
    assert not ended.stdout and not ended.stderr


def test_classify_keeps_order_and_other_fields(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        {"id": 1, "text": "Unemployment fell to 3.9 percent in March, the lowest since 1969."},
        {"id": 2, "text": "Good evening and welcome."},
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert main(["classify", "claims"]) == 0
    judged = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [record["id"] for record in judged] == [1, 2]
    assert [record["claim"] for record in judged] == [True, False]
    assert all(0 <= record["score"] <= 1 for record in judged)


def test_a_ledger_in_a_folder_that_is_not_there_is_not_well(
    capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    assert main(["check", "--ledger", "--output_dir", "none"]) == 2
    said = capsys.readouterr().out
    told = "--output_dir none: there is no such folder; give one that a run wrote to\n"
    assert f"wrong ledger: {told}" in said
    assert main(["replay", "--rejected", "--output_dir", "none"]) == 2
    assert capsys.readouterr().err == f"newsbeam: {told}"
    assert not (newcomer / "none").exists()


def test_classify_reads_a_byte_order_mark(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = codecs.BOM_UTF8 + b'{"text": "Crime fell by 12 percent in 2019."}\r\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line)))
    assert main(["classify", "claims"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["claim"] is True


def test_classify_tells_what_it_could_not_judge(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b'{"id": 1, "text": " "}\n{"id": 2, "text": "Crime fell by 12 percent in 2019."}\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert main(["classify", "claims"]) == 1
    said = capsys.readouterr()
    assert said.err == "exit status 1: 1 could not be judged; `message` says why\n"
    empty, judged = (json.loads(line) for line in said.out.splitlines())
    assert (empty["id"], empty["error"], judged["claim"]) == (1, "TextError", True)


def test_classify_names_the_line_that_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b'{"claim": "x"}\n{"claim": "x", "text": "y"}\nnope\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert main(["classify", "stances"]) == 2
    said = capsys.readouterr()
    assert "line 1" in said.err
    wrong, judged, no_json = (json.loads(line) for line in said.out.splitlines())
    assert wrong["error"] == no_json["error"] == "RecordError"
    assert "label" in judged


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--port", "99999", "port 99999: "),
        ("--archive_dir", "README.md", "--archive_dir README.md: File exists"),
        ("--index_prefix", "newsbeam", "--index_prefix newsbeam: the demo removes all"),
        ("--index_prefix", "democracy", "--index_prefix democracy: the demo removes all"),
    ],
)
def test_a_demo_that_cannot_be_is_told_before_anything_is_removed(
    flag: str, value: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--elasticsearch_url", "http://127.0.0.1:1", flag, value]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"newsbeam: {said}")
    assert error.count("\n") == 1


def test_keys_that_are_not_rejected_are_named(
    capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "out").mkdir()
    assert main(["replay", "--rejected", "mistyped", "--output_dir", "out"]) == 0
    assert capsys.readouterr().err == "not among the rejected: mistyped\nnothing to replay\n"


def test_lines_that_replay_cannot_read_are_named(
    capsys: pytest.CaptureFixture[str], newcomer: Path
) -> None:
    (newcomer / "out").mkdir()
    Path("out/outcomes.jsonl").write_bytes(b'{"_id": "a", "_version": 1, "outc\n\n')
    Path("out/rejected.jsonl").write_bytes(b'{"_id": "b", "_version": 1}\n' + b"\xff\n" * 7)
    assert main(["replay", "--rejected", "--output_dir", "out"]) == 0
    outcomes, rejected, ended = capsys.readouterr().err.splitlines()
    assert outcomes.startswith("out/outcomes.jsonl: cut or damaged, and passed over: line 1; what")
    assert "passed over: line 2, line 3, line 4, line 5, line 6 and 2 more; what" in rejected
    assert ended == "nothing to replay"


@pytest.mark.parametrize(
    ("command", "flag"), [("backfill", "--ledger_dir"), ("stream", "--state_dir")]
)
def test_a_user_without_a_home_is_told_which_flag_mends_it(
    command: str, flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    names = ("output_dir", "cloud_id", "elasticsearch_url", "index_prefix")
    with pytest.raises(UsageError, match=f"give {flag}"):
        default_folder(argparse.Namespace(**dict.fromkeys(names, "")), command)


def test_what_a_message_quotes_does_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stream", "--feeds", "a\x1b[2J.txt", "--output_dir", str(tmp_path)]) == 2
    assert "newsbeam: a [2J.txt: neither a URL" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "level", "said", "told"),
    [
        ("PrismRunner", logging.INFO, "pipeline is running", False),
        ("PrismRunner", logging.WARNING, "empty transform, with payload", False),
        ("PrismRunner", logging.WARNING, "a stage waits", True),
        ("PrismJobServer", logging.INFO, "panic: out of memory", True),
    ],
)
def test_of_prism_only_what_is_wrong_is_told(name: str, level: int, said: str, told: bool) -> None:
    assert _is_news(logging.LogRecord(name, level, "", 0, said, None, None)) == told
