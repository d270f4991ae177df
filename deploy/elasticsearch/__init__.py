"""A real Elasticsearch for the demo, the tests and CI."""
