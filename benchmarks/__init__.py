"""Figures, reproducible by command: `make bench`, or `python -m benchmarks --help`."""
