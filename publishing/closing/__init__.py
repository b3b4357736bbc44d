"""Closing a month and rectifying it: what lacks, the act, and planning's pages."""
