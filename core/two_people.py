"""What one person asks for and another one confirms, as the constraint that each such table has."""

from django.db.models import CheckConstraint, F, Q


def two_people(
    name: str, sentence: str, *, asked_by: str = "asked_by", confirmed_by: str = "confirmed_by"
) -> CheckConstraint:
    """The database takes no confirmation by whoever asked; ``sentence`` is what forms say then."""
    return CheckConstraint(
        condition=Q(**{f"{confirmed_by}__isnull": True}) | ~Q(**{confirmed_by: F(asked_by)}),
        name=name,
        violation_error_message=sentence,
    )
