"""Whether a cluster is fit to be written to, and by this user."""

from collections.abc import Iterator

from elasticsearch import AuthorizationException, Elasticsearch

from pipeline.clusters import explain, lacks_privilege, require_names
from pipeline.errors import UsageError
from pipeline.findings import Finding, bad, good
from pipeline.index_checks import check_live, check_new_indices
from transforms.elasticsearch.live_indices import closed_behind_alias
from transforms.elasticsearch.live_templates import choices_of
from transforms.elasticsearch.roles import missing_privileges, writer
from transforms.elasticsearch.setup import plan


def check_cluster(client: Elasticsearch, prefix: str) -> Iterator[Finding]:
    """Yields what was found about privileges, health, templates and live indices.

    Raises:
        elasticsearch.ApiError, elasticsearch.TransportError: the cluster cannot be asked.
    """
    lacking = missing_privileges(client, writer(prefix))
    for line in lacking:
        yield bad(f"privileges: the user lacks {line} (`newsbeam setup --print_roles`)")
    try:
        health = client.cluster.health()
        state = f"cluster {health['cluster_name']}: {health['status']}"
        yield (good if health["status"] != "red" else bad)(state)
        for name, behind in closed_behind_alias(client, prefix):
            yield bad(
                f"{name}: closed, but behind the alias {behind}, where every search fails; "
                "open it, or take it out of the alias"
            )
        yield from check_live(client, prefix)
        yield from check_new_indices(client, prefix)
        yield from _check_templates(client, prefix)
    except AuthorizationException as error:
        if not (lacking and lacks_privilege(error)):
            yield bad(f"cluster: {explain(error)}")


def _check_templates(client: Elasticsearch, prefix: str) -> Iterator[Finding]:
    try:
        require_names(client, prefix)
    except UsageError as error:
        yield bad(str(error))
    differences = plan(client, prefix)
    outdated = [d for d in differences if not d.needs_migration]
    if outdated:
        names = ", ".join(f"{d.name} {_STATES[d.change]}" for d in outdated)
        yield bad(f"templates of {prefix}-*: {names}; run `newsbeam setup`")
    for difference in differences:
        if difference.needs_migration:
            yield bad(str(difference))
    if choices_of(client, prefix).bulk_load:
        yield bad(
            f"bulk load of {prefix}-* is on: nothing new is found by searches, and there are no "
            "replicas; `newsbeam setup --bulk_load off` ends it"
        )
    if not differences:
        yield good(f"templates of {prefix}-*: up to date")


_STATES = {"create": "missing", "update": "outdated", "remove": "unused"}
