"""Measured on demand, never a timed test: ``make bench``, or ``python -m benchmarks``."""
