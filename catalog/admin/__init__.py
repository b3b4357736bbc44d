"""The Django admin of planning: to look at and to search, and one form that captures."""

from catalog.admin import accounts, catalogue, measurements  # noqa: F401  # they register their lists
