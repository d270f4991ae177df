"""The printed roles on a real server with security: they are enough, and not more than that."""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from elasticsearch import AuthorizationException, Elasticsearch

from pipeline.cluster_checks import check_cluster
from pipeline.index_metrics import read_metrics
from schemas.documents import document_of
from schemas.index_names import alias
from schemas.templates import Choices
from tests.record_samples import ALL, NOON
from tests.seeding import write_documents
from tests.services.conftest import OTHERS
from tests.services.older_cluster import articles, make_older_index, versions
from tests.services.secured_server import ADMIN, ADMIN_PASSWORD, SecuredElasticsearch
from transforms.elasticsearch import migration, roles, setup
from transforms.elasticsearch.answers import NotPermittedError
from transforms.elasticsearch.copying import MigrationError
from transforms.elasticsearch.memory import ElasticsearchMemory
from transforms.elasticsearch.retention import expired, remove_expired

PASSWORD = "only-for-tests"
Role = dict[str, Any]
Who = Callable[[Role], Elasticsearch]


@pytest.fixture(params=["", *OTHERS])
def secured(
    request: pytest.FixtureRequest, secured_servers: Callable[[str], SecuredElasticsearch]
) -> SecuredElasticsearch:
    """A secured server of each version."""
    return secured_servers(request.param)


@pytest.fixture
def root(secured: SecuredElasticsearch) -> Iterator[Elasticsearch]:
    """A client of the user who may do everything."""
    auth = ADMIN, ADMIN_PASSWORD
    with Elasticsearch(secured.url, ca_certs=secured.ca_certs, basic_auth=auth) as client:
        yield client


