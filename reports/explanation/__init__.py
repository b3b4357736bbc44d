"""¿De dónde sale este porcentaje? A figure taken apart into the numbers, months, states and people behind it.

Every explanation adds up by hand to the figure that pages show, has an address that can be shared, and carries the
SHA-256 of the numbers that it was computed from. Those are the same for everybody: drafts count in no scope, so none
is among them, and whoever may not see drafts finds none in the words either.
"""

from reports.explanation.groups import GROUP_KINDS, explain_group, explain_plan
from reports.explanation.indicators import explain_indicator
from reports.explanation.parts import Explanation
from reports.explanation.programs import explain_program

__all__ = ["GROUP_KINDS", "Explanation", "explain_group", "explain_indicator", "explain_plan", "explain_program"]
