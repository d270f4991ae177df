"""Builds Prism once: `python -m deploy.prism.install` prints the path for `--prism_location`."""

import os
import pathlib
import shutil
import subprocess
import sys

from deploy import common, scripts

VERSION = "2.77.0"  # Beam's own; Python's and the runner's must not be far apart
_MODULE = "github.com/apache/beam/sdks/v2/go/cmd/prism"


def ensure_prism() -> pathlib.Path:
    """Returns the Prism binary, built once in about a minute and a half.

    `NEWSBEAM_PRISM` names a binary of one's own. Go checks the sources against its checksum
    database. Prism runs as the user, so it lies where `newsbeam stream` looks for it.

    Raises:
        common.ServiceError: Go is missing, or could not build it.
    """
    if own := os.environ.get("NEWSBEAM_PRISM"):
        return pathlib.Path(own)
    home = common.own_home()
    folder = home / f"prism-{VERSION}"
    link = home / "bin" / "prism"
    with common.locked("prism", home):
        if not (folder / "prism").exists():
            _build(_go(), folder)
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(folder / "prism")
    return link


def _go() -> str:
    if go := shutil.which("go"):
        return go
    raise common.ServiceError(
        "Prism is not there, and Go, which builds it, is missing: apt-get install golang (or brew "
        "install go), or name a Prism of your own in NEWSBEAM_PRISM"
    )


def _build(go: str, folder: pathlib.Path) -> None:
    fresh = folder.with_name(f"{folder.name}.fresh")
    fresh.mkdir(exist_ok=True)
    done = subprocess.run(
        [go, "install", f"{_MODULE}@v{VERSION}"],
        env={**os.environ, "GOBIN": str(fresh)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = " | ".join(done.stderr.strip().splitlines()[-3:])
        raise common.ServiceError(f"could not build Prism with {go}: {last}")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def main() -> int:
    """Runs the command line."""
    return scripts.run(__doc__, {"install": lambda: print(ensure_prism())})


if __name__ == "__main__":
    sys.exit(main())
