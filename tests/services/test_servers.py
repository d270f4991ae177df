"""The servers that the start scripts and the tests start: several at once, killed, secured."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from elasticsearch import Elasticsearch

from deploy import common, processes
from deploy.elasticsearch.server import Server, mark_of
from deploy.elasticsearch.temporary import remove_left_over
from tests.services.secured_server import ADMIN, ADMIN_PASSWORD, SecuredElasticsearch, basic

_FORSAKEN = """
import os, signal
from deploy.elasticsearch.temporary import temporary_server

with temporary_server("forsaken", ready=lambda url: True) as server:
    server.start()
    print(server.folder, server.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_server_comes_back_on_its_url_with_its_data(mortal_elasticsearch: Server) -> None:
    url = mortal_elasticsearch.url
    with Elasticsearch(url) as client:
        client.index(index="kept", id="1", document={"text": "here"})
        mortal_elasticsearch.kill()
        assert processes.free_port(mortal_elasticsearch.port) == mortal_elasticsearch.port
        mortal_elasticsearch.start()
        assert mortal_elasticsearch.url == url
        assert client.get(index="kept", id="1")["_source"] == {"text": "here"}


def test_versions_run_beside_each_other(
    elasticsearch_url: str, own_elasticsearch: Callable[[str], str]
) -> None:
    versions = []
    for url in (elasticsearch_url, own_elasticsearch("8.19.21")):
        with Elasticsearch(url) as client:
            (node,) = client.nodes.info()["nodes"].values()
            versions.append(node["version"])
    assert versions == [os.environ.get("NEWSBEAM_ELASTICSEARCH_VERSION") or "9.5.3", "8.19.21"]


@pytest.mark.usefixtures("elasticsearch_url")  # skips where no server can be had
def test_what_a_killed_session_left_is_removed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FORSAKEN], capture_output=True, text=True, check=False
    )
    folder, pid = done.stdout.split()
    path = common.home() / folder
    assert processes.is_running(int(pid), mark_of(path))
    assert remove_left_over() == 1
    assert not processes.is_running(int(pid), mark_of(path))
    assert not path.exists()


def test_users_have_the_roles_that_they_were_given_last(
    secured_elasticsearch: SecuredElasticsearch,
) -> None:
    def may(privilege: str) -> bool:
        path = "/_security/user/_privileges"
        return privilege in secured_elasticsearch.ask(path, basic("ann", "hunter2"))["cluster"]

    for privilege, other in (("monitor", "manage"), ("manage", "monitor")):
        secured_elasticsearch.add_user("ann", "hunter2", {"role": {"cluster": [privilege]}})
        assert (may(privilege), may(other)) == (True, False)
    assert secured_elasticsearch.ask("/_cluster/health", basic("ann", "wrong")) is None
    assert secured_elasticsearch.ask("/_cluster/health", basic(ADMIN, ADMIN_PASSWORD))


def test_service_accounts_have_bearer_tokens(secured_elasticsearch: SecuredElasticsearch) -> None:
    token = secured_elasticsearch.add_service_token("elastic/fleet-server", "test")
    answer = secured_elasticsearch.ask("/_security/_authenticate", f"Bearer {token}")
    assert answer["username"] == "elastic/fleet-server"
