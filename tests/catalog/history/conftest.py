"""The year and the people of ``tests/indicators/migrated``."""

from tests.indicators.migrated.conftest import people, planning, year

__all__ = ["people", "planning", "year"]
