"""Why an act was refused: each a sentence for the person; nothing was written then."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.refusals import NotAllowed, ServiceError

__all__ = ["MonthNotOpen", "NotAllowed", "NotDue", "NotReady", "Problem", "ServiceError"]


class MonthNotOpen(ServiceError):
    """The month does not take captures now."""


class NotDue(ServiceError):
    """The indicator is not asked for in that month."""


class NotReady(ServiceError):
    """The month cannot be submitted: ``problems`` says what each indicator (by id) lacks, field by field.

    ``pending`` are the indicators that nobody worked on: nothing captured, or returned and not corrected.
    """

    def __init__(self, problems: Mapping[int, Sequence["Problem"]], pending: Collection[int]) -> None:
        super().__init__("Hay capturas a las que les falta algo.")
        self.problems = problems
        self.pending = frozenset(pending)


@dataclass(frozen=True, slots=True)
class Problem:
    """What one field of one capture lacks before it can be submitted."""

    field: str
    message: str
