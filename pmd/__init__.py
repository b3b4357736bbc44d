"""The project: settings, root addresses, and what every page shares."""

__version__ = "0.3.0"
