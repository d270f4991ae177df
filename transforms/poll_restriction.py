"""The polling of one feed as a restriction: what ReadFeeds splits off, defers and resumes."""

import dataclasses

from apache_beam.io.iobase import RestrictionProgress, RestrictionTracker

from transforms.web.poll_state import PollState


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """The restriction: all polls of a feed from `due_ms` on, in milliseconds since 1970."""

    state: PollState
    due_ms: int = 0
    done: bool = False


class PollTracker(RestrictionTracker):
    """Claims one poll; what remains is the polling that follows it."""

    def __init__(self, polling: Polling) -> None:
        self._polling = polling
        self._following: Polling | None = None
        self._ended = polling.done

    def current_restriction(self) -> Polling:
        return self._polling

    def try_claim(self, position: Polling) -> bool:
        """Claims the poll that leads to `position`; False once the runner has taken all away."""
        if self._ended or self._following is not None:
            return False
        self._following = position
        return True

    def try_split(self, fraction_of_remainder: float) -> tuple[Polling, Polling] | None:
        """Leaves this call what it claimed, and gives all that follows to a later one."""
        if self._ended:
            return None
        residual = self._following or self._polling
        self._ended = True
        self._polling = dataclasses.replace(self._polling, done=True)
        return self._polling, residual

    def check_done(self) -> bool:
        if self._ended or (self._following is not None and self._following.done):
            return True
        raise ValueError("the poll was neither claimed nor deferred")

    def current_progress(self) -> RestrictionProgress:
        done = float(self._ended)
        return RestrictionProgress(completed=done, remaining=1.0 - done)

    def is_bounded(self) -> bool:
        return self._polling.done
