"""Pages as publishers' systems serve them, written for the rules of what is no article.

`mended_by.txt` has the half that the rules were mended by. `held_out.txt` was written before that
and is only for measuring: a rule that fails there is mended by what is general in it, never by
adding the words of the page.

Each page begins with a line `=== name | what it is | language | path`; an article is `article`.
In it stand, for text that every site has:

- `{{nav}}`, `{{foot}}`: a menu and a footer, of links and a line of small print;
- `{{text 2}}`: that many paragraphs of one news text; `{{text 3-5}}`: the third to the fifth;
- `{{cards 6}}`: teasers as `article` elements, with headline and summary;
- `{{links 8}}`: headlines in a list of links.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

_FOLDER = files(__name__)
_PLACE = re.compile(r"\{\{(\w+)(?: (\d+)(?:-(\d+))?)?\}\}")


class ForeignPage(NamedTuple):
    """A page, and what should be said of it: `article`, or the outcome's reason."""

    name: str
    kind: str
    url: str
    markup: str


def pages(half: str) -> tuple[ForeignPage, ...]:
    """Returns the pages of `mended_by` or of `held_out`."""
    return tuple(_page(head, body) for head, body in _sections(f"{half}.txt"))


def _page(head: str, body: str) -> ForeignPage:
    name, kind, language, path = (part.strip() for part in head.split("|"))
    markup = _PLACE.sub(lambda place: _filled(place, language), body)
    return ForeignPage(name, kind, f"https://www.{language}-gazette.example{path}", markup)


def _filled(place: re.Match[str], language: str) -> str:
    first, last = (int(place[2]), int(place[3])) if place[3] else (1, int(place[2] or 0))
    match place[1]:
        case "nav":
            links = "".join(f'<li><a href="/{n}">{n}</a></li>' for n in _names(language))
            return f'<header class="site-header"><nav><ul>{links}</ul></nav></header>'
        case "foot":
            links = " ".join(f'<a href="/about/{n}">{n}</a>' for n in _names(language)[-6:])
            return f'<footer class="site-footer"><p>© 2026 Gazette</p><p>{links}</p></footer>'
        case "text":
            return "\n".join(f"<p>{_cycled(language, at)}</p>" for at in range(first - 1, last))
        case "cards":
            return "\n".join(_card(language, at) for at in range(last))
        case "links":
            heads = (_TEXTS[f"{language} headlines"][at % 8] for at in range(last))
            return "<ul>" + "".join(f'<li><a href="/x">{h}</a></li>' for h in heads) + "</ul>"
        case unknown:
            raise ValueError(f"no such place: {unknown}")


def _card(language: str, at: int) -> str:
    head = _TEXTS[f"{language} headlines"][at % 8]
    return (
        f'<article class="card"><a href="/2026/11/{at}/story"><img src="/{at}.jpg" alt=""></a>'
        f'<h3><a href="/2026/11/{at}/story">{head}</a></h3>'
        f"<p>{head}. {_cycled(language, at)[:110]}…</p></article>"
    )


def _cycled(language: str, at: int) -> str:
    return _TEXTS[language][at % 5]


def _names(language: str) -> list[str]:
    return _TEXTS[f"{language} names"][0].split()


def _sections(name: str) -> Iterator[tuple[str, str]]:
    text = (_FOLDER / name).read_text("utf-8")
    for section in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        head, _, body = section.partition("\n")
        yield head, body


_TEXTS = {head: body.strip().split("\n") for head, body in _sections("texts.txt")}
