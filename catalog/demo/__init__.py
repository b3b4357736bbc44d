"""Demonstration data: a municipality of real size, and Durango's PAT 2016 with captures for ``make run``."""
