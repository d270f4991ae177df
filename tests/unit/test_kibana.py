"""What Kibana is given to import holds together, and names only what the indices hold."""

import collections
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from schemas.documents import FAMILIES
from schemas.kibana import SEARCHES, TIMES, Search, ndjson
from schemas.templates import properties

_FIELD = re.compile(r'(\w+): (?:\w+|\*|\([\w ]+\)|"[^"]*")')
# Attributes that every form from 8.19 on has: later ones refuse or lose others.
ATTRIBUTES = {
    "index-pattern": {"title", "name", "timeFieldName", "allowNoIndex", "fieldFormatMap"},
    "search": {
        *("title", "description", "columns", "sort", "grid", "hideChart", "isTextBasedQuery"),
        *("timeRestore", "timeRange", "kibanaSavedObjectMeta"),
    },
    "dashboard": {
        *("title", "description", "panelsJSON", "optionsJSON", "kibanaSavedObjectMeta"),
        *("timeRestore", "timeFrom", "timeTo"),
    },
}


def objects(prefix: str = "news") -> list[dict[str, Any]]:
    return [json.loads(line) for line in ndjson(prefix).splitlines()]


def names(prefix: str) -> set[tuple[str, str]]:
    return {(each["type"], each["id"]) for each in objects(prefix)}


def of_type(kind: str) -> list[dict[str, Any]]:
    return [each for each in objects() if each["type"] == kind]


def field_type(family: str, name: str) -> str:
    return str(properties(family)[name]["type"])


def test_setup_prints_them_without_a_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "--print_kibana", "--index_prefix", "news"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == objects()


def test_there_is_a_data_view_of_each_family_all_searches_and_a_dashboard() -> None:
    counts = collections.Counter(each["type"] for each in objects())
    assert counts == {"index-pattern": len(FAMILIES), "search": len(SEARCHES), "dashboard": 1}
    views = {each["attributes"]["title"]: each["id"] for each in of_type("index-pattern")}
    assert views == {f"news-{family}": f"news-{family}" for family in FAMILIES}


def test_each_refers_to_what_stands_before_it() -> None:
    before: set[tuple[str, str]] = set()
    for each in objects():
        assert {(ref["type"], ref["id"]) for ref in each["references"]} <= before
        assert (each["type"], each["id"]) not in before
        before.add((each["type"], each["id"]))


def test_what_is_named_inside_an_object_is_one_of_its_references() -> None:
    for each in of_type("search"):
        source = json.loads(each["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
        assert [ref["name"] for ref in each["references"]] == [source["indexRefName"]]
    [dashboard] = of_type("dashboard")
    panels = json.loads(dashboard["attributes"]["panelsJSON"])
    wanted = [f"{panel['panelIndex']}:{panel['panelRefName']}" for panel in panels]
    assert [ref["name"] for ref in dashboard["references"]] == wanted
    assert {ref["id"] for ref in dashboard["references"]} == {
        each["id"] for each in of_type("search")
    }


def test_ids_are_of_one_prefix_and_never_change() -> None:
    """An import takes the place of an earlier version's objects by their ids."""
    searches = ("claims", "contested", "denials", "dropped", "failures", "feeds", "originals")
    assert names("news") == {
        *(("index-pattern", f"news-{family}") for family in FAMILIES),
        *(("search", f"news-{name}") for name in (*searches, "rejected", "stories")),
        ("dashboard", "news-overview"),
    }
    assert all("-" not in search.name for search in SEARCHES)
    assert not names("news") & names("news-demo")


def test_attributes_are_those_that_all_forms_have() -> None:
    for each in objects():
        assert set(each["attributes"]) == ATTRIBUTES[each["type"]]
        assert each["coreMigrationVersion"] == "8.8.0"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_data_view_filters_by_the_time_that_analysts_are_told(family: str) -> None:
    [view] = [each for each in of_type("index-pattern") if each["id"] == f"news-{family}"]
    page = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")
    [told] = re.findall(rf"^\| `newsbeam-{family}` \|.*\| `(\w+)` \|$", page, re.MULTILINE)
    assert view["attributes"]["timeFieldName"] == TIMES[family] == told
    assert field_type(family, told) == "date"
    links = json.loads(view["attributes"]["fieldFormatMap"])
    assert {field_type(family, name) for name in links} <= {"keyword"}
    assert ("url" in links) == ("url" in properties(family))


def test_analysts_are_told_of_every_search() -> None:
    page = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")
    _, _, told = page.partition("\n| saved search | what it shows |\n|---|---|\n")
    table, _, _ = told.partition("\n\n")
    assert re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE) == [each.title for each in SEARCHES]


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_a_search_names_fields_of_its_family(search: Search) -> None:
    fields = properties(search.family)
    asked = _FIELD.findall(search.query)
    assert {*search.columns, *search.sort, *asked} <= set(fields)
    assert all(field_type(search.family, name) != "text" for name in search.sort)
    assert TIMES[search.family] not in search.columns, "Discover shows it beside the columns"


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_a_query_means_the_same_in_kql_and_in_lucene(search: Search) -> None:
    """So that a test can ask a real server, which knows no KQL; neither mixes AND with OR here."""
    rest = _FIELD.sub("_", re.sub(r"\bNOT ", "", search.query))
    assert re.fullmatch(r"|_( AND _)*|_( OR _)*", rest)
    inner = re.findall(r"\(([^)]*)\)", search.query)
    assert all(re.fullmatch(r"\w+( OR \w+)*", values) for values in inner)


def test_panels_lie_beside_and_below_each_other() -> None:
    [dashboard] = of_type("dashboard")
    cells: set[tuple[int, int]] = set()
    for panel in json.loads(dashboard["attributes"]["panelsJSON"]):
        place = panel["gridData"]
        columns = range(place["x"], place["x"] + place["w"])
        rows = range(place["y"], place["y"] + place["h"])
        own = {(x, y) for x in columns for y in rows}
        assert columns.stop <= 48
        assert not own & cells
        cells |= own
