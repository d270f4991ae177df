"""The sink, while everything around it breaks: at the end each document is there, once.

Between writer and server a proxy drops connections before and after the request went through,
delays, answers 429 and 503 with and without Retry-After, and cuts answers in half, at random with a
fixed seed; the server is killed and started again; the writer is killed and started again.
"""

import pathlib
import subprocess
import sys
import threading
import time
from typing import NamedTuple

import pytest
from elasticsearch import Elasticsearch, helpers
from rich.console import Console

from deploy.elasticsearch.server import Server
from tests.services.fault_proxy import FaultProxy, fault_proxy, random_faults
from tests.services.fire_writer import is_bad
from transforms.elasticsearch import setup
from transforms.elasticsearch.connection import ElasticsearchConfig, connect

PREFIX = "fire"
REFUSALS = f"{PREFIX}-refusals-all"


class Fire(NamedTuple):
    """How much is written, and how often what is killed meanwhile."""

    documents: int
    server_kills: int
    writer_kills: int
    # The share of requests that fail.
    faults: float


SHORT = Fire(documents=8_000, server_kills=2, writer_kills=1, faults=0.3)
WHOLE = Fire(documents=200_000, server_kills=20, writer_kills=5, faults=0.2)


CASES = [pytest.param(SHORT, id="short"), pytest.param(WHOLE, id="whole", marks=pytest.mark.long)]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("fire", CASES)
def test_every_document_is_there_once_in_its_newest_version(
    fire: Fire, mortal_elasticsearch: Server, tmp_path: pathlib.Path
) -> None:
    server, started = mortal_elasticsearch, time.monotonic()
    with (
        connect(ElasticsearchConfig(urls=(server.url,))) as client,
        fault_proxy(server.url) as proxy,
    ):
        setup.apply(client, PREFIX)
        proxy.faults = random_faults(7, fire.faults)
        written_under(fire, proxy, server, tmp_path / "progress")
        tell(fire, proxy, time.monotonic() - started)
        check(client, fire)
        setup.remove(client, PREFIX)
        client.indices.delete(index=REFUSALS)


def written_under(fire: Fire, proxy: FaultProxy, server: Server, progress: pathlib.Path) -> None:
    """Lets the writer run to its end, and kills server and writer at even distances of it."""
    progress.write_text("0")
    command = [sys.executable, "-m", "tests.services.fire_writer"]
    command += [proxy.url, PREFIX, str(fire.documents), str(progress)]
    killer = threading.Thread(target=kill_server, args=(fire, proxy, server), daemon=True)
    killer.start()
    kills = 0
    while True:
        writer = subprocess.Popen(command)
        kills += 1
        if kills <= fire.writer_kills:
            wait_for_documents(fire, proxy, kills / (fire.writer_kills + 1), writer)
            if writer.poll() is None:
                writer.kill()
                writer.wait()
                continue
        # Nothing but being killed may end it early: the sink outlasts the rest by itself.
        assert writer.wait() == 0
        break
    killer.join(60)
    assert not killer.is_alive()
    assert progress.read_text() == str(fire.documents)


def kill_server(fire: Fire, proxy: FaultProxy, server: Server) -> None:
    """Kills the server each time that another share of the documents has come by."""
    for number in range(1, fire.server_kills + 1):
        wait_for_documents(fire, proxy, (number - 0.5) / (fire.server_kills + 1))
        server.kill()
        server.start()


def wait_for_documents(
    fire: Fire,
    proxy: FaultProxy,
    share: float,
    writer: "subprocess.Popen[bytes] | None" = None,
) -> None:
    """Waits until so much of what is to be written has been sent, or the writer has ended."""
    while sum(proxy.bulks) < share * fire.documents and (writer is None or writer.poll() is None):
        time.sleep(0.05)


def check(client: Elasticsearch, fire: Fire) -> None:
    """Compares the index with what it should hold, document by document."""
    articles = f"{PREFIX}-articles"
    client.indices.refresh(index=[articles, REFUSALS])
    good = {f"a{number}" for number in range(fire.documents) if not is_bad(number)}
    found = list(
        helpers.scan(
            client, index=articles, query={"version": True, "_source": ["title"]}, size=5000
        )
    )
    assert len(found) == len(good)
    assert {hit["_id"] for hit in found} == good
    assert {hit["_version"] for hit in found} == {2}
    assert all(hit["_source"]["title"] != "older" for hit in found)
    refused = {hit["_id"] for hit in helpers.scan(client, index=REFUSALS)}
    bad = {number for number in range(fire.documents) if is_bad(number)}
    assert {name.rpartition("-")[0] for name in refused} == {f"a{number}" for number in bad}


def tell(fire: Fire, proxy: FaultProxy, seconds: float) -> None:
    """Prints the figures of the run (docs/elasticsearch-sink.md has those of a whole one)."""
    faults = ", ".join(f"{count} {kind}" for kind, count in sorted(proxy.taken.items()))
    Console(soft_wrap=True, highlight=False).print(
        f"\n{fire.documents} documents in {seconds:.0f} s, {len(proxy.bulks)} requests with"
        f" {sum(proxy.bulks)} documents; faults: {faults}; server killed {fire.server_kills} times,"
        f" writer {fire.writer_kills} times"
    )
