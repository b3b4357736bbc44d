"""«Como se cerró»: the plan, a programme and an indicator out of a closing's bytes, each figure beside today's."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from indicators.models import Indicator, Measurement
from programs.models import Axis, Department, FiscalYear, Program
from publishing.models import Closing
from tests.factories import NOW, TODAY, make_people, signed_in
from tests.publishing.closed import close, planner
from tests.publishing.document.test_differences import changed
from tests.reports.county import make_county
from tests.support.contents import forget_captures
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
PLAN = "/2016/cierres/1/1/plan/"
PROGRAM = "/2016/cierres/1/1/programas/OBR-01/"
INDICATOR = "/2016/cierres/1/1/indicadores/OBR-01-01/"
FIGURE = ("numerator", "denominator", "validated_numerator", "validated_denominator")
PAGES = [PLAN, PROGRAM, INDICATOR]


@pytest.fixture
@shared
def county() -> FiscalYear:
    return make_county()


@pytest.fixture
def reader(county) -> Client:
    return signed_in(make_people(Program.objects.first().department)[Role.READER])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return text_of(answer).partition("<main")[2]


def fact(label: str, then: str, today: str = "") -> str:
    beside = f'<span class="today">hoy: {today}</span>' if today else ""
    return f"<div><dt>{label}</dt><dd>{then}{beside} </dd></div>"


@pytest.mark.parametrize("path", PAGES)
def test_what_did_not_change_is_not_told_twice(county, reader, path):
    close(county, 1)
    page = page_of(reader, path)
    assert "Hoy el corte dice lo mismo que entonces" in page and "hoy:" not in page


def test_the_plan_is_as_it_was_closed_and_says_what_it_is_today(county, reader):
    close(county, 1)
    changed("OBR-01-01", 1, 30, 100)
    page = page_of(reader, PLAN)
    assert fact("Indicador global", "83.75 %", "76.25 %") in page
    assert fact("Programas con datos", "4 de 6") in page
    assert 'data-label="Indicador global">60.00 %<span class="today">hoy: 30.00 %</span>' in page
    assert 'data-label="Indicador global">100.00 % </td>' in page
    assert '<a href="/2016/cierres/1/1/programas/OBR-01/">OBR-01</a> Bacheo' in page
    assert page.count("<summary>") == Department.objects.filter(programs__isnull=False).distinct().count()
    summary = page.partition('<span class="known-name">Obras Públicas</span>')[2].partition("</summary>")[0]
    assert '60.00 %<span class="today">hoy: 30.00 %</span>' in summary and "1 programa es distinto hoy" in summary
    assert page.count("programa es distinto hoy") == 1
    for axis in ("Orden y Paz", "Ámbito Social", "Obras Públicas"):
        assert axis in page


def test_a_programme_and_an_indicator_say_each_figure_beside_todays(county, reader):
    close(county, 1)
    changed("OBR-01-01", 1, 30, 100)
    program = page_of(reader, PROGRAM)
    assert fact("Indicador global", "60.00 %", "30.00 %") in program
    assert '<a href="/2016/cierres/1/1/indicadores/OBR-01-01/">OBR-01-01</a>' in program
    assert fact("En el plan", "Orden y Paz › Calles seguras › Bachear") in program
    indicator = page_of(reader, INDICATOR)
    assert '60 / 100<span class="today">hoy: 30 / 100</span>' in indicator
    assert fact("Porcentaje", "60.00 %", "30.00 %") in indicator and fact("Meta", "100 %") in indicator


def test_words_are_those_of_the_closing(county, reader):
    close(county, 1)
    Axis.objects.filter(name="Orden y Paz").update(name="Seguridad")
    Department.objects.filter(prefix="OBR").update(name="Infraestructura")
    Program.objects.filter(code="OBR-01").update(name="Baches")
    assert "Orden y Paz" in page_of(reader, PLAN) and "Bacheo" in page_of(reader, PLAN)
    page = page_of(reader, PROGRAM)
    assert fact("Dependencia", "Obras Públicas", "Infraestructura") in page
    assert "Orden y Paz › Calles seguras › Bachear" in page and "hoy: Seguridad ›" in page


def test_a_closing_tells_what_is_gone_today(county, reader):
    close(county, 1)
    forget_captures(indicator__code="OBR-01-01")
    Indicator.objects.filter(code="OBR-01-01").delete()
    assert "hoy ya no está" in page_of(reader, PROGRAM)
    indicator = page_of(reader, INDICATOR)
    assert "Hoy este indicador ya no está." in indicator and "60.00 %" in indicator and "hoy:" not in indicator


def test_figures_come_from_the_bytes_alone(county, reader):
    made = close(county, 1)
    Measurement.objects.all().update(**dict.fromkeys(FIGURE, Decimal(1)))
    page = page_of(reader, PLAN)
    plan = made.content["plan_results"]
    assert f"{Decimal(plan['global']):.2f} %" in page and "hoy: 100.00 %" in page


def test_a_rectified_month_names_the_other_versions(county, reader):
    close(county, 1)
    close(county, 1, reason="Se sumó mal")
    first, second = page_of(reader, PLAN), page_of(reader, "/2016/cierres/1/2/plan/")
    assert 'la que cuenta es la <a href="/2016/cierres/1/2/plan/">versión 2' in first
    assert (
        "la que cuenta" not in second and 'Versiones anteriores: <a href="/2016/cierres/1/1/plan/">versión 1' in second
    )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", PAGES)
def test_every_role_reads_it(county, role, path):
    close(county, 1)
    assert signed_in(make_people(Program.objects.first().department)[role]).get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_nobody_reads_it_without_signing_in_or_changes_it(county, reader, path):
    close(county, 1)
    answer = Client().get(path)
    assert answer.status_code == 302 and "/entrar/" in answer["Location"]
    assert reader.post(path).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/2016/cierres/2/1/plan/", "/2016/cierres/1/2/plan/", "/2015/cierres/1/1/plan/",
     "/2016/cierres/1/1/programas/NADA/", "/2016/cierres/1/1/indicadores/OBR-01/", "/2016/cierres/13/1/plan/"],
)  # fmt: skip
def test_what_the_closing_does_not_hold_is_not_found(county, reader, path):
    close(county, 1)
    assert reader.get(path).status_code == 404


def test_what_is_newer_than_the_closing_is_said_not_to_be_in_it(county, reader):
    close(county, 1)
    answer = reader.get("/2016/cierres/1/1/programas/PRE-09/")
    assert answer.status_code == 404 and "El cierre de enero 2016 no tiene «PRE-09»" in text_of(answer)
    assert f'href="{PLAN}"' in text_of(answer)


@pytest.mark.parametrize(
    ("here", "leads_to"),
    [("tablero/", PLAN), ("tablero/?ver=ejes&mes=1", PLAN), ("mapa/", PLAN), ("comparar/", PLAN), ("informe/", PLAN),
     ("tarjeta/", PLAN), ("cambios/", PLAN), ("programas/OBR-01/", PROGRAM), ("indicadores/OBR-01-01/", INDICATOR),
     ("explicacion/programa/OBR-01/", PROGRAM), ("explicacion/indicador/OBR-01-01/", INDICATOR),
     ("explicacion/plan/", PLAN), ("explicacion/dependencia/{department}/", PLAN),
     ("programas/OBR-01/anio/", PROGRAM)],
)  # fmt: skip
def test_every_page_of_the_plan_at_a_closed_cut_off_leads_to_it_as_it_was_closed(county, reader, here, leads_to):
    here = here.format(department=Department.objects.get(prefix="OBR").pk)
    address = f"/2016/{here}{'&' if '?' in here else '?'}mes=1"
    assert "se cerró el" not in page_of(reader, address)
    close(county, 1)
    close(county, 1, reason="Se sumó mal")
    told = text_of(reader.get(address))
    assert "El corte enero 2016 se cerró el 03/10/2016 (versión 2). Estas son las cifras de hoy" in told
    assert f'<a href="{leads_to.replace("/1/1/", "/1/2/")}">' in told
    later = text_of(reader.get(address.replace("mes=1", "mes=2")))
    assert "El corte enero–febrero 2016 se cerró" not in later


def test_comparing_leads_to_both_cut_offs_as_they_were_published(county, reader):
    close(county, 1)
    close(county, 2)
    told = text_of(reader.get("/2016/comparar/?mes=2&contra=2016-01"))
    assert "El corte enero–febrero 2016 se cerró" in told and "El corte enero 2016 se cerró" in told
    assert f'href="{PLAN}"' in told and 'href="/2016/cierres/2/1/plan/"' in told
    told = text_of(reader.get("/2016/comparar/?mes=3&contra=2016-01"))
    assert f'href="{PLAN}"' in told and "El corte enero–marzo 2016 se cerró" not in told


def test_what_moved_the_figures_leads_to_what_is_different_since_the_closing(county, reader):
    close(county, 1)
    assert 'href="/2016/cierres/1/1/diferencias/"' in text_of(reader.get("/2016/cambios/?mes=1"))


def test_the_first_page_leads_to_the_plan_as_it_was_closed(county, reader, monkeypatch):
    assert "se cerró el" not in page_of(reader, "/")
    month = reader.get("/").context["cut"].month
    close(county, month)
    assert f'href="/2016/cierres/{month}/1/plan/"' in page_of(reader, "/")


def test_the_notice_costs_nothing_where_no_cut_off_is_closed_and_one_query_where_it_is(
    county, reader, django_assert_num_queries
):
    address = "/2016/programas/OBR-01/?mes=1"
    reader.get(address)
    with CaptureQueriesContext(connection) as captured:
        reader.get(address)
        without = len(captured)
    close(county, 1)
    reader.get(address)
    with django_assert_num_queries(without + 1):
        reader.get(address)
    with django_assert_num_queries(without):
        reader.get(address.replace("mes=1", "mes=2"))


@pytest.mark.parametrize("path", PAGES)
def test_an_altered_document_is_told_in_red(county, reader, path):
    made = close(county, 1)
    Closing(
        fiscal_year=county, month=1, version=2, closed_on=TODAY, made_at=NOW, made_by=planner(), reason="x",
        previous=made, sha256="c" * 64, document=bytes(made.document), seal={},
    ).save(force_insert=True)  # fmt: skip
    answer = reader.get(path.replace("/1/1/", "/1/2/"))
    assert answer.status_code == 409 and "su huella no coincide" in text_of(answer)
    assert "60.00 %" not in text_of(answer)


def test_a_page_is_read_in_a_fixed_number_of_queries(county, reader, django_assert_max_num_queries):
    close(county, 1)
    for path in PAGES:
        reader.get(path)
        with django_assert_max_num_queries(24):
            reader.get(path)
