"""The `newsbeam` command."""

import argparse
import contextlib
import importlib
import logging
import signal
import sys
import traceback
from collections.abc import Sequence

from pipeline.closed_output import drop_output, nobody_reads
from pipeline.errors import UsageError
from pipeline.interrupts import INTERRUPTS, leave
from pipeline.said import say

COMMANDS = {
    "demo": "a real Elasticsearch, the example news site, one full pass, a summary to read",
    "stream": "poll feeds until stopped; --once polls each feed one time and ends",
    "backfill": "read files, folders and globs: JSON Lines, WARC, HTML, feeds, text, .gz of each",
    "setup": "put templates into Elasticsearch and bring indices to them (--dry_run: say how)",
    "replay": "send rejected records through the graph once more",
    "check": "configuration, cluster, models, feeds: what is wrong and how to mend it",
    "metrics": "what the index tells of feeds and outcomes, printed or served for Prometheus",
    "classify": "JSON Lines on standard input to JSON Lines on standard output",
    "evaluate": "what a model is worth on labelled JSON Lines: metrics, worst errors, a plot",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; without `argv` that of the process, which an interrupt ends here.

    Returns:
        0 done; 1 done, but more records were rejected than --max_rejected; 2 wrong flags or
        configuration; 3 not done, for a reason that only the traceback tells; 129, 130 or
        143 interrupted; 141 nobody reads its output any more, or what it has to say.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    _set_up_logging()
    INTERRUPTS.hear()
    try:
        status = _status_of(arguments)
    except (BrokenPipeError, SystemExit) as error:
        if not nobody_reads(error):
            raise
        drop_output()
        status = 128 + signal.SIGPIPE
    if INTERRUPTS.heard and argv is None:
        leave(status)
    return status


def _status_of(arguments: list[str]) -> int:
    """Runs one command, and says why it was not done."""
    try:
        return _written_out(arguments)
    except UsageError as error:
        say(f"newsbeam: {error}")
        return 2
    except BaseException as error:
        if nobody_reads(error):
            raise
        goes_on = _GOES_ON if arguments[:1] == ["backfill"] else ""
        if INTERRUPTS.heard:
            with contextlib.suppress(OSError):  # its terminal has gone
                say(f"newsbeam: interrupted{goes_on}")
            return 128 + INTERRUPTS.heard
        if not isinstance(error, Exception):
            raise
        # Python's own status for it is 1, which would say that all was done.
        traceback.print_exc()
        say(f"newsbeam: failed, as told above{goes_on}")
        return 3


_GOES_ON = "; the same command goes on from what is done"


def _written_out(arguments: list[str]) -> int:
    """Runs one command; what it printed is written when it ends, and not only when Python does."""
    try:
        return _dispatch(arguments)
    finally:
        print(end="", flush=True)  # noqa: T201


def _set_up_logging() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Drops what Beam and Prism say of every graph.

    And what they say of Flink's flags, which only the job server knows: other unknown ones are
    refused before. What a dying Prism prints has no level, and stays.
    """
    chatter = record.name == "PrismRunner" and record.levelno < logging.WARNING
    return not chatter and not str(record.msg).startswith(_ALWAYS_SAID)


_ALWAYS_SAID = (
    *("This output type hint", "This input type hint", "apitools not found"),
    *("Unparseable argument", "Really starting service", "empty transform"),
)


def _dispatch(arguments: list[str]) -> int:
    parser = _Parser(prog="newsbeam", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, what in COMMANDS.items():
        # Only the command that runs is imported: Beam and the models take seconds.
        chosen = arguments[:1] == [name]
        command = commands.add_parser(name, help=what, description=what, allow_abbrev=False)
        if chosen:
            module = importlib.import_module(f"pipeline.commands.{name}")
            module.add_flags(command)
            args, rest = parser.parse_known_args(arguments)
            return int(module.run(args, rest))
    parser.parse_args(arguments)
    parser.print_help()
    return 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of printing the whole usage."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message} (see {self.prog} --help)")
