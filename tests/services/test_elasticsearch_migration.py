"""Rebuilding an index: versions kept, writers undisturbed, safe to be killed."""

import itertools
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from elasticsearch import Elasticsearch, NotFoundError, TransportError

from pipeline.cluster_checks import check_cluster
from schemas.index_names import alias
from schemas.records import Document
from schemas.templates import Choices
from tests.seeding import write_documents
from tests.services.fault_proxy import Fault, fault_proxy
from tests.services.older_cluster import articles, make_older_index, versions
from transforms.elasticsearch import migration, setup
from transforms.elasticsearch.connection import ElasticsearchConfig, connect
from transforms.elasticsearch.copying import MigrationError
from transforms.elasticsearch.memory import ElasticsearchMemory

MONTH = "articles-2026.11"


def text_where_keywords_belong(body: dict[str, Any]) -> None:
    body["mappings"]["properties"]["source"] = {"type": "text"}


def make_wrong_index(client: Elasticsearch, prefix: str, documents: list[Document]) -> str:
    """Returns the name of an index with `documents` that needs a migration."""
    make_older_index(client, prefix, MONTH, text_where_keywords_belong)
    assert write_documents(client, prefix, documents).refusals == []
    setup.apply(client, prefix)
    return f"{prefix}-{MONTH}"


def migrate_all(client: Elasticsearch, prefix: str) -> list[str]:
    """Does what `newsbeam setup --migrate` does; returns the new indices."""
    migration.clean_up(client, prefix)
    planned = migration.plan_migrations(client, prefix)
    for each in planned:
        migration.migrate(client, each)
    return [each.new for each in planned]


def is_writable(client: Elasticsearch, prefix: str) -> bool:
    found = client.indices.get_settings(index=f"{prefix}-*", flat_settings=True)
    return not any("index.blocks.write" in each["settings"] for each in found.body.values())


def test_documents_keep_their_versions_and_older_ones_stay_stale(
    client: Elasticsearch, index_prefix: str
) -> None:
    documents = articles(range(1_200), 5)
    name = make_wrong_index(client, index_prefix, documents)
    before = versions(client, name)
    seen: list[tuple[int, int]] = []
    (planned,) = migration.plan_migrations(client, index_prefix)
    assert str(planned) == f"rebuild {name} as {name}-r1 (1,200 documents)"
    migration.migrate(client, planned, lambda done, total: seen.append((done, total)))
    assert seen == [(done, 1_200) for done in range(200, 1_201, 200)]
    assert versions(client, name) == before
    assert versions(client, alias(index_prefix, "articles")) == before
    behind = client.indices.get(index=f"{index_prefix}-articles*").body
    assert {key: sorted(body["aliases"]) for key, body in behind.items()} == {
        f"{name}-r1": [alias(index_prefix, "articles"), name]
    }
    assert setup.plan(client, index_prefix) == []
    older, same, newer = articles([1], 4), articles([2], 5), articles([3, 5_000], 6)
    report = write_documents(client, index_prefix, [*older, *same, *newer])
    assert report.refusals == []
    results = {receipt.id: receipt.result for receipt in report.receipts}
    assert results == {"a1": "stale", "a2": "updated", "a3": "updated", "a5000": "created"}
    assert client.indices.exists(index=f"{name}-r1")
    memory = ElasticsearchMemory(client, index_prefix)
    assert [each["title"] for each in memory.find("articles", "article_id", ["a3"])] == ["6"]


def test_an_index_is_rebuilt_more_than_once(client: Elasticsearch, index_prefix: str) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(3)))
    assert migrate_all(client, index_prefix) == [f"{name}-r1"]
    assert migrate_all(client, index_prefix) == []
    setup.apply(client, index_prefix, Choices(languages=("de",)))
    assert migrate_all(client, index_prefix) == [f"{name}-r2"]
    assert len(versions(client, name)) == 3
    assert not client.indices.exists(index=f"{name}-r1")
    found = client.search(index=name, query={"match": {"body.de": "bridge"}})
    assert found["hits"]["total"]["value"] == 3
    assert setup.plan(client, index_prefix) == []
    assert setup.remove(client, index_prefix) == 1


