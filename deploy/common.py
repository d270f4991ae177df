"""Where the start scripts keep what they download, write and remember.

Everything lies under `.services/` in the repository (servers under /var/tmp where the repository
lies in a folder that only root may enter and the server must not be root).
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import pathlib
import pwd
import shutil
import stat
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent


class ServiceError(RuntimeError):
    """A service cannot be had; the message says in one line what is missing and how to get it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whom a server runs as; both None for the current user."""

    uid: int | None = None
    gid: int | None = None


def account() -> Account:
    """Returns the current user, or `nobody` for root: Elasticsearch refuses to run as root."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def give_away(*paths: pathlib.Path) -> None:
    """Gives files, and folders with all that is in them, to the `account` of the servers."""
    who = account()
    if who.uid is None or who.gid is None:
        return
    for path in paths:
        for each in [path, *path.rglob("*")]:
            shutil.chown(each, who.uid, who.gid)


def own_home() -> pathlib.Path:
    """Returns the folder of what runs as the current user, made where it does not exist.

    `NEWSBEAM_SERVICES` names another one.
    """
    folder = pathlib.Path(os.environ.get("NEWSBEAM_SERVICES") or ROOT / ".services").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def home() -> pathlib.Path:
    """Returns the folder of the servers, made where it does not exist: one that they may enter."""
    folder = own_home()
    if account().uid is not None and not _open_to_all(folder.parent):
        name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
        folder = pathlib.Path("/var/tmp") / f"newsbeam-services-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _open_to_all(folder: pathlib.Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


@contextlib.contextmanager
def locked(name: str, folder: pathlib.Path | None = None) -> Iterator[None]:
    """Keeps two processes from installing or starting the service `name` at the same time.

    The lock lies in `folder`, by default `home`.
    """
    with ((folder or home()) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_state(name: str) -> dict[str, object]:
    """Returns what `write_state` kept of the service `name`; empty where there is nothing."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads((home() / f"{name}.json").read_text()))
    return {}


def write_state(name: str, state: dict[str, object]) -> None:
    """Keeps where the service `name` runs, for the next call and for `stop`."""
    (home() / f"{name}.json").write_text(json.dumps(state))


def forget_state(name: str) -> None:
    """Removes what `write_state` kept."""
    (home() / f"{name}.json").unlink(missing_ok=True)
