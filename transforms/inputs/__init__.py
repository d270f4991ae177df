"""Files to items and pages: formats, parts to read apart, records, what is wrong with them."""
