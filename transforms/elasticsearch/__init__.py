"""What the stages need of Elasticsearch: connection, bulk writes, templates, lookups."""
