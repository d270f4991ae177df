"""Beam's own local runner, for the demo, the tests and CI."""
