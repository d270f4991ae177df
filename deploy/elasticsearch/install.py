"""Elastic's own server from Maven Central (`integ-test-zip`), and the Java that runs it."""

import pathlib
import shutil
import zipfile

from deploy import common, java

SHA512 = {
    "9.5.3": "ae57654932de854d755af63f2a63667621967870b79ec449407618075c13dc12"
    "012317388e0a232071e4f2a65c9d973bb681d978fac56445a0790443df0823d1",
    "8.19.21": "cf6b0a93860d329937ae7f913ec5073b0c726c77639764b93fc83a304aa1dd9d"
    "4defcfa2849948eea3b0b47c2065f994908603939fc2a4774c9c4d868c5ec1dd",
}
OLDEST_JAVA = {"9.5.3": 21, "8.19.21": 17}
_ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"


def choose(wanted: str = "") -> str:
    """Returns `wanted`, or where it is empty the newest version that a JDK here can run.

    Raises:
        common.ServiceError: there is no such version, or no JDK for it.
    """
    if wanted and wanted not in SHA512:
        raise common.ServiceError(f"Elasticsearch {wanted} is unknown: one of {', '.join(SHA512)}")
    newest = max(java.java_homes(), default=0)
    for version in [wanted] if wanted else SHA512:
        if newest >= OLDEST_JAVA[version]:
            return version
    needed = OLDEST_JAVA[wanted or "8.19.21"]
    raise common.ServiceError(
        f"a JDK {needed} or later is missing: apt-get install openjdk-{needed}-jdk-headless,"
        " or set NEWSBEAM_ELASTICSEARCH_URL to a cluster of your own"
    )


def java_home(version: str) -> pathlib.Path:
    """Returns the oldest JDK that runs `version`, which `choose` found to be runnable."""
    homes = java.java_homes()
    return homes[min(major for major in homes if major >= OLDEST_JAVA[version])]


def folder_of(version: str) -> pathlib.Path:
    """Returns where `version` lies, installed or not, with the data of the main server."""
    return common.home() / f"elasticsearch-{version}"


def install(version: str) -> pathlib.Path:
    """Returns the unpacked server, downloaded once; servers only read there.

    Raises:
        common.ServiceError: the download failed.
    """
    folder = folder_of(version)
    with common.locked(f"elasticsearch-{version}"):
        if not (folder / "server" / "bin").exists():
            archive = java.fetch(
                _ARTIFACT.format(version=version), f"elasticsearch-{version}.zip", SHA512[version]
            )
            shutil.rmtree(folder / "unpacking", ignore_errors=True)
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(folder / "unpacking")
            unpacked = folder / "unpacking" / f"elasticsearch-{version}"
            for command in (unpacked / "bin").iterdir():
                command.chmod(0o755)
            common.give_away(folder)
            unpacked.rename(folder / "server")
    return folder / "server"
