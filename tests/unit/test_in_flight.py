"""Requests under way: how many, which ones together, and what becomes of them when one fails."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.elasticsearch.actions import Action
from transforms.elasticsearch.answers import receipt
from transforms.elasticsearch.bulk import Report
from transforms.elasticsearch.in_flight import InFlight, rounds

_PATIENCE_S = 60


class Entry(NamedTuple):
    action: Action
    turn: int = 0


def entries(names: str) -> list[Entry]:
    return [Entry(Action(index="news", id=name), turn) for turn, name in enumerate(names)]


class Server:
    """Takes a while for each request, and notes what was under way together.

    Attributes:
        wanted: so many requests must be under way once before any of them ends.
    """

    def __init__(self, pause_s: float = 0.01) -> None:
        self.pause_s = pause_s
        self.wanted = 1
        self.met = threading.Event()
        self.lock = threading.Lock()
        self.under_way: Counter[str] = Counter()
        self.requests = 0
        self.most_requests = 0
        self.most_of_one_document = 0
        self.written: list[str] = []

    def write(self, actions: Sequence[Action]) -> Report:
        names = [action.id for action in actions]
        with self.lock:
            self.requests += 1
            self.under_way.update(names)
            self.most_requests = max(self.most_requests, self.requests)
            most = max(self.under_way.values())
            self.most_of_one_document = max(self.most_of_one_document, most)
            if self.requests == self.wanted:
                self.met.set()
        self.met.wait(_PATIENCE_S)
        time.sleep(self.pause_s)
        with self.lock:
            self.under_way.subtract(names)
            self.requests -= 1
            self.written += names
        if "!" in names:
            raise ConnectionError("broken")
        return Report(ends=[receipt(action, "created") for action in actions])


@pytest.fixture
def server() -> Iterator[Server]:
    return Server()


def written(server: Server, batches: list[str], limit: int, wanted: int) -> list[str]:
    server.wanted = wanted
    in_flight: InFlight[Entry] = InFlight(server.write, limit)
    done = [each for batch in batches for each in in_flight.add(entries(batch))]
    done += in_flight.finish()
    in_flight.close()
    return [entry.action.id for each in done for entry in each.entries]


@given(st.text("abcde", max_size=30))
def test_rounds_name_no_document_twice_and_keep_each_ones_order(names: str) -> None:
    split = rounds(entries(names))
    for part in split:
        assert len({entry.action.id for entry in part}) == len(part)
    for name in set(names):
        turns = [entry.turn for part in split for entry in part if entry.action.id == name]
        assert turns == [turn for turn, each in enumerate(names) if each == name]
    assert sorted(entry.turn for part in split for entry in part) == list(range(len(names)))


def test_several_requests_are_under_way_and_no_more_than_allowed(server: Server) -> None:
    batches = [f"{number:x}" for number in range(16)]
    assert sorted(written(server, batches, 3, wanted=3)) == sorted(batches)
    assert server.most_requests == 3


def test_one_document_is_never_under_way_twice(server: Server) -> None:
    batches = ["abc", "de", "cde", "aa", "efa", "a", "b"]
    assert Counter(written(server, batches, 4, wanted=2)) == Counter("".join(batches))
    assert server.most_of_one_document == 1
    assert server.met.is_set()


def test_a_failure_leaves_nothing_under_way(server: Server) -> None:
    server.pause_s = 0.05
    in_flight: InFlight[Entry] = InFlight(server.write, 3)
    with pytest.raises(ConnectionError):
        for batch in ("!", "a", "b"):
            list(in_flight.add(entries(batch)))
        list(in_flight.finish())
    assert server.requests == 0
    # The bundle that is tried again starts with a clean slate.
    assert [len(done.entries) for done in in_flight.add(entries("xyz"))] == []
    assert [len(done.entries) for done in in_flight.finish()] == [3]
    in_flight.close()
