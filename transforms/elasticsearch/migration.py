"""Rebuilds an index whose mapping cannot be changed in place: copied, counted, then switched.

The copy hides behind a filter of the family's alias, so that readers see each document once. While
what was written meanwhile is copied and counted, the old index takes no writes (writers wait and
try again). One atomic request then removes the old index and gives its name to the new one as an
alias, which is why writers notice nothing: external versions work through it.

Killed at any point, the same call begins anew. What is half made is known by the hiding filter; a
copy goes only when the old index is open again, since nothing else tells that it may not be. The
mark, an alias that the copy is written through, is taken away first, so that no late writer and no
switch of another process can use it.
"""

import contextlib
import dataclasses
from collections.abc import Collection
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from schemas.index_names import IndexName
from schemas.templates import Choices
from transforms.elasticsearch.copying import MigrationError, Progress, checkpoint, copy, count
from transforms.elasticsearch.live_indices import HIDDEN, LiveIndex, is_hidden, live_indices
from transforms.elasticsearch.live_templates import choices_of, modules
from transforms.elasticsearch.setup import compare_live

# Less than a request may take.
_REPLICAS_WITHIN = "50s"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """An index that needs rebuilding, and what replaces it.

    Attributes:
        parts: what the name of `old` says.
    """

    old: str
    new: str
    parts: IndexName
    documents: int

    def __str__(self) -> str:
        return f"rebuild {self.old} as {self.new} ({self.documents:,} documents)"


def plan_migrations(
    client: Elasticsearch, prefix: str, choices: Choices | None = None
) -> list[Migration]:
    """Returns what is to be migrated; changes nothing.

    Args:
        choices: None for those that the cluster was set up with.
    """
    choices, available = choices or choices_of(client, prefix), modules(client)
    return [
        _migration(client, index)
        for index in live_indices(client, prefix)
        if index.in_use and compare_live(index, available, choices).conflicts
    ]


def clean_up(client: Elasticsearch, prefix: str) -> list[str]:
    """Throws away what a migration that was cut short left; opens the old indices for writing.

    Returns:
        The names of the half-made indices that are gone.
    """
    found = list(live_indices(client, prefix))
    half_made = [index for index in found if index.half_made]
    for index in half_made:
        written = index.parts.write_name
        old = [
            each.name for each in found if each.parts.write_name == written and not each.half_made
        ]
        _throw_away(client, index.name, index.parts, old)
    return [index.name for index in half_made]


def migrate(
    client: Elasticsearch,
    migration: Migration,
    progress: Progress = lambda done, total: None,
) -> None:
    """Does what the module's docstring says for one index; the templates must be up to date.

    Raises:
        MigrationError: a document does not fit the new mapping, the counts differ, or the cluster
            was too slow.
        elasticsearch.ApiError, elasticsearch.TransportError: the cluster refused or went away. From
            the copy nothing is left; where the cluster did not answer the switch or the cleaning
            up, the next call finds out how it ended.
    """
    patient = client.options(
        max_retries=5, retry_on_timeout=True, retry_on_status=(429, 502, 503, 504)
    )
    with contextlib.ExitStack() as undo:
        _create(client, migration)
        undo.callback(_throw_away, client, migration.new, migration.parts, [migration.old])
        mark = _mark(migration.new)
        copied = checkpoint(patient, migration.old)
        copy(patient, migration.old, mark, progress)
        _wait_for_replicas(patient, migration)
        _block_writing(client, migration.old)
        copy(patient, migration.old, mark, above=copied)
        _check_counts(patient, migration)
        switch = _switch(patient, migration)
        try:
            client.indices.update_aliases(actions=switch)
        except ApiError as error:
            if error.meta.status >= 500:
                undo.pop_all()
            raise
        except BaseException:
            # It may have been done: only the cluster knows, and the next call asks it.
            undo.pop_all()
            raise
        undo.pop_all()


def _migration(client: Elasticsearch, index: LiveIndex) -> Migration:
    client.indices.refresh(index=index.name)  # while a bulk load is on, nothing else does
    return Migration(
        old=index.name,
        new=index.parts.next_build,
        parts=index.parts,
        documents=count(client, index.name),
    )


def _mark(new: str) -> str:
    return f"{new}-copying"


def _create(client: Elasticsearch, migration: Migration) -> None:
    # The aliases of a request win over those of the template.
    aliases: dict[str, Any] = {
        migration.parts.family_alias: {"filter": HIDDEN},
        _mark(migration.new): {},
    }
    client.indices.create(
        index=migration.new, aliases=aliases, settings={"index.refresh_interval": "-1"}
    )


def _block_writing(client: Elasticsearch, index: str) -> None:
    answer = client.indices.add_block(index=index, block="write")
    # Else there may be writes on their way, which a copy made now would miss.
    if not answer["shards_acknowledged"]:
        raise MigrationError(
            f"{index} was left as it is: not all of its shards said in time that nobody writes to "
            "it, so some may still be writing; try again when the cluster is less busy"
        )


def _check_counts(client: Elasticsearch, migration: Migration) -> None:
    client.indices.refresh(index=migration.new)
    old, new = (count(client, name) for name in (migration.old, migration.new))
    if old != new:
        raise MigrationError(
            f"{migration.old} was left as it is: it has {old:,} documents, its copy {new:,}; "
            "were some deleted meanwhile? then try again"
        )


def _wait_for_replicas(client: Elasticsearch, migration: Migration) -> None:
    """The old index may have replicas; the new one goes without none of its own."""
    health = client.cluster.health(
        index=migration.new, wait_for_no_initializing_shards=True, timeout=_REPLICAS_WITHIN
    )
    if health["timed_out"]:
        raise MigrationError(
            f"{migration.old} was left as it is: the replicas of its copy were not ready within "
            f"{_REPLICAS_WITHIN}"
        )


def _switch(client: Elasticsearch, migration: Migration) -> list[dict[str, Any]]:
    """Makes the new index ready; returns the actions that put it in the place of the old one."""
    interval = client.indices.get_settings(index=migration.old, flat_settings=True)
    wanted = interval[migration.old]["settings"].get("index.refresh_interval")
    client.indices.put_settings(index=migration.new, settings={"index.refresh_interval": wanted})
    # The family's, too, as the old index had it: without the filter that hides the new one.
    aliases: dict[str, Any] = {
        migration.parts.family_alias: {},
        **client.indices.get_alias(index=migration.old)[migration.old]["aliases"],
        migration.parts.write_name: {},
    }
    return [
        {"remove": {"index": migration.new, "alias": _mark(migration.new), "must_exist": True}},
        *(
            {"add": {"index": migration.new, "alias": name, **body}}
            for name, body in aliases.items()
        ),
        {"remove_index": {"index": migration.old}},
    ]


def _throw_away(client: Elasticsearch, new: str, parts: IndexName, old: Collection[str]) -> None:
    """Opens `old` for writing and removes `new`, unless that was switched to meanwhile.

    Each step waits for the one before, so that what fails is found, and done, by the next call.
    """
    quiet = client.options(ignore_status=404)
    # Without its mark it was switched to, is gone, or was left by a call that was cut short.
    remove_mark = {"remove": {"index": new, "alias": _mark(new), "must_exist": True}}
    quiet.indices.update_aliases(actions=[remove_mark])
    for name in old:
        quiet.indices.put_settings(index=name, settings={"index.blocks.write": None})
    shown = quiet.indices.get_alias(index=new).body
    if is_hidden(shown.get(new, {}).get("aliases", {}), parts):
        quiet.indices.delete(index=new)