def test_aliases_of_the_operator_move_along(client: Elasticsearch, index_prefix: str) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(3)))
    family = alias(index_prefix, "articles")
    aliases: dict[str, dict[str, Any]] = {
        family: {"filter": {"term": {"article_id": "a1"}}},
        f"{index_prefix}-mine": {
            "filter": {"match_none": {}},
            "index_routing": "x",
            "search_routing": "x,y",
            "is_hidden": True,
        },
        f"{index_prefix}-written": {"is_write_index": True},
    }
    actions = [{"add": {"index": name, "alias": key, **body}} for key, body in aliases.items()]
    client.indices.update_aliases(actions=actions)
    (first,) = migrate_all(client, index_prefix)
    assert client.indices.get_alias(index=first)[first] == {"aliases": {**aliases, name: {}}}
    setup.apply(client, index_prefix, Choices(languages=("de",)))
    (second,) = migrate_all(client, index_prefix)
    assert client.indices.get_alias(index=second)[second] == {"aliases": {**aliases, name: {}}}
    assert (len(versions(client, name)), len(versions(client, family))) == (3, 1)


def test_an_index_of_a_family_that_has_one_is_rebuilt(
    client: Elasticsearch, index_prefix: str
) -> None:
    def change(body: dict[str, Any]) -> None:
        body["mappings"]["properties"]["articles"] = {"type": "keyword"}

    make_older_index(client, index_prefix, "stories-all", change)
    setup.apply(client, index_prefix)
    assert migrate_all(client, index_prefix) == [f"{index_prefix}-stories-all-r1"]


def test_a_writer_loses_nothing_while_its_index_is_rebuilt(
    client: Elasticsearch, index_prefix: str, elasticsearch_url: str
) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(4_000)))
    written: list[int] = []
    stop = threading.Event()

    def write() -> None:
        config = ElasticsearchConfig(urls=(elasticsearch_url,))
        with connect(config) as own:
            for minutes in itertools.count(1):
                batch = articles(range(minutes * 20, minutes * 20 + 40), minutes)
                assert write_documents(own, index_prefix, batch, deadline_s=120).refusals == []
                written.append(minutes)
                if stop.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 3:
        assert writer.is_alive()
        time.sleep(0.01)
    before = len(written)
    assert migrate_all(client, index_prefix) == [f"{name}-r1"]
    during = len(written)
    while len(written) < during + 3:
        assert writer.is_alive()
        time.sleep(0.01)
    stop.set()
    writer.join()
    assert before >= 3
    found = versions(client, name)
    expected = {document.id: document.version for document in articles(range(4_000))}
    for minutes in written:
        for document in articles(range(minutes * 20, minutes * 20 + 40), minutes):
            expected[document.id] = max(document.version, expected.get(document.id, 0))
    assert {key: version for key, (version, _) in found.items()} == expected


def test_what_is_written_during_the_copy_is_copied_too(
    client: Elasticsearch, index_prefix: str
) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(1_200), 5))
    late = [*articles([1, 1_100], 6), *articles([9_000], 6)]

    def write(done: int, _total: int) -> None:
        if done == 1_000:
            assert is_writable(client, index_prefix)
            assert write_documents(client, index_prefix, late).refusals == []

    (planned,) = migration.plan_migrations(client, index_prefix)
    migration.migrate(client, planned, write)
    found = versions(client, name)
    assert len(found) == 1_201
    assert {document.id for document in late} == {
        key for key, (_, title) in found.items() if title == "6"
    }


def test_readers_see_each_document_once_while_the_copy_is_made(
    client: Elasticsearch, index_prefix: str
) -> None:
    make_wrong_index(client, index_prefix, articles(range(1_200)))
    readable = alias(index_prefix, "articles")
    client.indices.refresh(index=readable)
    seen = []

    def look(_done: int, _total: int) -> None:
        client.indices.refresh(index=readable)
        seen.append(client.count(index=readable)["count"])

    for planned in migration.plan_migrations(client, index_prefix):
        migration.migrate(client, planned, look)
    assert seen == [1_200] * 6


def test_a_document_that_does_not_fit_leaves_the_old_index_in_place_and_open(
    client: Elasticsearch, index_prefix: str
) -> None:
    def change(body: dict[str, Any]) -> None:
        body["mappings"]["properties"]["revision"] = {"type": "keyword"}

    make_older_index(client, index_prefix, MONTH, change)
    setup.apply(client, index_prefix)
    name = f"{index_prefix}-{MONTH}"
    write_documents(client, index_prefix, articles([1, 2]))
    client.index(index=name, id="odd", document={"title": "odd", "revision": "first"})
    client.indices.refresh(index=name)
    with pytest.raises(MigrationError, match=r"document odd cannot be taken over .*revision"):
        migrate_all(client, index_prefix)
    assert set(client.indices.get(index=f"{index_prefix}-*").body) == {name}
    assert is_writable(client, index_prefix)
    assert len(versions(client, name)) == 3
    assert [each.change for each in setup.plan(client, index_prefix)] == ["rebuild"]


