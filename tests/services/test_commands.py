"""The commands on a real cluster: what they set up, what they refuse, what they say."""

from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from pipeline.cli import main
from schemas.index_names import alias
from tests.services.older_cluster import change_common_template, make_older_index
from tests.serving import ElasticsearchHandler, serving
from tests.web_servers import Site, site
from transforms.elasticsearch import setup

LINE = '{"title": "Jobs", "text": "Unemployment fell to 3.9 percent in March, said the office."}\n'
CLOSED_PORT = "http://127.0.0.1:1"


@pytest.fixture
def article(tmp_path: Path) -> str:
    """A file of one article."""
    path = tmp_path / "a.jsonl"
    path.write_text(LINE, encoding="utf-8")
    return str(path)


def test_setup_says_what_it_would_do_does_it_and_then_finds_nothing(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["setup", "--dry_run", *cluster]) == 0
    planned = capsys.readouterr().out.splitlines()
    assert f"would create index template {alias(index_prefix, 'articles')}" in planned
    assert setup.plan(client, index_prefix)
    assert main(["setup", *cluster]) == 0
    done = capsys.readouterr().out.splitlines()
    assert planned == [f"would {line}" for line in done]
    for again in ([], ["--dry_run"]):
        assert main(["setup", *again, *cluster]) == 0
        assert capsys.readouterr().out == "nothing to change\n"


def test_a_run_puts_missing_templates_and_says_so(
    cluster: tuple[str, ...],
    article: str,
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["backfill", article, *cluster]) == 0
    first = capsys.readouterr().err.splitlines()
    assert f"newsbeam: templates of {index_prefix}-* were missing" in first[0]
    assert "1 indexed" in first[-1]
    assert setup.plan(client, index_prefix) == []
    assert main(["backfill", article, *cluster]) == 0
    assert "templates" not in capsys.readouterr().err


def test_a_run_leaves_outdated_templates_and_says_so(
    cluster: tuple[str, ...],
    article: str,
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    change_common_template(client, index_prefix)
    assert main(["replay", "--rejected", *cluster]) == 0
    assert main(["backfill", article, *cluster]) == 0
    said = capsys.readouterr().err
    assert f"templates of {index_prefix}-* are outdated: `newsbeam setup`" in said
    left = {difference.name for difference in setup.plan(client, index_prefix)}
    # The indices that were made meanwhile are as outdated.
    assert f"{index_prefix}-common" in left
    assert f"{index_prefix}-outcomes-all" in left


def test_a_run_puts_a_missing_template_and_leaves_the_rest(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    change_common_template(client, index_prefix)
    make_older_index(
        client,
        index_prefix,
        "claims-all",
        lambda body: body["mappings"]["properties"].pop("text"),
    )
    missing, *rest = sorted(setup.plan(client, index_prefix), key=lambda each: each.change)
    assert str(missing) == f"create index template {alias(index_prefix, 'claims')}"
    assert {(each.kind, each.change) for each in rest} == {
        ("component_template", "update"),
        ("index", "update"),
    }
    assert main(["replay", "--rejected", *cluster]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == [
        f"newsbeam: templates of {index_prefix}-* were missing: put 1 (as `newsbeam setup` does)",
        f"newsbeam: templates of {index_prefix}-* are outdated: `newsbeam setup` brings them up to "
        "date",
    ]
    assert setup.plan(client, index_prefix) == rest


def test_a_run_says_which_command_mends_an_index_that_needs_a_migration(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_older_index(
        client,
        index_prefix,
        "claims-all",
        lambda body: body["mappings"]["properties"].update(text={"type": "keyword"}),
    )
    setup.apply(client, index_prefix)
    assert main(["replay", "--rejected", *cluster]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0] == (
        f"newsbeam: indices of {index_prefix}-* need a migration: `newsbeam setup --migrate`"
    )


def test_no_graph_starts_without_a_cluster(
    article: str, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = ("--feeds", "http://127.0.0.1:1/rss", "--once")
    for command in (["backfill", article], ["stream", *feed], ["replay", "--rejected"], ["setup"]):
        assert main([*command, "--elasticsearch_url", CLOSED_PORT]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"newsbeam: cannot reach Elasticsearch at {CLOSED_PORT}")
        assert said.count("\n") == 1


class _ForbidsTemplates(ElasticsearchHandler):
    """Answers as a cluster does to a user who may write documents and nothing else."""

    def do_GET(self) -> None:  # noqa: N802
        body = b'{"error": {"type": "security_exception", "reason": "unauthorized"}, "status": 403}'
        self.answer(body, 403)

    do_PUT = do_HEAD = do_GET  # noqa: N815


@pytest.fixture
def forbidding() -> Iterator[str]:
    """The URL of a server that forbids all about templates."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _ForbidsTemplates) as server, serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


def test_who_may_not_put_templates_is_sent_to_one_who_may(
    forbidding: str, article: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backfill", article, "--elasticsearch_url", forbidding]) == 2
    said = capsys.readouterr().err
    assert "run `newsbeam setup` with a user who may" in said
    assert said.count("\n") == 1


@pytest.fixture
def outlet() -> Iterator[Site]:
    """A site with a feed, a feed that is gone, and a page where a feed should be."""
    entry = "<item><title>Jobs</title><link>http://jobs.example/1</link></item>"
    with site() as served:
        rss = f'<rss version="2.0"><channel><title>Post</title>{entry}</channel></rss>'
        served.text("/rss", rss, "application/rss+xml")
        served.status("/gone", 410)
        served.text("/page", "<html><body><p>Not a feed.</p></body></html>")
        yield served


def check(*flags: str) -> int:
    return main(["check", "--allow_networks", "127.0.0.0/8", *flags])


def test_check_finds_all_well(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    outlet: Site,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    assert check("--feeds", outlet.url("/rss"), *cluster) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("ok") for line in lines)
    whole = "\n".join(lines)
    for part in ("cluster ", f"templates of {index_prefix}-*", "model for stances", "1 entry"):
        assert part in whole


def test_check_names_what_is_wrong_and_the_remedy(
    cluster: tuple[str, ...], outlet: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds = [outlet.url(path) for path in ("/rss", "/gone", "/page")]
    assert check("--feeds", *feeds, "--claim_model", "./none", *cluster) == 2
    lines = capsys.readouterr().out.splitlines()
    wrong = [line for line in lines if line.startswith("wrong")]
    for part in (
        "templates of",
        "there is no folder ./none; give another --claim_model",
        f"{outlet.url('/gone')}: HTTP 410: the outlet says that it is gone; if it stays so, "
        "take it out of the list",
        f"no feed, but a page; feeds found there: {outlet.url('/rss')} (",
    ):
        assert sum(part in line for line in wrong) == 1, (part, wrong)
    assert sum("run `newsbeam setup`" in line for line in wrong) == 1
    assert len(wrong) == 4
    assert any(outlet.url("/rss") in line for line in lines if line.startswith("ok"))


def test_check_says_that_nothing_listens_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--elasticsearch_url", CLOSED_PORT) == 2
    captured = capsys.readouterr()
    assert f"wrong cluster: cannot reach Elasticsearch at {CLOSED_PORT}" in captured.out
    assert "is --elasticsearch_url right?" in captured.out
    assert captured.err == ""


def test_check_names_a_feed_list_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSBEAM_ELASTICSEARCH_URL", raising=False)
    assert check("--feeds", str(tmp_path / "none.opml")) == 2
    assert "wrong feeds: " in capsys.readouterr().out
