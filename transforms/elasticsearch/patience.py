"""Requests that only read, sent again while the cluster is busy or away."""

import tenacity

from transforms.elasticsearch.answers import is_passing

# The client's own retries come at once: an index that has just been made answers 503 for longer.
patiently = tenacity.Retrying(
    retry=tenacity.retry_if_exception(is_passing),
    stop=tenacity.stop_before_delay(120),
    wait=tenacity.wait_random_exponential(multiplier=0.2, max=10),
    reraise=True,
)
"""Calls with pauses that grow, for two minutes; then the last error is raised."""
