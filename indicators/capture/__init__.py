"""Filling in a department's month: the grid, its rows, pasting, saving and submitting."""
