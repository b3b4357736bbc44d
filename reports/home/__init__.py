"""The first page, and the trail."""
