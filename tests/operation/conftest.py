"""The installation on which the pages' commands are typed: that of the tests of backups, in order for doctor."""

from tests.pmd.backups.conftest import town
from tests.pmd.in_order import in_order

__all__ = ["in_order", "town"]
