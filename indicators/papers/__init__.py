"""Acuses and constancias: what they say, issuing them, reading them."""
