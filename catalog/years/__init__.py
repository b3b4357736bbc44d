"""Fiscal years: opening, locking, carrying over, comparing."""
