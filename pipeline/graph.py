"""The graph: which stage feeds which. Labels are stable, since a running job's upgrade needs them.

ARCHITECTURE.md draws it, and says what each stage does.
Every stage's documents, and what it rejects, go to WriteToElasticsearch and WriteToFiles; those of
a stream whose runner keeps no state, by way of CommitDocuments.
"""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import apache_beam as beam

from pipeline.chosen_models import Models
from pipeline.sinks import Sinks
from schemas.documents import document_of, is_new, replayed_of, unfinished_of
from schemas.memory import MemoryConfig
from schemas.records import (
    Article,
    Document,
    FeedStatus,
    Item,
    Outcome,
    PlacedArticle,
    Reading,
    Rejected,
    Revision,
)
from transforms.archive_pages import ArchivePages
from transforms.classify_stances import ClassifyStances
from transforms.commit_documents import CommitDocuments, documents_at
from transforms.count_stances import CountStances, Said
from transforms.describe_stories import DescribeStories, Told
from transforms.detect_claims import DetectClaims, replaced_texts
from transforms.drop_repeats import DropRepeats
from transforms.elasticsearch.bulk_config import BulkConfig
from transforms.elasticsearch.connection import ElasticsearchConfig
from transforms.elasticsearch.documents import action_of, refused_twice, rejected_of
from transforms.embed_articles import EmbedArticles
from transforms.extract_articles import ExtractArticles, Extracted
from transforms.fetch_pages import FetchPages
from transforms.follow_merges import FollowMerges, Found
from transforms.group_stories import GroupStories
from transforms.inputs.parts import Part
from transforms.link_claims import LinkClaims
from transforms.read_feeds import ReadFeeds
from transforms.read_files import FileConfig, ReadFiles
from transforms.recall_unfinished import RecallUnfinished
from transforms.record_outcomes import (
    Endings,
    RecordOutcomes,
    counted_as_refused,
    outcome_of_rejected,
)
from transforms.stage_documents import StageDocuments
from transforms.web.feed_lists import Feed
from transforms.web.feeds_config import FeedsConfig
from transforms.web.http_config import FetchConfig
from transforms.write_to_elasticsearch import WriteToElasticsearch
from transforms.write_to_files import WriteToFiles


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GraphConfig:
    """What the graph reads, how, and where it writes.

    Attributes:
        feeds, inputs: feeds to poll; files, folders and globs to read.
        feed_lists: the names of the lists that `feeds` came from; a stream follows their changes.
        parts: files, and stretches of them, that are read beside `inputs`.
        items, documents: single items to take in and documents to write, for a replay.
        replayed: the keys of the rejected records that a replay reads anew, with the versions of
            their outcomes: what becomes of them now is written over these.
        fetch: how pages are fetched; None never asks the network, items stand on their summaries.
        fetch_file_items: whether that holds for the items of files, too.
        archive_dir: where what was fetched is kept as WARC; nothing is without `fetch`.
        memory: what earlier runs wrote, None to start without.
        release_s: seconds of event time that elements wait to be put in order; None for bounded
            input, which is ordered as a whole.
        joint_watermark: whether one element estimates the watermark for all of a step, as Prism
            needs it (`transforms.event_times`).
    """

    feeds: tuple[Feed, ...] = ()
    feed_lists: tuple[str, ...] = ()
    polls: FeedsConfig = dataclasses.field(default_factory=lambda: FeedsConfig(once=True))
    inputs: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    files: FileConfig = dataclasses.field(default_factory=FileConfig)
    items: tuple[Item, ...] = ()
    documents: tuple[Document, ...] = ()
    replayed: Mapping[str, int] = dataclasses.field(default_factory=dict)
    fetch: FetchConfig | None = None
    fetch_file_items: bool = False
    archive_dir: str | None = None
    models: Models = dataclasses.field(default_factory=Models)
    memory: MemoryConfig | None = None
    sinks: Sinks = dataclasses.field(default_factory=Sinks)
    release_s: float | None = None
    joint_watermark: bool = False


class Intake(NamedTuple):
    """What came in, and what ended on the way.

    Attributes:
        records: pages and full-text items, to be extracted, each kind by itself: the in-process
            runner holds in memory, whole, what is flattened.
        statuses: the feeds after their polls.
    """

    records: Mapping[str, beam.PCollection[Any]]
    statuses: beam.PCollection[FeedStatus]
    outcomes: beam.PCollection[Outcome]
    rejected: beam.PCollection[Rejected]


class Read(NamedTuple):
    """What the articles say.

    Attributes:
        families: what becomes documents as it is, by its part of a label.
        placed: articles before they are read for claims.
    """

    families: Mapping[str, beam.PCollection[Any]]
    placed: beam.PCollection[PlacedArticle]
    readings: beam.PCollection[Reading]
    outcomes: beam.PCollection[Outcome]
    rejected: beam.PCollection[Rejected]


