"""What came in by files, read once more: for `newsbeam check --ledger INPUT`."""

from pipeline.graph import GraphConfig
from pipeline.slices import parts_of_inputs
from transforms.inputs.archived_feeds import feed_keys_in
from transforms.read_files import FileConfig, records_in


def keys_of_input(name: str) -> set[str]:
    """Returns the keys of an input's records, and of the entries of the feeds in an archive."""
    parts = parts_of_inputs(GraphConfig(inputs=(name,), files=FileConfig()))
    keys = {record.key for part in parts for record in records_in(part, FileConfig())}
    return keys | {key for part in parts for key in feed_keys_in(part)}
