"""When a page that its server did not give is asked for once more.

While its entry is pending (`PENDING_MS`): for so long a feed remembers what has not ended.
"""

from schemas.ids import milliseconds
from schemas.records import Fetched
from transforms.times import retry_after_s
from transforms.web.exchanges import may_pass
from transforms.web.http_config import header
from transforms.web.poll_state import PENDING_MS

_FACTOR = 2
_ATTEMPTS_MS = 60_000


def retry_due_ms(fetched: Fetched, times: int, since_ms: int, pause_s: float) -> int | None:
    """Returns when a stream asks again, in milliseconds since 1970; None where it gives up.

    Args:
        fetched: what came of asking. times: how often it failed before.
        since_ms: when its entry came. pause_s: after the first failure; doubled for each other.
    """
    if not may_pass(fetched):
        return None
    asked_s = retry_after_s(header(fetched.headers, "retry-after"), fetched.fetched_at) or 0.0
    pause_ms = int(1000 * max(pause_s * _FACTOR**times, asked_s))
    due_ms = milliseconds(fetched.fetched_at) + pause_ms
    return due_ms if due_ms < since_ms + PENDING_MS else None


def is_due(came_ms: int, failed_ms: int, now_ms: int) -> bool:
    """Tells whether a new run asks again for what failed in an earlier one.

    Each waits for as long as lay between the entry and the failure, less what a run's own attempts
    take, so that runs of every minute ask some ten times.
    """
    waited = now_ms - failed_ms >= failed_ms - came_ms - _ATTEMPTS_MS
    return waited and now_ms < came_ms + PENDING_MS
