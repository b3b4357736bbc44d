"""What of an installation is not as it should be: one list of checks, behind three doors.

``manage.py doctor`` asks all of them; ``check --deploy`` those that need the settings alone; the health page whether a
write would fail, and tells no details. Whoever adds a check says in ``CHECKS`` which doors ask it.
"""

from pmd.installation.findings import Check, Door, Finding
from pmd.installation.listed import CHECKS, findings

__all__ = ["CHECKS", "Check", "Door", "Finding", "findings"]
