"""The demonstration's own year as a closing: it proves itself, and holds none of its people or of what they typed."""

import re
from pathlib import Path

import pytest

from accounts.models import User
from catalog.demo import durango
from indicators.models import Commitment, Measurement, Observation
from programs.models import FiscalYear
from publishing.document.recomputing import faults_of
from tests.publishing.closed import close

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[3] / "data" / "pat-durango-2016.xlsx"


def test_the_demonstration_is_closed_and_nobody_is_in_it():
    durango.make(SOURCE)
    made = close(FiscalYear.objects.get(year=2016), 9, actor=User.objects.get(username="planeacion"))
    assert faults_of(made.content) == []
    text = made.document_bytes.decode()
    people = [word for user in User.objects.all() for word in (user.username, user.email, user.get_full_name())]
    typed = [
        *Measurement.objects.exclude(justification="").values_list("justification", flat=True),
        *Observation.objects.values_list("text", flat=True),
        *Commitment.objects.values_list("cause", flat=True),
        *Commitment.objects.values_list("action", flat=True),
    ]
    assert len(people) > 10 and len(typed) > 10
    words = {word for word in (*people, *typed) if word}
    assert [word for word in words if re.search(rf"\b{re.escape(word)}\b", text)] == []
