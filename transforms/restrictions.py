"""One coder for the restrictions of all splittable steps.

They must share it. Seen on Flink (runner 2.62): with a coder for each, the restrictions of
ReadFeeds were encoded by the coder of another splittable step; the elements of both have the same
coder, and the runner seems to name what it derives after that alone.
"""

import json
from itertools import chain

from apache_beam.coders import Coder

from transforms.endless_restrictions import KnownFeeds, Polling
from transforms.page_batches import Failed, PagesLeft
from transforms.web.poll_state import PollState

Restriction = KnownFeeds | PagesLeft | Polling


class RestrictionCoder(Coder):
    """JSON, so that a later version reads the savepoint of an earlier one."""

    def encode(self, value: Restriction) -> bytes:
        match value:
            case KnownFeeds():
                return json.dumps(["lists", value.names, value.done]).encode()
            case PagesLeft():
                return json.dumps(["pages", value.places, value.failed]).encode()
            case Polling():
                state = value.state.to_json()
                return json.dumps(["polls", state, value.due_ms, value.done]).encode()

    def decode(self, encoded: bytes) -> Restriction:
        match json.loads(encoded):
            case ["lists", names, done]:
                return KnownFeeds(tuple(names), done)
            case ["pages", places, *failed]:  # none, in a savepoint from before pages failed
                return PagesLeft(tuple(places), tuple(Failed(*one) for one in chain(*failed)))
            case ["polls", state, due_ms, done]:
                return Polling(state=PollState.from_json(state), due_ms=due_ms, done=done)
            case other:
                raise ValueError(f"no restriction: {other}")

    def is_deterministic(self) -> bool:
        return True
