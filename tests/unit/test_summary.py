"""What the demo shows of claims is what their counts say."""

from typing import Any

from pipeline.run import Run
from pipeline.summary import claims_table, outcomes_table


def stance(source: str, label: str, **marks: bool) -> dict[str, Any]:
    return {"claim_id": "c", "source": source, "label": label} | {
        "current": marks.get("current", True),
        "uncertain": marks.get("uncertain", False),
    }


def test_outlets_are_those_that_the_counts_are_of() -> None:
    claim = {"claim_id": "c", "text": "The dam is safe.", "source": "Courier", "score": 0.9}
    said = [
        stance("Courier", "supports"),  # its own claim
        stance("Mail", "supports"),
        stance("Post", "denies"),
        stance("Lantern", "denies", uncertain=True),
        stance("Radio", "denies", current=False),
    ]
    table = claims_table([claim | {"supporting": 1, "denying": 1}], said)
    rows = list(zip(*(column.cells for column in table.columns), strict=True))
    assert rows == [("The dam is safe.", "Courier", "Mail", "Post")]


def test_records_are_counted_and_not_the_documents_that_the_cluster_refused() -> None:
    table = outcomes_table([Run(outcomes={"indexed": 2, "refused": 5}, seconds=1.0)] * 2)
    assert str(table.title).startswith("Outcomes: 4 records in 2 s")
    assert table.row_count == 1
