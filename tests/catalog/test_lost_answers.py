"""The answer to COMMIT is lost 25 times: what the database has, the store has too."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from catalog.models import CatalogImport
from core.kept_files import fault_of
from indicators.models import Evidence
from indicators.models.evidence import evidence_storage
from tests.catalog.workbooks import row, write_csv
from tests.indicators.sample_files import pdf, upload
from tests.indicators.town import make_town
from tests.support.database_proxy import behind_proxy

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("kept_files"),
]
UPLOADS, IMPORTS = 20, 5


@pytest.fixture(autouse=True)
def _only_where_there_is_a_line() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is a file: no answer travels")


def test_uploads_and_imports_whose_commit_is_never_answered_lose_no_file(client: Any, tmp_path: Path) -> None:
    town = make_town(1)
    planning = town.people["planning"]
    client.raise_request_exception = False
    client.force_login(town.people["liaison"])
    answers = []
    with behind_proxy() as proxy:
        for number in range(UPLOADS):
            proxy.is_armed = True
            fields: dict[str, Any] = {"act": "subir", "indicators": [town.indicators[0].pk]}
            fields["file"] = upload(pdf(str(number)), f"acta {number}.pdf")
            answers.append(client.post("/2016/captura/PRE/9/evidencia/", fields).status_code)
        client.force_login(planning)
        for number in range(IMPORTS):
            path = write_csv(tmp_path / f"{number}.csv", [row(number + 2, Plan=town.year.plan.name)])
            with path.open("rb") as file:
                preview = client.post(reverse("catalog:import"), {"file": file})["Location"]
            proxy.is_armed = True
            answers.append(client.post(preview, {"act": "confirmar"}).status_code)
        proxy.is_armed = False
        assert proxy.swallowed == UPLOADS + IMPORTS
    storage = evidence_storage()
    kept = [(file.file.name, file.sha256, file.size) for file in Evidence.objects.all()]
    kept += [(record.file.name, record.sha256, record.size) for record in CatalogImport.objects.all()]
    assert Evidence.objects.count() == UPLOADS and CatalogImport.objects.count() == IMPORTS
    assert [fault_of(storage, name, sha256=sha, size=size) for name, sha, size in kept] == [""] * len(kept)
    assert answers == [302] * (UPLOADS + IMPORTS), "the rows are there, and the person is told so"
