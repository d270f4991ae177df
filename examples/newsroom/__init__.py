"""A fictional newsroom: twelve outlets, each on its own host, for the demo and the tests."""

from examples.newsroom.site import NewsSite, serve_newsroom

__all__ = ["NewsSite", "serve_newsroom"]
