"""The first afternoon of a municipality: which steps remain, from what is in the database."""
