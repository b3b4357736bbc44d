"""Contraloría's sample: figures drawn by lot, which anybody draws again, with the file that supports each of them."""
