"""Files that the product keeps beside its rows: storing them, and those that an act cites."""
