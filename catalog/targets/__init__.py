"""Targets and the borders of lights."""