def build(pipeline: beam.Pipeline, config: GraphConfig) -> None:
    """Wires the whole graph into `pipeline`."""
    intake = take_in(pipeline, config)
    read = read_articles(intake.records, config, unfinished(pipeline, config))
    rejected = (intake.rejected, read.rejected) | "FlattenRejected" >> beam.Flatten()
    ended = (intake.outcomes, read.outcomes) | "FlattenEnded" >> beam.Flatten()
    outcomes = Endings(read.readings, rejected, ended) | "RecordOutcomes" >> RecordOutcomes()
    ledger = {"Feeds": intake.statuses, "Rejected": rejected, "Outcomes": outcomes}
    documents = [
        records | f"DocumentsOf{name}" >> to_documents(config)
        for name, records in {**read.families, **ledger}.items()
    ]
    if config.sinks.commit_dir and config.sinks.elasticsearch:
        soon = dataclasses.replace(config.sinks.bulk, keep_s=config.release_s)
        show(read.placed, config.sinks.elasticsearch, soon)
    documents.append(pipeline | "ReplayDocuments" >> beam.Create(config.documents, reshuffle=False))
    write(committed(documents | "FlattenDocuments" >> beam.Flatten(), config), config.sinks)


def to_documents(config: GraphConfig) -> beam.PTransform[Any, beam.PCollection[Document]]:
    """What makes documents of records; for CommitDocuments, each at the time when it may go on."""
    if config.sinks.commit_dir and config.release_s:
        return documents_at(config.release_s)
    if config.replayed:
        return beam.Map(replayed_of, config.replayed).with_output_types(Document)
    return beam.Map(document_of).with_output_types(Document)


def committed(
    documents: beam.PCollection[Document], config: GraphConfig
) -> beam.PCollection[Document]:
    """Holds documents until all that belongs to them is there, where the runner could lose it."""
    folder, bulk = config.sinks.commit_dir, config.sinks.bulk
    if not folder or not config.release_s:
        return documents
    commit = CommitDocuments(folder, release_s=config.release_s, keep_s=2 * bulk.retry_deadline_s)
    return documents | "CommitDocuments" >> commit


def show(
    placed: beam.PCollection[PlacedArticle], cluster: ElasticsearchConfig, bulk: BulkConfig
) -> None:
    """Wires new articles into the index before they are read for claims, marked as unfinished.

    What the cluster refuses here it refuses once more when it is whole; then it is rejected.
    """
    to_action = functools.partial(action_of, prefix=cluster.index_prefix)
    _ = (
        placed
        | "NewArticles" >> beam.Filter(is_new).with_output_types(PlacedArticle)
        | "UnfinishedDocuments" >> beam.Map(unfinished_of).with_output_types(Document)
        | "ShowUnfinished" >> WriteToElasticsearch(cluster, to_action, bulk)
    )


def take_in(pipeline: beam.Pipeline, config: GraphConfig) -> Intake:
    """Wires all before extraction: feeds, files, single items, and the fetching of pages."""
    joint = config.joint_watermark
    read_feeds = ReadFeeds(
        config.feeds, config.polls, config.memory, config.feed_lists, joint_watermark=joint
    )
    feeds = pipeline | "ReadFeeds" >> read_feeds
    files = pipeline | "ReadFiles" >> ReadFiles(config.inputs, config.files, config.parts)
    singles = pipeline | "ReplayItems" >> beam.Create(config.items, reshuffle=False)
    records, outcomes = {"FilePages": files.pages}, [files.outcomes]
    wanted = [feeds.items, singles]
    if config.fetch_file_items:
        wanted.append(files.items)
    else:
        records["FileItems"] = files.items
    items = wanted | "FlattenItems" >> beam.Flatten()
    if config.fetch is None:
        records["Items"] = items
    else:
        live = config.release_s is not None
        fetch_pages = FetchPages(config.fetch, live=live, joint_watermark=joint)
        fetched = items | "FetchPages" >> fetch_pages
        records |= {"FetchedItems": fetched.items, "FetchedPages": fetched.pages}
        outcomes.append(fetched.outcomes)
        if config.archive_dir:
            exchanges = (feeds.exchanges, fetched.exchanges) | "FlattenExchanges" >> beam.Flatten()
            _ = exchanges | "ArchivePages" >> ArchivePages(config.archive_dir)
    return Intake(
        records=records,
        statuses=feeds.statuses,
        outcomes=outcomes | "FlattenOutcomes" >> beam.Flatten(),
        rejected=(feeds.rejected, files.rejected) | "FlattenUnread" >> beam.Flatten(),
    )


