"""The start scripts: what they choose, what they check, what they say when something is missing."""

import hashlib
import os
import pathlib
import subprocess
import sys

import pytest

from deploy import common, java, processes
from deploy.elasticsearch import install, start
from deploy.prism.install import ensure_prism
from deploy.services import main as start_services
from pipeline.errors import UsageError
from pipeline.prism import SERVICES, find_prism


@pytest.fixture(autouse=True)
def services(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A folder of services of the test's own, and none of the developer's settings."""
    for name in ("ELASTICSEARCH_URL", "ELASTICSEARCH_VERSION", "PRISM"):
        monkeypatch.delenv(f"NEWSBEAM_{name}", raising=False)
    monkeypatch.setenv("NEWSBEAM_SERVICES", str(tmp_path / "services"))
    monkeypatch.setattr(common, "account", common.Account)
    return tmp_path / "services"


def with_javas(monkeypatch: pytest.MonkeyPatch, *majors: int) -> None:
    homes = {major: pathlib.Path(f"/java/{major}") for major in majors}
    monkeypatch.setattr(java, "java_homes", lambda: homes)


@pytest.mark.parametrize(
    ("majors", "version", "chosen"),
    [((17, 25), "9.5.3", 25), ((21, 25), "9.5.3", 21), ((17,), "8.19.21", 17)],
)
def test_the_newest_server_that_the_java_can_run(
    monkeypatch: pytest.MonkeyPatch, majors: tuple[int, ...], version: str, chosen: int
) -> None:
    with_javas(monkeypatch, *majors)
    assert install.choose() == version
    assert install.java_home(version) == pathlib.Path(f"/java/{chosen}")


def test_an_older_server_may_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with_javas(monkeypatch, 25)
    assert install.choose("8.19.21") == "8.19.21"


def test_an_unknown_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBEAM_ELASTICSEARCH_VERSION", "7.10.2")
    with pytest.raises(
        common.ServiceError, match=r"7\.10\.2 is unknown: one of 9\.5\.3, 8\.19\.21"
    ):
        start.ensure_elasticsearch()


def test_a_missing_java_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    with_javas(monkeypatch, 11)
    with pytest.raises(common.ServiceError, match="JDK 17 or later is missing: apt-get install"):
        start.ensure_elasticsearch()


def test_a_missing_maven_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(common.ServiceError, match="Maven is missing: apt-get install maven"):
        java.fetch("group:name:1:zip", "name-1.zip", "")


def test_a_missing_go_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(common.ServiceError, match="Go, which builds it, is missing: apt-get inst"):
        ensure_prism()


def test_services_without_go_are_not_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSBEAM_ELASTICSEARCH_URL", "https://search.example:9200")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "argv", ["services"])
    assert start_services() == 2
    said = capsys.readouterr()
    assert said.out == "Elasticsearch: https://search.example:9200\n"
    assert "Go, which builds it, is missing" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], ("https://search.example:9200\n", "")),
        (["start"], ("https://search.example:9200\n", "")),
        (["stop"], ("", "nothing to stop\n")),
        (["url"], ("http://127.0.0.1:1\n", "")),
    ],
)
def test_a_start_script_does_what_its_command_line_names(
    arguments: list[str],
    said: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NEWSBEAM_ELASTICSEARCH_URL", "https://search.example:9200")
    common.write_state("elasticsearch", {"url": "http://127.0.0.1:1"})
    monkeypatch.setattr(sys, "argv", ["start", *arguments])
    assert start.main() == 0
    assert capsys.readouterr() == said


def program(path: pathlib.Path, text: str = "") -> pathlib.Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_stream_finds_the_prism_that_was_built(
    services: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for root, whose servers lie elsewhere where others may not enter this folder."""
    nobody = common.Account(uid=os.getuid(), gid=os.getgid())
    monkeypatch.setattr(common, "account", lambda: nobody)
    tmp_path.chmod(0o700)
    go = program(tmp_path / "bin" / "go", 'touch "$GOBIN/prism"; chmod +x "$GOBIN/prism"')
    monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
    assert ensure_prism() == services / "bin" / "prism"
    assert find_prism() == str((services / "bin" / "prism").resolve())


def test_the_prism_that_is_named_comes_first_then_the_paths_then_the_clones(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSBEAM_SERVICES")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("pipeline.prism.SERVICES", tmp_path / "clone" / ".services")
    assert find_prism() is None
    built = program(tmp_path / "clone" / ".services" / "bin" / "prism")
    assert find_prism() == str(built)
    on_path = program(tmp_path / "bin" / "prism")
    assert find_prism() == str(on_path)
    own = program(tmp_path / "own")
    monkeypatch.setenv("NEWSBEAM_PRISM", str(own))
    assert find_prism() == str(own)
    monkeypatch.setenv("NEWSBEAM_PRISM", "nowhere/prism")
    with pytest.raises(UsageError, match="NEWSBEAM_PRISM nowhere/prism: there is no such"):
        find_prism()


def test_what_the_package_and_the_scripts_take_for_the_clone_is_one() -> None:
    assert SERVICES == common.ROOT / ".services"


@pytest.mark.parametrize("left", [[], [".venv/bin"], [".venv/bin", ".services"]])
def test_a_broken_environment_can_be_cleaned_away(tmp_path: pathlib.Path, left: list[str]) -> None:
    for name in left:
        (tmp_path / name).mkdir(parents=True)
    makefile = common.ROOT / "Makefile"
    command = ["make", "-f", str(makefile), "clean", "PYTHON=/no/such/python"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert not (tmp_path / ".venv").exists()
    assert not (tmp_path / ".services").exists()


def test_what_make_runs_keeps_its_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    recipe = f"shown: ; @{sys.executable} -c 'import sys; print(sys.dont_write_bytecode)'"
    command = ["make", "--no-print-directory", "--eval", recipe, "shown"]  # make test runs it, too
    shown = subprocess.run(command, cwd=common.ROOT, check=True, capture_output=True, text=True)
    assert shown.stdout == "False\n"


def test_ones_own_cluster_short_cuts_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBEAM_ELASTICSEARCH_URL", "https://search.example:9200")
    assert start.ensure_elasticsearch() == "https://search.example:9200"


def test_a_download_with_another_checksum_is_removed(services: pathlib.Path) -> None:
    path = services / "downloads" / "name-1.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not what it should be")
    with pytest.raises(common.ServiceError, match=r"name-1.zip does not have the expected"):
        java.fetch("group:name:1:zip", "name-1.zip", "0" * 128)
    assert not path.exists()


def test_a_checked_download_is_used_again(services: pathlib.Path) -> None:
    path = services / "downloads" / "name-1.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"whole")
    sha512 = hashlib.sha512(b"whole").hexdigest()
    assert java.fetch("group:name:1:zip", "name-1.zip", sha512) == path


def test_a_server_that_dies_is_noticed_with_its_log(tmp_path: pathlib.Path) -> None:
    log = tmp_path / "server.log"
    pid = processes.spawn([sys.executable, "-c", "raise SystemExit(3)"], log=log, env={})
    with pytest.raises(common.ServiceError, match=r"server ended while it started; see .*\.log"):
        processes.wait_until(lambda: False, "server", pid=pid, log=log, limit_s=20)


def test_a_process_that_has_just_begun_is_running(tmp_path: pathlib.Path) -> None:
    for _ in range(20):
        pid = processes.spawn(["sleep", "60"], log=tmp_path / "server.log", env={})
        running = processes.is_running(pid)
        processes.kill_process(pid, "sleep")
        assert running


def test_only_a_process_that_is_ours_is_stopped(tmp_path: pathlib.Path) -> None:
    log = tmp_path / "server.log"
    command = [sys.executable, "-c", "import time; time.sleep(60)", "our-mark"]
    pid = processes.spawn(command, log=log, env={})
    assert processes.is_running(pid, "our-mark")
    processes.stop_process(pid, "another mark")
    assert processes.is_running(pid, "our-mark")
    processes.stop_process(pid, "our-mark")
    assert not processes.is_running(pid)


def test_state_is_kept_between_calls() -> None:
    assert common.read_state("server") == {}
    common.write_state("server", {"url": "http://127.0.0.1:1"})
    assert common.read_state("server") == {"url": "http://127.0.0.1:1"}
    common.forget_state("server")
    assert common.read_state("server") == {}
