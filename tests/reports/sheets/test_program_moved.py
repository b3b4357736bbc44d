"""A programme that went to another department says so, with the day, on its sheet."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Role
from catalog.tree import editing, kinds
from tests.catalog.doors import confirm, upload
from tests.catalog.workbooks import row, write_csv
from tests.factories import access_of, make_department, make_indicator, make_program, make_user, make_year

pytestmark = pytest.mark.django_db
AUGUST = datetime(2016, 8, 13, 3, 0, tzinfo=UTC)  # the evening of the 12th in Durango


def test_the_sheet_says_from_where_to_where_and_when(client: Client) -> None:
    program = make_program(make_year(), "PRE-01")
    make_indicator(program)
    officer = make_user("planeacion", Role.PLANNING)
    client.force_login(officer)
    assert "Pasó de" not in client.get("/2016/programas/PRE-01/").content.decode()

    def change(at: datetime, **values: object) -> None:
        program.refresh_from_db()
        editing.change_node(
            access=access_of(officer),
            fiscal_year=program.fiscal_year,
            kind=kinds.PROGRAMS,
            pk=program.pk,
            values=values,
            seen=kinds.state_of(program),
            now=at,
        )

    change(AUGUST, department=make_department("OBR", "Obras Públicas"))
    change(datetime(2016, 9, 1, 18, 0, tzinfo=UTC), name="Otro nombre")
    page = client.get("/2016/programas/PRE-01/").content.decode()
    assert "Pasó de Presidencia Municipal a Obras Públicas el 12/08/2016" in page
    history = client.get("/2016/catalogo/programas/PRE-01/").content.decode()
    assert "Obras Públicas" in history and "12/08/2016" in history


def test_where_it_was_made_is_no_move(client: Client, tmp_path: Path) -> None:
    client.force_login(make_user("planeacion", Role.PLANNING))
    confirm(client, upload(client, write_csv(tmp_path / "catalogo.csv", [row(1)])))
    page = client.get("/2016/programas/PRE-01/").content.decode()
    assert "PRE-01" in page and "Pasó de" not in page
