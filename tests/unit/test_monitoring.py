"""`newsbeam metrics` without an index to read, and the alerting rules on what it tells."""

import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from pipeline.cli import main
from pipeline.index_metrics import IndexCollector, read_metrics
from schemas.kibana import SEARCHES
from tests.unit.test_clusters import NOBODY, cluster, refusal
from transforms.elasticsearch.connection import ElasticsearchConfig

FOLDER = Path("deploy/monitoring")
RULES = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]
TESTS = yaml.safe_load((FOLDER / "alerts_test.yaml").read_text())["tests"]
NAME = re.compile(r"newsbeam_\w+")


class FullIndex:
    """Stands for a client: of each family something is found."""

    def __init__(self, quiet: str = "") -> None:
        self.quiet = quiet

    def search(self, *, index: str, **_: Any) -> dict[str, Any]:
        value = {"value": 1000.0}
        feed = {"feed": ["f"], "failures": [1], "last_new_item": ["1000"], "quiet": [self.quiet]}
        named = {"doc_count": 1, "named": {"hits": {"hits": [{"fields": feed}]}}}
        inner = {"buckets": [{"key": "e", "doc_count": 1}]}
        found = {
            **{"last": value, "polled": {"pause": value}, "silent": named, "failing": named},
            **dict.fromkeys(("status", "outcome"), inner),
            "step": {"buckets": [{"key": "s", "doc_count": 1, "error": inner}]},
        }
        return {"hits": {"total": {"value": 1}}, "aggregations": found}


def told() -> dict[str, str]:
    """All metrics that there may be, and what is said of them."""
    read = read_metrics(FullIndex(), "newsbeam")  # type: ignore[arg-type]
    families = [*IndexCollector(ElasticsearchConfig(urls=(NOBODY,))).collect(), *read]
    return {family.name: family.documentation for family in families}


def texts(rule: dict[str, Any]) -> list[str]:
    return [rule["expr"], *rule["annotations"].values()]


def test_rules_name_only_metrics_that_the_command_gives() -> None:
    named = {name for rule in RULES for text in texts(rule) for name in NAME.findall(text)}
    assert len(named) > 5
    assert named <= told().keys()


def test_so_do_the_tests_of_the_rules() -> None:
    series = {each["series"] for test in TESTS for each in test["input_series"]}
    assert {name for each in series for name in NAME.findall(each)} <= told().keys()
    fired = {
        each["alertname"]
        for test in TESTS
        for each in test["alert_rule_test"]
        if each.get("exp_alerts")
    }
    assert fired == {rule["alert"] for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_is_promql_and_says_what_to_do(rule: dict[str, Any]) -> None:
    promql_parser.parse(rule["expr"])
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert set(rule["annotations"]) == {"summary", "description"}
    for query in re.findall(r"printf \"(.*?)\" \$", str(rule["annotations"])):
        promql_parser.parse(query.replace("%q", '"https://a.example"'))


def test_what_rules_send_people_to_is_there() -> None:
    said = " ".join(text for rule in RULES for text in texts(rule))
    searches = set(re.findall(r'the search "([^"]+)"', said))
    assert searches
    assert searches <= {search.title for search in SEARCHES}


def test_each_metric_says_what_it_is() -> None:
    assert all(about.endswith(".") for about in told().values())


def test_a_cluster_that_is_away_or_refuses_is_a_metric(capsys: pytest.CaptureFixture[str]) -> None:
    with cluster(refusal("security_exception", "not for you", 403), 403) as url:
        for address, said in ((NOBODY, "cannot reach"), (url, "the user lacks a privilege")):
            collector = IndexCollector(ElasticsearchConfig(urls=(address,)))
            (family,) = collector.collect()
            assert [tuple(each)[:3] for each in family.samples] == [("newsbeam_up", {}, 0)]
            assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("quiet", "reason"),
    [
        ("failing: 503; wants to be left alone until 2026-11-02 12:00 UTC", "failing: 503"),
        (
            "gone: HTTP 410 since 2026-11-02 12:00 UTC; asked again at 2026-11-04 11:00 UTC",
            "gone: HTTP 410",
        ),
        (
            "failing: HTTP 410 since 2026-11-02 12:00 UTC; gone where it says so for a day",
            "failing: HTTP 410",
        ),
        ("failing: nothing since it began", "failing: nothing since it began"),
        ("not modified", "not modified"),
    ],
)
def test_a_reason_tells_no_times(quiet: str, reason: str) -> None:
    read = read_metrics(FullIndex(quiet), "newsbeam")  # type: ignore[arg-type]
    samples = [sample for family in read for sample in family.samples]
    reasons = [one.labels["reason"] for one in samples if "reason" in one.labels]
    assert reasons == [reason, reason]


def test_that_it_is_away_is_printed_and_said_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["metrics", "--elasticsearch_url", NOBODY]) == 2
    printed = capsys.readouterr()
    assert printed.out.endswith("\nnewsbeam_up 0.0\n")
    assert printed.out.count("\n") == 3
    assert len(printed.err.splitlines()) == 1


def test_a_scrape_is_answered_while_the_cluster_is_away() -> None:
    command = "import sys; from pipeline.cli import main; sys.exit(main())"
    flags = ("--port", "0", "--elasticsearch_url", NOBODY)
    serving = [sys.executable, "-c", command, "metrics", *flags]
    with subprocess.Popen(serving, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            (port,) = re.findall(r"port (\d+)", process.stderr.readline())
            for _ in range(2):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=30) as answer:
                    assert answer.read().endswith(b"\nnewsbeam_up 0.0\n")
                assert "cannot reach" in process.stderr.readline()
        finally:
            process.terminate()


def test_a_port_that_is_taken_or_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for port in (taken.getsockname()[1], 99_999):
            flags = ("--elasticsearch_url", NOBODY, "--port", str(port))
            assert main(["metrics", *flags]) == 2
            assert f"port {port}: " in capsys.readouterr().err
