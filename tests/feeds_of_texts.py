"""Two small stories as feeds with full texts, for runs that are killed."""

import contextlib
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from tests.beam.test_backfill_resumed import records
from tests.web_servers import Site, site

# Of those long enough to stand without a page.
TEXTS = [record for record in records() if len(record["text"]) > 700][:8]
ARTICLES = len(TEXTS)


def publish(served: Site, number: int, text: dict[str, Any] | None) -> None:
    """Serves a feed of one article, or of none yet."""
    item = ""
    if text is not None:
        body = "".join(f"<p>{escape(part)}</p>" for part in text["text"].split("\n\n"))
        item = (
            f"<item><title>{escape(text['title'])}</title><link>{text['url']}</link>"
            f"<content:encoded>{escape(body)}</content:encoded></item>"
        )
    served.text(
        f"/{number}.rss",
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>Outlet {number}</title>{item}</channel></rss>",
        "application/rss+xml",
    )


@contextlib.contextmanager
def feed_list(folder: Path) -> Iterator[Path]:
    """Serves a feed of one article for each outlet, and gives a list of them."""
    with site() as served:
        lines = []
        for number, text in enumerate(TEXTS):
            publish(served, number, text)
            lines.append(
                f'[[feeds]]\nurl = "{served.url(f"/{number}.rss")}"\nsource = "O{number}"\n'
            )
        listed = folder / "feeds.toml"
        listed.write_text("\n".join(lines), encoding="utf-8")
        yield listed


def ids_in(path: Path) -> set[str]:
    """The ids of a file that is being written; a line may be half there."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return {json.loads(line)["_id"] for line in lines}
