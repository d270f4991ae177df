"""What holds for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("newsbeam", deadline=None)
hypothesis.settings.load_profile("newsbeam")

# What files of tests on services share, by how their names begin: a cluster of Flink, or the
# Elasticsearch servers beside the main one. One worker has them all: a second one would start its
# own, and stop the other's Flink.
_SHARING = {
    "test_flink": "Flink",
    "test_runners": "Flink",
    "test_elasticsearch_": "own servers",
    "test_servers": "own servers",
    "test_setup_command": "own servers",
    "test_sink_under_fire": "own servers",
}


def shared_by(file: str) -> str:
    """Names what the tests of a file share with others, or else the file."""
    path = PurePath(file)
    if path.parent.name != "services":
        return file
    # Tests that change settings of the whole cluster are on that one then.
    if any(os.environ.get(f"NEWSBEAM_ELASTICSEARCH_{name}") for name in ("URL", "VERSION")):
        return "one Elasticsearch"
    return next((_SHARING[name] for name in _SHARING if path.name.startswith(name)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Gives files that share something to one worker."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LoadShared(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return shared_by(super()._split_scope(nodeid))

    return LoadShared(config, log)


@pytest.fixture(scope="session", autouse=True)
def _state_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the ledgers of backfills into a cluster out of the user's home."""
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    yield
    if before is None:
        del os.environ["XDG_STATE_HOME"]
    else:
        os.environ["XDG_STATE_HOME"] = before
