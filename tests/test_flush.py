"""Tests with real transactions leave an empty database behind, and the guard of the trail in its place."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection

from core import trail
from core.database_rules import RULES
from core.installed_rules import differing_triggers
from core.models import TrailEntry
from tests.factories import make_department


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_each_turn_finds_the_trail_empty_and_guarded(turn: int) -> None:
    assert not TrailEntry.objects.exists()
    assert not differing_triggers(connection, RULES)
    now = datetime(2016, 10, 3, 18, 0, tzinfo=UTC)
    trail.record(subject=make_department(), action="crear", actor=None, at=now, changes={})
    with pytest.raises(DatabaseError, match="bitácora"):
        TrailEntry.objects.all().delete()
