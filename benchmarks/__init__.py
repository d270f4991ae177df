"""Throughput and memory of Newsbeam beside what one would write without it: `make bench`."""
