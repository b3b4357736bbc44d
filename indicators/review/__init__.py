"""Reviewing a department's month: validating, returning, corrections and commitments."""