@pytest.fixture
def prefix(root: Elasticsearch) -> Iterator[str]:
    """A prefix of the test's own."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    setup.remove(root, name)


@pytest.fixture
def user_with(secured: SecuredElasticsearch) -> Iterator[Who]:
    """Gives a client whose user has one role and no other."""
    with contextlib.ExitStack() as stack:

        def make(role: Role) -> Elasticsearch:
            secured.add_user("ann", PASSWORD, {"tested": role})
            client = Elasticsearch(
                secured.url, ca_certs=secured.ca_certs, basic_auth=("ann", PASSWORD)
            )
            return stack.enter_context(client)

        yield make


def without(role: Role, kind: str, privilege: str) -> Role:
    """Returns the role less one privilege."""
    (indices,) = role["indices"]
    left = [each for each in indices["privileges"] if kind != "indices" or each != privilege]
    cluster = [each for each in role["cluster"] if kind != "cluster" or each != privilege]
    return {"cluster": cluster, "indices": [{**indices, "privileges": left}]}


def each_privilege(role: Role) -> list[tuple[str, str]]:
    held = {"cluster": role["cluster"], "indices": role["indices"][0]["privileges"]}
    return [(kind, privilege) for kind, names in held.items() for privilege in names]


def run_and_look_up(client: Elasticsearch, prefix: str) -> None:
    """Does what a run does: checks, writes into months that are not there, looks up."""
    client.cluster.health()
    assert setup.plan(client, prefix) == []
    assert write_documents(client, prefix, [document_of(record) for record in ALL]).refusals == []
    memory = ElasticsearchMemory(client, prefix)
    assert len(list(memory.find("articles", "article_id", ["a1"]))) == 1


def set_up_in_every_way(client: Elasticsearch, prefix: str) -> None:
    """Does what `setup` does with each of its flags; there is an old index to migrate."""
    setup.apply(client, prefix, Choices(bulk_load=True, languages=("de",)))
    setup.apply(client, prefix, Choices(bulk_load=False, languages=("fr",)))
    (planned,) = migration.plan_migrations(client, prefix)
    migration._create(client, planned)
    migration.clean_up(client, prefix)
    migration.migrate(client, planned)
    assert setup.plan(client, prefix) == []
    found = versions(client, f"{prefix}-articles-2026.11")
    assert len(found) == 2
    gone = expired(client, prefix, keep_days=1, now=NOON + dt.timedelta(days=60))
    assert [index.documents for index in gone] == [2]
    remove_expired(client, gone)


def wrong_index(root: Elasticsearch, prefix: str) -> None:
    make_older_index(
        root,
        prefix,
        "articles-2026.11",
        lambda body: body["mappings"]["properties"].update(source={"type": "text"}),
    )
    write_documents(root, prefix, articles([1, 2]))


def test_the_writer_may_do_what_a_run_does(
    root: Elasticsearch, user_with: Who, prefix: str
) -> None:
    setup.apply(root, prefix)
    writer = user_with(roles.writer(prefix))
    assert [finding.what for finding in check_cluster(writer, prefix) if not finding.good] == []
    run_and_look_up(writer, prefix)
    assert set(root.indices.get_alias(name=alias(prefix, "articles")).body) == {
        f"{prefix}-articles-2026.11"
    }
    # A rebuilt index, too, which the writer knows by an alias.
    setup.apply(root, prefix, Choices(languages=("de",)))
    for planned in migration.plan_migrations(root, prefix):
        migration.migrate(root, planned)
    run_and_look_up(writer, prefix)


def test_the_writer_may_do_no_more(root: Elasticsearch, user_with: Who, prefix: str) -> None:
    setup.apply(root, prefix)
    write_documents(root, prefix, articles([1]))
    other = f"{prefix}s-articles-2026.11"
    root.index(index=other, document={"a": 1}, refresh=True)
    name = f"{prefix}-articles-2026.11"
    writer = user_with(roles.writer(prefix))
    forbidden: list[Callable[[], object]] = [
        lambda: writer.indices.delete(index=name),
        lambda: writer.delete(index=name, id="a1"),
        lambda: writer.indices.put_settings(index=name, settings={"index.refresh_interval": "9s"}),
        lambda: writer.indices.put_alias(index=name, name=f"{prefix}-articles-x"),
        lambda: writer.cluster.put_component_template(name=f"{prefix}-common", template={}),
        lambda: writer.indices.delete_index_template(name=f"{prefix}-articles"),
        lambda: writer.search(index=other),
        lambda: writer.index(index=other, document={"a": 2}),
        lambda: writer.cluster.put_settings(persistent={"cluster.routing.rebalance.enable": "all"}),
    ]
    for act in forbidden:
        with pytest.raises(AuthorizationException):
            act()
    root.indices.delete(index=other)


def test_the_metrics_need_no_more_than_the_writers_reading(
    root: Elasticsearch, user_with: Who, prefix: str
) -> None:
    role = roles.writer(prefix)
    (indices,) = role["indices"]
    assert "read" in indices["privileges"]
    reader = user_with({"cluster": [], "indices": [{**indices, "privileges": ["read"]}]})

    def articles_told() -> list[float]:
        told = {each.name: each.samples for each in read_metrics(reader, prefix)}
        return [sample.value for sample in told["newsbeam_articles"]]

    assert articles_told() == [0]
    setup.apply(root, prefix)
    write_documents(root, prefix, [document_of(record) for record in ALL])
    root.indices.refresh(index=f"{prefix}-*")
    assert articles_told() == [1]


def test_the_admin_may_do_what_setup_does(root: Elasticsearch, user_with: Who, prefix: str) -> None:
    wrong_index(root, prefix)
    set_up_in_every_way(user_with(roles.admin(prefix)), prefix)


def test_the_admin_may_do_nothing_to_the_indices_of_others(
    root: Elasticsearch, user_with: Who, prefix: str
) -> None:
    other = f"{prefix}s-articles-2026.11"
    root.index(index=other, document={"a": 1}, refresh=True)
    admin = user_with(roles.admin(prefix))
    for act in (admin.indices.delete, admin.search, admin.indices.get_mapping):
        with pytest.raises(AuthorizationException):
            act(index=other)
    root.indices.delete(index=other)


@pytest.mark.parametrize(("kind", "privilege"), each_privilege(roles.writer("any")))
def test_each_privilege_of_the_writer_is_needed_and_named_where_it_is_missing(
    root: Elasticsearch, user_with: Who, prefix: str, kind: str, privilege: str
) -> None:
    setup.apply(root, prefix)
    role = roles.writer(prefix)
    client = user_with(without(role, kind, privilege))
    whole = kind == "cluster"
    expected = [f"cluster {privilege}" if whole else f"{privilege} on every index of the role"]
    assert roles.missing_privileges(client, role) == expected
    said = [finding.what for finding in check_cluster(client, prefix) if not finding.good]
    assert [
        f"privileges: the user lacks {line} (`newsbeam setup --print_roles`)" for line in expected
    ] == said
    with pytest.raises((AuthorizationException, NotPermittedError, AssertionError)):
        run_and_look_up(client, prefix)


@pytest.mark.parametrize(("kind", "privilege"), each_privilege(roles.admin("any")))
def test_each_privilege_of_the_admin_is_needed(
    root: Elasticsearch, user_with: Who, prefix: str, kind: str, privilege: str
) -> None:
    wrong_index(root, prefix)
    client = user_with(without(roles.admin(prefix), kind, privilege))
    with pytest.raises((AuthorizationException, MigrationError)):
        set_up_in_every_way(client, prefix)


def test_nothing_is_said_about_privileges_where_security_is_off(client: Elasticsearch) -> None:
    assert roles.missing_privileges(client, roles.writer("news")) == []