def test_counts_that_differ_leave_the_old_index_in_place_and_open(
    client: Elasticsearch, index_prefix: str
) -> None:
    name = make_wrong_index(client, index_prefix, articles([1, 2]))

    def meddle(_done: int, _total: int) -> None:
        client.delete(index=f"{name}-r1", id="a1")

    (planned,) = migration.plan_migrations(client, index_prefix)
    with pytest.raises(MigrationError, match="it has 2 documents, its copy 1"):
        migration.migrate(client, planned, meddle)
    assert set(client.indices.get(index=f"{index_prefix}-*").body) == {name}
    assert is_writable(client, index_prefix)


def stop_after(client: Elasticsearch, requests: int, stop: Callable[[], object]) -> None:
    """Lets a client call `stop` when it is about to send one more request."""
    send = client.transport.perform_request
    sent = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal sent
        if sent == requests:
            stop()
        sent += 1
        return send(*args, **kwargs)

    client.transport.perform_request = counted  # type: ignore[method-assign]


def migrate_and_die(url: str, prefix: str, requests: int) -> None:
    """Ends this process, as SIGKILL would, when it is about to send one more request."""
    with connect(ElasticsearchConfig(urls=(url,))) as client:
        stop_after(client, requests, lambda: os._exit(9))
        migrate_all(client, prefix)


@pytest.mark.timeout(600)
def test_killed_before_each_of_its_requests_it_is_done_by_the_next_run(
    client: Elasticsearch, index_prefix: str, elasticsearch_url: str
) -> None:
    context = multiprocessing.get_context("fork")
    wrong = 0
    for requests in range(4, 100):
        name = make_wrong_index(client, index_prefix, articles(range(3)))
        before = versions(client, name)
        arguments = elasticsearch_url, index_prefix, requests
        child = context.Process(target=migrate_and_die, args=arguments)
        child.start()
        child.join()
        assert set(versions(client, alias(index_prefix, "articles"))) == set(before)
        planned = {each.change for each in setup.plan(client, index_prefix)}
        wrong += bool(planned & {"finish"})
        migrate_all(client, index_prefix)
        assert versions(client, name) == before
        assert versions(client, alias(index_prefix, "articles")) == before
        assert set(client.indices.get(index=f"{index_prefix}-*").body) == {f"{name}-r1"}
        assert setup.plan(client, index_prefix) == []
        assert is_writable(client, index_prefix)
        client.indices.delete(index=f"{name}-r1")
        if child.exitcode == 0:
            break
    assert child.exitcode == 0
    assert wrong >= 8


@pytest.mark.parametrize(
    ("what", "faults"),
    [("_block", [Fault("drop_after")]), ("_settings", [Fault("drop_before")] * 6)],
    ids=["the block's answer is lost", "the switch cannot be made ready"],
)
def test_what_breaks_before_the_switch_leaves_the_old_index_open(
    client: Elasticsearch, index_prefix: str, elasticsearch_url: str, what: str, faults: list[Fault]
) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(3)))
    (planned,) = migration.plan_migrations(client, index_prefix)
    with fault_proxy(elasticsearch_url) as proxy:
        proxy.faulty, proxy.faults = f"/{name}/{what}", iter(faults)
        with (
            connect(ElasticsearchConfig(urls=(proxy.url,))) as own,
            pytest.raises(TransportError),
        ):
            migration.migrate(own, planned)
    assert set(client.indices.get(index=f"{index_prefix}-*").body) == {name}
    assert is_writable(client, index_prefix)


def test_an_older_build_that_was_restored_is_named_and_left_alone(
    client: Elasticsearch, index_prefix: str
) -> None:
    make_wrong_index(client, index_prefix, articles(range(3)))
    (index,) = migrate_all(client, index_prefix)
    newer = index.replace("-r1", "-r2")
    client.indices.create(index=newer)
    name = f"{index_prefix}-{MONTH}"
    client.indices.update_aliases(
        actions=[
            {"add": {"index": newer, "alias": name}},
            {"remove": {"index": index, "alias": name}},
            {"remove": {"index": index, "alias": alias(index_prefix, "articles")}},
        ]
    )
    assert setup.plan(client, index_prefix) == []
    assert migration.plan_migrations(client, index_prefix) == []
    told = [one.what for one in check_cluster(client, index_prefix) if index in one.what]
    assert len(told) == 1 and newer in told[0]


