"""`python -m examples.newsroom`: serves the newsroom until Ctrl-C."""

import argparse
import sys
import threading
from pathlib import Path

from examples.newsroom.expected import write_expected
from examples.newsroom.site import DEFAULT_PORT, serve_newsroom


def main(argv: list[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m examples.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default: %(default)s")
    parser.add_argument("--opml", type=Path, metavar="FILE", help="write the list of feeds there")
    parser.add_argument("--corrected", action="store_true", help="serve the later edition")
    parser.add_argument("--write_expected", action="store_true", help="renew expected.json, end")
    flags = parser.parse_args(argv)
    if flags.write_expected:
        write_expected()
        return 0
    try:
        with serve_newsroom(flags.port) as site:
            if flags.corrected:
                site.publish_corrections()
            if flags.opml:
                flags.opml.write_text(site.opml, "utf-8")
            sys.stdout.write("".join(f"{feed}\n" for feed in site.feeds))
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        sys.stderr.write(f"port {flags.port}: {error.strerror}; choose another with --port\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
