"""What staff read with a personal token: the same figures as the pages, as tables in JSON and CSV (docs/api.md)."""
