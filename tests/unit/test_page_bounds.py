"""What one page may cost at the most, as docs/feeds.md states it: 15 s of a core, 400 MB."""

import subprocess
import sys

import pytest

CODE = """
import datetime, resource, sys, time
from transforms.web.file_errors import UnreadableRecord
from transforms.web.html_trees import NoText
from transforms.web.pages import read_page

W, N = "words of a paragraph about a bridge that is closed for weeks. ", 39_000
body = eval(sys.argv[1])
warm = "<p>" + W * 5
for markup in (warm, body):
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.process_time()
    try:
        at = datetime.datetime.now(datetime.UTC)
        read_page(("<html><body>" + markup).encode(), "", "https://a.example/b", at)
    except (NoText, UnreadableRecord):
        pass
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.process_time() - started, peak_mb - before_mb)
"""


@pytest.mark.parametrize(
    "markup",
    [
        '"<div>" * 100_000 + W * 10',
        '"".join(f"<a href=/{n}>{W}</a>" for n in range(N))',
        '("<p>" + "<span>" * 200 + W + "</span>" * 200) * 190',
        '("<div>" * 100 + W + "</div>" * 100) * 390',
        '"".join(f"<p>{W}</p>" for _ in range(N))',
        '"<table>" + "".join(f"<tr><td>{W}<td>b<td>c" for _ in range(N // 4))',
        '"<script type=\'application/ld+json\'>" + "[" * 2_500_000 + "</script><p>" + W * 5',
        "f\"<p class='{'a ' * 2_400_000}'>{W * 5}\"",
    ],
)
def test_the_worst_pages(markup: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, markup], capture_output=True, text=True, check=True
    )
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 15
    assert megabytes < 400
