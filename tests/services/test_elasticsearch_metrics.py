"""`newsbeam metrics` on a real server: its figures, printed and scraped."""

import dataclasses
import datetime as dt
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from prometheus_client.parser import text_string_to_metric_families

from pipeline.cli import main
from pipeline.index_metrics import MOST_NAMED
from schemas.documents import document_of
from tests.record_samples import FEED, NOON, OUTCOME, REJECTED, placed
from tests.seeding import write_documents
from transforms.elasticsearch import setup

HOUR = dt.timedelta(hours=1)
NOON_S = NOON.timestamp()
OTHER_STATUSES = ("failing", "gone", "unreadable", "paused", "removed")


def figures(printed: str) -> dict[str, Any]:
    """Values by name, and by labels where there are some; those that are 0 are left out."""
    found: dict[str, Any] = {}
    for family in text_string_to_metric_families(printed):
        found |= {family.name: 0.0}
        for sample in family.samples:
            labels = ", ".join(f"{name} {value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}: {labels}" if labels else sample.name] = sample.value
    return {name.removeprefix("newsbeam_"): value for name, value in found.items() if value}


def fill(client: Elasticsearch, prefix: str, records: list[object]) -> None:
    setup.apply(client, prefix)
    documents = [document_of(record) for record in records]
    assert write_documents(client, prefix, documents).refusals == []
    client.indices.refresh(index=f"{prefix}-*")


def feeds() -> Iterator[object]:
    yield FEED
    yield dataclasses.replace(FEED, feed="https://slow.example", interval_s=3600.0)
    for number, status in enumerate(OTHER_STATUSES, 1):
        yield dataclasses.replace(
            FEED,
            feed=f"https://{status}.example",
            status=status,
            failures=number,
            quiet=f"{status}: HTTP 503",
            interval_s=60.0 if status in ("paused", "removed") else 600.0,
            last_poll=NOON - number * HOUR,
            last_new_item=NOON - number * HOUR,
            silent=status in ("gone", "paused"),
        )
    # Of a list that is polled no more: all but this one have been, since.
    yield dataclasses.replace(
        FEED,
        feed="https://forgotten.example",
        status="failing",
        failures=99,
        silent=True,
        interval_s=1.0,
        last_poll=NOON - 73 * HOUR,
    )


def test_what_the_documents_come_to_is_printed(
    client: Elasticsearch,
    cluster: tuple[str, ...],
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    records = [
        *feeds(),
        *(dataclasses.replace(OUTCOME, key=str(number)) for number in range(3)),
        dataclasses.replace(OUTCOME, key="r", outcome="rejected"),
        REJECTED,
        dataclasses.replace(REJECTED, key="b"),
        dataclasses.replace(REJECTED, key="c", error="TooLongError"),
        dataclasses.replace(REJECTED, key="d", step="ExtractArticles"),
        placed(article_id="older"),
        placed(fetched_at=NOON + HOUR, published_at=NOON - 999 * HOUR),  # another month's index
    ]
    fill(client, index_prefix, records)
    assert main(["metrics", *cluster]) == 0
    named = "feed https://{0}.example, reason {0}: HTTP 503, source The Gazette"
    assert figures(capsys.readouterr().out) == {
        "up": 1,
        "feeds: status ok": 2,
        **{f"feeds: status {status}": 1 for status in OTHER_STATUSES},
        "silent_feeds": 1,
        "last_poll_timestamp_seconds": NOON_S,
        "next_poll_timestamp_seconds": NOON_S + 600,
        **{
            f"feed_failures: {named.format(status)}, status {status}": number
            for number, status in enumerate(OTHER_STATUSES[:3], 1)
        },
        f"silent_feed_last_new_item_timestamp_seconds: {named.format('gone')}": NOON_S - 7200,
        "outcomes: outcome indexed": 3,
        "outcomes: outcome rejected": 1,
        "rejected: error BrokenLineError, step ReadFiles": 2,
        "rejected: error TooLongError, step ReadFiles": 1,
        "rejected: error BrokenLineError, step ExtractArticles": 1,
        "articles": 2,
        "last_article_timestamp_seconds": NOON_S + 3600,
    }


def test_before_the_first_document_all_counts_are_0_and_no_time_is_told(
    cluster: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["metrics", *cluster]) == 0
    printed = capsys.readouterr().out
    assert figures(printed) == {"up": 1}
    assert 'newsbeam_feeds{status="failing"} 0.0' in printed
    assert 'newsbeam_outcomes{outcome="rejected"} 0.0' in printed
    assert not re.search("^newsbeam_.*timestamp", printed, re.MULTILINE)


def test_where_all_feeds_are_paused_no_poll_is_due(
    client: Elasticsearch,
    cluster: tuple[str, ...],
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(client, index_prefix, [dataclasses.replace(FEED, status="paused", silent=True)])
    assert main(["metrics", *cluster]) == 0
    assert figures(capsys.readouterr().out) == {"up": 1, "feeds: status paused": 1}


def test_of_many_feeds_those_are_named_that_fail_most(
    client: Elasticsearch,
    cluster: tuple[str, ...],
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    count = MOST_NAMED + 5
    failing = [
        dataclasses.replace(FEED, feed=f"https://{number}.example", failures=number)
        for number in range(1, count + 1)
    ]
    # Of a name that is too long for the index nothing is told.
    records = [dataclasses.replace(one, status="failing", source="x" * 9000) for one in failing]
    fill(client, index_prefix, list(records))
    assert main(["metrics", *cluster]) == 0
    found = figures(capsys.readouterr().out)
    assert found["feeds: status failing"] == count
    named = {name: value for name, value in found.items() if name.startswith("feed_failures")}
    assert sorted(named.values()) == list(range(6, count + 1))
    assert all("source ," in name for name in named)


def test_each_scrape_asks_the_index_anew(
    client: Elasticsearch, cluster: tuple[str, ...], index_prefix: str
) -> None:
    fill(client, index_prefix, [placed()])
    command = "import sys; from pipeline.cli import main; sys.exit(main())"
    serving = [sys.executable, "-c", command, "metrics", "--port", "0", *cluster]
    with subprocess.Popen(serving, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            said = process.stderr.readline()
            (port,) = re.findall(r"127\.0\.0\.1, port (\d+)", said)
            assert scraped(port)["articles"] == 1
            fill(client, index_prefix, [placed(article_id="another")])
            assert scraped(port)["articles"] == 2
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 128 + signal.SIGTERM
        assert process.stderr.read() == "newsbeam: interrupted\n"


def scraped(port: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        assert answer.headers.get_content_type() == "text/plain"
        return figures(answer.read().decode())
