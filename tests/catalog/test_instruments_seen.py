"""The instrument that an act cites is read wherever the act is: a table of acts and of the places that show them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts import services as people_services
from accounts.models import Role, User
from accounts.services import Appointment
from catalog.ending import acts as ending
from catalog.ending.consequences import consequences_of
from indicators import services
from indicators.models import Indicator, State
from programs.models import Department
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_user,
    make_year,
    signed_in,
)
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db

TARGET, EXTENSION = "Acta de Cabildo 12 del 03/10/2016", "Oficio DPM/045/2016"
CORRECTION, STAND_IN, END = "Minuta 3 del 11/10/2016", "Oficio PM/123/2016", "Acuerdo 7 del 30/09/2016"

EVERYWHERE = ("/bitacora/", "/bitacora.csv")
SHOWN: dict[str, tuple[str, ...]] = {
    TARGET: (
        *EVERYWHERE,
        "/2016/indicadores/PRE-01-01/?mes=12",
        "/2016/indicadores/PRE-01-01/metas.csv?mes=12",
        "/2016/explicacion/indicador/PRE-01-01/?mes=12",
        "/2016/programas/PRE-01/?mes=12",
        "/2016/catalogo/metas/PRE-01-01/",
        "/2016/cambios/?mes=12",
    ),
    EXTENSION: (*EVERYWHERE, "/2016/calendario/", "/2016/historia/PRE-01-01/9/"),
    CORRECTION: (
        *EVERYWHERE,
        "/2016/historia/PRE-01-01/9/",
        "/2016/correcciones/PRE-01-01/9/",
        "/2016/indicadores/PRE-01-01/?mes=12",
        "/2016/cambios/?mes=12",
    ),
    STAND_IN: (*EVERYWHERE, "/catalogo/dependencias/PRE/", "/catalogo/personas/{liaison}/"),
    END: (*EVERYWHERE, "/catalogo/dependencias/FOM/", "/catalogo/dependencias/"),
}
CASES = [(instrument, place) for instrument, places in SHOWN.items() for place in places]


@pytest.fixture
@shared
def people() -> dict[str, User]:
    program = make_program(make_year())
    made = make_people(program.department)
    indicator = make_indicator(program)
    make_measurement(indicator, 9, 3, 4, State.VALIDATED, by=made["liaison"])
    planning = access_of(made["planning"])
    _adjust(planning, indicator)
    services.grant_extension(
        access=planning,
        period=indicator.fiscal_year.periods.get(month=9),
        department=program.department,
        until=date(2016, 12, 20),
        reason="Cambio de enlace",
        instrument=EXTENSION,
        now=NOW,
    )
    _correct(made["planning"], indicator)
    people_services.appoint(
        access=planning,
        user=made["liaison"],
        appointment=Appointment(
            Role.DIRECTOR, program.department, date(2016, 11, 20), date(2016, 12, 5), made["director"], STAND_IN
        ),
        now=NOW,
    )
    _end(planning)
    return made


def _adjust(access: Any, indicator: Indicator) -> None:
    services.adjust_target(
        access=access,
        indicator=indicator,
        effective_month=10,
        target=Decimal(80),
        reason="Recorte",
        authorized_by="Cabildo",
        instrument=TARGET,
        now=NOW,
    )


def _correct(planning: User, indicator: Indicator) -> None:
    row = indicator.measurements.get(month=9)
    made = {
        "act": "corregir", "version": str(row.version), "numerator": "4", "denominator": "4",
        "reason": "Se contó dos veces", "instrument": CORRECTION,
    }  # fmt: skip
    answer = signed_in(planning).post("/2016/correcciones/PRE-01-01/9/", made, follow=True)
    assert "Se corrigió PRE-01-01" in text_of(answer)
    row.refresh_from_db()
    other = make_user("otra", Role.PLANNING)
    done = services.validate(access=access_of(other), seen={row.pk: row.version}, now=NOW)
    assert not done.refused


def _end(access: Any) -> None:
    works = make_department("FOM", "Fomento")
    day = date(2016, 9, 30)
    ending.end_department(
        access=access,
        department=works,
        ends_on=day,
        merged_into=Department.objects.get(prefix="PRE"),
        instrument=END,
        reason="Se integró",
        hand_over=False,
        seen=consequences_of(works, ends_on=day).token,
        now=NOW,
    )


@pytest.fixture
def readers(people: dict[str, User]) -> Iterator[dict[str, Client]]:
    yield {"planning": signed_in(people["planning"]), "comptroller": signed_in(people["comptroller"])}


def content(answer: Any) -> str:
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8-sig")


@pytest.mark.parametrize("role", ["planning", "comptroller"])
def test_it_is_read_wherever_its_act_is(role: str, readers: dict[str, Client], people: dict[str, User]) -> None:
    keys = {name: person.pk for name, person in people.items()}
    lacking = [
        f"«{instrument}» on {place}"
        for instrument, place in CASES
        if instrument not in content(readers[role].get(place.format(**keys)))
    ]
    assert lacking == []


def test_the_trail_says_who_authorised_a_target_and_with_what(readers: dict[str, Client]) -> None:
    text = content(readers["comptroller"].get("/bitacora/?texto=PRE-01-01"))
    assert f"instrumento: «{TARGET}»" in text and "autoriza: Cabildo" in text


@pytest.mark.parametrize(("role", "says_who"), [("director", True), ("comptroller", True), ("reader", False)])
def test_the_sheet_says_when_and_to_who_may_read_it_by_whom(role: str, says_who: bool, people: dict[str, User]) -> None:
    client = signed_in(people[role])
    told = "03/10/2016, planning" if says_who else "03/10/2016"
    for place in ("/2016/indicadores/PRE-01-01/?mes=12", "/2016/indicadores/PRE-01-01/metas.csv?mes=12"):
        text = content(client.get(place))
        assert told in text and ("03/10/2016, planning" in text) is says_who
