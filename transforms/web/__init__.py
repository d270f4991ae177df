"""URLs, HTTP, feeds and pages, without Beam."""
