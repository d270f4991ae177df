"""JDKs, and artifacts from Maven Central."""

import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess

from deploy.common import ServiceError, home

# Maven 3.8 would pick a plugin version of its own that fails on this goal.
MAVEN_DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"


def java_homes() -> dict[int, pathlib.Path]:
    """Returns the JDKs found on this machine, by major version."""
    named = [os.environ.get(name) for name in ("ES_JAVA_HOME", "JAVA_HOME")]
    folders = [pathlib.Path(name) for name in named if name]
    if on_path := shutil.which("java"):
        folders.append(pathlib.Path(on_path).resolve().parent.parent)
    for parent in ("/usr/lib/jvm", "~/.sdkman/candidates/java", "/opt"):
        folders.extend(sorted(pathlib.Path(parent).expanduser().glob("*")))
    folders.extend(pathlib.Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))
    found: dict[int, pathlib.Path] = {}
    for folder in folders:
        if (folder / "bin" / "java").exists() and (major := _java_major(folder)):
            found.setdefault(major, folder)
    return found


def _java_major(folder: pathlib.Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in (folder / "release").read_text().splitlines():
            name, _, value = line.partition("=")
            if name == "JAVA_VERSION":
                return int(value.strip('"').split(".")[0].split("-")[0])
    return 0


def maven() -> str:
    """Returns the Maven command.

    Raises:
        ServiceError: it is not installed.
    """
    command = shutil.which("mvn")
    if command is None:
        raise ServiceError("Maven is missing: apt-get install maven (or brew install maven)")
    return command


def fetch(artifact: str, file_name: str, sha512: str) -> pathlib.Path:
    """Returns the file of a Maven artifact, downloaded once and checked.

    Args:
        artifact: `group:name:version:packaging`.
        sha512: expected checksum, hex.
    Raises:
        ServiceError: the download failed, or is not the file that the checksum was made of.
    """
    target = home() / "downloads" / file_name
    if not target.exists():
        fresh = target.parent / "fresh"
        options = [f"-Dartifact={artifact}", f"-DoutputDirectory={fresh}"]
        run(
            # Not -C: the registry has been seen without its own checksums; ours is checked below.
            [maven(), "-q", "-B", f"{MAVEN_DEPENDENCY_PLUGIN}:copy", *options],
            f"download {artifact}",
        )
        (fresh / file_name).replace(target)
    with target.open("rb") as file:
        if hashlib.file_digest(file, "sha512").hexdigest() == sha512:
            return target
    target.unlink()
    raise ServiceError(
        f"{file_name} does not have the expected checksum; removed, please try again"
    )


def run(command: list[str], purpose: str) -> None:
    """Runs `command` to its end.

    Raises:
        ServiceError: it failed; its last lines are in the message.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = " | ".join((done.stdout + done.stderr).strip().splitlines()[-3:])
        raise ServiceError(f"could not {purpose}: {last}")
