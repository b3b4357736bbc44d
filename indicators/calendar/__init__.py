"""The months of a year: when they open, are due and close, extensions and days off."""
