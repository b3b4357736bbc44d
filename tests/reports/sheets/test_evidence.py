"""The files of an indicator's figures on its sheet: by name, for those who may see them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators import services
from indicators.models import Evidence
from tests.factories import NOW, access_of
from tests.indicators.sample_files import upload
from tests.indicators.town import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Any, settings: Any) -> Town:
    settings.STORAGES = settings.STORAGES | {
        "evidence": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    made = make_town(2)
    services.attach_evidence(
        access=access_of(made.people["liaison"]),
        period=made.period(9),
        indicator_ids=[row.pk for row in made.indicators],
        file=upload(),
        name="Acta de septiembre.pdf",
        now=NOW,
    )
    return made


@pytest.mark.parametrize(
    ("role", "sees"),
    [("liaison", True), ("director", True), ("planning", True), ("comptroller", True), ("reader", False)],
)
def test_who_sees_drafts_reads_the_names(client: Client, town: Town, role: str, sees: bool) -> None:
    client.force_login(town.people[role])
    text = client.get(reverse("reports:indicator", args=[2016, "PRE-01-01"])).content.decode()
    address = reverse("indicators:evidence", args=[Evidence.objects.get().pk])
    assert (f'<a href="{address}">Acta de septiembre.pdf</a>' in text) == sees


def test_a_month_that_only_has_a_file_is_not_captured(client: Client, town: Town) -> None:
    client.force_login(town.people["liaison"])
    page = client.get(reverse("reports:indicator", args=[2016, "PRE-01-01"])).context["page"]
    assert page.months[8].state == "sin captura"
    assert [file.name for file in page.months[8].evidence] == ["Acta de septiembre.pdf"]
    assert not any(month.evidence for month in page.months[:8])
