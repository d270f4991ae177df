"""The graph, its flags and the `newsbeam` command; nothing here transforms a record."""
