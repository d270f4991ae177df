"""URLs, HTTP, feeds, pages and WARC files, without Beam."""
