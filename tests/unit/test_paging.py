"""Pages of a search against a scripted client: what has been found does not fail at its end."""

from typing import Any

import pytest
from elastic_transport import ConnectionError as ElasticConnectionError
from elasticsearch import ApiError

from tests.unit.test_bulk import http_error
from transforms.elasticsearch.paging import pages


class ScriptedClient:
    """Has hits for one page and a half, or fails to search; fails to close."""

    def __init__(self, closing: Exception, searching: Exception | None = None) -> None:
        self.closing = closing
        self.searching = searching
        self.left = [{"_id": name, "sort": [name]} for name in "abc"]
        self.closed: list[str] = []

    def open_point_in_time(self, **_: Any) -> dict[str, str]:
        return {"id": "pit"}

    def search(self, *, size: int, **_: Any) -> dict[str, Any]:
        if self.searching:
            raise self.searching
        hits, self.left = self.left[:size], self.left[size:]
        return {"hits": {"hits": hits}, "pit_id": "pit"}

    def close_point_in_time(self, *, id: str) -> None:
        self.closed.append(id)
        raise self.closing


def found(client: ScriptedClient) -> list[str]:
    every = pages(client, "news", size=2, keep_alive="1m")  # type: ignore[arg-type]
    return [hit["_id"] for page in every for hit in page]


@pytest.mark.parametrize("closing", [http_error(404), ElasticConnectionError("gone")])
def test_a_point_in_time_that_is_gone_when_all_is_read_fails_nothing(closing: Exception) -> None:
    client = ScriptedClient(closing)
    assert (found(client), client.closed) == (["a", "b", "c"], ["pit"])


def test_the_failure_of_a_search_is_told_not_that_of_its_end() -> None:
    client = ScriptedClient(http_error(404), searching=http_error(400))
    with pytest.raises(ApiError) as failed:
        found(client)
    assert failed.value.meta.status == 400
