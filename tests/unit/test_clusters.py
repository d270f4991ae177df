"""What a command says and does when a cluster refuses, or a node of it is away."""

import contextlib
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import orjson
import pytest

from pipeline.cli import main
from pipeline.clusters import reachable
from pipeline.errors import UsageError
from tests.serving import ElasticsearchHandler, serving
from transforms.elasticsearch.connection import ElasticsearchConfig

NOBODY = "http://127.0.0.1:9"


@contextlib.contextmanager
def cluster(body: bytes, status: int) -> Iterator[str]:
    """Gives the URL of a server that has one answer to all requests."""

    class Handler(ElasticsearchHandler):
        def do_GET(self) -> None:  # noqa: N802
            self.answer(body, status)

        def do_POST(self) -> None:  # noqa: N802
            self.rfile.read(int(self.headers["content-length"]))
            self.do_GET()

        do_PUT = do_HEAD = do_GET  # noqa: N815

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


def refusal(kind: str, reason: str, status: int) -> bytes:
    """The body of Elasticsearch's own refusals."""
    return orjson.dumps({"error": {"type": kind, "reason": reason}, "status": status})


def said_of(body: bytes, status: int) -> str:
    """What a command says to a cluster's answer."""
    with (
        cluster(body, status) as url,
        pytest.raises(UsageError) as caught,
        reachable(ElasticsearchConfig(urls=(url,))) as client,
    ):
        client.info()
    return str(caught.value).removeprefix(f"Elasticsearch at {url} refused: ")


@pytest.mark.parametrize(
    ("kind", "reason", "status", "hint"),
    [
        ("illegal_argument_exception", "index patterns match those of [ops]", 400, ""),
        ("cluster_block_exception", "blocked by: [FORBIDDEN/6/cluster read-only (api)];", 403, ""),
        ("security_exception", "not for user [u]", 403, "; the user lacks a privilege"),
        (
            "security_exception",
            "no such key",
            401,
            "; set NEWSBEAM_ELASTICSEARCH_API_KEY, ..._BEARER_TOKEN, or ..._USERNAME and"
            " ..._PASSWORD",
        ),
    ],
)
def test_the_servers_own_words_are_said(kind: str, reason: str, status: int, hint: str) -> None:
    said = said_of(refusal(kind, reason, status), status)
    assert said == f"HTTP {status}: {kind}: {reason}{hint}"


def test_a_long_answer_is_cut_and_stays_one_line() -> None:
    assert said_of(refusal("x", "y" * 1000, 400), 400) == f"HTTP 400: x: {'y' * 297}"
    assert said_of(b"<html>\n<b>Forbidden</b>\n</html>", 403) == (
        "HTTP 403: <html> <b>Forbidden</b> </html>"
    )


def test_another_server_is_told_by_what_it_says() -> None:
    error = b'{"error": "Content-Type is not supported", "status": 406}'
    assert said_of(error, 406) == "HTTP 406: Content-Type is not supported"


def test_a_read_only_cluster_is_no_matter_of_users(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    article = tmp_path_factory.mktemp("in") / "a.txt"
    article.write_text("Unemployment fell to 3.9 percent in March.\n")
    reason = "blocked by: [FORBIDDEN/6/cluster read-only (api)];"
    with cluster(refusal("cluster_block_exception", reason, 403), 403) as url:
        assert main(["backfill", str(article), "--elasticsearch_url", url]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert "a user who may" not in said


def test_one_node_that_is_away_is_no_reason_to_fail(caplog: pytest.LogCaptureFixture) -> None:
    with cluster(b"{}", 200) as url:
        for _ in range(12):
            with reachable(ElasticsearchConfig(urls=(NOBODY, url))) as client:
                client.info()
    assert not caplog.records
    nobody = ElasticsearchConfig(urls=(NOBODY, "http://127.0.0.1:19"))
    with pytest.raises(UsageError, match="cannot reach"), reachable(nobody) as client:
        client.info()
