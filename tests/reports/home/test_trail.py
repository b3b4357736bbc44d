"""La bitácora: who reads what of it, how it is searched, and that it takes a fixed number of queries."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from accounts.acts import MembershipAct
from accounts.models import Role
from catalog.acts import CatalogueAct
from core import seals, trail
from core.models import TrailEntry
from indicators.acts import FigureAct
from programs.models import Program
from tests.factories import (
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
    signed_in,
)
from tests.support.pages import text_of, words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


def client_of(role: str, department=None) -> Client:
    return signed_in(make_user(str(role), role, department))


@pytest.fixture
@shared
def written():
    """Acts on a figure of Presidencia, a figure of Obras and on a catalogue record of Presidencia."""
    year = make_year()
    actor = make_user("autora", first_name="Ana", last_name="Ruiz")
    for code in ("PRE-01", "OBR-01"):
        program = make_program(year, code)
        row = make_measurement(make_indicator(program), 3, 1, 2)
        for subject, name in ((row, "numerator"), (program, "name")):
            trail.record(
                subject=subject,
                action=FigureAct.SAVE,
                actor=actor,
                at=datetime(2016, 4, 5, 18, 0, tzinfo=UTC),
                changes={name: ["1.0000", "2.0000"]},
                reason="<b>motivo</b>",
                scope_id=program.department_id,
            )


def test_who_reads_what(written):
    own = make_department()
    shown = {}
    for role in Role:
        bound = own if role in (Role.LIAISON, Role.DIRECTOR) else None
        response = client_of(role, bound).get("/bitacora/?texto=0")
        shown[role] = response.content.decode().count("Ana Ruiz") if response.status_code == 200 else None
    # Consulta has none; an enlace the figures of the department, a director all of it, the others everything.
    assert shown == {Role.LIAISON: 1, Role.DIRECTOR: 2, Role.PLANNING: 4, Role.READER: None, Role.COMPTROLLER: 4}


def test_whoever_reads_all_of_it_is_led_to_the_nights_check(written):
    own = make_department()
    led = {
        role
        for role in Role
        if role != Role.READER
        and 'href="/comprobacion/"'
        in client_of(role, own if role in (Role.LIAISON, Role.DIRECTOR) else None).get("/bitacora/").content.decode()
    }
    assert led == {Role.PLANNING, Role.COMPTROLLER}


def test_it_speaks_the_words_of_the_screens(written):
    page = client_of(Role.COMPTROLLER).get("/bitacora/").content.decode()
    assert "numerador: 1 → 2" in page and "nombre: 1 → 2" in page
    assert "&lt;b&gt;motivo" in page and "<b>motivo" not in page


def test_a_list_of_sentences_reads_as_one(written):
    """Their full stops do not meet commas; codes stay a plain list, and what a model calls its fields is found."""
    program = Program.objects.get(code="PRE-01")
    listed = ["Vigilar el uso de estos.", "Promover el deporte."]
    for changes in ({"objectives": [None, listed], "department": [None, "PRE"]}, {"pending": [[], ["A-1", "A-2"]]}):
        trail.record(
            subject=program, action=MembershipAct.NAME, actor=None, at=datetime(2016, 5, 1, tzinfo=UTC), changes=changes
        )
    page = client_of(Role.PLANNING).get("/bitacora/").content.decode()
    assert "objetivos: Vigilar el uso de estos; Promover el deporte</li>" in page
    assert "A-1, A-2" in page and "dependencia: PRE" in page and "<strong>Nombró</strong>" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("texto=OBR-01-01+marzo", 1),
        ("desde=2016-04-05&hasta=2016-04-05&texto=0", 4),
        ("hasta=2016-04-04&texto=0", 0),
        ("desde=ayer&texto=0", 4),
        ("desde=2016-99-99&texto=0", 4),
        ("desde=0001-01-01&hasta=9999-12-31&texto=0", 4),
        ("pagina=999&texto=0", 4),
        ("pagina=x&texto=0", 4),
    ],
)
def test_searching(written, query, found):
    response = client_of(Role.PLANNING).get(f"/bitacora/?{query}")
    assert response.status_code == 200
    assert response.content.decode().count("Ana Ruiz") == found


def test_the_queries_do_not_grow_with_the_acts(written, django_assert_max_num_queries):
    client = client_of(Role.COMPTROLLER)
    for _ in range(60):
        trail.record(
            subject=make_department(), action=CatalogueAct.CHANGE, actor=None, at=datetime.now(UTC), changes={}
        )
    # The departments to choose from, and one for each kind of subject on the page: here one.
    with django_assert_max_num_queries(10):
        assert client.get("/bitacora/").content.decode().count("<time>") == 50


def test_what_was_searched_is_taken_away(written):
    client = client_of(Role.COMPTROLLER)
    page = client.get("/bitacora/?texto=OBR-01-01+marzo&desde=2016-04-05").content.decode()
    for form in ("xlsx", "csv"):
        assert f'href="/bitacora.{form}?texto=OBR-01-01+marzo&amp;desde=2016-04-05"' in page
    response = client.get("/bitacora.xlsx?texto=OBR-01-01+marzo&desde=2016-04-05")
    assert response["Content-Disposition"] == 'attachment; filename="bitacora.xlsx"'
    head, row = openpyxl.load_workbook(io.BytesIO(response.getvalue()))["Bitácora"].values
    found = dict(zip(head, row, strict=True))
    assert (found["Fecha"], found["Hora"], found["Quién"]) == (datetime(2016, 4, 5), "13:00:00", "Ana Ruiz")
    assert (found["Acto"], found["Cambios"], found["Motivo"]) == (
        "Guardó la captura",
        "numerador: 1 → 2",
        "<b>motivo</b>",
    )
    text = client.get("/bitacora.csv?texto=0").getvalue().decode("utf-8-sig")
    assert text.count("Ana Ruiz") == 4


def test_each_takes_away_what_they_may_read(written):
    own = make_department()
    for role, found in ((Role.LIAISON, 1), (Role.DIRECTOR, 2), (Role.PLANNING, 4), (Role.READER, None)):
        bound = own if role in (Role.LIAISON, Role.DIRECTOR) else None
        response = client_of(role, bound).get("/bitacora.csv?texto=0")
        assert (response.getvalue().decode().count("Ana Ruiz") if response.status_code == 200 else None) == found
    assert Client().get("/bitacora.csv").status_code == 302


def test_a_month_of_an_opened_year_is_not_told_as_a_year(db):
    make_year()
    page = text_of(client_of(Role.COMPTROLLER).get("/bitacora/"))
    assert (
        '<strong>Al abrir el ejercicio se fijaron las fechas de</strong> <span class="muted">junio 2016</span>' in page
    )
    assert "<strong>Se abrió el ejercicio" not in page


def test_what_is_sealed_is_said_and_what_is_not_yet(written):
    client = client_of(Role.COMPTROLLER)
    number = TrailEntry.objects.count()
    first = timezone.localtime(min(TrailEntry.objects.values_list("at", flat=True)))
    page = words_of(client.get("/bitacora/"))
    assert f"Aún sin sellar: {number} , desde el {first:%d/%m/%Y %H:%M};" in page
    assert page.count("· aún sin sellar") == number < 50
    seals.seal_trail(now=datetime.now(UTC))
    page = words_of(client.get("/bitacora/"))
    assert f"Sellados: {number}. Último sello: {seals.head().sha256} . No queda ninguno sin sellar." in page
    trail.record(subject=make_department(), action=CatalogueAct.CHANGE, actor=None, at=datetime.now(UTC), changes={})
    page = words_of(client.get("/bitacora/?texto=PRE-01"))
    assert "Aún sin sellar: 1 , desde el" in page and "· aún sin sellar" not in page