def test_a_block_that_not_all_shards_confirmed_in_time_ends_the_migration(
    client: Elasticsearch, index_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(3)))
    (planned,) = migration.plan_migrations(client, index_prefix)
    block = client.indices.add_block

    def late(**named: Any) -> dict[str, Any]:
        return block(**named).body | {"acknowledged": False, "shards_acknowledged": False}

    monkeypatch.setattr(client.indices, "add_block", late)
    with pytest.raises(MigrationError, match=f"{name} was left as it is: .* still be writing"):
        migration.migrate(client, planned)
    assert set(client.indices.get(index=f"{index_prefix}-*").body) == {name}
    assert is_writable(client, index_prefix)


def test_an_index_that_cannot_be_opened_for_writing_is_opened_by_the_next_run(
    client: Elasticsearch, index_prefix: str, elasticsearch_url: str
) -> None:
    name = make_wrong_index(client, index_prefix, articles([1, 2]))
    (planned,) = migration.plan_migrations(client, index_prefix)

    def meddle(_done: int, _total: int) -> None:
        client.delete(index=planned.new, id="a1")

    with fault_proxy(elasticsearch_url) as proxy:
        proxy.faulty, proxy.faults = f"/{name}/_settings", iter([Fault("drop_before")])
        with (
            connect(ElasticsearchConfig(urls=(proxy.url,))) as own,
            pytest.raises(TransportError),
        ):
            migration.migrate(own, planned, meddle)
    assert not is_writable(client, index_prefix)
    assert "finish" in {each.change for each in setup.plan(client, index_prefix)}
    assert migration.clean_up(client, index_prefix) == [planned.new]
    assert is_writable(client, index_prefix)


def test_a_cleaning_up_that_is_cut_short_anywhere_is_done_by_the_next_one(
    client: Elasticsearch, index_prefix: str, elasticsearch_url: str
) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(3)))
    (planned,) = migration.plan_migrations(client, index_prefix)

    def stop() -> None:
        raise InterruptedError

    for requests in itertools.count(1):
        migration._create(client, planned)
        client.indices.add_block(index=name, block="write")
        with connect(ElasticsearchConfig(urls=(elasticsearch_url,))) as own:
            stop_after(own, requests, stop)
            try:
                migration.clean_up(own, index_prefix)
                is_done = True
            except InterruptedError:
                is_done = False
        migration.clean_up(client, index_prefix)
        assert set(client.indices.get(index=f"{index_prefix}-*").body) == {name}
        assert is_writable(client, index_prefix)
        if is_done:
            break
    assert requests >= 3


def test_a_half_made_index_that_was_switched_to_meanwhile_is_not_thrown_away(
    client: Elasticsearch, index_prefix: str
) -> None:
    name = make_wrong_index(client, index_prefix, articles([1]))
    (planned,) = migration.plan_migrations(client, index_prefix)
    migration.migrate(client, planned)
    client.indices.put_alias(index=planned.new, name=f"{name}-mine", filter={"match_all": {}})
    migration._throw_away(client, planned.new, planned.parts, [])
    assert len(versions(client, name)) == 1


@pytest.mark.parametrize("hidden", [{"term": {"source": "The Harbour Post"}}, {"match_none": {}}])
@pytest.mark.parametrize("rebuilt", [False, True])
def test_an_index_that_its_operator_hides_from_readers_is_not_half_made(
    client: Elasticsearch, index_prefix: str, hidden: dict[str, Any], rebuilt: bool
) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(3)))
    (index,) = migrate_all(client, index_prefix) if rebuilt else [name]
    client.indices.put_alias(index=index, name=alias(index_prefix, "articles"), filter=hidden)
    assert {each.change for each in setup.plan(client, index_prefix)} <= {"rebuild"}
    assert migration.clean_up(client, index_prefix) == []
    assert len(versions(client, name)) == 3


def test_a_copy_that_another_process_threw_away_is_not_made_again_by_the_server(
    client: Elasticsearch, index_prefix: str
) -> None:
    name = make_wrong_index(client, index_prefix, articles(range(1_200)))
    (planned,) = migration.plan_migrations(client, index_prefix)
    with pytest.raises((MigrationError, NotFoundError)):
        migration.migrate(
            client,
            planned,
            lambda done, _: done == 400 and migration.clean_up(client, index_prefix),
        )
    assert set(client.indices.get(index=f"{index_prefix}-*").body) == {name}
    assert is_writable(client, index_prefix)
    assert len(versions(client, name)) == 1_200
