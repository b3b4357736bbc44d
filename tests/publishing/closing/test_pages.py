"""The pages of closings: everybody reads them, planning closes and rectifies, and what was altered is told in red."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from programs.models import FiscalYear, Program
from publishing.acta.content import acta_data
from publishing.document.canonical import sha256_of
from publishing.known.report import report_data
from publishing.models import Closing
from tests.factories import (
    NOW,
    TODAY,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_year,
    signed_in,
)
from tests.publishing.closed import close, planner
from tests.publishing.document.test_differences import changed
from tests.reports.county import make_county
from tests.support.contents import forget_captures
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
OTHERS = [role for role in Role if role != Role.PLANNING]


@pytest.fixture
@shared
def county() -> FiscalYear:
    return make_county()


@pytest.fixture
def planning(county) -> Client:
    return signed_in(planner())


def client_of(role: str) -> Client:
    return signed_in(make_people(Program.objects.first().department)[role])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


CLOSE = "/2016/cierres/1/cerrar/"


def posted(client: Client, path: str = CLOSE, **data: str) -> Any:
    return client.post(path, {"version": "1", "reason": "", "instrument": "", "known": "on", **data})


def test_planning_sees_what_lacks_and_closes(county, planning):
    page = text_of(planning.get(CLOSE))
    assert (
        "Cerrar enero de 2016" in page
        and "De 5 cifras de enero falta 1: 1 no se ha enviado." in page
        and "OBR Obras Públicas" in page
    )
    answer = posted(planning, reason="Trimestre")
    made = Closing.objects.get()
    assert answer.status_code == 302 and answer["Location"] == "/2016/cierres/1/1/"
    shown = text_of(planning.get(answer["Location"]))
    assert f"Cierre de enero 2016 guardado: su huella es {made.sha256}." in shown
    assert "83.75 %" in shown and made.sha256 in shown and "Ninguno: es el primero." in shown and "Trimestre" in shown


def test_whoever_does_not_say_that_they_know_what_lacks_closes_nothing(county, planning):
    answer = posted(planning, known="")
    assert "Marque que sabe lo que falta" in text_of(answer) and not Closing.objects.exists()


def test_a_rectification_needs_a_reason_and_keeps_what_was_typed(county, planning):
    close(county, 1)
    assert "Rectificar el cierre de enero de 2016" in text_of(planning.get(CLOSE))
    answer = posted(planning, version="2", instrument="Oficio 9")
    assert "Escriba por qué se rectifica." in text_of(answer) and 'value="Oficio 9"' in text_of(answer)
    assert posted(planning, version="2", reason="Faltó una").status_code == 302
    assert Closing.objects.count() == 2


def test_whoever_confirms_what_a_colleague_closed_meanwhile_is_told_and_rectifies_nothing(county, planning):
    close(county, 1)
    answer = posted(planning, version="1", reason="Cierre")
    assert "Otra persona cerró este mes mientras usted miraba la página" in text_of(answer)
    assert Closing.objects.count() == 1
    assert 'name="version" value="2"' in text_of(answer)


def test_what_is_to_do_first_comes_before_the_way_to_close(county, planning):
    page = text_of(planning.get(CLOSE))
    places = [page.index(said) for said in ("falta 1:", "Qué hacer primero", "Ir a la revisión", "Ir a cerrar")]
    assert places == sorted(places)


def test_the_list_says_how_many_are_closed_which_is_next_and_what_came_out(county, planning):
    assert "0 de 12 meses tienen cierre; el siguiente es enero." in text_of(planning.get("/2016/cierres/"))
    close(county, 1)
    page = text_of(planning.get("/2016/cierres/"))
    assert "1 de 12 meses tiene cierre; el siguiente es febrero." in page
    assert (
        '<td class="num" data-label="Cumplimiento">83.75 %</td>' in page and "captura cerrada</strong> es otra" in page
    )
    assert page.count("btn btn-primary btn-sm") == 1 and ">Cerrar febrero</a>" in page
    assert "btn-primary btn-sm" not in text_of(client_of("reader").get("/2016/cierres/"))


def test_a_closing_says_what_it_covers_and_how_its_fingerprint_is_checked_before_its_results(county, planning):
    made = close(county, 2)
    page = text_of(planning.get("/2016/cierres/2/1/")).partition("<main")[2]
    assert "Cierre de enero a febrero de 2016</h1>" in page
    assert page.index(made.sha256) < page.index("Cómo comprobar la huella") < page.index("Resultados del plan")
    assert page.index("Indicador global") < page.index("faltaban") < page.index("<h3>Ejes</h3>")
    assert page.count(made.closed_on.strftime("%d/%m/%Y")) == 1


SEAL = "/2016/cierres/1/1/cierre.sello.json"


@pytest.mark.parametrize("role", list(Role))
def test_the_seal_stays_inside(county, role):
    made = close(county, 1)
    client = client_of(role.value)
    answer, offered = client.get(SEAL), SEAL in text_of(client.get("/2016/cierres/1/1/"))
    if role in (Role.PLANNING, Role.COMPTROLLER):
        assert json.loads(answer.content) == made.seal and offered
    else:
        assert answer.status_code == 403 and not offered


@pytest.mark.parametrize("role", OTHERS)
def test_everybody_else_is_refused_to_close(county, role):
    client = client_of(role.value)
    assert client.get(CLOSE).status_code == 403 and posted(client).status_code == 403
    assert not Closing.objects.exists()
    assert "Cerrar" not in text_of(client.get("/2016/cierres/")).replace("Cerrar sesión", "")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", ["/2016/cierres/", "/2016/cierres/1/2/", "/2016/cierres/1/2/cambios/"])
def test_every_role_reads_closings(county, role, path):
    close(county, 1)
    close(county, 1, reason="Otra vez")
    assert client_of(role.value).get(path).status_code == 200


@pytest.mark.parametrize("name", ["closing", "changes", "document", "acta", "seal"])
def test_nobody_reads_them_without_signing_in(county, name):
    close(county, 1)
    answer = Client().get(reverse(f"publishing:{name}", args=[2016, 1, 1]))
    assert answer.status_code == 302 and "/entrar/" in answer["Location"]


@pytest.mark.parametrize(
    "path",
    ["/2015/cierres/", "/2016/cierres/13/1/", "/2016/cierres/1/9/", "/2016/cierres/0/cerrar/", "/2016/cierres/2/1/",
     "/2016/cierres/1/999999999999999999/", "/2016/cierres/1/0/", "/2016/cierres/13/cerrar/"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(county, planning, path):
    close(county, 1)
    assert planning.get(path).status_code == 404


def test_the_document_is_given_out_byte_by_byte(county, planning):
    made = close(county, 1)
    answer = planning.get("/2016/cierres/1/1/cierre.json")
    assert answer["Content-Type"] == "application/json" and sha256_of(answer.content) == made.sha256
    assert json.loads(answer.content)["month"] == 1


def test_an_earlier_version_says_which_one_counts(county, planning):
    close(county, 1)
    close(county, 1, reason="Otra vez")
    assert 'la que cuenta es la <a href="/2016/cierres/1/2/">versión 2' in text_of(planning.get("/2016/cierres/1/1/"))
    assert "la que cuenta" not in text_of(planning.get("/2016/cierres/1/2/"))


def test_a_rectification_shows_figure_by_figure_what_it_changed_and_who_holds_the_old_one(county, planning):
    close(county, 1)
    close(county, 2)
    changed("OBR-01-01", 1, 30, 100)
    close(county, 1, reason="Se sumó mal", instrument="Oficio 12")
    page = text_of(planning.get("/2016/cierres/1/2/cambios/"))
    assert "Se sumó mal" in page and "Oficio 12" in page
    assert '<th scope="row">OBR-01-01, enero</th><td class="changed-before" data-label="Antes">60 / 100</td>' in page
    assert '<td data-label="Después">30 / 100</td>' in page
    assert "El plan: indicador global</th>" in page and "83.75 %" in page and "76.25 %" in page
    assert '<a href="/2016/cierres/2/1/">Cierre de febrero 2016</a>: OBR-01-01 de enero' in page


def test_a_rectification_that_changes_nothing_says_so(county, planning):
    close(county, 1)
    close(county, 1, reason="Por las dudas")
    assert "no cambia ninguna cifra, regla ni nombre" in text_of(planning.get("/2016/cierres/1/2/cambios/"))


def test_what_a_programme_that_vanished_was_is_told(county, planning):
    close(county, 1)
    Program.objects.get(code="DIF-02").delete()
    close(county, 1, reason="Se dio de baja")
    page = text_of(planning.get("/2016/cierres/1/2/cambios/"))
    assert "DIF-02: programa" in page and "Sin indicadores" in page and "no está" in page


def test_a_first_version_changed_nothing_and_leads_to_itself(county, planning):
    made = close(county, 1)
    assert planning.get("/2016/cierres/1/1/cambios/")["Location"] == made.get_absolute_url()


def test_an_altered_document_is_told_in_red_and_not_given_out(county, planning):
    made = close(county, 1)
    Closing(
        fiscal_year=county, month=1, version=2, closed_on=TODAY, made_at=NOW, made_by=planner(), reason="x",
        previous=made, sha256="c" * 64, document=bytes(made.document), seal={},
    ).save(force_insert=True)  # fmt: skip
    page = planning.get("/2016/cierres/1/2/")
    assert page.status_code == 200 and "su huella no coincide" in text_of(page) and "alert-danger" in text_of(page)
    for name in ("document", "acta", "changes"):
        answer = planning.get(reverse(f"publishing:{name}", args=[2016, 1, 2]))
        assert answer.status_code == 409 and "su huella no coincide" in text_of(answer)


def test_a_year_without_months_says_so(planning):
    year = make_year(2017)
    year.periods.all().delete()
    assert "todavía no tiene meses que cerrar" in text_of(planning.get("/2017/cierres/"))


def test_the_calendar_leads_to_the_closings(county, planning):
    assert 'href="/2016/cierres/"' in text_of(planning.get("/2016/calendario/"))
    assert 'href="/2016/cierres/1/cerrar/"' in text_of(planning.get("/2016/calendario/1/"))


def test_the_list_reads_no_documents_and_a_fixed_number_of_queries(county, planning, django_assert_num_queries):
    close(county, 1)
    planning.get("/2016/cierres/")
    with django_assert_num_queries(6) as few:
        planning.get("/2016/cierres/")
    assert not any("document" in query["sql"] for query in few.captured_queries)
    for month in (2, 3):
        close(county, month)
        close(county, month, reason="Otra vez")
    with django_assert_num_queries(6):
        planning.get("/2016/cierres/")


@pytest.mark.parametrize("path", ["/2016/cierres/1/1/", "/2016/cierres/2/cerrar/"])
def test_a_page_is_read_in_a_fixed_number_of_queries(county, planning, path, django_assert_max_num_queries):
    close(county, 1)
    planning.get(path)
    with django_assert_max_num_queries(24):
        planning.get(path)


def test_the_rows_behind_a_closing_may_go_on_changing(county, planning):
    close(county, 1)
    before = text_of(planning.get("/2016/cierres/1/1/")).partition("<main")[2]
    forget_captures(indicator__code="PRE-01-01")
    assert "83.75 %" in before and text_of(planning.get("/2016/cierres/1/1/")).partition("<main")[2] == before


# --- Before a rectification, and after it ------------------------------------------------------------------------


def test_a_rectification_says_beforehand_what_it_would_change(county, planning):
    close(county, 1)
    page = text_of(planning.get(CLOSE))
    assert "Hoy nada es distinto de la versión 1: la rectificación diría lo mismo." in page
    answer = posted(planning, version="2", reason="Por si acaso", known="")
    assert "Marque que sabe lo que falta" in text_of(answer) and Closing.objects.count() == 1
    changed("OBR-01-01", 1, 30, 100)
    page = text_of(planning.get(CLOSE))
    assert "Respecto de la versión 1 cambian las cifras de OBR-01-01 de enero." in page
    assert "En total, cifras: 1; resultados: " in page


def test_a_rule_alone_is_told_apart_from_a_figure(county, planning):
    close(county, 1)
    FiscalYear.objects.filter(pk=county.pk).update(green_from=85)
    page = text_of(planning.get(CLOSE))
    assert "Ninguna cifra capturada cambia respecto de la versión 1; sí metas, umbrales y reglas: 1" in page


def test_the_form_says_that_the_reason_is_read_by_all(county, planning):
    assert "no nombre a ninguna persona" not in text_of(planning.get(CLOSE))
    close(county, 1)
    assert "no nombre a ninguna persona" in text_of(planning.get(CLOSE))


@pytest.mark.parametrize("role", [Role.READER, Role.COMPTROLLER, Role.PLANNING])
def test_a_later_closing_says_that_an_earlier_month_was_rectified_since(county, role):
    close(county, 1)
    close(county, 2)
    client = client_of(role)
    assert "se rectificó" not in text_of(client.get("/2016/cierres/2/1/"))
    changed("OBR-01-01", 1, 30, 100)
    close(county, 1, reason="Se sumó mal")
    page = text_of(client.get("/2016/cierres/2/1/"))
    assert "Después de este cierre se rectificó" in page and 'href="/2016/cierres/1/2/cambios/"' in page
    close(county, 2, reason="Se sumó mal en enero")
    assert "Después de este cierre" not in text_of(client.get("/2016/cierres/2/2/"))


def test_an_earlier_year_is_closed_after_a_later_one_with_a_word_about_it(county, planning):
    make_year(2015)
    assert "Ya hay cierres de" not in text_of(planning.get("/2015/cierres/12/cerrar/"))
    close(county, 1)
    page = text_of(planning.get("/2015/cierres/12/cerrar/"))
    assert "Ya hay cierres de 2016: este, de 2015, queda después de ellos en la cadena." in page


@pytest.mark.parametrize(
    "path",
    ["/2016/cierres/1/1/", "/2016/cierres/", "/2016/cierres/1/1/plan/", "/2016/cierres/1/1/programas/PRE-01/",
     "/2016/cierres/1/1/indicadores/PRE-01-01/"],
)  # fmt: skip
def test_what_does_not_reach_green_is_nowhere_shown_as_green_would_be(db, path):
    """89.996 % is amber: no page of a closing prints it as the border from which green begins."""
    year = make_year()
    make_measurement(make_indicator(make_program(year)), 1, 89_996, 100_000)
    close(year, 1)
    page = text_of(client_of(Role.READER).get(path))
    assert "89.996 %" in page and "90.00 %" not in page


def test_the_acta_and_the_report_print_it_as_the_pages_do(db):
    year = make_year()
    make_measurement(make_indicator(make_program(year)), 1, 89_996, 100_000)
    closing = close(year, 1)
    assert acta_data(closing)["results"]["compliance"] == "89.996 %"
    data = report_data(closing)
    assert data["results"]["global"] == "89.996 %" and data["programs"][0]["indicators"][0]["compliance"] == "89.996 %"
