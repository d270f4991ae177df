"""URLs, HTTP, feeds, pages and input files; of Beam only its file systems."""
