"""A command whose output nobody reads any more (`| head`) ends without a word, as Unix tools do."""

import os
import select

_STANDARD = (1, 2)


def nobody_reads(error: BaseException) -> bool:
    """Tells whether what failed is a write to standard output or error, since its reader is gone.

    Connections fail with the same error, for which Python ignores SIGPIPE; see its note on it,
    https://docs.python.org/3/library/signal.html#note-on-sigpipe.
    """
    if isinstance(error, SystemExit):  # what rich makes of it, when standard output is dropped
        return isinstance(error.__context__, BrokenPipeError)
    return isinstance(error, BrokenPipeError) and any(map(_has_no_reader, _STANDARD))


def drop_output() -> None:
    """Sends nowhere what is not yet written: Python tries it at its end, and says so."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in filter(_has_no_reader, _STANDARD):
        os.dup2(nowhere, number)
    os.close(nowhere)


def _has_no_reader(number: int) -> bool:
    poll = select.poll()
    poll.register(number, 0)  # errors are told all the same
    return bool(poll.poll(0))
