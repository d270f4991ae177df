"""The Docker files, as far as they can be checked without an engine."""

import argparse
import importlib
import pathlib
import re
import shlex
from typing import Any

import pytest
import yaml

from deploy.elasticsearch.install import SHA512
from deploy.prism.install import VERSION
from transforms.web.feed_lists import read_feed_lists

FOLDER = pathlib.Path("deploy/docker")


@pytest.fixture
def services() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]


def test_the_image_copies_what_is_there() -> None:
    lines = (FOLDER / "Dockerfile").read_text().splitlines()
    sources = [
        source
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for source in shlex.split(line)[1:-1]
    ]
    assert sources
    assert [source for source in sources if not pathlib.Path(source).exists()] == []
    kept = (FOLDER / "Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{source}" for source in sources} <= set(kept)


def test_versions_are_those_of_the_start_scripts(services: dict[str, Any]) -> None:
    newest = next(iter(SHA512))
    assert services["elasticsearch"]["image"] == f"elasticsearch:{newest}"
    assert services["kibana"]["image"] == f"kibana:{newest}"
    assert f"prism@v{VERSION}" in (FOLDER / "Dockerfile").read_text()


@pytest.mark.parametrize("service", ["setup", "stream"])
def test_the_commands_are_ours(services: dict[str, Any], service: str) -> None:
    name, *flags = services[service]["command"]
    parser = argparse.ArgumentParser(allow_abbrev=False)
    importlib.import_module(f"pipeline.commands.{name}").add_flags(parser)
    assert name == service
    assert parser.parse_known_args(flags)[1] == []


def test_what_a_stream_keeps_outlives_its_container(services: dict[str, Any]) -> None:
    flags = services["stream"]["command"]
    volumes = {volume.split(":")[1] for volume in services["stream"]["volumes"]}
    image = (FOLDER / "Dockerfile").read_text()
    for flag in ("--archive_dir", "--state_dir"):
        folder = flags[flags.index(flag) + 1]
        assert folder in volumes
        # A new volume has the owner that the folder has in the image.
        assert re.search(rf"install -d -o newsbeam .*{folder}\b", image)


def test_what_a_stream_needs_comes_back_with_the_machine(services: dict[str, Any]) -> None:
    steady = {name for name, each in services.items() if each.get("restart") == "unless-stopped"}
    assert steady == set(services) - {"setup"}


def test_the_container_in_the_documentation_keeps_what_a_stream_keeps() -> None:
    page = pathlib.Path("docs/operations.md").read_text().replace("\\\n", " ")
    (line,) = re.findall(r"docker run .*", page)
    docker, _, command = line.partition(" newsbeam ")
    name, *flags = shlex.split(command)
    parser = argparse.ArgumentParser(allow_abbrev=False)
    importlib.import_module(f"pipeline.commands.{name}").add_flags(parser)
    args, rest = parser.parse_known_args(flags)
    assert rest == []
    volumes = {volume.split(":")[1] for volume in re.findall(r"-v (\S+)", docker)}
    folders = {args.archive_dir, args.state_dir, *(str(pathlib.Path(f).parent) for f in args.feeds)}
    assert volumes == folders


def test_services_wait_for_services_that_exist(services: dict[str, Any]) -> None:
    waited_for = {name for each in services.values() for name in each.get("depends_on", {})}
    assert waited_for <= set(services)


def test_ports_are_open_to_this_machine_only(services: dict[str, Any]) -> None:
    ports = [port for each in services.values() for port in each.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_feeds_can_be_read() -> None:
    assert len(read_feed_lists([str(FOLDER / "feeds.toml")])) == 4
