"""The Kubernetes manifests, as far as they can be checked without a cluster."""

import pathlib
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml

from pipeline.commands.stream import _LAST_WRITE_S
from tests.unit.test_documented_commands import parser_of
from transforms.web.feed_lists import read_feed_lists

FOLDER = pathlib.Path("deploy/kubernetes")
IMAGE = pathlib.Path("deploy/docker/Dockerfile").read_text()
PAGE = pathlib.Path("docs/operations.md").read_text()
Manifest = dict[str, Any]

KUSTOMIZATION: Manifest = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
MANIFESTS: dict[str, Manifest] = {
    name: yaml.safe_load((FOLDER / name).read_text()) for name in KUSTOMIZATION["resources"]
}
STREAM = MANIFESTS["stream.yaml"]["spec"]
PODS: dict[str, Manifest] = {
    "stream": STREAM["template"]["spec"],
    "metrics": MANIFESTS["metrics.yaml"]["spec"]["template"]["spec"],
    "retention": MANIFESTS["retention.yaml"]["spec"]["jobTemplate"]["spec"]["template"]["spec"],
}


def containers() -> Iterator[Manifest]:
    for pod in PODS.values():
        yield from (*pod.get("initContainers", ()), *pod["containers"])


CONTAINERS = {each["name"]: each for each in containers()}


def args_of(container: str) -> Any:
    command, *flags = CONTAINERS[container]["args"]
    return parser_of(command).parse_known_args(flags)


def secrets_of(container: str) -> list[tuple[str, bool]]:
    """Names, and whether the container starts without them; of two values the last one counts."""
    sources = [each["secretRef"] for each in CONTAINERS[container]["envFrom"]]
    return [(each["name"], each.get("optional", False)) for each in sources]


def test_the_kustomization_names_all_files() -> None:
    (feeds,) = KUSTOMIZATION["configMapGenerator"]
    named = {"kustomization.yaml", *KUSTOMIZATION["resources"], *feeds["files"]}
    assert named == {path.name for path in FOLDER.iterdir()}


# The oldest and the newest that the operations page names.
@pytest.mark.parametrize("version", re.findall(r"schemas of Kubernetes (\S+) and (\S+) ", PAGE)[0])
@pytest.mark.parametrize("name", MANIFESTS)
def test_kubernetes_knows_every_field(name: str, version: str) -> None:
    validated = kubernetes_validate.validate(MANIFESTS[name], version, strict=True)
    assert validated == version


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_commands_are_ours(name: str) -> None:
    assert args_of(name)[1] == []


def test_the_image_is_named_in_one_place() -> None:
    (image,) = KUSTOMIZATION["images"]
    assert {each["image"] for each in CONTAINERS.values()} == {image["name"]}
    project = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
    assert image["newTag"] == project["version"]


@pytest.mark.parametrize("pod", PODS)
def test_pods_run_as_the_user_of_the_image(pod: str) -> None:
    # Kubernetes cannot tell of a name that it is not root.
    (user,) = re.findall(r"^USER (\d+)$", IMAGE, re.MULTILINE)
    assert re.findall(r"useradd --uid (\d+)", IMAGE) == [user]
    context = PODS[pod]["securityContext"]
    assert context["runAsNonRoot"]
    assert {context["runAsUser"], context["runAsGroup"]} == {int(user)}
    # What is claimed belongs to root.
    claims = pod == "stream"
    assert context.get("fsGroup") == (int(user) if claims else None)


@pytest.mark.parametrize("pod", PODS)
def test_pods_are_confined(pod: str) -> None:
    """As the Pod Security Standard "restricted" asks, and with a disk that is only read."""
    spec = PODS[pod]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_the_stream_reads_the_list_of_the_kustomization() -> None:
    (feeds,) = KUSTOMIZATION["configMapGenerator"]
    assert feeds["options"]["disableNameSuffixHash"]
    mounts = {each["mountPath"]: each for each in CONTAINERS["stream"]["volumeMounts"]}
    (volume,) = (each for each in PODS["stream"]["volumes"] if "configMap" in each)
    assert volume["configMap"]["name"] == feeds["name"]
    (listed,) = map(pathlib.PurePath, args_of("stream")[0].feeds)
    assert mounts[str(listed.parent)]["name"] == volume["name"]
    # A file that is mounted alone never changes.
    assert all("subPath" not in each for each in mounts.values())
    assert feeds["files"] == [listed.name]
    assert read_feed_lists([str(FOLDER / listed.name)])


def test_what_a_stream_keeps_outlives_its_pod() -> None:
    claims = {each["metadata"]["name"] for each in STREAM["volumeClaimTemplates"]}
    mounts = {each["mountPath"]: each["name"] for each in CONTAINERS["stream"]["volumeMounts"]}
    args, _ = args_of("stream")
    assert {mounts[str(args.archive_dir)], mounts[str(args.state_dir)]} == claims
    volumes = {each["name"] for each in PODS["stream"]["volumes"]}
    assert set(mounts.values()) == claims | volumes


def test_one_stream_uses_the_state() -> None:
    assert STREAM["replicas"] == 1


def test_a_stopped_stream_has_time_to_write_what_is_kept() -> None:
    grace_s = PODS["stream"]["terminationGracePeriodSeconds"]
    assert grace_s > 2 * _LAST_WRITE_S
    assert f"(it has {grace_s})" in PAGE


def test_the_secrets_are_those_of_the_documentation() -> None:
    required, own = secrets_of("setup")
    assert secrets_of("retention") == [required, own]
    assert secrets_of("stream") == secrets_of("metrics") == [required]
    assert (required[1], own[1]) == (False, True)
    assert f"create secret generic {required[0]} " in PAGE
    assert f"`{own[0]}`" in PAGE


def test_metrics_are_served_where_they_are_asked_for() -> None:
    args, _ = args_of("metrics")
    told = MANIFESTS["metrics.yaml"]["spec"]["template"]["metadata"]["annotations"]
    (port,) = CONTAINERS["metrics"]["ports"]
    assert told["prometheus.io/port"] == str(args.port) == str(port["containerPort"])
    assert args.address == "0.0.0.0"


def test_nothing_is_removed_before_somebody_says_so() -> None:
    assert args_of("retention")[0].keep_days
    assert MANIFESTS["retention.yaml"]["spec"]["suspend"] is True


def test_the_documentation_names_what_there_is() -> None:
    pod = f"{MANIFESTS['stream.yaml']['metadata']['name']}-0"
    there = {
        *(f"{each['kind'].lower()}/{each['metadata']['name']}" for each in MANIFESTS.values()),
        pod,
        *(f"{each['metadata']['name']}-{pod}" for each in STREAM["volumeClaimTemplates"]),
        str(FOLDER),
    }
    name = re.compile(r"[\w/-]*newsbeam-(?:stream|metrics|retention)[\w-]*|deploy/\w+")
    named = {each for said in re.findall(r"kubectl [^`\n]*", PAGE) for each in name.findall(said)}
    assert named
    assert named <= there
