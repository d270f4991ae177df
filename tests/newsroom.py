"""Runs the `newsbeam` command on the example newsroom, and reads what it wrote."""

import dataclasses
import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

from examples.newsroom import NewsSite
from pipeline.cli import main
from schemas.records import Fingerprint
from schemas.stored import stored_fingerprint
from transforms.stories.active_stories import ActiveStories

Documents = dict[str, dict[str, dict[str, Any]]]

# What a poll leaves behind tells of the poll, not of the news.
NEWS = ("articles", "revisions", "claims", "stances", "stories", "outcomes", "rejected")
EXPECTED = json.loads(Path("examples/newsroom/expected.json").read_text(encoding="utf-8"))


def poll(site: NewsSite, folder: Path, *flags: str) -> Documents:
    """Polls each feed of the newsroom once, and returns all documents in `folder`/out."""
    feeds = folder / "feeds.opml"
    feeds.write_text(site.opml, encoding="utf-8")
    sinks = ("--output_dir", str(folder / "out"), "--archive_dir", str(folder / "archive"))
    guards = ("--allow_networks", "127.0.0.0/8", "--host_delay_s", "0")
    assert main(["stream", "--feeds", str(feeds), "--once", *sinks, *guards, *flags]) == 0
    return documents(folder / "out")


def backfill(inputs: Path, out: Path, *flags: str) -> Documents:
    """Reads `inputs` into `out`, and returns all documents there."""
    assert main(["backfill", str(inputs), "--output_dir", str(out), *flags]) == 0
    return documents(out)


def documents(folder: Path) -> Documents:
    """Returns what is in `folder`, by family and `_id`; one line for each id."""
    found: Documents = {family: {} for family in NEWS}
    for path in folder.glob("*.jsonl"):
        family = found.setdefault(path.stem, {})
        for line in path.read_text(encoding="utf-8").splitlines():
            document = json.loads(line)
            assert document["_id"] not in family, f"{path.stem}: {document['_id']} stands twice"
            family[document["_id"]] = document
    return found


def rounded(value: Any) -> Any:
    """Returns `value` with all floats cut to 3 decimals."""
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {name: rounded(part) for name, part in value.items()}
        case list():
            return [rounded(part) for part in value]
        case _:
            return value


def differences(got: Documents, wanted: Documents) -> list[str]:
    """Returns what is not the same in the news of two indices, a line each."""
    lines = []
    for family in NEWS:
        mine, theirs = rounded(got[family]), rounded(wanted[family])
        for name in sorted(mine.keys() | theirs.keys()):
            one, other = mine.get(name, {}), theirs.get(name, {})
            fields = sorted(f for f in one.keys() | other.keys() if one.get(f) != other.get(f))
            lines += [f"{family} {name} {f}: {one.get(f)!r} != {other.get(f)!r}" for f in fields]
    return lines


def stories_by_name(found: Documents, site: NewsSite) -> dict[str, set[str]]:
    """Returns the ids of the stories that the articles of each expected story are in, if seen.

    More than one for some, in about two of five orders of fetching; each tells one in all orders.
    """
    story_of = {article["key"]: article["story_id"] for article in found["articles"].values()}
    stories: dict[str, set[str]] = {}
    for article in EXPECTED["articles"]:
        key = site.url(article["outlet"], article["path"])
        if key in story_of:
            stories.setdefault(article["story"], set()).add(story_of[key])
    return stories


def mixed_stories(stories: dict[str, set[str]]) -> set[str]:
    """Returns the ids of stories that articles of several expected stories ended in."""
    ids = Counter(story_id for one in stories.values() for story_id in one)
    return {story_id for story_id, told in ids.items() if told > 1}


def as_published(found: Documents) -> Documents:
    """Returns the articles as they are grouped when each is fetched as soon as it is published."""
    articles = found["articles"].values()
    placed: dict[str, str] = {}
    for language in sorted({article["fingerprint"]["language"] for article in articles}):
        some = (a for a in articles if a["fingerprint"]["language"] == language)
        merged: dict[str, str] = {}
        for each in ActiveStories(language).place_all(sorted(map(_published, some), key=_time)):
            placed[each.placement.article_id] = each.placement.story_id
            if each.merge:
                merged[each.merge.story_id] = each.merge.into
        placed = {article_id: _last(story_id, merged) for article_id, story_id in placed.items()}
    regrouped = {
        name: {**article, "story_id": placed[article["article_id"]]}
        for name, article in found["articles"].items()
    }
    return {**found, "articles": regrouped}


def _last(story_id: str, merged: dict[str, str]) -> str:
    while story_id in merged:
        story_id = merged[story_id]
    return story_id


def _published(article: dict[str, Any]) -> Fingerprint:
    at = dt.datetime.fromisoformat(article["published_at"])
    return dataclasses.replace(stored_fingerprint(article), fetched_at=at, first_fetched_at=at)


def _time(fingerprint: Fingerprint) -> tuple[dt.datetime, str]:
    return fingerprint.fetched_at, fingerprint.article_id
