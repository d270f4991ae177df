"""RecordOutcomes: every URL and file record ends in exactly one named outcome, and is counted."""

from typing import NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics

from schemas.records import Outcome, Reading, Rejected

METRICS = "newsbeam.outcomes"
REFUSED = "refused"
"""The counter of documents that the cluster refused, beside those of the records."""


class Endings(NamedTuple):
    """The places where a record may end."""

    readings: beam.PCollection[Reading]
    rejected: beam.PCollection[Rejected]
    outcomes: beam.PCollection[Outcome]


class RecordOutcomes(beam.PTransform[Endings, beam.PCollection[Outcome]]):
    """Turns every ending into an Outcome; counts them by name under the metrics `METRICS`.

    Bounded or unbounded; keeps no state and no order. A record that ends twice (an article whose
    document the server refuses) has one document in the end: both carry its key, the later wins.
    """

    def expand(self, endings: Endings) -> beam.PCollection[Outcome]:
        """Returns one Outcome for each ending."""
        return (
            (
                endings.readings | "OutcomeOfReading" >> beam.Map(outcome_of_reading),
                endings.rejected | "OutcomeOfRejected" >> beam.Map(outcome_of_rejected),
                endings.outcomes,
            )
            | "FlattenOutcomes" >> beam.Flatten()
            | "CountOutcomes" >> beam.Map(counted).with_output_types(Outcome)
        )


def outcome_of_reading(reading: Reading) -> Outcome:
    """Returns how an article that reached the index ended, and why it has no claims if so."""
    article, placement = reading.placed.article, reading.placed.placement
    if article.revision:
        name, reason = "revised", reading.claims_note
    elif placement.reprint_of:
        name, reason = "reprint", f"near-copy of {placement.reprint_of}"
    else:
        name, reason = "indexed", reading.claims_note
    return Outcome(
        key=article.key,
        origin=article.origin,
        url=article.url,
        outcome=name,  # type: ignore[arg-type]
        step="GroupStories",
        reason=reason,
        article_id=article.article_id,
        at=article.fetched_at,
    )


def outcome_of_rejected(rejected: Rejected) -> Outcome:
    """Returns the outcome of what a step could not take."""
    return Outcome(
        key=rejected.key,
        origin=rejected.origin,
        url=rejected.url,
        outcome="rejected",
        step=rejected.step,
        reason=f"{rejected.error}: {rejected.message}"[:500],
        at=rejected.at,
    )


def counted(outcome: Outcome) -> Outcome:
    """Counts an outcome by its name."""
    Metrics.counter(METRICS, outcome.outcome).inc()
    return outcome


def counted_as_refused(outcome: Outcome) -> Outcome:
    """Counts a refused document: its record, if it is of one, has been counted as it ended."""
    Metrics.counter(METRICS, REFUSED).inc()
    return outcome
