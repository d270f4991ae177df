"""The wheel holds what the command needs and nothing else, and works where it is installed."""

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "out")
LEFT_OVER = "pipeline/of_an_older_version.py"
MAX_BYTES = 100_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make wheel` builds in a copy of the repository, where an older one was built before."""
    copy = tmp_path_factory.mktemp("build") / "newsbeam"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    left_over = copy / "build" / "lib" / LEFT_OVER
    left_over.parent.mkdir(parents=True)
    left_over.touch()
    here = f"BIN={Path(sys.executable).parent}"
    command = ["make", "--assume-old=.venv/dev.stamp", here, "wheel"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    (built,) = (copy / "dist").glob("newsbeam-*.whl")
    return built


def test_the_wheel_holds_the_three_packages_and_all_their_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "pipeline",
        "transforms",
        "schemas",
    }
    wanted = {
        str(path.relative_to(ROOT))
        for package in ("pipeline", "transforms", "schemas")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {name for name in names if ".dist-info/" not in name} == wanted
    for task in ("claims", "stances", "embeddings"):
        assert f"transforms/models/weights/{task}/model.onnx" in names
    assert "schemas/templates/articles.json" in names


def test_the_wheel_is_small_enough_to_be_sent_around(wheel: Path) -> None:
    assert wheel.stat().st_size < MAX_BYTES


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`newsbeam` in a fresh environment, which borrows this one's libraries and not its code."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([str(python), *install], check=True, capture_output=True, cwd=folder)
    (own,) = folder.glob("lib/python*/site-packages")
    # A path file is read once: this environment's own, that of the editable install, is not.
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "newsbeam"


def test_the_installed_command_classifies_from_another_folder(
    command: Path, tmp_path: Path
) -> None:
    where = "import pipeline, transforms.models; print(pipeline.__file__, transforms.__file__)"
    python = str(command.parent / "python")
    shown = subprocess.run(
        [python, "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True, env={}
    )
    assert str(ROOT) not in shown.stdout
    ran = subprocess.run(
        [str(command), "classify", "claims"],
        input=b'{"text": "Unemployment fell to 3.9 percent in March."}\n',
        cwd=tmp_path,
        capture_output=True,
        check=True,
        env={},
    )
    (line,) = ran.stdout.splitlines()
    judged = json.loads(line)
    assert judged["claim"] is True
    assert 0 <= judged["score"] <= 1
