"""A newsbeam command with a clock on its stages: `python -m benchmarks.sampling OUT.json COMMAND`.

Beam's own execution times leave out what runs in timers, and there story grouping, linking and
counting do their work (2.77, `DoFnOperation.process_timer`). So a thread looks 100 times a second
where the others are, and gives the time since its last look to the stage whose code runs
innermost. Fused stages do not blur: a DoFn that has put an element out is not on the stack.
"""

import json
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from benchmarks.articles import ROOT
from pipeline.cli import main as newsbeam

_INTERVAL_S = 0.01
_STAGES = ROOT / "transforms"
_SHARED = "in_order"
# Imports and the building of the graph.
_BEFORE = frozenset({"<module>", "expand"})
_BEAM, _START = "Beam itself", "Imports and graph"


class Sampler(threading.Thread):
    """Collects `seconds` by stage from `start` until `stop`."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seconds: dict[str, float] = defaultdict(float)
        self._stopped = threading.Event()

    def run(self) -> None:
        before = time.monotonic()
        while not self._stopped.wait(_INTERVAL_S):
            frames = sys._current_frames()
            stage = where(frame for thread, frame in frames.items() if thread != self.ident)
            now = time.monotonic()
            self.seconds[stage] += now - before
            before = now

    def stop(self) -> None:
        """Ends the sampling, and waits for its end."""
        self._stopped.set()
        self.join()


def where(threads: Iterator[FrameType]) -> str:
    """The stage that some thread is in, else Beam, else the start."""
    stacks = [list(_stack(frame)) for frame in threads]
    stages = [stage for stack in stacks for frame in stack if (stage := stage_of(frame))]
    if stages:
        return stages[0]
    names = (frame.f_code.co_filename for stack in stacks for frame in stack)
    return _BEAM if any("apache_beam/runners" in name for name in names) else _START


def stage_of(frame: FrameType) -> str | None:
    """`ExtractArticles` for code of `transforms/extract_articles.py`, None for code elsewhere.

    Code that ordered stages share counts for the stage that it works for.
    """
    path = Path(frame.f_code.co_filename)
    if path == ROOT / "schemas" / "documents.py":
        return "Documents"
    if path.parent != _STAGES or frame.f_code.co_name in _BEFORE:
        return None
    module = path.stem
    if module == _SHARED:
        module = type(frame.f_locals.get("self")).__module__.removeprefix("transforms.")
        if module in (_SHARED, "builtins"):
            return None
    return module.title().replace("_", "")


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """From the innermost frame outwards."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def main() -> int:
    """Runs the command line."""
    out, *arguments = sys.argv[1:]
    sampler = Sampler()
    sampler.start()
    status = newsbeam(arguments)
    sampler.stop()
    Path(out).write_text(json.dumps(sampler.seconds))
    return status


if __name__ == "__main__":
    sys.exit(main())
