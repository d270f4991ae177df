"""Work without an end as a restriction: looking at the lists of feeds, and polling one feed.

A call does one step of it. What is split off, deferred and resumed is all that follows.
"""

import dataclasses
from typing import Generic, TypeVar

from apache_beam.io.iobase import RestrictionProgress, RestrictionTracker

from transforms.web.poll_state import PollState


@dataclasses.dataclass(frozen=True, slots=True)
class KnownFeeds:
    """All looks at the lists, for feeds with other names than these, which came out before."""

    names: tuple[str, ...] = ()
    done: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """All polls of a feed from `due_ms` on, in milliseconds since 1970."""

    state: PollState
    due_ms: int = 0
    done: bool = False


Endless = TypeVar("Endless", KnownFeeds, Polling)


class EndlessTracker(RestrictionTracker, Generic[Endless]):
    """Claims one step; what remains is the work that follows it."""

    def __init__(self, work: Endless) -> None:
        self._work: Endless = work
        self._following: Endless | None = None
        self._ended = work.done

    def current_restriction(self) -> Endless:
        return self._work

    def try_claim(self, position: Endless) -> bool:
        """Claims the step that leads to `position`; False once the runner has taken all away."""
        if self._ended or self._following is not None:
            return False
        self._following = position
        return True

    def try_split(self, fraction_of_remainder: float) -> tuple[Endless, Endless] | None:
        """Leaves this call what it claimed, and gives all that follows to a later one."""
        if self._ended:
            return None
        residual = self._following or self._work
        self._ended = True
        self._work = dataclasses.replace(self._work, done=True)
        return self._work, residual

    def check_done(self) -> bool:
        if self._ended or (self._following is not None and self._following.done):
            return True
        raise ValueError("the step was neither claimed nor deferred")

    def current_progress(self) -> RestrictionProgress:
        done = float(self._ended)
        return RestrictionProgress(completed=done, remaining=1.0 - done)

    def is_bounded(self) -> bool:
        return self._work.done
