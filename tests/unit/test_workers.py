"""What tests share decides which of them one worker runs."""

import re
from pathlib import Path

import pytest

from tests.conftest import shared_by

ROOT = Path(__file__).parents[2]
CHOSEN = ("NEWSBEAM_ELASTICSEARCH_URL", "NEWSBEAM_ELASTICSEARCH_VERSION")


def sharing(text: str) -> set[str]:
    """What the files of tests on services share in whose code a text stands."""
    files = sorted((ROOT / "tests" / "services").glob("test_*.py"))
    users = [file for file in files if re.search(text, file.read_text(encoding="utf-8"))]
    assert users
    return {shared_by(file.relative_to(ROOT).as_posix()) for file in users}


@pytest.mark.parametrize(
    ("fixture", "shared"),
    [
        (r"\bflink\b", "Flink"),
        (
            r"\b(own|mortal|secured)_elasticsearch\b|\bsecured_servers\b|\bON_A_SERVER_",
            "own servers",
        ),
        (r"\bput_settings\(persistent", "own servers"),
    ],
)
def test_a_server_that_tests_share_is_one_workers(
    fixture: str, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in CHOSEN:
        monkeypatch.delenv(name, raising=False)
    assert sharing(fixture) == {shared}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_chosen_cluster_is_one_workers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "any")
    assert len(sharing("")) == 1


def test_what_shares_nothing_is_dealt_out_by_file() -> None:
    files = "tests/unit/test_workers.py", "tests/unit/test_times.py", "tests/beam/test_in_order.py"
    assert [shared_by(file) for file in files] == [*files]
