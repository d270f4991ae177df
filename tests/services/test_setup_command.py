"""`newsbeam setup` with each of its flags, and what `newsbeam check` says about it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from pipeline.cli import main
from schemas.documents import document_of
from schemas.index_names import alias
from schemas.templates import Choices
from tests.record_samples import ALL, placed
from tests.seeding import write_documents
from tests.services.conftest import ON_A_SERVER_OF_OUR_OWN
from tests.services.older_cluster import articles, make_older_index, versions
from tests.services.secured_server import SecuredElasticsearch
from transforms.elasticsearch import setup
from transforms.elasticsearch.credentials import PASSWORD, USERNAME
from transforms.elasticsearch.live_templates import choices_of

MONTH = "articles-2026.11"


def _make_wrong_index(client: Elasticsearch, prefix: str) -> None:
    def change(body: dict[str, Any]) -> None:
        body["mappings"]["properties"]["source"] = {"type": "text"}

    make_older_index(client, prefix, MONTH, change)


@pytest.fixture
def wrong_index(client: Elasticsearch, index_prefix: str) -> str:
    """The name of an index that needs a migration, with two documents."""
    _make_wrong_index(client, index_prefix)
    write_documents(client, index_prefix, articles([1, 2]))
    client.indices.refresh(index=f"{index_prefix}-{MONTH}")
    return f"{index_prefix}-{MONTH}"


def test_what_cannot_be_changed_in_place_is_refused_with_its_remedy_and_then_migrated(
    cluster: tuple[str, ...],
    wrong_index: str,
    client: Elasticsearch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused = (
        f"cannot update index {wrong_index}: field source is text, should be keyword; "
        "`newsbeam setup --migrate` mends it"
    )
    for dry_run in (["--dry_run"], []):
        assert main(["setup", *dry_run, *cluster]) == 2
        assert refused in capsys.readouterr().out.splitlines()
    main(["check", *cluster])
    assert refused.removeprefix("cannot update ") in capsys.readouterr().out
    assert main(["setup", "--migrate", "--dry_run", *cluster]) == 0
    line = f"rebuild {wrong_index} as {wrong_index}-r1 (2 documents)"
    assert capsys.readouterr().out.splitlines() == [f"would {line}"]
    before = versions(client, wrong_index)
    assert main(["setup", "--migrate", *cluster]) == 0
    assert line in capsys.readouterr().out.splitlines()
    assert versions(client, wrong_index) == before
    for again in (["--migrate"], ["--migrate", "--dry_run"], []):
        assert main(["setup", *again, *cluster]) == 0
        assert capsys.readouterr().out == "nothing to change\n"


def test_an_index_that_refuses_does_not_keep_the_others_from_being_mended(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def change(body: dict[str, Any]) -> None:
        del body["mappings"]["properties"]["reprint_of"]

    for month in ("articles-2025.10", MONTH):
        make_older_index(client, index_prefix, month, change)
    frozen, other = f"{index_prefix}-articles-2025.10", f"{index_prefix}-{MONTH}"
    client.indices.add_block(index=frozen, block="read_only")
    try:
        assert main(["setup", *cluster]) == 2
        lines = capsys.readouterr().out.splitlines()
        (refused,) = (line for line in lines if frozen in line)
        assert refused.startswith(f"cannot update index {frozen} (mappings.reprint_of): cluster_bl")
        assert "index read-only" in refused
        assert f"update index {other} (mappings.reprint_of)" in lines
    finally:
        client.indices.put_settings(index=frozen, settings={"index.blocks.read_only": None})
    assert main(["setup", *cluster]) == 0


def test_a_migration_that_fails_says_so_in_one_line(
    cluster: tuple[str, ...],
    wrong_index: str,
    client: Elasticsearch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client.indices.create(index=f"{wrong_index}-r1")
    assert main(["setup", "--migrate", *cluster]) == 2
    said = capsys.readouterr().err
    assert "resource_already_exists_exception" in said
    assert said.count("\n") == 1


def test_old_months_go_and_only_when_it_is_meant(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    first = placed().article.first_published_at
    assert first is not None
    old = document_of(placed(article_id="old", first_published_at=first.replace(year=2001)))
    write_documents(client, index_prefix, [old, *(document_of(record) for record in ALL)])
    client.indices.refresh(index=f"{index_prefix}-*")
    line = f"remove {index_prefix}-articles-2001.11 (1 documents)"
    assert main(["setup", "--keep_days", "3650", "--dry_run", *cluster]) == 0
    assert capsys.readouterr().out == f"would {line}\n"
    assert client.indices.exists(index=f"{index_prefix}-articles-2001.11")
    assert main(["setup", "--keep_days", "3650", *cluster]) == 0
    assert capsys.readouterr().out == f"{line}\n"
    assert not client.indices.exists(index=f"{index_prefix}-articles-2001.11")
    assert client.count(index=alias(index_prefix, "articles"))["count"] == 1
    for days in ("0", "-3"):
        assert main(["setup", "--keep_days", days, *cluster]) == 2
        assert capsys.readouterr().err == f"newsbeam: --keep_days {days}: must be from 1 to 36500\n"


def test_what_would_go_or_be_rebuilt_is_counted_also_in_a_bulk_load(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    month = f"{index_prefix}-{MONTH}"
    _make_wrong_index(client, index_prefix)
    assert main(["setup", "--bulk_load", "on", *cluster]) == 2
    old = placed(article_id="old", first_published_at=dt.datetime(2001, 11, 20, tzinfo=dt.UTC))
    write_documents(client, index_prefix, [document_of(old), *articles([1, 2])])
    capsys.readouterr()
    dry_run = ["setup", "--keep_days", "3650", "--migrate", "--dry_run", *cluster]
    assert main(dry_run) == 0
    said = capsys.readouterr().out
    assert f"would remove {index_prefix}-articles-2001.11 (1 documents)\n" in said
    assert f"would rebuild {month} as {month}-r1 (2 documents)\n" in said


def test_check_names_a_closed_index_that_is_still_behind_its_alias(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    write_documents(client, index_prefix, [document_of(record) for record in ALL])
    articles, closed = alias(index_prefix, "articles"), f"{index_prefix}-{MONTH}"
    client.indices.close(index=closed)
    with pytest.raises(BadRequestError, match="index_closed_exception"):
        client.search(index=articles)
    assert main(["check", *cluster]) == 2
    assert f"wrong {closed}: closed, but behind the alias {articles}" in capsys.readouterr().out
    out_of_alias = {"remove": {"index": closed, "alias": articles}}
    client.indices.update_aliases(actions=[out_of_alias])
    assert main(["check", *cluster]) == 0
    file = tmp_path / "a.jsonl"
    fields = {"title": "Bridge", "text": "The old bridge was closed on Friday."}
    file.write_text(json.dumps(fields | {"fetched_at": "2026-01-05T08:00:00Z"}))
    assert main(["backfill", str(file), *cluster]) == 0


@ON_A_SERVER_OF_OUR_OWN
@pytest.mark.parametrize(
    ("allowed", "barred"),
    [("false", MONTH), ("-{}-articles-*,+*", MONTH), ("{}-articles-*,{}-rev*", "claims-all")],
)
def test_check_names_indices_that_cannot_come_into_being(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    allowed: str,
    barred: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    setting = "action.auto_create_index"
    client.cluster.put_settings(persistent={setting: allowed.replace("{}", index_prefix)})
    try:
        assert main(["check", *cluster]) == 2
    finally:
        client.cluster.put_settings(persistent={setting: None})
    (line,) = (line for line in capsys.readouterr().out.splitlines() if setting in line)
    assert f"{index_prefix}-{barred.replace('11', '01')}" in line
    assert f"let it allow {index_prefix}-*" in line
    assert main(["check", *cluster]) == 0


def test_check_names_an_index_that_was_made_read_only(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    write_documents(client, index_prefix, [document_of(record) for record in ALL])
    name = f"{index_prefix}-{MONTH}"
    for block in ("write", "read_only"):
        client.indices.put_settings(index=name, settings={f"index.blocks.{block}": True})
        try:
            assert main(["check", *cluster]) == 2
        finally:
            client.indices.put_settings(index=name, settings={f"index.blocks.{block}": None})
        assert f"wrong {name}: read-only (index.blocks.{block})" in capsys.readouterr().out


def test_check_names_a_template_of_another_that_goes_before_ours(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    name = f"ops-{index_prefix}"
    for priority, status in ((100, 0), (500, 2)):
        client.indices.put_index_template(
            name=name, index_patterns=[f"{index_prefix}-art*"], priority=priority
        )
        try:
            assert main(["check", *cluster]) == status
        finally:
            client.indices.delete_index_template(name=name)
    line = f"wrong index template {name}: goes before ours for {index_prefix}-articles-2026.01"
    assert line in capsys.readouterr().out


def test_a_bulk_load_is_on_until_it_is_off_and_check_says_so(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = "bulk load is on: `newsbeam setup --bulk_load off` ends it"
    assert main(["setup", "--bulk_load", "on", *cluster]) == 0
    assert said in capsys.readouterr().out
    assert main(["setup", *cluster]) == 0
    assert capsys.readouterr().out.splitlines() == ["nothing to change", said]
    assert choices_of(client, index_prefix).bulk_load
    assert main(["check", *cluster]) == 2
    assert f"bulk load of {index_prefix}-* is on" in capsys.readouterr().out
    assert main(["setup", "--bulk_load", "off", *cluster]) == 0
    assert said not in capsys.readouterr().out
    assert main(["check", *cluster]) == 0


def test_languages_are_chosen_once_and_kept(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["setup", "--languages", "fr, de", *cluster]) == 0
    assert choices_of(client, index_prefix) == Choices(languages=("de", "fr"))
    capsys.readouterr()
    assert main(["setup", *cluster]) == 0
    assert capsys.readouterr().out == "nothing to change\n"
    assert main(["setup", "--languages", "none", *cluster]) == 0
    assert choices_of(client, index_prefix) == Choices()
    assert main(["setup", "--languages", "de,klingon", *cluster]) == 2
    assert "--languages: no analyser for the language 'klingon'" in capsys.readouterr().err


def test_an_index_with_the_name_of_an_alias_is_said_before_documents_are_refused(
    cluster: tuple[str, ...],
    client: Elasticsearch,
    index_prefix: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.apply(client, index_prefix)
    name = alias(index_prefix, "articles")
    client.index(index=name, document={"title": "By hand"})
    line = f"{name} is an index, where an alias belongs: rename it or take another --index_prefix"
    article = tmp_path / "a.txt"
    article.write_text("Unemployment fell to 3.9 percent in March.\n")
    try:
        for command in (["setup"], ["setup", "--dry_run"], ["backfill", str(article)]):
            assert main([*command, *cluster]) == 2
            assert capsys.readouterr().err == f"newsbeam: {line}\n"
        assert main(["check", *cluster]) == 2
        assert f"wrong {line}" in capsys.readouterr().out.splitlines()
    finally:
        client.indices.delete(index=name)


def test_a_run_and_its_check_need_no_more_than_the_printed_role(
    secured_elasticsearch: SecuredElasticsearch,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server = secured_elasticsearch
    prefix = "printed-roles"
    flags = ["--elasticsearch_url", server.url, "--ca_certs", server.ca_certs]
    flags += ["--index_prefix", prefix]
    assert main(["setup", "--print_roles", "--index_prefix", prefix]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {f"{prefix}-writer", f"{prefix}-admin"}

    def become(name: str) -> None:
        server.add_user(name, "secret-word", {name: printed[name]})
        monkeypatch.setenv(USERNAME, name)
        monkeypatch.setenv(PASSWORD, "secret-word")

    article = tmp_path / "a.jsonl"
    article.write_text('{"title": "Jobs", "text": "Unemployment fell to 3.9 percent in March."}\n')
    become(f"{prefix}-writer")
    assert main(["backfill", str(article), *flags]) == 2
    assert "run `newsbeam setup` with a user who may" in capsys.readouterr().err
    become(f"{prefix}-admin")
    assert main(["setup", *flags]) == 0
    become(f"{prefix}-writer")
    assert main(["check", *flags]) == 0
    assert main(["backfill", str(article), *flags]) == 0
    assert "1 indexed" in capsys.readouterr().err
    assert main(["backfill", str(article), "--again", *flags]) == 0
    assert "1 repeated" in capsys.readouterr().err
    printed[f"{prefix}-writer"]["indices"][0]["privileges"].remove("maintenance")
    become(f"{prefix}-writer")
    assert main(["check", *flags]) == 2
    lacking = "privileges: the user lacks maintenance on every index of the role"
    assert lacking in capsys.readouterr().out
