"""What travels through the graph and what the index holds: records, ids, documents, templates."""