def extract(records: Mapping[str, beam.PCollection[Any]]) -> Extracted:
    """Wires extraction, and flattens what it gives."""
    ends = [kind | f"Extract{name}" >> ExtractArticles() for name, kind in records.items()]
    return Extracted(
        *(
            parts | f"FlattenExtracted{name.title()}" >> beam.Flatten()
            for name, parts in zip(Extracted._fields, zip(*ends, strict=True), strict=True)
        )
    )


def unfinished(
    pipeline: beam.Pipeline, config: GraphConfig
) -> tuple[beam.PCollection[Article], ...]:
    """Wires in what a killed stream has only shown."""
    if not config.sinks.commit_dir or config.memory is None:
        return ()
    return (pipeline | "RecallUnfinished" >> RecallUnfinished(config.memory),)


def read_articles(
    records: Mapping[str, beam.PCollection[Any]],
    config: GraphConfig,
    again: Sequence[beam.PCollection[Article]],
) -> Read:
    """Wires everything from a page, or an article read before, to the stances on its claims."""
    keeps: dict[str, Any] = {"release_s": config.release_s, "memory": config.memory}
    models = config.models
    extracted = extract(records)
    articles = extracted.articles
    if again:
        articles = (articles, *again) | "FlattenAgain" >> beam.Flatten()
    distinct = articles | "DropRepeats" >> DropRepeats(**keeps)
    # Behind a timer a model would hold up the timer's bundle, and run on one worker for each key.
    spread = distinct.articles | "SpreadArticles" >> beam.Reshuffle()
    embedded = spread | "EmbedArticles" >> EmbedArticles(models.embeddings)
    grouped = embedded.embedded | "GroupStories" >> GroupStories(**keeps, model=models.embeddings)
    detected = (
        grouped.placed
        | "SpreadPlaced" >> beam.Reshuffle()
        | "DetectClaims" >> DetectClaims(models.claims)
    )
    found = Found(detected.readings, grouped.merges)
    followed = found | "FollowMerges" >> FollowMerges(**keeps)
    linked = followed.readings | "LinkClaims" >> LinkClaims(**keeps, model=models.embeddings)
    judged = (
        linked.pairs
        | "SpreadPairs" >> beam.Reshuffle()
        | "ClassifyStances" >> ClassifyStances(models.stances)
    )
    said = Said(linked.said, judged.stances)
    counted = said | "CountStances" >> CountStances(**keeps)
    told = Told(followed.readings, grouped.merges)
    stories = told | "DescribeStories" >> DescribeStories(**keeps)
    replaced = detected.readings | "ReplacedTexts" >> beam.FlatMap(
        replaced_texts
    ).with_output_types(Revision)
    revisions = (distinct.revisions, replaced) | "FlattenRevisions" >> beam.Flatten()
    ends = (extracted, embedded, detected, linked, judged)
    rejected = [each.rejected for each in ends] | "FlattenUnreadable" >> beam.Flatten()
    return Read(
        families={
            "Articles": followed.articles,
            "Revisions": revisions,
            "Stances": counted.stances,
            "Claims": counted.counts,
            "Stories": stories,
        },
        placed=grouped.placed,
        readings=detected.readings,
        outcomes=(extracted.outcomes, distinct.outcomes) | "FlattenDropped" >> beam.Flatten(),
        rejected=rejected,
    )


def write(documents: beam.PCollection[Document], sinks: Sinks) -> None:
    """Wires the sinks. What the cluster refuses is written once more, as rejected records."""
    if sinks.staging_dir:
        _ = documents | "StageDocuments" >> StageDocuments(sinks.staging_dir)
        return
    if sinks.output_dir:
        _ = documents | "WriteToFiles" >> WriteToFiles(sinks.output_dir)
    cluster = sinks.elasticsearch
    if cluster is None:
        return
    to_action = functools.partial(action_of, prefix=cluster.index_prefix)

    def sink() -> WriteToElasticsearch:
        return WriteToElasticsearch(cluster, to_action, sinks.bulk)

    written = documents | "WriteToElasticsearch" >> sink()
    rejected = written.rejected | "Refused" >> beam.MapTuple(rejected_of)
    refused = rejected | "RefusedOutcomes" >> beam.Map(outcome_of_rejected)
    counted = refused | "CountRefused" >> beam.Map(counted_as_refused)
    refusals = (
        rejected | "RefusedDocuments" >> beam.Map(document_of),
        counted | "Refusals" >> beam.Map(document_of),
    ) | "FlattenRefused" >> beam.Flatten()
    if sinks.refusals_dir:
        _ = refusals | "StageRefused" >> StageDocuments(sinks.refusals_dir)
        return
    again = refusals | "WriteRefused" >> sink()
    _ = again.rejected | "RefusedTwice" >> beam.MapTuple(refused_twice)
