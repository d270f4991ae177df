"""Markdown to HTML in a house's style, and the templates that it is set in."""

import email.utils
import functools
import html

import jinja2
from markdown_it import MarkdownIt

from examples.newsroom.content import HERE


def paragraphs(text: str, quotes: str) -> list[str]:
    """Returns Markdown `text` as HTML paragraphs with the house's quote marks."""
    rendered: str = _markdown(quotes).render(text)
    return rendered.strip().split("\n")


def headline(title: str, quotes: str) -> str:
    """Returns `title` as plain text with the house's quote marks."""
    return html.unescape(_markdown(quotes).renderInline(title))


def plain(paragraph: str) -> str:
    """Returns the text of one HTML paragraph."""
    return html.unescape(paragraph.removeprefix("<p>").removesuffix("</p>"))


def fill(template: str, **context: object) -> str:
    """Renders a file of the templates folder; a name that is missing is an error."""
    return _templates().get_template(template).render(**context)


@functools.cache
def _markdown(quotes: str) -> MarkdownIt:
    if quotes == "straight":
        return MarkdownIt("commonmark")
    return MarkdownIt("commonmark", {"typographer": True, "quotes": quotes}).enable("smartquotes")


@functools.cache
def _templates() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    env.filters["rfc822"] = email.utils.format_datetime
    return env
