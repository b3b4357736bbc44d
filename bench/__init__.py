"""Measures what the project promises about its speed, on a database of real size; see docs/benchmarks.md."""
