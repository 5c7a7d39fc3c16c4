"""Benchmarks: not part of the service and not of its tests; see README.md."""
